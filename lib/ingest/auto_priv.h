/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/auto_priv.h: what is known of the columns of a file without a mapping, for auto*.c only. */
#ifndef CDP_INGEST_AUTO_PRIV_H
#define CDP_INGEST_AUTO_PRIV_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include "ingest/mapping.h"	/* derive_kind */
#include <stdbool.h>
#include <stdint.h>

struct arena;
struct buf;
struct error;
struct input;
struct intake_options;
struct map;

enum shape { SHAPE_NONE, SHAPE_EMAIL, SHAPE_PHONE, SHAPE_DATE, SHAPE_COUNTRY, SHAPE_POSTCODE,
    SHAPE_UUID, SHAPE_YEAR, SHAPE_MONTH, SHAPE_MONTHDAY, SHAPE_SYSTEM,
    SHAPE_NAME, SHAPE_FULLNAME, SHAPE_SIXDIGITS, SHAPE_ROWS, SHAPE_TOWN, SHAPE_ADDRESS,
    SHAPE_SHA256, SHAPES };

enum {
	SENSES_MAX = 16,
	SYSTEMS_MOST = 32,	/* systems that one file was gathered from; a column with more values tells
				 * something else */
};

/* One meaning of a word. */
struct sense {
	struct span	word, language, target, shape, beside;	/* beside: only if another column is that */
};

/* What the header of one column may mean. */
struct meaning {
	struct sense	senses[SENSES_MAX];
	size_t		n;
	struct span	place;		/* "billing": whose address it is, of several; mostly empty */
	struct span	head;		/* the last word before the one that is known, "buyer"; mostly empty */
	bool		named;		/* the word is one for a name, were it not for what stands before it */
	bool		other;		/* beside a first one */
	bool		former;		/* of earlier times */
	unsigned	number;		/* of "first name 2"; 0 without */
};

struct seen {			/* of one column, over the sample */
	uint64_t	filled, good[SHAPES];
	uint64_t	numbered;	/* begin or end with a number */
	uint64_t	empty, last;	/* last: the latest whole number */
	struct map	*keys;		/* its values, if its name is that of a key; or NULL */
	uint64_t	values[SYSTEMS_MOST];	/* hashes of the first different ones */
	uint32_t	value_count;	/* SYSTEMS_MOST + 1: more */
};

struct sheet {			/* a file whose columns are to be named */
	struct input			*in;
	const struct intake_options	*o;
	struct mapping			*m;
	struct seen			*seen;
	struct meaning			*meanings;
	const struct sense		**chosen;	/* NULL: none */
	uint32_t			*address;	/* its number, where it is part of one */
	bool				*known;		/* name or values tell what it is */
	bool				 whole;		/* the sample is all there is */
};

/* Whether a folded header is the word, blanks aside. */
bool word_is(struct span header, struct span word);
/* Everything a header may mean by itself; plain: as one word of the table. */
struct meaning meaning_of(struct span header, struct arena *arena);
struct meaning meaning_of_plain(struct span header, struct arena *arena);
/* Takes "what is your" off a folded header, in the languages of forms; false if it asks nobody. */
bool auto_take_question(struct span *word);
/* Whether the target is a name of a person or a part of one. */
bool auto_is_name(struct span target);
/* Whether a header names somebody else than the person of the row: a parent, an employer, who is insured. */
bool header_is_of_other(struct span header, struct arena *arena);
/* Takes senses back that are of somebody else than the person of the row, and says so; a column that is called
 * by what a person is ("donor") gets the sense of a name where there is no better one. */
void auto_whose(struct sheet *s);
/* Whether the mailboxes of a column without a meaning are somebody else's than the person's of the row; says so. */
bool auto_is_of_other(const struct sheet *s, size_t column);
/* Whether a column of mailboxes holds those of the firm: a few, where another column has many. */
bool auto_is_of_firm(const struct sheet *s, size_t column);
/* A header without what all of the file begin with, a mark of the system that wrote it; or as it is. */
struct span auto_unmarked(const struct sheet *s, size_t column);
/* The one sense of each column that is left beside the others and its values. */
void auto_choose(struct sheet *s);
/* Whether the values are of that shape; `only`: the header can mean nothing else. */
bool auto_confirmed(const struct seen *seen, enum shape shape, bool only);
enum shape shape_find(struct span name);
const char *shape_name(enum shape shape);

/* Whether a cell can be no name of a column, since it reaches somebody. */
bool auto_is_value(struct span cell, struct arena *arena);
bool auto_is_date(struct span cell, struct arena *arena);

/* Notes what was decided about a column. */
void auto_note(struct sheet *s, struct span column, struct span target, const struct buf *why);
/* A rule of its own for a column; false if the target is taken. */
bool auto_rule(struct sheet *s, size_t column, struct span target);
/* A rule whose value comes from several columns. */
void auto_derive(struct sheet *s, enum derive_kind kind, struct texts columns,
    struct span target);
/* Of JSON: in a list, of which a line may have any number. */
bool auto_is_list(const struct sheet *s, size_t column);
/* Of JSON a member of the line itself: an id inside belongs to something else. */
bool auto_is_of_line(const struct sheet *s, size_t column);
/* The rule of this target, or NULL. */
struct column_rule *auto_rule_of(struct mapping *m, struct span target);
/* Takes a rule back: its column is part of something else. */
void auto_withdraw(struct mapping *m, struct column_rule *rule);
/* Whether a street has its house number with it, at either end. */
bool auto_has_number(struct span street);
/* A house number in a column of its own goes with the street, if there is one and has none. */
void auto_house(struct sheet *s);
/* The column of the name; how many there are, if none has it. */
size_t auto_column_of(const struct sheet *s, struct span name);
/* Whether a column is only a part of what it means: a year of birth, a second surname. */
bool auto_is_part(const struct sheet *s, size_t column);
/* Puts such parts together. */
void auto_parts(struct sheet *s);
/* A column of postcodes and their towns. */
void auto_towns(struct sheet *s);
/* Which address each column belongs to. */
void auto_places(struct sheet *s);
/* A column of that name: whether its values are kept apart. */
void seen_begin(struct seen *s, struct span header, struct arena *arena);
/* Counts one cell that is not empty. */
void auto_measure(struct seen *s, struct span cell, struct arena *a);
/* Whether so many of the values are as good as all. */
bool seen_nearly_all(const struct seen *s, uint64_t n);
/* Whether a column is called by its number. */
bool auto_is_nameless(const struct sheet *s, size_t column);
/* Whether a column tells of a row only which one it is. */
bool auto_numbers_rows(const struct sheet *s, size_t column);
/* The column that tells records apart, or a hash of the row. */
void auto_key(struct sheet *s);
/* The members of the sample's lines become in->header, as paths in the order in which they are
 * first met; *seen has one entry a path and is the caller's. */
MUST_USE int auto_paths(struct input *in, const struct intake_options *o, struct seen **seen,
    struct error *e);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/address_parts_priv.h: the words of an address, for the files address_parts*.c. */
#ifndef CDP_NORMAL_ADDRESS_PARTS_PRIV_H
#define CDP_NORMAL_ADDRESS_PARTS_PRIV_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum { ADDRESS_WORDS = 48 };	/* what follows them is left with the last */

enum part {
	PART_NONE,	/* not known yet: what stays so is building */
	PART_STREET, PART_NUMBER, PART_UNIT, PART_BUILDING, PART_BOX,
	PART_DROPPED	/* "s/n", "nº": says nothing itself */
};

enum word_kind {	/* bits */
	WORD_NUMBER = 1,	/* may be a house number: 12, 5a, 12-14, 12/3 */
	WORD_ORDINAL = 2,	/* 5th, 3º, 17. */
	WORD_LETTER = 4,	/* one letter */
	WORD_SUFFIX = 8,	/* a kind of street, behind its name */
	WORD_PREFIX = 16,	/* in front of it */
	WORD_HALL = 32,		/* behind it as well, but often the name of a house or a place */
	WORD_ROAD = 64,		/* the number behind it is the name: Route 9 */
	WORD_DIRECTION = 128,
	WORD_NO = 256,		/* announces a number: nº */
	WORD_UNIT = 512,	/* announces a unit: apt */
	WORD_FLOOR = 1024,	/* the same, or stands behind an ordinal: 3rd floor */
	WORD_BUILDING = 2048,	/* announces a building: tower 2 */
	WORD_NONUMBER = 4096,	/* s/n */
	WORD_BOX = 8192,	/* begins "post office box" in some language */
	WORD_NEAR = 16384,	/* "at", "between": what follows says where on the street */
	WORD_JOINED = 32768	/* a suffix that is written together with the name: Hauptstr. */
};

struct word {
	struct span	text, folded;	/* of the value; folded: absent if nothing is left */
	unsigned	kinds;		/* enum word_kind */
	unsigned	segment;	/* commas and the like stand between segments */
	enum part	part;
};

struct words {
	struct word	w[ADDRESS_WORDS];
	size_t		count;
	unsigned	segments;
};

/* Where the country puts house numbers; ADDRESS_SHOWN: the address shows it. */
enum address_style { ADDRESS_SHOWN, ADDRESS_LEADING, ADDRESS_TRAILING };

/* Cuts the value into words and says what each may be. */
void words_make(struct words *w, struct span value, struct arena *arena);
/* "5/12" becomes two words, cut at byte `at`, which goes. False if there are too many words. */
bool words_cut(struct words *w, size_t i, size_t at, struct arena *arena);
/* "4", "4b", "B12", "3º" or a letter may be the name of a unit. */
bool words_designate(const struct words *w, size_t i, unsigned segment);

/* Each gives some open words their part. Units: returns whether there was an "s/n". */
void address_take_boxes(struct words *w);
bool address_take_units(struct words *w, enum address_style style, struct arena *arena);
void address_take_street(struct words *w, enum address_style style, struct span country,
    struct arena *arena);

/* Open words have no part yet. */
static inline bool
words_open(const struct words *w, size_t i, unsigned segment)
{
	return i < w->count && w->w[i].segment == segment && w->w[i].part == PART_NONE;
}

/* The first open word of a segment, or w->count. */
static inline size_t
words_first(const struct words *w, unsigned segment)
{
	size_t i = 0;

	while (i < w->count && !words_open(w, i, segment))
		i++;
	return i;
}

/* One behind the last open word of a segment; 0 if there is none. */
static inline size_t
words_end(const struct words *w, unsigned segment)
{
	size_t end = w->count;

	while (end > 0 && !words_open(w, end - 1, segment))
		end--;
	return end;
}

static inline bool
words_have(const struct words *w, size_t i, unsigned kinds)
{
	return (w->w[i].kinds & kinds) != 0;
}

static inline bool
words_say(const struct words *w, size_t i, const char *text)
{
	return i < w->count && w->w[i].folded.p != NULL && span_is(w->w[i].folded, text);
}

static inline void
words_mark(struct words *w, size_t from, size_t end, enum part part)
{
	for (size_t i = from; i < end; i++)
		w->w[i].part = part;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/splink.h: settings of Splink (versions 4 and 5), so that a model that was trained
 * there can be replayed and used here. Weights are those of its documentation, in doubles:
 *   log2(λ / (1 − λ)) + Σ log2(m / u) + w · (log2(u_exact) − log2(larger tf)). */
#ifndef CDP_RESOLVE_SPLINK_H
#define CDP_RESOLVE_SPLINK_H

#include "base/arena.h"		/* by value */
#include "base/attr.h"
#include "base/span.h"		/* passed by value */
#include "resolve/field.h"	/* enum field_type */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct error;
struct model_file;
struct notes;

#define SPLINK_NEAR	1e-9	/* bits that a replayed weight may be from theirs */

enum { SPLINK_TERMS = 4, SPLINK_LEVELS = 16, SPLINK_COMPARISONS = 64 };

enum splink_form {
	SPLINK_EQUAL, SPLINK_REVERSED, SPLINK_JARO, SPLINK_JARO_WINKLER, SPLINK_LEVENSHTEIN,
	SPLINK_DAMERAU, SPLINK_SECONDS, SPLINK_SHARED, SPLINK_FORMS
};

/* What of a column is compared. */
enum splink_part {
	SPLINK_WHOLE, SPLINK_EMAIL_USER, SPLINK_POSTCODE_SECTOR, SPLINK_POSTCODE_DISTRICT,
	SPLINK_POSTCODE_AREA, SPLINK_PARTS
};

/* One condition of a level; all have to hold. */
struct splink_term {
	enum splink_form	form;
	enum splink_part	part;
	struct span		left, right;	/* columns, without _l and _r */
	double			threshold;	/* least likeness, most edits or seconds, least shared */
};

struct splink_level {
	struct span		sql, label;
	bool			null;		/* weighs nothing; its gamma is -1 */
	struct splink_term	term[SPLINK_TERMS];
	unsigned		terms;		/* 0: whatever is left */
	int			gamma;
	double			m, u;
	bool			trained;	/* both were given */
	struct span		tf_column;	/* absent: none */
	double			tf_weight, tf_least;
	double			tf_u;		/* u of exact agreement on that column */
};

struct splink_comparison {
	struct span		name;
	struct splink_level	level[SPLINK_LEVELS];	/* the best first, as in the settings */
	unsigned		levels;
};

struct splink {
	struct arena			 arena;
	double				 prior;		/* λ */
	struct splink_comparison	*comparison;
	unsigned			 comparisons;
	struct span			*rule;		/* blocking rules, as SQL */
	unsigned			 rules;
	bool				 link_only;	/* pairs inside a source are none there */
};

/* Reads a condition of a level or a blocking rule. False: it is none of the forms above. The
 * texts are borrowed from sql. */
bool splink_condition(struct splink_level *level, struct span sql, struct arena *arena);

/* NULL: e is USAGE and names the first fault with its JSON path, or the level whose condition is
 * none that is known; the others are notes. */
struct splink *splink_load(const char *path, struct notes *notes, struct error *e);
struct splink *splink_parse(struct span text, const char *name, struct notes *notes,
    struct error *e);
void splink_free(struct splink *s);			/* NULL is fine */

/* The weight that a level adds, in bits; tf[0] and tf[1] are frequencies of both sides, or -1. */
double splink_level_weight(const struct splink_level *l, const double tf[2]);
double splink_prior_weight(const struct splink *s);

struct splink_replay {
	uint64_t	rows;
	bool		compared;	/* the table had match_weight */
	double		furthest;	/* bits from it */
};

/* Replays a CSV table with gamma_NAME and tf_COLUMN_l, tf_COLUMN_r columns: writes one weight a
 * line to out. -1: e says why. */
MUST_USE int splink_gamma(const struct splink *s, const char *path, struct buf *out,
    struct splink_replay *replay, struct error *e);

/* Index of the best level of theirs that two values have which have a level of ours; the last one
 * is what is left. */
unsigned splink_implied(const struct splink_comparison *c, enum field_type type, unsigned level);

/* As a model of ours for so many records: each comparison becomes that of the field which its
 * column is by its name, and each level there weighs what the first level weighs here whose
 * conditions it implies. Blocking rules that ask for equal columns become rules: returns how many
 * did not. -1: e is USAGE and names a comparison of several columns, or the second of a field. The texts are borrowed from s
 * and the arena of f. */
MUST_USE int splink_to_model(const struct splink *s, struct model_file *f, uint64_t records,
    struct error *e);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/pairs.h: which pairs of nodes are compared (resolve 3.3, 3.4, 6): atoms, candidate
 * rules, their sample, the choice under the pair budget, and every pair of the chosen rules
 * exactly once. */
#ifndef CDP_RESOLVE_PAIRS_H
#define CDP_RESOLVE_PAIRS_H

#include "base/buf.h"		/* by value */
#include "base/span.h"		/* passed by value */
#include "resolve/field.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct atoms;
struct chosen;
struct node_pair;
struct sample_visitor;
struct tally;
struct view;

enum { RULE_ATOMS = 3, REFINE_ATOMS = 2, CANDIDATES_MAX = 64, CHOSEN_MAX = 16 };
enum { BLOCK_LEAST = 50, BLOCK_MOST = 5000 };	/* bounds of pair_rule.cap */

enum pair_atom {
	PAIR_GIVEN, PAIR_GIVEN_FIRST, PAIR_GIVEN_SOUND, PAIR_GIVEN_P3, PAIR_GIVEN_INITIAL,
	PAIR_FAMILY_TOKEN, PAIR_FAMILY_SOUND, PAIR_FAMILY_P4, PAIR_FAMILY_P2, PAIR_FAMILY_INITIAL,
	PAIR_NAME_SET, PAIR_BIRTHDATE, PAIR_BIRTHDATE_YM, PAIR_BIRTHDATE_MD, PAIR_BIRTHDATE_YEAR,
	PAIR_EMAIL, PAIR_EMAIL_LOCAL, PAIR_PHONE, PAIR_PHONE_LAST8,
	PAIR_PLACE,		/* postcode, house number, rarest street token */
	PAIR_PLACE_LOCALITY,	/* the same with the locality */
	PAIR_POSTCODE, PAIR_POSTCODE_PREFIX, PAIR_LOCALITY,
	PAIR_IDENTIFIER, PAIR_ATTRIBUTE,	/* of the field in `field` */
	PAIR_ATTRIBUTE_P4, PAIR_ATTRIBUTE_TOKEN, /* of strings and texts: first four letters; each
						 * token that is rare enough to be a key */
	PAIR_ATTRIBUTE_NEAR,	/* a number within a tenth, a date within three days, the local part of
				 * a mailbox, the end of a telephone number */
	PAIR_ATTRIBUTE_CLOSE,	/* a number within a hundredth */
	PAIR_ATOMS
};

struct pair_atom_of {
	enum pair_atom	atom;
	uint8_t		field;		/* index into view.field */
};

struct pair_rule {
	struct pair_atom_of	atom[RULE_ATOMS];
	unsigned		count;
	bool			given;		/* by the rules file: taken whatever it costs */
	/* blocks above the cap are split by the first, then the second of these */
	uint32_t		cap;
	struct pair_atom_of	refine[REFINE_ATOMS];
	unsigned		refines;
	/* figures */
	uint64_t		keys, pairs, new_pairs;
	double			expected;	/* matches first found by it */
	uint64_t		oversized, skipped, lost;
};

/* "birthdate.ym+given.phon": appended to out. */
void rule_name(const struct view *w, const struct pair_rule *r, struct buf *out);

struct candidates {
	struct pair_rule	rule[CANDIDATES_MAX];
	unsigned		count;
	bool			 all_pairs;	/* few records: the sample is every pair */
	unsigned		 idle;		/* given rules that need a field which is not compared */
	struct atoms		*atoms;		/* all that the view has; of all pairs NULL */
	uint64_t		*sizes;		/* by rule and size of block: pairs in such blocks */
	uint64_t		 all;		/* T: pairs of nodes there are */
};

struct pairs_options {
	uint64_t	pairs_per_record;	/* budget; default 30 */
	uint64_t	seed;
	unsigned	threads;
	bool		across;			/* --compare across-sources: never inside one source */
	uint32_t	real;			/* nodes from here on make no block larger and meet
						 * only those before; 0: there are none such */
};

/* Finds the candidates, counts and samples them; the visitor (see sample.h) gets the pairs that
 * stand for all they make. */
void candidates_find(struct candidates *c, const struct view *w, const struct pairs_options *o,
    const struct sample_visitor *v);
/* The chosen rules get the keys of their atoms, which the candidates have no more. */
void candidates_hand_over(struct candidates *c, struct chosen *chosen);
void candidates_done(struct candidates *c);

/* A block that was too large. */
struct big_block {
	uint64_t	key;
	uint32_t	size;		/* nodes */
	uint8_t		rule;
	uint8_t		step;		/* how often it had been split */
	bool		skipped;	/* not split any more */
};

struct chosen {
	struct pair_rule	rule[CHOSEN_MAX];
	unsigned		count;
	bool			all_pairs;
	uint64_t		planned;		/* pairs, before the ladder */
	struct atoms		*atoms;			/* those of the rules, for pairs_each, which frees
							 * them; NULL: it makes them */
	uint64_t		done, lost;		/* of pairs_each */
	struct big_block	*big;			/* what the ladder did, by rule, step and key */
	size_t			 bigs, big_cap;
};

/* The rules with the most expected matches per new pair, under the budget; z[i] is the
 * probability that a pair of sample[i] is a match. */
void pairs_choose(struct chosen *chosen, const struct candidates *c, const struct tally *sample,
    size_t count, const double *z, const struct view *w, const struct pairs_options *o);

void chosen_done(struct chosen *chosen);

struct pairs_run;

/* Calls visit for every pair of nodes that a chosen rule brings together, exactly once, for some
 * pairs at a time (COMPARE_MOST at most), on up to `threads` threads; `task` numbers the piece of
 * work, which depends on sizes alone, and ends in a call of `finish`, in the order of tasks. A
 * worker keeps what it found in `slot`, which `start` made; start and finish are called by the
 * calling thread only. */
struct pairs_visitor {
	void	*(*start)(void *arg, unsigned task);
	void	 (*visit)(void *slot, const struct pairs_run *run, const struct node_pair *pair,
		    unsigned count);
	void	 (*finish)(void *arg, unsigned task, void *slot);
	void	*arg;
};

void pairs_each(struct chosen *chosen, const struct view *w, const struct pairs_options *o,
    const struct pairs_visitor *visitor);
/* To a visitor: the mask of the chosen rules that hold for a pair it was called for. Where all pairs
 * are compared, no rule holds. */
uint16_t pairs_rules(const struct pairs_run *run, struct node_pair pair);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/recall.h: how many of the matches the chosen rules find (resolve 5.7). */
#ifndef CDP_RESOLVE_RECALL_H
#define CDP_RESOLVE_RECALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct field;

/* Expected matches by the rules that hold for them. */
struct recall_found {
	uint64_t	mask;		/* bit r: rule r holds */
	double		matches;
};

struct recall_input {
	const struct recall_found	*found;
	size_t				 count;
	uint64_t			 chosen;	/* bit r: rule r is used */
	const uint16_t			*rule_fields;	/* by rule: bit f, it looks at field f */
	unsigned			 rules;
	const struct field		*field;
	unsigned			 fields;
	bool				 all_pairs;	/* every pair is compared */
};

struct recall {
	bool	usable;			/* both kinds of rules were chosen and found enough */
	double	share;			/* found by the chosen rules, of what all candidates find */
	double	chapman, error;		/* found, of what two kinds of rules say is there; its
					 * standard error */
	double	low;			/* the lower of both */
	bool	known;			/* low says something: share alone knows nothing of the matches that
					 * no candidate finds, and is 1 where all candidates are chosen */
};

/* Rules that look at a person's own fields only, and rules that look at none, find matches
 * independently of each other: how many both find tells how many neither does. */
void recall_estimate(struct recall *r, const struct recall_input *in);

#endif

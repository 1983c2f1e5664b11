/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/taught.h: pairs of which people know whether they are one person, among those that
 * weights are learnt from (resolve 7.5). Those that are one are all looked at, and teach every
 * field, since nobody chose them for agreeing on one; of others those that the sample meets. */
#ifndef CDP_RESOLVE_TAUGHT_H
#define CDP_RESOLVE_TAUGHT_H

#include "resolve/sample.h"	/* struct sample_visitor, by value */
#include <stdint.h>

struct label_file;
struct store;
struct tallies;
struct taught;
struct verdicts;
struct view;

/* What is known, by record ids; either may be NULL. */
struct knowledge {
	const struct verdicts	*verdicts;
	const struct label_file	*labels;
};

/* How many verdicts and labels name a record that is not here. */
void knowledge_unknown(const struct knowledge *k, const struct store *s, uint64_t *verdicts,
    uint64_t *labels);
/* NULL: nothing is known of these records. share and classes are those of the sample. */
struct taught *taught_new(const struct view *w, const struct knowledge *k, unsigned classes,
    const double share[FIELDS_MAX]);
void taught_free(struct taught *t);		/* NULL is fine */
/* A visitor of the sample that keeps what is known apart and gives all else to another. */
struct sample_visitor taught_visitor(struct taught *t, struct sample_visitor to);
/* After the sample: adds tallies of what is known, for the candidates that c has now. */
void taught_add(struct taught *t, struct tallies *sampled, const struct candidates *c,
    unsigned threads);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/copies.c: a pair of copies has the weight of the node with itself; what they say
 * beyond the compared fields may still forbid that they are one. */
#include "resolve/copies.h"
#include "resolve/facts.h"
#include "resolve/merge.h"
#include "resolve/store.h"
#include "resolve/view.h"

void
grounds_claims(struct claims *c, const struct grounds *g, uint32_t record)
{
	const struct store *s = g->in->view->store;
	uint32_t source = s->rec[record].source;

	claims_of(c, &s->facts, rec_row(s, record), g->in->types, g->kinds,
	    g->clean[source] ? source : CLAIMS_NO_SOURCE);
}

struct ground_sketch
grounds_sketch(const struct grounds *g, uint32_t record)
{
	const struct store *s = g->in->view->store;
	struct ground_sketch sketch = { 0, 0 };
	uint32_t claims = g->clean[s->rec[record].source] ? 2 : 0;

	for (const uint32_t *word = rec_row(s, record); *word != 0; word++) {
		sketch.row = (sketch.row ^ *word) * UINT32_C(0x9e3779b1);
		if (g->kinds >> fact_kind(*word) & 1) {
			sketch.claim = *word;
			claims++;
		}
	}
	if (claims > 1)
		sketch.claim = GROUND_ROW;
	return sketch;
}

bool
grounds_same(const struct grounds *g, uint32_t a, uint32_t b)
{
	const struct store *s = g->in->view->store;

	return g->sketch[a].row == g->sketch[b].row && facts_same(rec_row(s, a), rec_row(s, b));
}

/* Rows that are the same cannot clash, but a clean source holds nobody twice. */
static bool
clash(const struct grounds *g, const uint32_t *record, uint32_t count, struct claims *all,
    struct claims *one)
{
	const struct store *s = g->in->view->store;
	const struct merge_options *o = &g->in->options;
	uint64_t demoted = 0;

	if (g->clean[s->rec[record[0]].source])
		return true;
	grounds_claims(all, g, record[0]);
	for (uint32_t i = 1; i < count; i++) {
		if (facts_same(rec_row(s, record[0]), rec_row(s, record[i])))
			continue;
		grounds_claims(one, g, record[i]);
		if (constraint_check(all, one, &s->facts, g->in->types, o->soft_exclusive,
		    !o->birthdate, &demoted) != REFUSAL_NONE)
			return true;
		claims_add(all, one);
	}
	return false;
}

enum copies
copies_judge(const struct grounds *g, uint32_t node, unsigned said, struct claims *a,
    struct claims *b, int32_t *weight)
{
	const struct view *w = g->in->view;
	uint32_t n = view_copies(w, node);
	bool like;

	if (n == 1)
		return COPIES_ONE;
	*weight = g->in->weight.of(g->in->weight.arg, node, node);
	like = *weight >= g->in->options.link;
	if (like && !(said & COPIES_SPLIT) && !clash(g, w->record + w->record_at[node], n, a, b))
		return COPIES_ONE;
	if (n > COPIES_EDGES_MOST)
		return said ? COPIES_NAMED : COPIES_LOST;
	return like || said ? COPIES_INNER : COPIES_APART;
}

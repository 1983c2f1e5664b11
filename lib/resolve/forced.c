/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/forced.c: exact mode with some of the joins. */
#include "base/alloc.h"
#include "resolve/forced.h"
#include "resolve/merge.h"
#include "resolve/resolve.h"
#include "resolve/rules.h"

static void
demand_ties(struct resolve *r, const struct exact *x)
{
	r->demands = mem_resize(r->demands, (r->demand_count + x->tie_count + 1) *
	    sizeof *r->demands);
	for (size_t i = 0; i < x->tie_count; i++)
		r->demands[r->demand_count++] = (struct demand){ x->ties[i].a, x->ties[i].b,
		    DEMAND_FORCED };
}

void
forced_find(struct resolve *r)
{
	struct rules forced = *r->rules;	/* its joins alone are others */
	uint16_t *place = mem_alloc((forced.join_count + 1) * sizeof *place);
	struct exact x = { 0 };

	forced.joins = mem_alloc((forced.join_count + 1) * sizeof *forced.joins);
	forced.join_count = 0;
	for (size_t i = 0; i < r->rules->join_count; i++) {
		if (!r->rules->joins[i].force)
			continue;
		place[forced.join_count] = (uint16_t)i;
		forced.joins[forced.join_count++] = r->rules->joins[i];
	}
	if (forced.join_count > 0) {
		exact_run(&x, &r->store, &forced, r->types, &r->generic, r->threads);
		demand_ties(r, &x);
		for (size_t i = 0; i < x.refused_count; i++)
			x.refused[i].join = place[x.refused[i].join];
		r->exact.refused = x.refused;
		r->exact.refused_count = x.refused_count;
		x.refused = NULL;
		exact_done(&x);
	}
	mem_free(forced.joins);
	mem_free(place);
}

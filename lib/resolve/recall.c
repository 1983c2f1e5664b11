/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/recall.c: Chapman's estimate, as of fish that are caught twice. */
#include "resolve/field.h"
#include "resolve/recall.h"

enum { BOTH_LEAST = 20 };	/* matches that both kinds found, for an estimate to say anything */

struct caught {
	double	all, chosen;		/* by any candidate, by the chosen rules */
	double	personal, other, both;	/* by chosen rules of one kind, of the other, of both */
};

/* Rules of one kind among those chosen: that look at nothing but a person's own, or at none. */
static uint64_t
rules_of(const struct recall_input *in, bool personal)
{
	uint64_t rules = 0;
	uint16_t fields = 0;

	for (unsigned f = 0; f < in->fields; f++)
		if ((in->field[f].nature == NATURE_PERSONAL) != personal)
			fields |= (uint16_t)(1u << f);
	for (unsigned r = 0; r < in->rules; r++)
		if ((in->rule_fields[r] & fields) == 0)
			rules |= UINT64_C(1) << r;
	return rules & in->chosen;
}

static struct caught
caught(const struct recall_input *in)
{
	uint64_t personal = rules_of(in, true), other = rules_of(in, false);
	struct caught c = { 0 };

	for (size_t i = 0; i < in->count; i++) {
		const struct recall_found *f = &in->found[i];

		c.all += f->matches;
		c.chosen += f->mask & in->chosen ? f->matches : 0;
		c.personal += f->mask & personal ? f->matches : 0;
		c.other += f->mask & other ? f->matches : 0;
		c.both += (f->mask & personal) && (f->mask & other) ? f->matches : 0;
	}
	return c;
}

/* By Newton's steps: of libm the engine uses nothing. */
static double
square_root(double x)
{
	double root = x < 1 ? 1 : x;

	for (unsigned i = 0; i < 64; i++)
		root = (root + x / root) / 2;
	return root;
}

static void
chapman(struct recall *r, const struct caught *c)
{
	double there = (c->personal + 1) * (c->other + 1) / (c->both + 1) - 1;
	double variance = (c->personal + 1) * (c->other + 1) * (c->personal - c->both) *
	    (c->other - c->both) / ((c->both + 1) * (c->both + 1) * (c->both + 2));

	if (there < c->chosen)
		there = c->chosen;
	r->chapman = c->chosen / there;
	r->error = r->chapman * square_root(variance) / there;
}

void
recall_estimate(struct recall *r, const struct recall_input *in)
{
	struct caught c = caught(in);

	*r = (struct recall){ .share = 1, .chapman = 1, .low = 1, .known = in->all_pairs };
	if (in->all_pairs || c.all <= 0)
		return;
	r->share = c.chosen / c.all;
	r->usable = r->known = c.both >= BOTH_LEAST;
	if (r->usable)
		chapman(r, &c);
	r->low = r->usable && r->chapman < r->share ? r->chapman : r->share;
}

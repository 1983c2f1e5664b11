/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/leftover_test.c: which pairs get a second look, and what it raises their weights by. */
#include "base/alloc.h"
#include "resolve/fx.h"
#include "resolve/leftover.h"
#include "resolve/level.h"
#include "resolve/merge.h"
#include "resolve/model.h"
#include "resolve/score.h"
#include "resolve/view.h"
#include "resolve_case.h"
#include "tap.h"

enum { EACH = 40, PRIOR_ACROSS = -6000 };

struct leftover_case {
	struct world	world;
	struct view	view;
	struct model	model;
	struct scorer	scorer;
	struct merged	merged;
};

/* Forty records in either of two sources, a third source with one; x:39 has a copy. */
static void
begin(struct leftover_case *c)
{
	char id[16], members[64];

	*c = (struct leftover_case){ .merged = { .cluster = NULL } };
	world_open(&c->world);
	c->world.resolve.scored = true;
	for (int i = 0; i < 2 * EACH; i++) {
		snprintf(id, sizeof id, "%c:%02d", i < EACH ? 'x' : 'y', i % EACH);
		snprintf(members, sizeof members, "'given_name':'G%c%c','birthdate':'1980-01-%02d'",
		    'a' + i % 20, 'a' + i / 20, 1 + i % 28);
		world_rec(&c->world, id, members);
	}
	snprintf(members, sizeof members, "'given_name':'G%c%c','birthdate':'1980-01-%02d'",
	    'a' + 39 % 20, 'a' + 39 / 20, 1 + 39 % 28);
	world_rec(&c->world, "x:40", members);
	world_rec(&c->world, "z:00", "'given_name':'Ana'");
	world_read(&c->world, 1);
	view_make(&c->view, c->world.store, c->world.rules, c->world.resolve.types,
	    c->world.resolve.attributes);
	c->model = (struct model){ .fields = c->view.fields, .classes = 4, .tf_floor = 4,
	    .prior = { -12000, -12000, PRIOR_ACROSS, PRIOR_ACROSS } };
	for (unsigned f = 0; f < c->view.fields; f++) {
		c->model.field[f].parent = -1;
		c->model.field[f].levels = field_levels(c->view.field[f].type);
		for (unsigned l = 0; l < c->model.field[f].levels; l++)
			c->model.field[f].level[l].u = 0.125;
	}
	scorer_make(&c->scorer, &c->view, &c->model);
	c->merged.cluster = mem_alloc(c->world.store->count * sizeof *c->merged.cluster);
	for (uint32_t i = 0; i < c->world.store->count; i++)
		c->merged.cluster[i] = i;
}

static void
end(struct leftover_case *c)
{
	mem_free(c->merged.cluster);
	scorer_done(&c->scorer);
	view_done(&c->view);
	world_close(&c->world);
}

/* Records stand by their ids: x:00..x:40, y:00..y:39, z:00; the last two of x are one node. */
static uint32_t
x(uint32_t i)
{
	return i;
}

static uint32_t
y(uint32_t i)
{
	return EACH + i;
}

/* Without any field but the prior: what the rest adds is not asked here. */
static int32_t
weight(const struct leftover_case *c, uint32_t a, uint32_t b)
{
	struct comparison nothing = { .pattern = UINT64_MAX };

	return score_comparison(&c->scorer, a, b, &nothing);
}

static void
join(struct leftover_case *c, uint32_t a, uint32_t b)
{
	c->merged.cluster[c->view.record[c->view.record_at[b]]] =
	    c->view.record[c->view.record_at[a]];
}

static void
once(void)
{
	struct model m = { .classes = 3, .prior = { -9000, -8999, -6000 } };

	ok(holds_once(&m, 0), "an eighth of the matches across: a source that holds a person once");
	ok(!holds_once(&m, 1), "a millibit more: it does not");
	ok(!holds_once(&m, 2), "pairs across sources are inside none");
	m.classes = 1;
	ok(!holds_once(&m, 0), "nor is there anything to tell of one source alone");
}

static void
possible(struct leftover_case *c)
{
	ok(leftover_possible(&c->view, &c->model), "two such sources: a second look");
	c->model.prior[1] = PRIOR_ACROSS;
	ok(!leftover_possible(&c->view, &c->model), "one: none");
	c->model.prior[1] = -12000;
}

/* x:i and y:i are linked but for the first nine of either: eight are a bit short, the ninth have
 * nobody. So a few of 9 by 9 pairs are matches. */
static void
raised(struct leftover_case *c)
{
	struct edge edges[EACH + 3];
	size_t count = 0;
	int32_t raise, settled;
	uint64_t matches = 0;
	bool left = true, others = true;

	for (uint32_t i = 0; i < EACH; i++)
		if (i != 8)
			edges[count++] = (struct edge){ x(i), y(i), i < 8 ? -1000 : 9000, 0 };
	edges[count++] = (struct edge){ x(7), x(8), -1500, 0 };		/* of one source */
	edges[count++] = (struct edge){ x(8), y(9), -1500, 0 };		/* of one that is linked */
	edges[count++] = (struct edge){ x(8), 2 * EACH, -1500, 0 };	/* of a source that holds many */
	for (uint32_t i = 9; i < EACH; i++)
		join(c, x(i), y(i));
	ok(leftover_find(&c->scorer, edges, count, &c->merged), "what is left gets another prior");
	raise = c->scorer.raise;
	for (size_t i = 0; i < count; i++) {
		if (i < 8)
			left &= edges[i].weight == -1000 + raise;
		else
			others &= edges[i].weight == 9000 || edges[i].weight == -1500;
		matches += i < 8 ? fx_probability(edges[i].weight) : 0;
	}
	ok(left && raise > 0, "pairs of two that are left weigh more, by %d", raise);
	ok(others, "no others do");
	matches /= FX_CERTAIN;
	settled = fx_log2_ratio(matches, 81 - matches) - PRIOR_ACROSS;
	ok(settled == raise, "so that their matches are what the prior stands for: %d", settled);
	ok(edges[0].weight > 0, "and they are links");
	ok(weight(c, x(0), y(8)) == weight(c, x(9), y(8)) + raise,
	    "pairs that are scored later have it, too");
	ok(weight(c, x(0), x(8)) == weight(c, x(9), x(8)), "inside a source they have not");
}

static void
not_raised(struct leftover_case *c)
{
	struct edge one = { x(0), y(0), -4000, 0 }, sure = { x(0), y(0), 9000, 0 };
	struct edge copies = { x(EACH - 1), y(EACH - 1), -1000, 0 };

	mem_free(c->scorer.left);
	ok(!leftover_find(&c->scorer, &one, 1, &c->merged) && one.weight == -4000,
	    "less than a match raises nothing");
	mem_free(c->scorer.left);
	c->model.prior[c->model.classes - 1] = -1000;
	ok(!leftover_find(&c->scorer, &sure, 1, &c->merged) && sure.weight == 9000,
	    "a prior is never lowered");
	ok(!c->scorer.left[copies.a] && c->scorer.left[copies.b],
	    "a record that has a copy is not one that found nobody");
}

int
main(void)
{
	static struct leftover_case c;

	once();
	begin(&c);
	possible(&c);
	raised(&c);
	end(&c);
	begin(&c);
	not_raised(&c);
	end(&c);
	return tap_done();
}

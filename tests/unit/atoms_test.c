/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/atoms_test.c: what is near has a key in common, and what is far has none. */
#include "base/alloc.h"
#include "resolve/atoms.h"
#include "resolve/dict.h"
#include "resolve/level.h"
#include "resolve_case.h"
#include "tap.h"

#include <inttypes.h>

enum { RECORDS = 400 };

/* The place of the atom of that name in the list. */
static unsigned
atom(const struct atoms *a, const char *name)
{
	struct buf said = { 0 };
	unsigned i = 0;

	for (; i < a->count; i++) {
		struct pair_rule alone = { .atom = { a->list[i].of }, .count = 1 };

		buf_reset(&said);
		rule_name(a->view, &alone, &said);
		if (span_is(buf_span(&said), name))
			break;
	}
	buf_done(&said);
	ok(i < a->count, "%s is an atom", name);
	return i;
}

static bool
share(const struct atoms *a, unsigned i, uint32_t x, uint32_t y)
{
	uint64_t of_x[ATOM_KEYS], of_y[ATOM_KEYS];
	unsigned xs = atoms_keys(a, i, x, of_x), ys = atoms_keys(a, i, y, of_y);

	for (unsigned n = 0; n < xs; n++)
		for (unsigned m = 0; m < ys; m++)
			if (of_x[n] == of_y[m])
				return true;
	return false;
}

/* Every pair at the level or above shares a key; returns how many pairs below it do, too. */
static unsigned
look_at(const struct atoms *a, const char *name, unsigned least)
{
	unsigned i = atom(a, name), f = a->list[i].of.field, lost = 0, near = 0, beyond = 0;

	for (uint32_t x = 0; x < a->view->nodes; x++)
		for (uint32_t y = 0; y < x; y++) {
			struct comparison c;
			bool shares = share(a, i, x, y);

			compare_nodes(a->view, x, y, &c);
			if (pattern_level(c.pattern, f) == LEVEL_NULL)
				continue;
			near += pattern_level(c.pattern, f) >= least;
			lost += pattern_level(c.pattern, f) >= least && !shares;
			beyond += pattern_level(c.pattern, f) < least && shares;
		}
	ok(near > RECORDS / 4 && lost == 0, "%s: no near pair of %u without a key in common", name, near);
	ok(beyond < 3 * near, "%s: %u far ones have one", name, beyond);
	return beyond;
}

/* Amounts of all sizes and signs, whose neighbours are dense; days of one year. */
static void
fill(struct world *w)
{
	uint64_t state = 11;

	for (unsigned i = 0; i < RECORDS; i++) {
		char id[16], members[240];
		unsigned amount, at;

		state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		amount = 1U << (state >> 40) % 16;
		amount += (unsigned)(state >> 20) % amount;
		at = (unsigned)(state >> 50) % 336;
		snprintf(id, sizeof id, "%c:%u", i % 2 ? 'a' : 'b', i);
		snprintf(members, sizeof members, "'attributes':{'amount':'%s%u.%02u','booked':'2024-%02u-%02u',"
		    "'box':'b%u@shop%u.example','call':'%s912 345 %u%u'}",
		    i % 5 ? "" : "-", amount, i % 100, 1 + at / 28, 1 + at % 28, 1000 + at, i % 3,
		    i % 2 ? "" : "+351 ", 300 + at / 10, at % 10);
		world_rec(w, id, members);
	}
	world_rec(w, "c:1", "'attributes':{'amount':'0'}");
	world_rec(w, "c:2", "'attributes':{'amount':'0.00'}");
	world_rec(w, "c:3", "'attributes':{'amount':'none'}");
}

int
main(void)
{
	struct pair_atom_of list[ATOMS_MAX];
	struct world world;
	struct view view = { 0 };
	struct atoms atoms;

	world_open(&world);
	world.resolve.scored = true;
	fill(&world);
	world_read(&world, 1);
	view_make(&view, world.store, world.rules, world.resolve.types, world.resolve.attributes, 2);
	atoms_make(&atoms, &view, list, atoms_of_view(&view, list), 2);
	ok(look_at(&atoms, "attr.amount.hundredth", 2) < look_at(&atoms, "attr.amount.tenth", 1),
	    "a hundredth is nearer than a tenth");
	look_at(&atoms, "attr.booked.days", 5);
	look_at(&atoms, "attr.box.local", 2);
	look_at(&atoms, "attr.call.last8", 5);
	atoms_done(&atoms);
	view_done(&view);
	world_close(&world);
	return tap_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/pairs_case.h: random records as a view, for tests of blocking. */
#ifndef CDP_TESTS_PAIRS_CASE_H
#define CDP_TESTS_PAIRS_CASE_H

#include "base/alloc.h"
#include "resolve/view.h"
#include "resolve_case.h"

#include <inttypes.h>

struct random { uint64_t state; };

static inline uint32_t
draw(struct random *r, uint32_t below)
{
	r->state = r->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((r->state >> 33) % below);
}

static inline const char *
pick(struct random *r, const char *const *list, uint32_t n)
{
	return list[draw(r, n)];
}

static inline void
random_members(struct random *r, uint32_t person, struct buf *out)
{
	static const char *const given[] = { "Ana", "Anna", "Ana Maria", "Bea", "Bob", "Carl", "Karl",
		"Dora", "Eva", "Iva" };
	static const char *const family[] = { "Souza", "Sousa", "Silva Souza", "Lima", "Silva",
		"Lima Prado", "Moor", "More", "Reis" };
	static const char *const street[] = { "Rua Alta", "Rua do Porto", "Mill Lane", "Old Mill Road" };
	static const char *const word[] = { "red", "green", "blue", "oak", "elm", "pine", "ash" };
	struct random p = { person * UINT64_C(0x9e3779b97f4a7c15) + 1 };

	for (int i = 0; i < 4; i++)
		draw(&p, 2);
	if (draw(r, 10) > 0)
		buf_print(out, "'given_name':'%s',", pick(draw(r, 5) > 0 ? &p : r, given, 10));
	if (draw(r, 10) > 0)
		buf_print(out, "'family_name':'%s',", pick(draw(r, 5) > 0 ? &p : r, family, 9));
	if (draw(r, 6) > 0)
		buf_print(out, "'birthdate':'19%02u-0%u-1%u',", (unsigned)(60 + draw(&p, 9)),
		    (unsigned)(1 + draw(&p, 3)), (unsigned)draw(draw(r, 5) > 0 ? &p : r, 4));
	if (draw(r, 2) > 0)
		buf_print(out, "'email':['m%u@example.com','n%u@example.com'],", (unsigned)draw(&p, 40),
		    (unsigned)draw(r, 40));
	if (draw(r, 3) > 0)
		buf_print(out, "'address':[{'street_address':'%s %u','postal_code':'1000%u',"
		    "'locality':'Town%u'}],", pick(&p, street, 4), (unsigned)draw(&p, 5),
		    (unsigned)draw(&p, 3), (unsigned)draw(&p, 3));
	buf_print(out, "'attributes':{'motto':'%s %s %s','shade':'%s'}", pick(&p, word, 7),
	    pick(r, word, 7), pick(r, word, 7), pick(&p, word, 3));
}

/* So many records, about three of each person, of three sources; the last one read first if
 * `reversed`. */
static inline void
random_view(struct world *w, struct view *v, uint32_t records, uint64_t seed, bool reversed)
{
	struct random r = { seed };
	struct buf *members = mem_zero(records, sizeof *members);

	world_open(w);
	w->resolve.scored = true;
	for (uint32_t i = 0; i < records; i++) {
		char id = "xyz"[draw(&r, 3)];

		buf_byte(&members[i], id);
		random_members(&r, draw(&r, records / 3 + 1), &members[i]);
		buf_byte(&members[i], '\0');
	}
	for (uint32_t n = 0; n < records; n++) {
		uint32_t i = reversed ? records - 1 - n : n;
		char id[32];

		snprintf(id, sizeof id, "%c:%u", members[i].p[0], (unsigned)i);
		world_rec(w, id, members[i].p + 1);
		buf_done(&members[i]);
	}
	mem_free(members);
	world_read(w, 1);
	*v = (struct view){ 0 };
	view_make(v, w->store, w->rules, w->resolve.types, w->resolve.attributes, 2);
}

static inline void
random_view_done(struct world *w, struct view *v)
{
	view_done(v);
	world_close(w);
}

#endif

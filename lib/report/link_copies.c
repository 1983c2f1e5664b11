/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/link_copies.c: ties of copies, kept until the truth is known. */
#include "base/alloc.h"
#include "io/ndjson.h"
#include "report/link_copies.h"
#include "report/links.h"

void
link_copies_done(struct link_copies *c)
{
	mem_free(c->id);
	arena_done(&c->arena);
	*c = (struct link_copies){ 0 };
}

static void
keep(struct link_copies *c, const struct ndjson *n, uint32_t tie, struct arena *arena)
{
	const char *const names[] = { "a", "b" };
	uint32_t by = ndjson_find(n, tie, SPAN("by"));

	if (by == 0 || !ndjson_is(n, by, SPAN("copy")))
		return;
	c->id = mem_grow(c->id, c->n + 2, &c->cap, sizeof *c->id);
	for (int i = 0; i < 2; i++) {
		uint32_t at = ndjson_find(n, tie, span_from(names[i]));

		c->id[c->n++] = at == 0 ? SPAN("") :
		    arena_copy(&c->arena, ndjson_text(n, at, arena));
	}
}

void
link_copies_take(struct link_copies *c, const struct ndjson *profile, struct arena *arena)
{
	uint32_t ties = ndjson_find(profile, 0, SPAN("ties"));

	if (ties == 0)
		return;
	for (uint32_t v = ndjson_first(profile, ties); v != 0; v = ndjson_sibling(profile, v))
		keep(c, profile, v, arena);
}

void
link_copies_give(const struct link_copies *c, struct links *to)
{
	for (size_t i = 0; i < c->n; i += 2)
		links_copy(to, c->id[i], c->id[i + 1]);
}

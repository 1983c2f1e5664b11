/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/store_order_test.c: records stand in the order of their ids, one version of each, with
 * their own rows and sources, whatever the ids begin with. */
#include "base/arena.h"
#include "base/map.h"
#include "draw.h"
#include "resolve_case.h"
#include "tap.h"

enum { RECORDS = 40000, SEED = 11, NAMES = 5, MANY = 70000 };

/* ':' stands between '-' and 'x', so the order of ids is not that of sources. */
static const char *const names[NAMES] = { "crm", "crm-old", "crmx", "a", "shop" };

/* Keys that begin alike, some to the last byte, some of one byte. */
static void
draw_id(char *id, size_t room)
{
	uint64_t kind = draw(4);
	const char *name = names[draw(NAMES)];

	if (kind == 0)
		snprintf(id, room, "%s:%c", name, (char)('a' + draw(26)));
	else
		snprintf(id, room, "%s:%s%04u", name, kind == 1 ? "" : kind == 2 ? "customer" : "custom",
		    (unsigned)draw(9000));
}

static size_t
out_of_order(const struct store *s)
{
	size_t wrong = 0;

	for (size_t i = 1; i < s->count; i++)
		wrong += span_cmp(rec_id(&s->rec[i - 1]), rec_id(&s->rec[i])) >= 0;
	return wrong;
}

/* Each record's own identifier is its id, so that its row tells whose it is. */
static size_t
with_wrong_row(const struct store *s)
{
	size_t wrong = 0;

	for (uint32_t i = 0; i < s->count; i++) {
		struct span id = rec_id(&s->rec[i]);
		struct span name = facts_text(&s->facts, facts_find(rec_row(s, i), FACT_IDENTIFIER));
		struct span source = map_key(s->sources, s->rec[i].source);

		wrong += !span_equal(name, id) || !span_starts(id, source) || id.p[source.len] != ':';
	}
	return wrong;
}

static void
any_ids(unsigned threads)
{
	struct world w;
	char id[64], members[128];
	size_t held = 0;

	world_open(&w);
	draw_begin(SEED, RECORDS);
	for (int i = 0; i < RECORDS; i++) {
		draw_id(id, sizeof id);
		snprintf(members, sizeof members, "'identifiers':{'own':['%s']}", id);
		world_rec(&w, id, members);
	}
	world_read(&w, threads);
	for (size_t i = 0; i < map_size(w.store->sources); i++)
		held += map_value(w.store->sources, i);
	ok(out_of_order(w.store) == 0, "in the order of ids, each once (%u threads)", threads);
	ok(with_wrong_row(w.store) == 0, "each with its row and its source");
	ok(w.store->count + w.store->repeated == RECORDS && w.store->repeated > 0,
	    "the same line again is counted");
	ok(held == w.store->count && map_size(w.store->sources) == NAMES, "sources have their records");
	world_close(&w);
}

static void
versions(void)
{
	struct arena arena = { 0 };
	struct span line;
	struct world w;

	world_open(&w);
	world_rec(&w, "a:customer1", "'observed_at':'2020-01-01T00:00:00Z','name':'Old'");
	world_rec(&w, "a:customer2", "'name':'Other'");
	world_rec(&w, "a:customer1", "'observed_at':'2021-01-01T00:00:00Z','name':'New'");
	world_rec(&w, "a:customer1", "'name':'Undated'");
	world_read(&w, 2);
	ok(w.store->count == 2 && w.store->superseded == 2, "one version of each stays");
	line = rec_line(w.store, &w.store->rec[0], &arena);
	ok(memmem(line.p, line.len, "New", 3) != NULL, "the latest");
	arena_done(&arena);
	world_close(&w);
}

static void
add_line(struct world *w, const char *before, size_t far, const char *id)
{
	buf_text(&w->lines, "{\"kind\":\"record\",\"note\":\"");
	for (size_t i = 0; i < far; i++)
		buf_byte(&w->lines, 'x');
	buf_print(&w->lines, "\",%s\"id\":\"%s\",\"purposes\":[\"identity_resolution\"]}\n", before, id);
}

/* An id is known beside its line, which may write it otherwise or far behind. */
static void
places_of_ids(void)
{
	enum { FAR = 70000, LONG = 40000 };
	struct arena arena = { 0 };
	struct world w;
	char *id = malloc(LONG + 1);
	size_t wrong = 0;

	memset(id, 'y', LONG);
	memcpy(id, "a:", 2);
	id[LONG] = '\0';
	world_open(&w);
	add_line(&w, "", 10, "a:near");
	add_line(&w, "", FAR, "a:far");
	add_line(&w, "", UINT16_MAX - 40, "a:edge");
	add_line(&w, "", 10, "a:esc\\u0061ped");
	add_line(&w, "", FAR, id);
	world_read(&w, 2);
	ok(w.store->count == 5 && span_is(rec_id(&w.store->rec[world_find(&w, "a:far")]), "a:far"),
	    "an id far behind is found");
	ok(span_is(rec_id(&w.store->rec[world_find(&w, "a:escaped")]), "a:escaped"), "one with escapes, too");
	ok(span_is(rec_id(&w.store->rec[world_find(&w, id)]), id), "and a long one");
	for (size_t i = 0; i < w.store->count; i++)
		wrong += !span_starts(rec_line(w.store, &w.store->rec[i], &arena), SPAN("{\"kind\":\"record\",\"note\":\"x"));
	ok(wrong == 0 && out_of_order(w.store) == 0, "each with its line");
	arena_done(&arena);
	free(id);
	world_close(&w);
}

/* More sources than the number of a place can tell. */
static void
many_sources(void)
{
	struct world w;
	char id[64], members[128];

	world_open(&w);
	for (int i = 0; i < MANY; i++) {
		snprintf(id, sizeof id, "s%d:%d", MANY - i, i);
		snprintf(members, sizeof members, "'identifiers':{'own':['%s']}", id);
		world_rec(&w, id, members);
	}
	world_read(&w, 2);
	ok(w.store->count == MANY && out_of_order(w.store) == 0 && with_wrong_row(w.store) == 0,
	    "a source for each record");
	world_close(&w);
}

int
main(void)
{
	any_ids(1);
	any_ids(3);
	versions();
	places_of_ids();
	many_sources();
	return tap_done();
}

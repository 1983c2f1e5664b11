/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/pair_links_test.c: which lines of kind "link" the scored pairs become. */
#include "base/alloc.h"
#include "resolve/links.h"
#include "resolve/scored.h"
#include "resolve_case.h"
#include "tap.h"

/* Copies of the first record: as many as are written one by one, of the second: one more. */
enum { FEW = LINK_COPIES, MANY = LINK_COPIES + 1 };

struct links_case {
	struct world	world;
	struct scored	x;
	struct edge	edges[3];
	struct buf	lines;
	unsigned	given;
};

static void
copies(struct world *w, const char *source, unsigned count, const char *members)
{
	char id[16];

	for (unsigned i = 0; i < count; i++) {
		snprintf(id, sizeof id, "%s:%02u", source, i);
		world_rec(w, id, members);
	}
}

static void
begin(struct links_case *c)
{
	*c = (struct links_case){ .given = 0 };
	world_open(&c->world);
	c->world.resolve.scored = true;
	copies(&c->world, "a", FEW, "'given_name':'Ana','family_name':'Costa'");
	copies(&c->world, "b", MANY, "'given_name':'Rui','family_name':'Costa'");
	copies(&c->world, "c", 2, "'given_name':'Ana','family_name':'Paz'");
	world_read(&c->world, 1);
	view_make(&c->x.view, c->world.store, c->world.rules, c->world.resolve.types,
	    c->world.resolve.attributes, 2);
	c->x.model.fields = c->x.view.fields;
	c->x.model.classes = 1;
	c->x.model.prior[0] = -7000;
	c->x.model.cap_free = INT32_MAX;
	for (unsigned f = 0; f < c->x.view.fields; f++) {
		c->x.model.field[f].parent = -1;
		for (unsigned l = 0; l < LEVELS_MAX; l++)
			c->x.model.field[f].level[l] = (struct model_level){ .u = 0.5,
			    .weight = { [ROW_ALONE] = l == 7 ? 4321 : -1234 } };
	}
	scorer_make(&c->x.scorer, &c->x.view, &c->x.model, 2);
	c->edges[0] = (struct edge){ 0, 1, -500, 0 };
	c->edges[1] = (struct edge){ 0, 2, 0, 0 };
	c->edges[2] = (struct edge){ 1, 2, -501, 0 };
	c->x.edges = c->edges;
	c->x.edge_count = 3;
}

static void
end(struct links_case *c)
{
	buf_done(&c->lines);
	scorer_done(&c->x.scorer);
	view_done(&c->x.view);
	world_close(&c->world);
}

static void
take(void *arg, struct span lines)
{
	struct links_case *c = arg;

	buf_add(&c->lines, lines);
	c->given++;
}

static unsigned
count(const struct links_case *c, const char *text)
{
	struct span rest = buf_span(&c->lines);
	unsigned n = 0;
	const char *at;

	while (rest.len > 0 && (at = memmem(rest.p, rest.len, text, strlen(text))) != NULL) {
		n++;
		rest = span_skip(rest, (size_t)(at - rest.p) + 1);
	}
	return n;
}

static void
lines(struct links_case *c)
{
	uint64_t written = links_write(&c->x, -500, take, c);

	ok(c->x.view.nodes == 3, "three nodes");
	ok(written == 1 + 2 * FEW && count(c, "\n") == written,
	    "few copies are written each with each, of many the first: %u lines", (unsigned)written);
	ok(count(c, "\"a\":\"a:00\",\"b\":\"b:00\"") == 1 && count(c, "\"b\":\"b:01\"") == 0 &&
	    count(c, "\"a\":\"a:15\",\"b\":\"c:01\"") == 1, "by the ids of the records");
	ok(count(c, "\"verdict\":\"link\"") == 2 * FEW && count(c, "\"verdict\":\"below\"") == 1,
	    "from the threshold on it is a link");
	ok(count(c, "\"a\":\"b:") == 0, "what weighs less than was asked for is left out");
	ok(count(c, "\"levels\":{\"given_name\":\"exact\",\"family_name\":\"different\"}") == 2 * FEW,
	    "levels go by their names");
	buf_reset(&c->lines);
	ok(links_write(&c->x, INT32_MIN, take, c) == 1 + 2 * FEW + 1, "all, where all are asked for");
	buf_reset(&c->lines);
	c->given = 0;
	ok(links_write(&c->x, 1, take, c) == 0 && c->lines.len == 0, "none, where none is left");
}

/* A null field has neither a level nor a weight. Ana is the name of 16 of 35 beside the two, which is
 * a little less than the half that the model has: 4.321 and log2(35 / 16) − 1.
 * What the edge weighs less than the sum is what rivals took. */
static void
members(struct links_case *c)
{
	static const char want[] = "{\"kind\":\"link\",\"a\":\"a:03\",\"b\":\"c:00\",\"weight\":\"-3.720\","
	    "\"p\":\"0.070535\",\"verdict\":\"different\",\"by\":\"steward\",\"rules\":[],"
	    "\"levels\":{\"given_name\":\"exact\"},"
	    "\"weights\":{\"prior\":\"-7.000\",\"given_name\":\"4.450\",\"rivals\":\"-1.170\"}}\n";
	struct link_pair p = { 3, FEW + MANY, 0, 2, 0 };

	c->x.view.node[2].slot[c->x.view.of_type[FIELD_FAMILY]] = 0;
	c->edges[1].weight = -3720;
	buf_reset(&c->lines);
	link_write(&c->lines, &c->x, &p, "different", "steward");
	is_text(c->lines.p, c->lines.len, want, "a line has its evidence, and the verdict it was given");
}

int
main(void)
{
	static struct links_case c;

	begin(&c);
	lines(&c);
	members(&c);
	end(&c);
	return tap_done();
}

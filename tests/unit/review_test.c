/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/review_test.c: what is asked, and in which order. Records 0 to 7 with made-up edges,
 * ties and refusals. */
#include "base/alloc.h"
#include "io/ndjson.h"
#include "resolve/review.h"
#include "resolve/scored.h"
#include "resolve_case.h"
#include "tap.h"

enum { RECORDS = 8, MANY = 250, LINK = 0, REVIEW = -4000 };

struct review_case {
	struct world		 world;
	struct scored		 x;
	struct edge		 edges[MANY];
	struct exact_tie	 ties[8];
	struct merge_refusal	 refused[8];
	struct demand		 demands[4];
	struct review_input	 in;
	struct buf		 lines;
};

static void
take(void *arg, struct span lines)
{
	buf_add(arg, lines);
}

static void
begin(struct review_case *c, const uint32_t *cluster, unsigned records)
{
	static const char *const given[] = { "Ana", "Bea", "Cid", "Dia", "Eva", "Flo", "Gil", "Hal" };

	*c = (struct review_case){ .in.limit = REVIEW_LIMIT };
	world_open(&c->world);
	c->world.resolve.scored = true;
	for (unsigned i = 0; i < records; i++) {
		char id[16], members[64];

		snprintf(id, sizeof id, "s:%03u", i);
		snprintf(members, sizeof members, "'given_name':'%s','family_name':'N%c%c'",
		    given[i % RECORDS], 'a' + i / 26, 'a' + i % 26);
		world_rec(&c->world, id, members);
	}
	world_read(&c->world, 1);
	view_make(&c->x.view, c->world.store, c->world.rules, c->world.resolve.types,
	    c->world.resolve.attributes, 2);
	c->x.model.fields = c->x.view.fields;
	c->x.model.classes = 1;
	c->x.model.link = LINK;
	c->x.model.review = REVIEW;
	scorer_make(&c->x.scorer, &c->x.view, &c->x.model, 2);
	c->x.edges = c->edges;
	c->x.merged.ties = c->ties;
	c->x.merged.refused = c->refused;
	c->in.scored = &c->x;
	c->in.cluster = cluster;
	c->in.demands = c->demands;
	c->in.threads = 1;
}

static void
edge(struct review_case *c, uint32_t a, uint32_t b, int32_t weight)
{
	c->edges[c->x.edge_count++] = (struct edge){ a, b, weight, 0 };
}

static void
tie(struct review_case *c, uint32_t a, uint32_t b, int32_t average, enum tie_by by)
{
	c->ties[c->x.merged.tie_count++] = (struct exact_tie){ .a = a, .b = b, .weight = average,
	    .average = average, .by = (uint8_t)by };
}

static void
refusal(struct review_case *c, uint32_t a, uint32_t b, int32_t weight, int32_t average,
    enum merge_reason why)
{
	c->refused[c->x.merged.refused_count++] = (struct merge_refusal){ a, b, weight, average, 2, 2,
	    (uint8_t)why, TIE_SCORED };
}

/* "0-1 scored": the queue. */
static void
asks(struct review_case *c, const char *want, const char *what)
{
	struct ndjson *n = ndjson_new(NULL);
	struct buf got = { 0 };
	struct span text, line;
	struct error e = { 0 };
	size_t at;

	buf_reset(&c->lines);
	(void)review_write(&c->in, take, &c->lines);
	text = buf_span(&c->lines);
	while (span_split(&text, '\n', &line) && line.len > 0) {
		if (ndjson_scan(n, line, &at, &e) < 0)
			abort();
		buf_text(&got, got.len == 0 ? "" : ", ");
		buf_add(&got, span_skip(ndjson_text(n, ndjson_find(n, 0, SPAN("a")), NULL), 4));
		buf_byte(&got, '-');
		buf_add(&got, span_skip(ndjson_text(n, ndjson_find(n, 0, SPAN("b")), NULL), 4));
		buf_byte(&got, ' ');
		buf_add(&got, ndjson_text(n, ndjson_find(n, 0, SPAN("by")), NULL));
	}
	is_text(buf_span(&got).p, got.len, want, what);
	buf_done(&got);
	ndjson_free(n);
}

static void
end(struct review_case *c)
{
	buf_done(&c->lines);
	scorer_done(&c->x.scorer);
	view_done(&c->x.view);
	world_close(&c->world);
}

static void
edges(void)
{
	static const uint32_t alone[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	static const uint32_t two[] = { 0, 0, 2, 2, 4, 5, 6, 7 };
	struct review_case c;

	begin(&c, alone, RECORDS);
	edge(&c, 0, 1, -3000);
	edge(&c, 1, 2, -500);
	edge(&c, 2, 3, LINK);
	edge(&c, 3, 4, REVIEW - 1);
	edge(&c, 4, 5, REVIEW);
	edge(&c, 5, 6, -3000);
	asks(&c, "1-2 scored, 0-1 scored, 5-6 scored, 4-5 scored, 3-4 scored",
	    "pairs between the thresholds, the most uncertain first, then by record; others if few");
	c.in.limit = 2;
	asks(&c, "1-2 scored, 0-1 scored", "as many as were asked for");
	end(&c);
	begin(&c, two, RECORDS);
	edge(&c, 0, 1, -100);
	edge(&c, 0, 2, -3000);
	edge(&c, 1, 3, -2000);
	edge(&c, 4, 5, -900);
	asks(&c, "1-3 scored, 4-5 scored", "of two clusters the best, worth the pairs they have");
	ok(strstr(c.lines.p, "\"verdict\":\"review\"") != NULL &&
	    strstr(c.lines.p, "\"record_a\":{\"kind\":\"record\",\"id\":\"s:001\"") != NULL &&
	    strstr(c.lines.p, "\"record_b\":{\"kind\":\"record\",\"id\":\"s:003\"") != NULL,
	    "with both records");
	c.demands[c.in.demand_count++] = (struct demand){ 3, 0, DEMAND_DIFFERENT };
	asks(&c, "4-5 scored", "what is decided is not asked again");
	end(&c);
}

static void
refusals(void)
{
	static const uint32_t two[] = { 0, 0, 2, 2, 4, 4, 6, 7 };
	struct review_case c;

	begin(&c, two, RECORDS);
	edge(&c, 0, 3, -500);
	refusal(&c, 1, 2, 8000, -3500, MERGE_AVERAGE);
	refusal(&c, 4, 6, 3000, 3000, MERGE_BRIDGE);
	refusal(&c, 3, 4, 9000, 9000, MERGE_DIFFERENT);
	refusal(&c, 0, 4, TIE_DEMANDED, TIE_DEMANDED, MERGE_EXCLUSIVE);
	refusal(&c, 5, 6, TIE_DEMANDED, TIE_DEMANDED, MERGE_UNLINKED);
	asks(&c, "0-4 exclusive, 4-6 bridge, 1-2 average",
	    "demands that were not met, then what is uncertain; not what is decided");
	end(&c);
}

/* 0-1-2-3 is a chain, whose middle decides on most pairs. */
static void
ties(void)
{
	static const uint32_t chain[] = { 0, 0, 0, 0, 4, 4, 6, 6 };
	struct review_case c;

	begin(&c, chain, RECORDS);
	tie(&c, 0, 1, 1000, TIE_SCORED);
	tie(&c, 1, 2, 1000, TIE_SCORED);
	tie(&c, 2, 3, LINK - REVIEW, TIE_SCORED);
	tie(&c, 4, 5, TIE_DEMANDED, TIE_STEWARD);
	tie(&c, 6, 7, -1000, TIE_SCORED);
	asks(&c, "1-2 scored, 0-1 scored, 6-7 scored, 2-3 scored",
	    "ties as uncertain as what was not tied, by the pairs that hang on them");
	end(&c);
}

/* Of 120 questions between the thresholds nobody needs those beyond. */
static void
many(void)
{
	static uint32_t alone[MANY];
	struct review_case c;

	for (uint32_t i = 0; i < MANY; i++)
		alone[i] = i;
	begin(&c, alone, MANY);
	for (uint32_t i = 0; i < 120; i++)
		edge(&c, 2 * i, 2 * i + 1, i < 99 ? -3000 : REVIEW - 1);
	ok(review_write(&c.in, take, &c.lines) == REVIEW_FEW, "a short queue is filled to a hundred");
	c.edges[99].weight = -3000;
	c.edges[100].weight = -3000;
	ok(review_write(&c.in, take, &c.lines) == 101, "a longer one is left as it is");
	end(&c);
}

int
main(void)
{
	many();
	edges();
	refusals();
	ties();
	return tap_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/rows.c: records through the merge gate, profiles through the egress gate. Whatever a row looks
 * like: what leaves is one line of JSON with its decisions, without a credential, of a profile no
 * more than the view; every row has one fate, the same with and without a tape. */
#include "../tests/unit/consent_case.h"
#include "base/error.h"
#include "consent/event_id.h"
#include "consent/events.h"
#include "consent/judge.h"
#include "consent/line.h"
#include "consent/state.h"
#include "io/ndjson.h"
#include "model/feed.h"
#include "model/profile.h"
#include "model/profile_plain.h"
#include "model/record.h"
#include "model/record_plain.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What one gate asks, of a ledger with one grant. */
struct world {
	struct small_policy	 policy;
	struct policy_view	 view;
	struct span		 seen[2];
	struct policy_field	 fields[2];
	struct consent_state	 state;
	struct judge		 judge;
	struct bench		 bench;
};

static unsigned char bytes[32];

static void
must(bool held)
{
	if (!held)
		abort();
}

static struct events *
one_grant(struct world *w)
{
	struct events *es = events_new();
	struct ledger_line l = { .type = SPAN("grant"), .id = SPAN("g1"), .purpose = SPAN("marketing.newsletter"),
	    .channel = SPAN("email"), .controller = SPAN("A"), .method = SPAN("web_form"),
	    .ctype = SPAN("expressed"), .actor = SPAN("subject"), .notice = SPAN("newsletter@7/en"),
	    .commit = SPAN("0123456789012345678901234567890123456789012"), .recv = moment("2026-03-01"),
	    .has_interval = true, .lo = moment("2026-02-28"), .hi = moment("2026-02-28"),
	    .prev = SPAN("0123456789012345678901234567890123456789012") };
	struct error e = { 0 };
	struct buf text = { 0 };

	l.sid = event_token(&w->state.key, SPAN("email"), SPAN("ana@example.com"), false,
	    &w->bench.arena);
	line_write(&l, &text);
	must(events_add(es, buf_span(&text), &e) == 0);
	events_finish(es);
	buf_done(&text);
	return es;
}

static struct world *
world_new(const struct judge_question *q)
{
	struct world *w = mem_zero(1, sizeof(*w));
	struct error e = { 0 };

	small_policy_set(&w->policy);
	w->seen[0] = SPAN("email");
	w->seen[1] = SPAN("given_name");
	w->view = (struct policy_view){ SPAN("marketing.newsletter"), { w->seen, 2 } };
	w->fields[0] = (struct policy_field){ SPAN("attributes.diet"), CATEGORY_SPECIAL };
	w->fields[1] = (struct policy_field){ SPAN("attributes.password"), CATEGORY_CREDENTIAL };
	w->policy.p.views = &w->view;
	w->policy.p.view_count = 1;
	w->policy.p.fields = w->fields;
	w->policy.p.field_count = 2;
	w->policy.p.quarantine_days = 30;
	w->policy.p.digest = SPAN("00");
	w->state = (struct consent_state){ .key = { bytes, "t1" }, .policy = &w->policy.p,
	    .origin = SPAN("fuzz"), .size = 1, .root = "AA", .last_recv = moment("2026-03-01"),
	    .as_of = moment("2026-06-01"), .known_at = moment("2026-06-01"), .next_policy = INSTANT_NONE };
	w->state.events = one_grant(w);
	must(judge_open(&w->judge, &w->state, q, &e) == 0);
	return w;
}

static void
world_free(struct world *w)
{
	judge_close(&w->judge);
	bench_done(&w->bench);
	events_free(w->state.events);
	mem_free(w);
}

/* One line of JSON that is an object; its tape stays in n. */
static void
read_back(struct ndjson *n, const struct buf *line)
{
	struct error e = { 0 };
	size_t at;

	must(line->len > 0 && line->p[line->len - 1] == '\n' &&
	    span_index(buf_span(line), '\n') == line->len - 1);
	must(ndjson_scan(n, span_head(buf_span(line), line->len - 1), &at, &e) == 0);
}

static void
look_at_record(struct ndjson *n, const struct buf *out, const struct buf *kept, uint64_t expired)
{
	uint32_t attributes;

	must((out->len > 0) + (kept->len > 0) + expired == 1);
	if (kept->len > 0) {
		read_back(n, kept);
		must(ndjson_find(n, 0, SPAN("expires_at")) != 0 && ndjson_find(n, 0, SPAN("decisions")) != 0);
	}
	if (out->len > 0) {
		read_back(n, out);
		attributes = ndjson_find(n, 0, SPAN("attributes"));
		must(ndjson_find(n, 0, SPAN("expires_at")) == 0 && ndjson_find(n, 0, SPAN("decisions")) != 0);
		must(attributes == 0 || (ndjson_find(n, attributes, SPAN("password")) == 0 &&
		    ndjson_find(n, attributes, SPAN("diet")) == 0));
	}
}

static void
look_at_profile(struct ndjson *n, const struct buf *out, const struct buf *denied)
{
	static const char *const may[] = { "kind", "id", "email", "given_name", "decisions" };

	must((out->len > 0) + (denied->len > 0) == 1);
	read_back(n, out->len > 0 ? out : denied);
	for (uint32_t k = ndjson_first(n, 0); out->len > 0 && k != 0; k = ndjson_sibling(n, k + 1)) {
		bool known = false;

		for (size_t i = 0; i < sizeof(may) / sizeof(may[0]); i++)
			known |= ndjson_is(n, k, span_from(may[i]));
		must(known);
	}
	must(ndjson_find(n, 0, SPAN("email")) != 0 || out->len == 0);
}

/* What became of a row. */
struct fate {
	struct buf	out, side;
	struct tally	tally;
	struct error	e;
	int		r;
};

static void
fate_done(struct fate *f)
{
	tally_done(&f->tally);
	buf_done(&f->out);
	buf_done(&f->side);
}

/* A row of the usual form is read without a tape: it has the same fate. */
static void
try_plain(struct world *w, struct span text, bool gate, const struct fate *want)
{
	struct profile_members members = { .count = 0 };
	struct feed_line line = { .kind = gate ? FEED_RECORD : FEED_PROFILE, .members = &members,
	    .raw = text, .file = "fuzz", .line = 1 };
	struct arena arena = { 0 };
	struct fate f = { .r = 0 };
	struct record record;
	struct profile profile;
	bool plain = gate ? record_plain(text, &record, &arena, NULL) :
	    profile_plain(text, &profile, &arena, &members);

	if (plain) {
		f.r = gate ? gate_record(&w->judge, &w->bench, &line, &record, &f.out, &f.side, &f.tally,
		    &f.e) : filter_profile(&w->judge, &w->bench, &line, &profile, &f.out, &f.side,
		    &f.tally, &f.e);
		must(f.r == want->r && (f.r == 0 || strcmp(f.e.code, want->e.code) == 0));
		must(span_equal(buf_span(&f.out), buf_span(&want->out)));
		must(span_equal(buf_span(&f.side), buf_span(&want->side)));
		must(memcmp(f.tally.codes, want->tally.codes, sizeof(f.tally.codes)) == 0);
		must(f.tally.redacted == want->tally.redacted && f.tally.skipped == want->tally.skipped);
	}
	fate_done(&f);
	profile_members_done(&members);
	arena_done(&arena);
}

static void
try_line(struct world *w, struct ndjson *n, struct ndjson *other, struct span text, bool gate)
{
	struct feed_line line = { .kind = gate ? FEED_RECORD : FEED_PROFILE, .tape = n, .raw = text,
	    .file = "fuzz", .line = 1 };
	struct fate f = { .r = 0 };
	const struct tally *t = &f.tally;
	struct error why = { 0 };
	uint32_t kind;
	size_t at;

	if (ndjson_scan(n, text, &at, &why) < 0)
		return;
	kind = ndjson_find(n, 0, SPAN("kind"));
	if (kind == 0 || !ndjson_is(n, kind, gate ? SPAN("record") : SPAN("profile")))
		return;
	f.r = gate ? gate_record(&w->judge, &w->bench, &line, NULL, &f.out, &f.side, &f.tally, &f.e) :
	    filter_profile(&w->judge, &w->bench, &line, NULL, &f.out, &f.side, &f.tally, &f.e);
	must(f.r == 0 || (f.r == 1 && f.e.status == STATUS_REFUSED && f.out.len == 0 &&
	    f.side.len == 0));
	must(t->permitted + t->redacted + t->skipped + t->denied + t->expired + (unsigned)f.r == 1);
	if (f.r == 0 && gate)
		look_at_record(other, &f.out, &f.side, t->expired);
	else if (f.r == 0)
		look_at_profile(other, &f.out, &f.side);
	try_plain(w, text, gate, &f);
	fate_done(&f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct judge_question gate = { .purpose = "service.public", .channel = "none", .of_source = true };
	const struct judge_question filter = { .purpose = "marketing.newsletter", .channel = "email",
	    .controller = "A" };
	const struct nd_limits wide = { .depth = 100, .nodes = 100000, .keys = 10000 };
	struct world *in = world_new(&gate), *out = world_new(&filter);
	struct span rest = span_make((const char *)data, size), line;
	struct ndjson *n = ndjson_new(NULL), *other = ndjson_new(&wide);

	while (rest.len > 0) {
		line = span_head(rest, span_index(rest, '\n'));
		rest = span_skip(rest, line.len + (line.len < rest.len));
		try_line(in, n, other, line, true);
		try_line(out, n, other, line, false);
	}
	ndjson_free(n);
	ndjson_free(other);
	world_free(in);
	world_free(out);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/import.c: calls and requests of other systems (consent 10.3, X15). Each line gives the same twice;
 * what comes out is lines that append can read; a yes comes out only where there was one. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "consent/import.h"
#include "consent/policy.h"
#include "io/ndjson.h"
#include "model/consent.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct span email = SPAN_INIT("email");
static struct policy_basis basis = { .regime = SPAN_INIT("*"), .type = BASIS_CONSENT };
static struct policy_purpose purpose = { .id = SPAN_INIT("marketing.newsletter"),
    .channels = { &email, 1 }, .basis = &basis, .basis_count = 1 };
static struct policy_channel channel = { SPAN_INIT("email"), { &email, 1 } };
static struct policy_source source = { .id = SPAN_INIT("shop"), .controller = SPAN_INIT("north") };
static const struct policy policy = { .purposes = &purpose, .purpose_count = 1,
    .channels = &channel, .channel_count = 1, .sources = &source, .source_count = 1 };

static void
must(bool held)
{
	if (!held)
		abort();
}

/* The lines of one call; `said_yes`: it holds the word of a yes. */
static void
check(struct ndjson *n, struct span lines, bool said_yes, bool segment, struct arena *arena)
{
	struct span line;

	while (span_split(&lines, '\n', &line) && line.len > 0) {
		struct error e = { 0 };
		struct consent_event c;
		size_t at;

		must(ndjson_scan(n, line, &at, &e) == 0 && consent_event_read(n, &c, arena, &e) == 0);
		must(c.identifier_type.p != NULL && c.identifier_value.len > 0);
		must(span_equal(c.controller, source.controller) && span_equal(c.src, source.id));
		if (segment)
			must(span_is(c.type, "withdraw") || span_is(c.type, "deny") ||
			    (span_is(c.type, "grant") && said_yes && span_equal(c.identifier_type, email)));
		else
			must(span_is(c.type, "gpc") && c.purpose.p == NULL);
	}
}

static void
try_line(struct import *i, struct ndjson *n, struct ndjson *other, struct span text)
{
	bool yes = memmem(text.p, text.len, "true", 4) != NULL;
	struct arena arena = { 0 };
	struct buf once = { 0 }, again = { 0 };
	struct import_counts counts = { 0 };
	struct import_line l = { i, n, &arena, &once, &counts };
	struct error e = { 0 }, why = { 0 };
	size_t at;
	int first;

	if (ndjson_scan(n, text, &at, &e) == 0) {
		first = i->format->line(&l, &e);
		must(first == 0 || (first == 1 && e.status == STATUS_REFUSED && once.len == 0));
		l.out = &again;
		must(i->format->line(&l, &why) == first);
		must(span_equal(buf_span(&once), buf_span(&again)));
		check(other, buf_span(&once), yes, i->format == &import_segment, &arena);
	}
	buf_done(&once);
	buf_done(&again);
	arena_done(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct import segment = { .format = &import_segment, .policy = &policy, .source = &source,
	    .importer = { .map_count = 1, .notice_id = SPAN_INIT("newsletter"), .notice_version = 7 } };
	struct import gpc = { .format = &import_gpc, .policy = &policy, .source = &source };
	struct span rest = span_make((const char *)data, size), line;
	struct ndjson *n = ndjson_new(NULL), *other = ndjson_new(NULL);

	segment.importer.map = mem_zero(1, sizeof(segment.importer.map[0]));
	segment.importer.map[0].foreign = SPAN("ads");
	segment.importer.map[0].purpose = purpose.id;
	while (rest.len > 0) {
		line = span_head(rest, span_index(rest, '\n'));
		rest = span_skip(rest, line.len + (line.len < rest.len));
		try_line(&segment, n, other, line);
		try_line(&gpc, n, other, line);
	}
	mem_free(segment.importer.map);
	ndjson_free(n);
	ndjson_free(other);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/ledger.c: lines of a ledger, and the events they are made of (consent 10.3, X15, X16). A line
 * that is accepted has that one spelling; an event that is accepted gives a line that is; what says
 * no with a subject and a type is never refused. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "consent/event_check.h"
#include "consent/event_id.h"
#include "consent/policy.h"
#include "consent/token.h"
#include "io/journal.h"
#include "io/ndjson.h"
#include "model/consent.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned char bytes[32];
static const struct token_key key = { bytes, "t1", NULL };
static struct span email = SPAN_INIT("email");
static struct policy_basis basis = { .regime = SPAN_INIT("*"), .type = BASIS_CONSENT };
static struct policy_purpose purpose = { .id = SPAN_INIT("marketing.newsletter"),
    .channels = { &email, 1 }, .basis = &basis, .basis_count = 1 };
static struct policy_channel channel = { SPAN_INIT("email"), { &email, 1 } };
static struct policy_controller controller = { .id = SPAN_INIT("north") };
static struct policy_notice notice = { .id = SPAN_INIT("newsletter"), .version = 7,
    .lang = SPAN_INIT("en") };
static struct policy_source source = { .id = SPAN_INIT("shop") };
static const struct policy policy = { .purposes = &purpose, .purpose_count = 1,
    .channels = &channel, .channel_count = 1, .controllers = &controller,
    .controller_count = 1, .notices = &notice, .notice_count = 1, .sources = &source,
    .source_count = 1 };

static void
must(bool held)
{
	if (!held)
		abort();
}

/* What the ledger accepts is written back as it stood. */
static bool
is_line(struct ndjson *n, struct span text, struct arena *arena)
{
	struct buf again = { 0 };
	struct ledger_line l;
	struct event v;
	struct error e = { 0 };
	size_t at;
	bool is = ndjson_scan(n, text, &at, &e) == 0 && line_read(n, &l, arena, &again, &e) == 0;

	if (is) {
		buf_reset(&again);
		line_write(&l, &again);
		must(span_equal(buf_span(&again), ndjson_line(n)));
		is = line_event(&l, &v, &e) == 0;
	}
	buf_done(&again);
	return is;
}

static void
try_event(struct ndjson *n, struct span text, struct arena *arena)
{
	struct error e = { 0 };
	struct consent_event c;
	struct ledger_line l;
	struct event_context x = { .policy = &policy, .key = &key, .recv = 1772409600000 };
	struct buf line = { 0 };
	size_t at;
	int r, type;

	if (ndjson_scan(n, text, &at, &e) < 0)
		return;
	if (consent_event_read(n, &c, arena, &e) < 0) {
		error_clear(&e);
		consent_event_read_loosely(n, &c, arena);
	}
	x.id = event_id(&key, &c, arena);
	r = event_check(&x, &c, &l, arena, &e);
	must(r >= 0 || e.status == STATUS_REFUSED);
	type = event_find(c.type);
	must(r >= 0 || type < 0 || event_sid(&key, &c, arena).p == NULL ||
	    (event_class((enum event_type)type) != CLASS_REFUSAL &&
	    event_class((enum event_type)type) != CLASS_STOP));
	if (r >= 0) {
		l.prev = SPAN("0123456789012345678901234567890123456789012");
		line_write(&l, &line);
		must(line.len <= JOURNAL_LINE && is_line(n, buf_span(&line), arena));
	}
	buf_done(&line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = span_make((const char *)data, size), line;
	struct ndjson *n = ndjson_new(NULL);
	struct arena arena = { 0 };

	while (rest.len > 0) {
		line = span_head(rest, span_index(rest, '\n'));
		rest = span_skip(rest, line.len + (line.len < rest.len));
		(void)is_line(n, line, &arena);
		try_event(n, line, &arena);
		arena_reset(&arena);
	}
	arena_done(&arena);
	ndjson_free(n);
	return 0;
}

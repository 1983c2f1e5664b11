/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/consent_form_test.c: what a form writes are the bytes of consent_event_write, whatever the
 * texts are. */
#include "base/buf.h"
#include "draw.h"
#include "ingest/consent_form.h"
#include "io/json_write.h"
#include "model/consent.h"
#include "tap.h"

enum { SEED = 31, FORMS = 200, TRIALS = 50, PIECES = 4 };

/* Among them what a gap is found by. */
static struct span
any_text(struct buf *text)
{
	static const char *const pieces[] = { "ana", "@x.example", "\"", "\\", ",", "", "jos\xc3\xa9", "\n",
	    ",\"value\":\"\"", ",\"at\":\"\"", "{\"record\":\"\"", "2024-05-31T05:21:07Z" };

	for (uint64_t n = draw(PIECES); n > 0; n--)
		buf_text(text, pieces[draw(sizeof pieces / sizeof *pieces)]);
	return buf_span(text);
}

static void
write_evidence(struct buf *out, struct span record, struct span column)
{
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	json_ready_member(&w, JSON_KEY("record"), record);
	json_ready_member(&w, JSON_KEY("column"), column);
	json_end(&w);
}

/* Whether both write the event alike that has these texts. */
static bool
alike(const struct consent_form *form, struct consent_event event,
    const struct span text[CONSENT_GAPS], struct span column)
{
	struct buf evidence = { 0 }, want = { 0 }, got = { 0 };
	bool same;

	write_evidence(&evidence, text[GAP_RECORD], column);
	event.identifier_value = text[GAP_VALUE];
	event.at = text[GAP_AT];
	event.evidence = buf_span(&evidence);
	consent_event_write(&event, &want);
	consent_form_write(form, text, &got);
	same = span_equal(buf_span(&want), buf_span(&got));
	buf_done(&evidence);
	buf_done(&want);
	buf_done(&got);
	return same;
}

static size_t
wrong_of_one_form(void)
{
	struct buf own[6] = { { 0 } }, evidence = { 0 };
	struct consent_form form = { 0 };
	struct span column = any_text(&own[0]);
	struct consent_event event = { .type = SPAN("grant"), .identifier_type = SPAN("email"),
	    .controller = any_text(&own[1]), .notice = any_text(&own[2]), .identifier_value = SPAN(""),
	    .at = SPAN(""), .method = SPAN("import") };
	size_t wrong = 0;

	if (draw(2) == 0)
		event.controller = span_none();
	write_evidence(&evidence, SPAN(""), column);
	event.evidence = buf_span(&evidence);
	wrong += consent_form_there(&form);
	consent_form_make(&form, &event);
	wrong += !consent_form_there(&form);
	for (int i = 0; i < TRIALS; i++) {
		struct span text[CONSENT_GAPS];

		for (int g = 0; g < CONSENT_GAPS; g++) {
			buf_reset(&own[3 + g]);
			text[g] = any_text(&own[3 + g]);
		}
		wrong += !alike(&form, event, text, column);
	}
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		buf_done(&own[i]);
	buf_done(&evidence);
	consent_form_done(&form);
	return wrong;
}

int
main(void)
{
	size_t wrong = 0;

	draw_begin(SEED, FORMS * TRIALS);
	for (int i = 0; i < FORMS; i++)
		wrong += wrong_of_one_form();
	ok(wrong == 0, "a form writes what consent_event_write writes: %zu do not", wrong);
	return tap_done();
}

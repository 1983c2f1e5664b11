/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/consent_form.c: the gaps are found by their keys, which no text can hold: a quote in a text
 * has a backslash before it. */
#include "ingest/consent_form.h"
#include "io/json_pen.h"
#include "model/consent.h"

#include <assert.h>

/* The first place behind `from` where `key` has an empty text, which is taken out. */
static size_t
cut(struct buf *line, size_t from, struct span key)
{
	char *at = memmem(line->p + from, line->len - from, key.p, key.len);
	size_t gap;

	assert(at != NULL);
	gap = (size_t)(at - line->p) + key.len - strlen("\"\"");
	line->len -= strlen("\"\"");
	memmove(line->p + gap, line->p + gap + strlen("\"\""), line->len - gap);
	return gap;
}

void
consent_form_make(struct consent_form *f, const struct consent_event *event)
{
	static const struct span key[CONSENT_GAPS] = { SPAN_INIT(",\"value\":\"\""),
	    SPAN_INIT(",\"at\":\"\""), SPAN_INIT("{\"record\":\"\"") };
	size_t from = 0;

	consent_event_write(event, &f->line);
	for (int i = 0; i < CONSENT_GAPS; i++)
		from = f->gap[i] = cut(&f->line, from, key[i]);
}

void
consent_form_write(const struct consent_form *f, const struct span text[CONSENT_GAPS],
    struct buf *out)
{
	struct json_pen p = json_pen(out);
	size_t from = 0;

	for (int i = 0; i < CONSENT_GAPS; i++) {
		json_pen_text(&p, span_make(f->line.p + from, f->gap[i] - from), text[i]);
		from = f->gap[i];
	}
	json_pen_raw(&p, span_skip(buf_span(&f->line), from));
	json_pen_done(&p);
}

void
consent_form_done(struct consent_form *f)
{
	buf_done(&f->line);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/subject.c: one person from a file */
#include "base/error.h"
#include "consent/subject.h"
#include "io/lines.h"
#include "io/ndjson.h"
#include "io/source.h"


static struct span
trimmed(struct span s)
{
	while (s.len > 0 && (s.p[s.len - 1] == '\n' || s.p[s.len - 1] == '\r' ||
	    s.p[s.len - 1] == ' '))
		s.len--;
	return s;
}

int
subject_open(struct subject *s, const char *path, struct error *e)
{
	struct source_options options = { 0 };
	struct error why = { 0 };
	size_t at;
	uint32_t kind;

	*s = (struct subject){ .source = source_open(path, &options, e) };
	if (s->source == NULL)
		return -1;
	if (source_read_all(s->source, LINE_MOST, &s->text, e) < 0)
		return -1;
	if (s->text.len > LINE_MOST)
		return error_set(e, INPUT, "E_LIMIT", "the subject is longer than %d bytes", LINE_MOST);
	s->tape = ndjson_new(NULL);
	if (ndjson_scan_all(s->tape, trimmed(buf_span(&s->text)), &at, &why) < 0) {
		error_set(e, INPUT, why.code, "the subject: %s", why.text);
		error_place(e, source_name(s->source), 0, why.column);
		return -1;
	}
	s->line = (struct feed_line){ .kind = FEED_OTHER, .tape = s->tape,
	    .raw = ndjson_line(s->tape), .file = source_name(s->source), .line = 1 };
	kind = ndjson_find(s->tape, 0, SPAN("kind"));
	if (kind != 0 && ndjson_is(s->tape, kind, SPAN("profile")))
		s->line.kind = FEED_PROFILE;
	return 0;
}

void
subject_close(struct subject *s)
{
	ndjson_free(s->tape);
	source_close(s->source);
	buf_done(&s->text);
	*s = (struct subject){ 0 };
}

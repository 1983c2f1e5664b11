/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/intake_stream.c: what the first and the last line of our streams say (ingest 1.6).
 * The legal facts of every source stand in the first, so that they stay visible downstream. */
#include "base/asset.h"
#include "base/buf.h"
#include "ingest/intake.h"
#include "io/json_write.h"
#include "model/stream.h"
#include "model/suppression.h"

#include <utf8proc.h>

static void
write_mappings(const struct input *inputs, size_t count, struct json_writer *w)
{
	json_key(w, SPAN("mappings"));
	json_open_array(w);
	for (size_t i = 0; i < count; i++) {
		if (inputs[i].mapping != NULL && inputs[i].mapping->digest[0] != '\0')
			json_text(w, span_from(inputs[i].mapping->digest));
		for (size_t k = 0; k < inputs[i].declared_mappings.n; k++)
			json_text(w, inputs[i].declared_mappings.v[k]);
	}
	json_end(w);
}

static void
write_sources(const struct input *inputs, size_t count, struct json_writer *w)
{
	json_key(w, SPAN("sources"));
	json_open_array(w);
	for (size_t i = 0; i < count; i++) {
		if (inputs[i].mapping != NULL)
			json_raw(w, inputs[i].mapping->source.json);
		for (size_t k = 0; k < inputs[i].declared_sources.n; k++)
			json_raw(w, inputs[i].declared_sources.v[k]);
	}
	json_end(w);
}

/* Which list the rows were held against; "none" is said as well. */
static void
write_suppression(const struct suppression *s, struct json_writer *w)
{
	if (s == NULL) {
		json_member_string(w, "suppression", SPAN("none"));
		return;
	}
	json_key(w, SPAN("suppression"));
	json_open_object(w);
	json_member_string(w, "ledger", suppression_ledger(s));
	json_member_string(w, "as_of", suppression_made(s));
	json_member_u64(w, "tokens", suppression_count(s));
	json_end(w);
}

/* Numbering plans are not in this version, and the stream says so. */
void
intake_header(const struct input *inputs, size_t count, const struct intake_options *o,
    const char *assumed, struct buf *out)
{
	struct json_writer w = stream_header(out, o->tool, span_from(o->as_of));
	struct span purposes = span_from(assumed);

	for (size_t i = 0; purposes.p == NULL && i < count; i++)
		purposes = inputs[i].declared_assumed;
	write_mappings(inputs, count, &w);
	json_member_string(&w, "data", span_from(asset_digest()));
	json_member_string(&w, "unicode", span_from(utf8proc_unicode_version()));
	json_member_string(&w, "phone_metadata", SPAN("none"));
	write_suppression(o->row.suppression, &w);
	json_member_string(&w, "assumed_purposes", purposes);
	write_sources(inputs, count, &w);
	stream_header_end(&w);
}

struct stream_end
intake_end(const struct input *inputs, size_t count, bool inline_consent)
{
	struct stream_end end = { .ok = true };
	uint64_t records = 0, consents = 0, passed = 0;

	for (size_t i = 0; i < count; i++) {
		const uint64_t *tally = inputs[i].tally;

		passed += inputs[i].passed;
		if (tally == NULL)
			continue;
		end.in += tally[TALLY_ROWS];
		end.rejected += tally[TALLY_REJECTED];
		end.suppressed += tally[TALLY_SUPPRESSED];
		end.skipped += tally[TALLY_SKIPPED] + tally[TALLY_SAMPLED];
		records += tally[TALLY_RECORDS];
		consents += inline_consent ? tally[TALLY_CONSENT] : 0;
	}
	stream_count(&end, "record", records);
	stream_count(&end, "consent", consents);
	stream_count(&end, "other", passed);
	return end;
}

struct stream_end
intake_consent_end(const struct input *inputs, size_t count)
{
	struct stream_end end = { .ok = true };

	for (size_t i = 0; i < count; i++)
		end.in += inputs[i].tally == NULL ? 0 : inputs[i].tally[TALLY_CONSENT];
	stream_count(&end, "consent", end.in);
	return end;
}

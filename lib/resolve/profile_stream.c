/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/profile_stream.c: header and end, from the figures of the run. */
#include "io/json_write.h"
#include "model/stream.h"
#include "resolve/model_file.h"
#include "resolve/profile_stream.h"
#include "resolve/resolve.h"

void
profile_stream_head(const struct resolve *r, const char *tool, struct span as_of, struct buf *out)
{
	struct json_writer w = stream_header(out, tool, as_of);

	json_member_string(&w, "mode", resolve_mode(r));
	if (r->how.frozen != NULL)
		json_member_string(&w, "model", r->how.frozen->digest);
	json_member_string(&w, "purpose", r->intake.linking);
	json_member_bool(&w, "gated", r->intake.gated);
	stream_header_end(&w);
}

void
profile_stream_end(const struct resolve *r, int code, struct buf *out)
{
	struct stream_end end = { .in = r->intake.counts.in, .rejected = r->intake.counts.rejected,
	    .ok = true, .skipped = r->store.superseded + r->store.repeated, .code = code };

	stream_count(&end, "profile", r->clusters.count);
	if (r->store.passing_count > 0)
		stream_count(&end, "other", r->store.passing_count);
	stream_end_write(out, &end);
}

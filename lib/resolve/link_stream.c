/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/link_stream.c: a header, the lines, an end with their number. */
#include "base/buf.h"
#include "io/json_write.h"
#include "model/stream.h"
#include "resolve/link_stream.h"
#include "resolve/resolve.h"
#include "resolve/review.h"
#include "resolve/scored_options.h"

static void
head(const char *tool, struct span as_of, link_sink *give, void *arg)
{
	struct buf line = { 0 };
	struct json_writer w = stream_header(&line, tool, as_of);

	stream_header_end(&w);
	give(arg, buf_span(&line));
	buf_done(&line);
}

static void
tail(uint64_t links, link_sink *give, void *arg)
{
	struct stream_end end = { .ok = true };
	struct buf line = { 0 };

	stream_count(&end, "link", links);
	stream_end_write(&line, &end);
	give(arg, buf_span(&line));
	buf_done(&line);
}

void
link_stream(const struct resolve *r, const char *tool, struct span as_of, link_sink *give,
    void *arg)
{
	int32_t least = r->how.min_link != SCORED_NOT_SET ? r->how.min_link : r->by_weight.model.link;

	head(tool, as_of, give, arg);
	tail(links_write(&r->by_weight, least, give, arg), give, arg);
}

void
review_stream(struct resolve *r, uint64_t limit, const char *tool, struct span as_of,
    link_sink *give, void *arg)
{
	struct review_input in = { &r->by_weight, r->exact.cluster, r->demands, r->demand_count,
	    limit == SCORED_NO_NUMBER ? REVIEW_LIMIT : limit, r->threads };

	head(tool, as_of, give, arg);
	r->reviewed = review_write(&in, give, arg);
	tail(r->reviewed, give, arg);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/facts_usable.c: which values of a record rules and tags leave to matching. */
#include "base/buf.h"
#include "model/record.h"
#include "resolve/facts_usable.h"

/* Tags that keep a value out of matching, whatever the rules say. */
static bool
tag_forbids(struct span tag)
{
	return span_starts(tag, SPAN("special")) || span_is(tag, "third_party") ||
	    span_is(tag, "free_text") || span_is(tag, "precise_location") ||
	    span_is(tag, "shared_device");
}

bool
facts_forbidden(const struct record *r, const char *path, struct span sub, size_t index)
{
	struct buf with = { 0 };
	bool bad = false;

	if (r->tag_count == 0)
		return false;
	buf_text(&with, path);
	buf_add(&with, sub);
	for (size_t i = 0; i < r->tag_count && !bad; i++) {
		struct span name = r->tags[i].name;
		struct buf exact = { 0 };

		buf_add(&exact, buf_span(&with));
		buf_print(&exact, ".%zu", index);
		if (span_equal(name, buf_span(&with)) || span_equal(name, buf_span(&exact)))
			for (size_t v = 0; v < r->tags[i].values.n; v++)
				bad |= tag_forbids(r->tags[i].values.v[v]);
		buf_done(&exact);
	}
	buf_done(&with);
	return bad;
}

bool
facts_usable_by_path(const struct record *r, const struct rules *rules, const char *path, size_t index)
{
	return rules_may_match(rules, span_from(path), r) &&
	    !facts_forbidden(r, path, SPAN(""), index);
}

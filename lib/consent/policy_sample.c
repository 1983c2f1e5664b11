/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_sample.c: attributes seen in a sample against the declared fields. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/notes.h"
#include "consent/policy.h"
#include "consent/policy_sample.h"
#include "io/json_config.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include "model/feed.h"
#include "model/rejects.h"

struct sample {
	const struct policy	*policy;
	struct map		*undeclared;	/* names of attributes */
};

static bool
is_declared(const struct policy *p, struct span name, struct buf *path)
{
	buf_reset(path);
	buf_add(path, SPAN("attributes."));
	buf_add(path, name);
	for (size_t i = 0; i < p->field_count; i++)
		if (span_equal(p->fields[i].path, buf_span(path)))
			return true;
	return false;
}

static int
line(void *arg, struct feed_part *part, const struct feed_line *l, struct error *e)
{
	struct sample *s = arg;
	uint32_t attributes = ndjson_find(l->tape, 0, SPAN("attributes"));

	(void)e;
	if (attributes == 0 || (l->kind != FEED_RECORD && l->kind != FEED_PROFILE))
		return 0;
	for (uint32_t k = ndjson_first(l->tape, attributes); k != 0;
	    k = ndjson_sibling(l->tape, k + 1)) {
		struct span name = ndjson_text(l->tape, k, part->arena);

		if (!map_has(s->undeclared, name) && !is_declared(s->policy, name, part->out))
			map_add(s->undeclared, name);
	}
	return 0;
}

/* A name comes from a mapping and is no value of a person; what cannot be printed is escaped. */
static void
tell(struct sample *s, struct faults *f)
{
	map_sort(s->undeclared);
	for (size_t i = 0; i < map_size(s->undeclared); i++) {
		struct buf name = { 0 };
		struct json_writer w = json_writer(&name);

		json_text(&w, map_key(s->undeclared, i));
		faults_add(f, "L207", "$.fields", "attribute %.*s of the sample is not declared",
		    SPAN_ARG(buf_span(&name)));
		buf_done(&name);
	}
}

int
policy_lint_sample(const struct policy *p, const char *path, struct faults *f, struct error *e)
{
	static const struct feed_ops ops = { .line = line };
	struct rejects_options ro = { .tool = "cdp-consent", .as_of = INSTANT_NONE, .strict = true };
	struct sample s = { p, map_new() };
	struct notes notes = { 0 };
	struct feed_options o = { .paths = &path, .path_count = 1, .rejects = rejects_new(&ro),
	    .notes = &notes, .tool = "cdp-consent" };
	struct feed_counts counts;
	int r = feed_run(&o, &ops, &s, &counts, e);

	if (r < 0 && e->status == STATUS_REFUSED)
		e->status = STATUS_INPUT;	/* a sample with bad lines is none */
	if (r == 0)
		tell(&s, f);
	rejects_free(o.rejects);
	notes_done(&notes);
	map_free(s.undeclared);
	return r;
}

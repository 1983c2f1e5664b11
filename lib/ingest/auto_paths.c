/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/auto_paths.c: the paths of the first lines of an NDJSON input (ingest 3), spelled as
 * a mapping spells them: traits.email, emails[].value, a literal dot as \. */
#include "ingest/auto_priv.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/map.h"
#include "ingest/intake_priv.h"
#include "io/lines.h"
#include "io/ndjson.h"

enum { PATHS_MOST = 1000 };	/* later ones stay attributes, like all that means nothing */

struct walk {
	struct map	*paths;
	struct seen	*seen;
	struct buf	 path;		/* where we are */
	struct ndjson	*tape;
	struct arena	 arena;
	uint64_t	 max_line;
};

static void walk_object(struct walk *w, uint32_t object);

static void
leaf(struct walk *w, uint32_t value)
{
	uint8_t type = ndjson_nodes(w->tape, NULL)[value].type;
	struct span text = span_trim(ndjson_text(w->tape, value, &w->arena));
	size_t i = map_index(w->paths, buf_span(&w->path));

	if (i == SIZE_MAX) {
		if (map_size(w->paths) == PATHS_MOST)
			return;
		i = map_add(w->paths, buf_span(&w->path));
		seen_begin(&w->seen[i], buf_span(&w->path), &w->arena);
	}
	if (type != ND_NULL && text.len > 0)
		auto_measure(&w->seen[i], text, &w->arena);
}

/* A list of lists has no path. */
static void
walk_value(struct walk *w, uint32_t value, bool in_list)
{
	uint8_t type = ndjson_nodes(w->tape, NULL)[value].type;

	if (type == ND_OBJECT) {
		buf_byte(&w->path, '.');
		walk_object(w, value);
	} else if (type != ND_ARRAY) {
		leaf(w, value);
	} else if (!in_list) {
		size_t len;

		buf_text(&w->path, "[]");
		len = w->path.len;
		for (uint32_t v = ndjson_first(w->tape, value); v != 0;
		     v = ndjson_sibling(w->tape, v)) {
			walk_value(w, v, true);
			w->path.len = len;
		}
	}
}

static void
walk_object(struct walk *w, uint32_t object)
{
	size_t len = w->path.len;

	for (uint32_t k = ndjson_first(w->tape, object); k != 0;
	     k = ndjson_sibling(w->tape, k + 1)) {
		struct span name = ndjson_text(w->tape, k, &w->arena);

		if (name.len == 0 || span_ends(name, SPAN("[]")))
			continue;		/* no path can say it */
		for (size_t i = 0; i < name.len; i++) {
			if (name.p[i] == '.' || name.p[i] == '\\')
				buf_byte(&w->path, '\\');
			buf_byte(&w->path, name.p[i]);
		}
		walk_value(w, k + 1, false);
		w->path.len = len;
	}
}

static void
walk_lines(struct walk *w, struct span head)
{
	struct byte_source *s = source_of(head, "sample");
	struct lines *lines = lines_open(s, w->max_line);
	struct chunk c = { 0 };
	struct error ignored = { 0 };	/* the sample may end inside a line */
	size_t left = SAMPLE_ROWS, at;

	while (left > 0 && lines_chunk(lines, &c, &ignored) == 1) {
		for (size_t i = 0; i < c.count && left > 0; i++) {
			struct error bad = { 0 };

			if (c.rows[i].fault != ROW_GOOD)
				continue;
			left--;
			arena_reset(&w->arena);
			buf_reset(&w->path);
			if (ndjson_scan(w->tape, chunk_row(&c, i), &at, &bad) == 0)
				walk_object(w, 0);
		}
	}
	chunk_done(&c);
	lines_close(lines);
	source_close(s);
}

int
auto_paths(struct input *in, const struct intake_options *o, struct seen **seen, struct error *e)
{
	const struct nd_limits limits = { .depth = (uint32_t)o->max_depth,
	    .keys = (uint32_t)o->max_keys };
	struct span head = source_peek(in->source, SAMPLE_BYTES, e);
	struct walk w = { .max_line = o->max_line };

	*seen = NULL;
	if (head.p == NULL && e->status != STATUS_DONE)
		return -1;
	w.paths = map_new();
	w.seen = mem_zero(PATHS_MOST, sizeof *w.seen);
	w.tape = ndjson_new(&limits);
	if (head.p != NULL)
		walk_lines(&w, head);
	in->header_count = map_size(w.paths);
	in->header = arena_zero(&in->arena, in->header_count + 1, sizeof *in->header);
	for (size_t i = 0; i < in->header_count; i++)
		in->header[i] = arena_copy(&in->arena, map_key(w.paths, i));
	*seen = w.seen;
	map_free(w.paths);
	ndjson_free(w.tape);
	buf_done(&w.path);
	arena_done(&w.arena);
	return 0;
}

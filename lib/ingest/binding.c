/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/binding.c: from the name of a file to its mapping. */
#include "base/ascii.h"
#include "ingest/binding.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "ingest/intake.h"
#include "ingest/words.h"

#include <unistd.h>

const char *
binding_map(const char *const *maps, const size_t *before, size_t count, size_t file)
{
	const char *map = NULL;

	for (size_t i = 0; i < count; i++)
		if (before[i] <= file)
			map = maps[i];
	return map;
}

static struct span
without(struct span s, const char *ending)
{
	struct span tail = span_from(ending);

	return span_ends(s, tail) ? span_head(s, s.len - tail.len) : s;
}

/* "data/shop.csv.gz" → "data/shop" */
static struct span
stem(const char *path)
{
	struct span s = without(without(span_from(path), ".gz"), ".zst");
	size_t dot = s.len;

	while (dot > 0 && s.p[dot - 1] != '.' && s.p[dot - 1] != '/')
		dot--;
	return dot > 1 && s.p[dot - 1] == '.' && s.p[dot - 2] != '/' ? span_head(s, dot - 1) : s;
}

/* The sidecar's path, a C string in b, if there is one. */
static bool
find_sidecar(const char *path, struct buf *b)
{
	struct span name = stem(path);

	if (strcmp(path, "-") == 0)
		return false;
	buf_add(b, name);
	buf_add(b, span_make(".map.json", sizeof ".map.json"));
	return access(b->p, F_OK) == 0;
}

/* A source name out of a file name. */
static struct span
source_name_of(const char *path, struct buf *b)
{
	struct span s = stem(path);

	for (size_t i = s.len; i > 0; i--) {
		if (s.p[i - 1] == '/') {
			s = span_skip(s, i);
			break;
		}
	}
	for (size_t i = 0; i < s.len && b->len < 64; i++) {
		char c = ascii_lowered(s.p[i]);

		if (ascii_lower(c) || ascii_digit(c))
			buf_byte(b, c);
		else if (b->len > 0)
			buf_byte(b, c == '_' || c == '.' ? c : '-');
	}
	if (b->len == 0)
		buf_text(b, "stdin");
	return buf_span(b);
}

static int
make_automatic(struct input *in, const struct binding_options *b, struct faults *faults,
    struct error *e)
{
	struct buf name = { 0 };
	struct span source = b->source != NULL ? span_from(b->source) :
	    source_name_of(in->path, &name);

	in->mapping = mapping_automatic(b->declare, source, faults, e);
	buf_done(&name);
	return in->mapping == NULL ? -1 : 0;
}

static int
assume(struct mapping *m, const char *purposes, struct error *e)
{
	struct span rest = span_from(purposes), part, *v;
	size_t most = 1;

	for (size_t i = 0; i < rest.len; i++)
		most += rest.p[i] == ',';
	v = arena_zero(m->arena, most, sizeof *v);
	while (span_split(&rest, ',', &part)) {
		if (!purpose_id_ok(part))
			return error_set(e, USAGE, "E_USAGE", "--purposes: ids of purposes, by comma");
		v[m->assumed.n++] = part;
	}
	m->assumed.v = v;
	return 0;
}

static int
no_mapping(const struct input *in, struct error *e)
{
	struct span name = stem(in->path);

	if (strcmp(in->path, "-") == 0)
		error_set(e, USAGE, "E_MAP", "no mapping: give --map FILE, or let --auto find out");
	else
		error_set(e, USAGE, "E_MAP", "no mapping: give --map FILE, make %.*s.map.json, or let "
		    "--auto find out", SPAN_ARG(name));
	error_place(e, in->path, 0, 0);
	return -1;
}

static int
check_suppression(const struct mapping *m, const struct suppression *list, struct error *e)
{
	if (!m->source.suppression_required || list != NULL)
		return 0;
	error_set(e, UNSAFE, "E_SUPPRESSION", "the source requires a suppression list "
	    "(--suppress, --suppress-key-file)");
	error_place(e, m->name, 0, 0);
	return -1;
}

int
binding_open(struct input *in, const char *map, const struct binding_options *b,
    const struct intake_options *o, struct faults *faults, struct error *e)
{
	struct buf path = { 0 };
	int r = 0;

	if (b->from != INPUT_CDP && (map != NULL || (!b->automatic && find_sidecar(in->path, &path)))) {
		in->mapping = mapping_read(map != NULL ? map : path.p, faults, b->notes, e);
		r = in->mapping == NULL ? -1 : 0;
	}
	buf_done(&path);
	if (r == 0)
		r = input_open(in, o, e);
	if (r < 0 || in->type == INPUT_CDP)
		return r;
	if (in->mapping == NULL && !b->automatic)
		return no_mapping(in, e);
	if (in->mapping == NULL && make_automatic(in, b, faults, e) < 0)
		return -1;
	if (b->purposes != NULL && in->mapping->source.purpose_count == 0 &&
	    assume(in->mapping, b->purposes, e) < 0)
		return -1;
	return check_suppression(in->mapping, o->row.suppression, e);
}

void
binding_check_tags(const struct mapping *m, struct faults *faults)
{
	struct arena arena = { 0 };

	for (size_t i = 0; m->unmapped == UNMAPPED_ERROR && i < m->column_count; i++) {
		const struct column_rule *c = &m->columns[i];

		if (c->target.kind != TARGET_DROP && c->tags.n == 0 &&
		    header_sensitive(c->name, &arena).p != NULL)
			faults_add(faults, "E_MAP_UNMAPPED", "$.columns", "column \"%.*s\" sounds "
			    "sensitive and has no tags", SPAN_ARG(span_head(c->name, 100)));
	}
	arena_done(&arena);
}

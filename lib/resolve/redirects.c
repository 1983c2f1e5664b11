/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/redirects.c: retired ids and where they lead. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "io/source.h"
#include "resolve/events.h"
#include "resolve/redirects.h"
#include "resolve/sort.h"

#include <unistd.h>

enum { DEPTH = 64 };	/* more steps than this are a circle */

void
redirects_add(struct resolve_events *v, struct redirect one)
{
	v->redirects = mem_grow(v->redirects, v->redirect_count + 1, &v->redirect_cap,
	    sizeof *v->redirects);
	v->redirects[v->redirect_count++] = one;
}

static int
parse(struct resolve_events *v, struct span text, struct error *e)
{
	struct span line, id, to;
	uint64_t number = 0;

	while (span_split(&text, '\n', &line)) {
		struct span *list;
		size_t n = 0;

		number++;
		if (line.len == 0)
			continue;
		if (!span_split(&line, '\t', &id) || id.len == 0 || line.p == NULL) {
			error_set(e, USAGE, "E_REDIRECTS", "not an id, a tab and ids");
			error_place(e, NULL, number, 0);
			return -1;
		}
		list = arena_alloc(&v->arena, (line.len / 2 + 1) * sizeof *list);
		while (span_split(&line, ' ', &to))
			if (to.len > 0)
				list[n++] = to;
		map_add(v->retired, id);
		redirects_add(v, (struct redirect){ id, list, n, false });
	}
	return 0;
}

int
redirects_read(struct resolve_events *v, const char *path, struct error *e)
{
	struct byte_source *s;
	struct buf all = { 0 };
	int r;

	if (access(path, F_OK) < 0)
		return 0;
	s = source_open(path, NULL, e);
	if (s == NULL)
		return -1;
	r = source_read_all(s, 0, &all, e) < 0 ? -1 : parse(v, arena_copy(&v->arena, buf_span(&all)), e);
	error_place(e, path, 0, 0);
	buf_done(&all);
	source_close(s);
	return r;
}

static int
by_id(const void *a, const void *b)
{
	return span_cmp(((const struct redirect *)a)->id, ((const struct redirect *)b)->id);
}

static void
insert(struct span *list, size_t *n, struct span id)
{
	size_t at = *n;

	while (at > 0 && span_cmp(id, list[at - 1]) < 0)
		at--;
	if (at > 0 && span_equal(id, list[at - 1]))
		return;
	memmove(list + at + 1, list + at, (*n - at) * sizeof *list);
	list[at] = id;
	++*n;
}

/* The living ids that an id leads to. */
static void
resolve_id(const struct resolve_events *v, const struct map *index, const struct map *now,
    struct span id, struct span **list, size_t *n, size_t *cap, int depth)
{
	const uint64_t *at = map_find(index, id);

	if (map_has(now, id)) {
		*list = mem_grow(*list, *n + 1, cap, sizeof **list);
		insert(*list, n, id);
		return;
	}
	if (at == NULL || depth == DEPTH)
		return;
	for (size_t i = 0; i < v->redirects[*at].count; i++)
		resolve_id(v, index, now, v->redirects[*at].to[i], list, n, cap, depth + 1);
}

void
redirects_settle(struct resolve_events *v, const struct map *now)
{
	struct map *index = map_new();
	struct redirect *settled = mem_alloc((v->redirect_count + 1) * sizeof *settled);
	struct span *list = NULL;
	size_t kept = 0, cap = 0;

	for (size_t i = 0; i < v->redirect_count; i++)
		*map_slot(index, v->redirects[i].id) = i;	/* the latest entry of an id counts */
	for (size_t i = 0; i < v->redirect_count; i++) {
		const struct redirect *x = &v->redirects[i];
		size_t n = 0;
		struct span *to;

		if (map_has(now, x->id) || *map_find(index, x->id) != i)
			continue;
		if (!x->erased && !map_has(v->erased, x->id))
			resolve_id(v, index, now, x->id, &list, &n, &cap, 0);
		to = arena_alloc(&v->arena, (n + 1) * sizeof *to);
		if (n > 0)
			memcpy(to, list, n * sizeof *to);
		settled[kept++] = (struct redirect){ x->id, to, n, false };
	}
	sort_array(settled, kept, sizeof *settled, by_id, 1);
	mem_free(v->redirects);
	mem_free(list);
	map_free(index);
	v->redirects = settled;
	v->redirect_count = kept;
}

void
redirects_write(const struct resolve_events *v, struct buf *out)
{
	for (size_t i = 0; i < v->redirect_count; i++) {
		const struct redirect *x = &v->redirects[i];

		buf_add(out, x->id);
		buf_byte(out, '\t');
		for (size_t k = 0; k < x->count; k++) {
			if (k > 0)
				buf_byte(out, ' ');
			buf_add(out, x->to[k]);
		}
		buf_byte(out, '\n');
	}
}

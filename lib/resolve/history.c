/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/history.c: reads a stream of profiles back. */
#include "base/alloc.h"
#include "base/crypto.h"
#include "base/error.h"
#include "base/map.h"
#include "base/notes.h"
#include "model/feed.h"
#include "model/profile.h"
#include "model/rejects.h"
#include "resolve/history.h"
#include "resolve/sort.h"

enum { DIGEST = 16 };

/* What one chunk gives; its texts live until it has been taken over. */
struct batch {
	struct old_profile	*list;		/* at: in this batch */
	size_t			 count, cap;
	struct span		*member;
	size_t			 member_count, member_cap;
};

static int
line(void *arg, struct feed_part *part, const struct feed_line *l, struct error *e)
{
	struct batch *b = part->data;
	unsigned char hash[DIGEST];
	struct profile p;

	(void)arg;
	if (l->kind == FEED_RECORD) {
		error_set(e, REFUSED, "E_KIND", "a record where profiles belong");
		return 1;
	}
	if (l->kind != FEED_PROFILE)
		return 0;
	if (profile_read(l->tape, &p, part->arena, e) < 0)
		return 1;
	if (b == NULL)
		part->data = b = mem_zero(1, sizeof *b);
	blake2b(hash, sizeof hash, NULL, &l->raw, 1);
	b->list = mem_grow(b->list, b->count + 1, &b->cap, sizeof *b->list);
	b->list[b->count++] = (struct old_profile){ p.fields.id, p.first_seen,
	    arena_copy(part->arena, span_make((char *)hash, sizeof hash)), b->member_count,
	    p.members.n };
	b->member = mem_grow(b->member, b->member_count + p.members.n, &b->member_cap,
	    sizeof *b->member);
	for (size_t i = 0; i < p.members.n; i++)
		b->member[b->member_count++] = p.members.v[i];
	return 0;
}

static void
drop(void *arg, struct feed_part *part)
{
	struct batch *b = part->data;

	(void)arg;
	mem_free(b->list);
	mem_free(b->member);
	mem_free(b);
}

static int
emit(void *arg, struct feed_part *part, struct error *e)
{
	struct history *h = arg;
	const struct batch *b = part->data;

	(void)e;
	if (b == NULL)
		return 0;
	h->list = mem_grow(h->list, h->count + b->count, &h->cap, sizeof *h->list);
	for (size_t i = 0; i < b->count; i++) {
		const struct old_profile *o = &b->list[i];

		h->list[h->count++] = (struct old_profile){ arena_copy(&h->arena, o->id),
		    o->first_seen.p == NULL ? span_none() : arena_copy(&h->arena, o->first_seen),
		    arena_copy(&h->arena, o->digest), h->member_count + o->at, o->count };
	}
	h->member = mem_grow(h->member, h->member_count + b->member_count, &h->member_cap,
	    sizeof *h->member);
	for (size_t i = 0; i < b->member_count; i++)
		h->member[h->member_count++] = arena_copy(&h->arena, b->member[i]);
	return 0;
}

static int
by_id(const void *a, const void *b)
{
	return span_cmp(((const struct old_profile *)a)->id, ((const struct old_profile *)b)->id);
}

static int
index_all(struct history *h, unsigned threads, struct error *e)
{
	sort_array(h->list, h->count, sizeof *h->list, by_id, threads);
	for (size_t i = 0; i < h->count; i++) {
		const struct old_profile *o = &h->list[i];

		if (map_has(h->ids, o->id))
			return error_set(e, INPUT, "E_PREVIOUS", "a profile id comes twice");
		*map_slot(h->ids, o->id) = i;
		for (size_t m = 0; m < o->count; m++) {
			if (map_has(h->of, h->member[o->at + m]))
				return error_set(e, INPUT, "E_PREVIOUS", "a record is in two profiles");
			*map_slot(h->of, h->member[o->at + m]) = i;
		}
	}
	return 0;
}

int
history_read(struct history *h, const char *path, unsigned threads, struct error *e)
{
	static const struct feed_ops ops = { .line = line, .emit = emit, .drop = drop };
	struct notes notes = { 0 };
	struct rejects_options ro = { .tool = "cdp-resolve", .as_of = INSTANT_NONE, .strict = true };
	struct rejects *rejects = rejects_new(&ro);
	struct feed_options o = { .paths = &path, .path_count = 1, .threads = threads, .rejects = rejects,
	    .notes = &notes, .tool = "cdp-resolve" };
	struct feed_counts counts;
	int r;

	h->of = map_new();
	h->ids = map_new();
	r = feed_run(&o, &ops, h, &counts, e);
	if (r < 0 && e->status == STATUS_REFUSED)
		e->status = STATUS_INPUT;
	if (r == 0)
		r = index_all(h, threads, e);
	error_place(e, path, 0, 0);
	rejects_free(rejects);
	notes_done(&notes);
	return r;
}

void
history_done(struct history *h)
{
	map_free(h->of);
	map_free(h->ids);
	mem_free(h->list);
	mem_free(h->member);
	arena_done(&h->arena);
	*h = (struct history){ 0 };
}

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

static struct span
digest_of(struct history *h, struct span line)
{
	unsigned char hash[DIGEST];

	blake2b(hash, sizeof hash, NULL, &line, 1);
	return arena_copy(&h->arena, span_make((char *)hash, sizeof hash));
}

static int
line(void *arg, struct feed_part *part, const struct feed_line *l, struct error *e)
{
	struct history *h = arg;
	struct old_profile *o;
	struct profile p;

	if (l->kind != FEED_PROFILE)
		return 0;
	if (profile_read(l->tape, &p, part->arena, e) < 0)
		return 1;
	h->list = mem_grow(h->list, h->count + 1, &h->cap, sizeof *h->list);
	o = &h->list[h->count++];
	*o = (struct old_profile){ arena_copy(&h->arena, p.fields.id),
	    p.first_seen.p == NULL ? span_none() : arena_copy(&h->arena, p.first_seen),
	    digest_of(h, l->raw), h->member_count, p.members.n };
	for (size_t i = 0; i < p.members.n; i++) {
		h->member = mem_grow(h->member, h->member_count + 1, &h->member_cap,
		    sizeof *h->member);
		h->member[h->member_count++] = arena_copy(&h->arena, p.members.v[i]);
	}
	return 0;
}

static int
by_id(const void *a, const void *b)
{
	return span_cmp(((const struct old_profile *)a)->id, ((const struct old_profile *)b)->id);
}

static int
index_all(struct history *h, struct error *e)
{
	sort_array(h->list, h->count, sizeof *h->list, by_id, 1);
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
history_read(struct history *h, const char *path, struct error *e)
{
	static const struct feed_ops ops = { line, NULL, NULL, NULL };
	struct notes notes = { 0 };
	struct rejects_options ro = { .tool = "cdp-resolve", .as_of = INSTANT_NONE, .strict = true };
	struct rejects *rejects = rejects_new(&ro);
	struct feed_options o = { .paths = &path, .path_count = 1, .threads = 1, .rejects = rejects,
	    .notes = &notes, .tool = "cdp-resolve" };
	struct feed_counts counts;
	int r;

	h->of = map_new();
	h->ids = map_new();
	r = feed_run(&o, &ops, h, &counts, e);
	if (r < 0 && e->status == STATUS_REFUSED)
		e->status = STATUS_INPUT;
	if (r == 0)
		r = index_all(h, e);
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

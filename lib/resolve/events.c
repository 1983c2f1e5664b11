/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/events.c: old profiles against new ones, record by record. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/map.h"
#include "io/json_write.h"
#include "model/stream.h"
#include "resolve/events.h"
#include "resolve/overlap.h"
#include "resolve/redirects.h"
#include "resolve/resolve.h"
#include "resolve/sort.h"

static const char *const names[EVENTS] = { "created", "grew", "merged", "moved", "retired",
    "split" };

static void
add(struct resolve_events *v, struct event event)
{
	v->list = mem_grow(v->list, v->count + 1, &v->cap, sizeof *v->list);
	v->list[v->count++] = event;
	v->tally[event.kind]++;
}

static struct span
id_of(const struct resolve *r, size_t cluster)
{
	return span_make(r->clusters.list[cluster].id, PROFILE_ID_LEN);
}

/* The new profiles that hold records of an old one, in the order of their ids, each once. */
static struct span *
places(struct resolve_events *v, const struct resolve *r, const struct old_profile *o,
    const uint32_t *of, size_t *count)
{
	struct span *list = arena_alloc(&v->arena, (o->count + 1) * sizeof *list);
	size_t n = 0;

	for (size_t i = 0; i < o->count; i++) {
		uint32_t c = of[o->at + i];
		struct span id;
		size_t at = n;

		if (c == UINT32_MAX)
			continue;
		id = id_of(r, c);
		while (at > 0 && span_cmp(id, list[at - 1]) < 0)
			at--;
		if (at > 0 && span_equal(id, list[at - 1]))
			continue;
		memmove(list + at + 1, list + at, (n - at) * sizeof *list);
		list[at] = id;
		n++;
	}
	*count = n;
	return list;
}

/* Records that changed their profile, unless the whole old profile went one way. */
static void
moved(struct resolve_events *v, const struct resolve *r, const struct old_profile *o,
    const uint32_t *of, bool whole)
{
	for (size_t i = 0; i < o->count; i++) {
		uint32_t c = of[o->at + i];
		struct event event = { .profile = o->id, .record = v->old.member[o->at + i],
		    .kind = EVENT_MOVED };

		if (c != UINT32_MAX && (whole || span_equal(id_of(r, c), o->id)))
			continue;
		if (c != UINT32_MAX) {
			struct span *to = arena_alloc(&v->arena, sizeof *to);

			*to = id_of(r, c);
			event.list = to;
			event.count = 1;
		}
		add(v, event);
	}
}

/* ---- ids of records that are gone ---- */

/* Adds the ids of earlier runs that were made from a record. A later generation is only made
 * where the ones before it are known. */
static void
add_ids_of(const struct resolve_events *v, const struct resolve *r, struct span record,
    struct map *ids)
{
	char id[PROFILE_ID_LEN + 1];

	for (unsigned generation = 0; generation < EVENTS_GENERATIONS; generation++) {
		profile_id(id, record, r->id_key, generation);
		if (!map_has(v->old.ids, span_from(id)) && !map_has(v->retired, span_from(id)))
			return;
		map_add(ids, span_from(id));
	}
}

/* Whoever keeps the id of a record that was erased must not be led to the rest of the person. */
static void
find_erased(struct resolve_events *v, const struct resolve *r, const uint32_t *of)
{
	for (size_t i = 0; i < v->old.member_count; i++)
		if (of[i] == UINT32_MAX)
			add_ids_of(v, r, v->old.member[i], v->erased);
}

/* In overlap mode an id outlives the record that it was made from, so that only the records
 * of this run can show whether that is still there. */
static void
find_living(struct resolve_events *v, const struct resolve *r, const struct map *now)
{
	bool retired = false;

	for (size_t i = 0; i < v->old.count && !retired; i++)
		retired = !map_has(now, v->old.list[i].id);
	v->living = map_new();
	for (size_t i = 0; i < r->store.count && retired; i++)
		add_ids_of(v, r, rec_id(&r->store.rec[i]), v->living);
}

/* An id that is none of ours was made from no record. */
static bool
leader_gone(const struct resolve_events *v, struct span id)
{
	return id.len == PROFILE_ID_LEN && (map_has(v->erased, id) ||
	    (v->living != NULL && !map_has(v->living, id)));
}

static void
life_of(struct resolve_events *v, const struct resolve *r, const struct old_profile *o,
    const uint32_t *of, const struct map *now)
{
	size_t n;
	struct span *to = places(v, r, o, of, &n);
	bool alive = map_has(now, o->id);

	if (n > 1)
		add(v, (struct event){ .profile = o->id, .list = to, .count = n, .kind = EVENT_SPLIT });
	if (n == 1 && !span_equal(to[0], o->id) && map_has(v->old.ids, to[0]))
		add(v, (struct event){ .profile = o->id, .list = to, .count = n, .kind = EVENT_MERGED });
	if (!alive) {
		bool gone = leader_gone(v, o->id);

		add(v, (struct event){ .profile = o->id, .list = to, .count = gone ? 0 : n,
		    .kind = EVENT_RETIRED });
		redirects_add(v, (struct redirect){ o->id, to, n, gone });
	}
	moved(v, r, o, of, n == 1);
}

/* New ids, and what is new under old ones. */
static void
news_of(struct resolve_events *v, const struct resolve *r, const struct cluster *c)
{
	struct span id = span_make(c->id, PROFILE_ID_LEN);
	bool created = !map_has(v->old.ids, id);
	struct span *records = arena_alloc(&v->arena, c->count * sizeof *records);
	size_t n = 0;

	for (uint32_t i = 0; i < c->count; i++) {
		struct span record = rec_id(&r->store.rec[r->clusters.members[c->at + i]]);
		const uint64_t *old = map_find(v->old.of, record);

		if (created || old == NULL || !span_equal(v->old.list[*old].id, id))
			records[n++] = record;
	}
	if (n > 0)
		add(v, (struct event){ .profile = id, .list = records, .count = n,
		    .kind = created ? EVENT_CREATED : EVENT_GREW,
		    .revived = created && map_has(v->retired, id) });
}

static int
by_profile(const void *a, const void *b)
{
	const struct event *x = a, *y = b;
	int r = span_cmp(x->profile, y->profile);

	if (r != 0)
		return r;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return span_cmp(x->record, y->record);
}

/* By old member: the new profile, or UINT32_MAX when the record is gone. */
static uint32_t *
trace(const struct resolve_events *v, const struct resolve *r)
{
	uint32_t *of = mem_alloc((v->old.member_count + 1) * sizeof *of);
	struct map *now = map_new();

	for (uint32_t c = 0; c < r->clusters.count; c++)
		for (uint32_t i = 0; i < r->clusters.list[c].count; i++) {
			const struct rec *rec = &r->store.rec[
			    r->clusters.members[r->clusters.list[c].at + i]];

			if (map_has(v->old.of, rec_id(rec)))
				*map_slot(now, rec_id(rec)) = c;
		}
	for (size_t i = 0; i < v->old.member_count; i++) {
		const uint64_t *at = map_find(now, v->old.member[i]);

		of[i] = at == NULL ? UINT32_MAX : (uint32_t)*at;
	}
	map_free(now);
	return of;
}

static void
list_all(struct resolve_events *v, const struct resolve *r, bool overlap)
{
	uint32_t *of = trace(v, r);
	struct map *now = map_new();

	for (size_t c = 0; c < r->clusters.count; c++)
		map_add(now, id_of(r, c));
	find_erased(v, r, of);
	if (overlap)
		find_living(v, r, now);
	for (size_t i = 0; i < v->old.count; i++)
		life_of(v, r, &v->old.list[i], of, now);
	for (size_t c = 0; c < r->clusters.count; c++)
		news_of(v, r, &r->clusters.list[c]);
	redirects_settle(v, now);
	sort_array(v->list, v->count, sizeof *v->list, by_profile, 1);
	map_free(now);
	mem_free(of);
}

int
events_find(struct resolve_events *v, struct resolve *r, const struct events_options *o,
    struct error *e)
{
	int result = history_read(&v->old, o->previous, o->threads, e);

	v->retired = map_new();
	v->erased = map_new();
	v->found = true;
	v->overlap = o->overlap;
	if (result == 0 && o->redirects != NULL)
		result = redirects_read(v, o->redirects, e);
	if (result == 0 && o->overlap) {
		uint32_t *of = trace(v, r);

		result = overlap_assign(v, r, of, o, e);
		mem_free(of);
	}
	if (result == 0)
		list_all(v, r, o->overlap);
	return result;
}

void
events_done(struct resolve_events *v)
{
	history_done(&v->old);
	map_free(v->retired);
	map_free(v->erased);
	map_free(v->living);
	mem_free(v->list);
	mem_free(v->redirects);
	arena_done(&v->arena);
	*v = (struct resolve_events){ 0 };
}

static void
put_list(struct json_writer *w, const char *name, const struct event *x)
{
	json_key(w, span_from(name));
	json_open_array(w);
	for (size_t i = 0; i < x->count; i++)
		json_text(w, x->list[i]);
	json_end(w);
}

static void
put(const struct event *x, struct buf *out)
{
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	json_member_string(&w, "kind", SPAN("event"));
	json_member_string(&w, "event", span_from(names[x->kind]));
	json_member_string(&w, "profile", x->profile);
	switch (x->kind) {
	case EVENT_CREATED:
	case EVENT_GREW:
		put_list(&w, "records", x);
		break;
	case EVENT_MERGED:
	case EVENT_SPLIT:
		put_list(&w, "into", x);
		break;
	case EVENT_RETIRED:
		put_list(&w, "redirect", x);
		break;
	default:
		json_member_string(&w, "record", x->record);
		json_key(&w, SPAN("to"));
		if (x->count == 0)
			json_raw(&w, SPAN("null"));
		else
			json_text(&w, x->list[0]);
	}
	if (x->revived)
		json_member_bool(&w, "revived", true);
	json_end(&w);
	buf_byte(out, '\n');
}

void
events_write(const struct resolve_events *v, const char *tool, struct buf *out)
{
	struct stream_end end = { .in = v->old.count, .ok = true };
	struct json_writer w = stream_header(out, tool, span_none());

	stream_header_end(&w);
	for (size_t i = 0; i < v->count; i++)
		put(&v->list[i], out);
	stream_count(&end, "event", v->count);
	stream_end_write(out, &end);
}

void
events_tally(const struct resolve_events *v, struct json_writer *w)
{
	if (!v->found)
		return;
	json_key(w, SPAN("events"));
	json_open_object(w);
	for (int k = 0; k < EVENTS; k++)
		json_member_u64(w, names[k], v->tally[k]);
	json_end(w);
}

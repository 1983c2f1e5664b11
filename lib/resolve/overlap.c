/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/overlap.c: greedy and one to one: most shared records first, then the older old
 * profile, then its id. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/map.h"
#include "resolve/events.h"
#include "resolve/overlap.h"
#include "resolve/resolve.h"
#include "resolve/sort.h"

struct shared {
	uint32_t	weight, now;
	size_t		old;
	instant		first_seen;
};

static int
by_weight(const void *a, const void *b)
{
	const struct shared *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	if (x->first_seen != y->first_seen)
		return x->first_seen < y->first_seen ? -1 : 1;
	if (x->old != y->old)
		return x->old < y->old ? -1 : 1;
	return x->now < y->now ? -1 : x->now > y->now;
}

/* How many records each pair of an old and a new profile shares. */
static struct shared *
count_shared(const struct resolve_events *v, const uint32_t *of, size_t *count)
{
	struct shared *list = NULL;
	uint32_t *here = mem_alloc((v->old.member_count + 1) * sizeof *here);
	size_t cap = 0;

	*count = 0;
	for (size_t i = 0; i < v->old.count; i++) {
		const struct old_profile *o = &v->old.list[i];
		instant seen;

		if (o->first_seen.p == NULL || !instant_parse(o->first_seen, &seen))
			seen = INT64_MAX;
		memcpy(here, of + o->at, o->count * sizeof *here);
		sort_array(here, o->count, sizeof *here, sort_by_number, 1);
		for (size_t m = 0; m < o->count && here[m] != UINT32_MAX; m++) {
			if (m > 0 && here[m] == here[m - 1]) {
				list[*count - 1].weight++;
				continue;
			}
			list = mem_grow(list, *count + 1, &cap, sizeof *list);
			list[(*count)++] = (struct shared){ 1, here[m], i, seen };
		}
	}
	mem_free(here);
	return list;
}

/* A leader's id that was given before and taken away makes another one. */
static int
fresh_id(const struct resolve_events *v, struct resolve *r, struct cluster *c, struct map *used,
    const struct events_options *o, struct error *e)
{
	struct span record = rec_id(&r->store.rec[c->leader]);

	for (unsigned generation = 0; generation < EVENTS_GENERATIONS; generation++) {
		struct span id;

		profile_id(c->id, record, o->key, generation);
		id = span_make(c->id, PROFILE_ID_LEN);
		if (map_has(used, id) || map_has(v->old.ids, id) || map_has(v->retired, id))
			continue;
		map_add(used, id);
		return 0;
	}
	return error_set(e, UNSAFE, "E_ID_CLASH", "no fresh id is left for a profile");
}

int
overlap_assign(struct resolve_events *v, struct resolve *r, const uint32_t *of,
    const struct events_options *o, struct error *e)
{
	size_t n;
	struct shared *list = count_shared(v, of, &n);
	bool *old_taken = mem_zero(v->old.count + 1, 1), *now_taken = mem_zero(r->clusters.count + 1, 1);
	struct map *used = map_new();
	int result = 0;

	sort_array(list, n, sizeof *list, by_weight, 1);
	for (size_t i = 0; i < n; i++) {
		struct span id = v->old.list[list[i].old].id;

		if (old_taken[list[i].old] || now_taken[list[i].now] || id.len != PROFILE_ID_LEN)
			continue;
		old_taken[list[i].old] = now_taken[list[i].now] = true;
		memcpy(r->clusters.list[list[i].now].id, id.p, PROFILE_ID_LEN);
		map_add(used, id);
	}
	for (size_t i = 0; i < r->clusters.count && result == 0; i++)
		if (!now_taken[i])
			result = fresh_id(v, r, &r->clusters.list[i], used, o, e);
	mem_free(list);
	mem_free(old_taken);
	mem_free(now_taken);
	map_free(used);
	return result < 0 ? -1 : clusters_sort(&r->clusters, r->threads, e);
}

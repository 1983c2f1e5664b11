/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/labels.c: which entity each record belongs to. */
#include "base/map.h"
#include "report/labels.h"

void
labels_init(struct labels *l)
{
	*l = (struct labels){ .ids = map_new(), .names = map_new(), .by = map_new(),
	    .values = map_new() };
}

void
labels_done(struct labels *l)
{
	map_free(l->ids);
	map_free(l->names);
	map_free(l->by);
	map_free(l->values);
}

/* A value of 0 in the map is "new", so indices are kept plus one until they are read. */
static void
put(struct labels *l, struct span id, uint64_t label)
{
	uint64_t *slot = map_slot(l->ids, id);

	if (*slot == 0)
		*slot = label + 1;
	else if (*slot != label + 1)
		l->clashes++;
}

void
labels_add(struct labels *l, struct span id, struct span label)
{
	put(l, id, map_add(l->names, label));
}

void
labels_slice(struct labels *l, struct span id, struct span value)
{
	size_t index = map_add(l->values, value);

	map_set(l->values, index, index);	/* outlives map_sort */
	*map_slot(l->by, id) = index;
}

static struct span
key_of(struct span id)
{
	size_t colon = span_index(id, ':');

	return colon == id.len ? id : span_skip(id, colon + 1);
}

static bool
shares_an_id(const struct labels *a, const struct labels *b)
{
	for (size_t i = 0; i < map_size(a->ids); i++)
		if (map_has(b->ids, map_key(a->ids, i)))
			return true;
	return false;
}

size_t
labels_index(const struct labels *l, struct span id, bool by_key)
{
	size_t at = map_index(l->ids, id);

	return at != SIZE_MAX || !by_key ? at : map_index(l->ids, key_of(id));
}

void
labels_cut(struct labels *l)
{
	struct map *ids = l->ids, *by = l->by;

	l->ids = map_new();
	l->by = map_new();
	for (size_t i = 0; i < map_size(ids); i++) {
		struct span key = key_of(map_key(ids, i));

		if (map_has(l->ids, key))
			l->clashes++;
		else
			put(l, key, map_value(ids, i) - 1);
	}
	for (size_t i = 0; i < map_size(by); i++)
		*map_slot(l->by, key_of(map_key(by, i))) = map_value(by, i);
	map_free(ids);
	map_free(by);
}

bool
labels_match(struct labels *truth, struct labels *found)
{
	if (truth->from_profiles == found->from_profiles || shares_an_id(truth, found))
		return false;
	labels_cut(truth->from_profiles ? truth : found);
	return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/accord.c: the values of a field by source, and which of them meet. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/map.h"
#include "base/number.h"
#include "resolve/accord.h"
#include "resolve/survive_priv.h"

#include <stdlib.h>

enum { SHOWN_MOST = 200, PLACES = 6 };

struct said {
	struct span	source, key;
};

struct accord {
	struct map	*both, *same;	/* "source NUL other NUL field" → profiles */
	struct said	*list;		/* of the field at hand */
	size_t		 count, cap;
	struct buf	 key;
};

struct accord *
accord_new(void)
{
	struct accord *a = mem_zero(1, sizeof *a);

	a->both = map_new();
	a->same = map_new();
	return a;
}

void
accord_free(struct accord *a)
{
	if (a == NULL)
		return;
	map_free(a->both);
	map_free(a->same);
	mem_free(a->list);
	buf_done(&a->key);
	mem_free(a);
}

static void
say(struct accord *a, const struct member *m, struct span key)
{
	a->list = mem_grow(a->list, a->count + 1, &a->cap, sizeof *a->list);
	a->list[a->count++] = (struct said){ m->r.source, key };
}

static int
by_source(const void *a, const void *b)
{
	const struct said *x = a, *y = b;
	int r = span_cmp(x->source, y->source);

	return r != 0 ? r : span_cmp(x->key, y->key);
}

static size_t
end_of_source(const struct accord *a, size_t from)
{
	size_t to = from;

	while (to < a->count && span_equal(a->list[to].source, a->list[from].source))
		to++;
	return to;
}

static bool
meet(const struct accord *a, size_t x, size_t end_x, size_t y, size_t end_y)
{
	while (x < end_x && y < end_y) {
		int r = span_cmp(a->list[x].key, a->list[y].key);

		if (r == 0)
			return true;
		if (r < 0)
			x++;
		else
			y++;
	}
	return false;
}

/* Every two sources among what was said of one field; leaves nothing at hand. */
static void
judge(struct accord *a, struct span field)
{
	if (a->count > 1)
		qsort(a->list, a->count, sizeof *a->list, by_source);
	for (size_t x = 0, end_x; x < a->count; x = end_x) {
		end_x = end_of_source(a, x);
		for (size_t y = end_x, end_y; y < a->count; y = end_y) {
			end_y = end_of_source(a, y);
			buf_reset(&a->key);
			buf_add(&a->key, a->list[x].source);
			buf_byte(&a->key, 0);
			buf_add(&a->key, a->list[y].source);
			buf_byte(&a->key, 0);
			buf_add(&a->key, field);
			++*map_slot(a->both, buf_span(&a->key));
			*map_slot(a->same, buf_span(&a->key)) += meet(a, x, end_x, y, end_y);
		}
	}
	a->count = 0;
}

static void
standard(struct accord *a, struct survivor *v)
{
	for (int f = 0; f < ONE_COUNT; f++) {
		for (size_t i = 0; i < v->count; i++) {
			struct span value = v->members[i].r.one[f];

			if (value.p != NULL && !(f == ONE_GENDER && span_is(value, "not_stated")))
				say(a, &v->members[i], survive_one_key(v, (enum one_field)f, value));
		}
		judge(a, one_name((enum one_field)f));
	}
	for (int f = 0; f < MANY_COUNT; f++) {
		for (size_t i = 0; i < v->count; i++) {
			const struct texts *list = &v->members[i].r.many[f];

			for (size_t k = 0; k < list->n; k++)
				say(a, &v->members[i],
				    survive_many_key(v, (enum many_field)f, list->v[k]));
		}
		judge(a, many_name((enum many_field)f));
	}
	for (size_t i = 0; i < v->count; i++)
		for (size_t k = 0; k < v->members[i].r.address_count; k++)
			say(a, &v->members[i],
			    survive_address_key(v, &v->members[i].r.addresses[k]));
	judge(a, SPAN("address"));
}

static void
identifiers(struct accord *a, struct survivor *v)
{
	survive_names(v, true);
	for (size_t t = 0; t < v->name_count; t++) {
		for (size_t i = 0; i < v->count; i++)
			for (size_t k = 0; k < v->members[i].r.identifier_count; k++) {
				const struct named_texts *id = &v->members[i].r.identifiers[k];

				for (size_t x = 0; span_equal(id->name, v->names[t]) && x < id->values.n; x++)
					say(a, &v->members[i], id->values.v[x]);
			}
		judge(a, survive_path(v, "identifiers.", v->names[t]));
	}
}

static void
attributes(struct accord *a, struct survivor *v)
{
	survive_names(v, false);
	for (size_t t = 0; t < v->name_count; t++) {
		for (size_t i = 0; i < v->count; i++)
			for (size_t k = 0; k < v->members[i].r.attribute_count; k++) {
				const struct named_json *x = &v->members[i].r.attributes[k];

				if (span_equal(x->name, v->names[t]) && !span_is(x->json, "null"))
					say(a, &v->members[i], survive_attribute_key(v, x->json));
			}
		judge(a, survive_path(v, "attributes.", v->names[t]));
	}
}

static bool
several_sources(const struct survivor *v)
{
	for (size_t i = 1; i < v->count; i++)
		if (!span_equal(v->members[i].r.source, v->members[0].r.source))
			return true;
	return false;
}

void
accord_count(struct accord *a, struct survivor *v)
{
	if (!several_sources(v))
		return;
	standard(a, v);
	identifiers(a, v);
	attributes(a, v);
}

void
accord_add(struct accord *into, const struct accord *from)
{
	for (size_t i = 0; i < map_size(from->both); i++) {
		*map_slot(into->both, map_key(from->both, i)) += map_value(from->both, i);
		*map_slot(into->same, map_key(from->both, i)) += map_value(from->same, i);
	}
}

void
accord_write(struct accord *a, bool show_values, struct buf *out)
{
	map_sort(a->both);
	for (size_t i = 0; i < map_size(a->both); i++) {
		struct span field = map_key(a->both, i), source, other;
		uint64_t both = map_value(a->both, i), same = *map_find(a->same, field);

		(void)span_split(&field, '\0', &source);
		(void)span_split(&field, '\0', &other);
		buf_text(out, "-\t");
		visible(out, field, SHOWN_MOST);
		buf_text(out, "\tagreement\t\t\t");
		visible(out, source, SHOWN_MOST);
		buf_byte(out, '\t');
		visible(out, other, SHOWN_MOST);
		buf_print(out, "\t%llu\t%llu\t", (unsigned long long)both, (unsigned long long)same);
		ratio_write(out, same, both, PLACES);
		buf_text(out, show_values ? "\t\n" : "\n");
	}
}

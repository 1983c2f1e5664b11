/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/entities.c: the figures as ratios of sums over entities. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/map.h"
#include "base/number.h"
#include "report/contingency.h"
#include "report/entities.h"
#include "report/labels.h"
#include "report/scores.h"
#include "report/sheet.h"

#include <stdlib.h>

enum { B3_BITS = 30, MILLION = 1000000 };

/* ---- the sample ---- */

static int
sample_row(void *arg, const struct span *cells, struct error *e)
{
	int64_t p;

	if (cells[0].len > 0 && fixed_parse(span_trim(cells[1]), RATIO_PLACES, &p) && p > 0 &&
	    p <= MILLION) {
		*map_slot(arg, cells[0]) = (uint64_t)p;
		return 0;
	}
	error_set(e, REFUSED, "E_PROBABILITY",
	    "a sample needs an entity and a probability above 0, at most 1, of six decimals");
	return 1;
}

int
sample_read(struct map *sample, const char *path, const struct feed_options *feed,
    uint64_t *lines, struct error *e)
{
	static const struct sheet_column columns[] = { { "entity", NULL, true },
	    { "probability", NULL, true } };
	struct sheet t = { .path = path, .columns = columns, .count = 2, .feed = *feed,
	    .row = sample_row, .arg = sample };
	int r = sheet_read(&t, NULL, e);

	*lines += t.lines;
	return r;
}

/* ---- what each entity adds ---- */

struct named {
	struct span	name;
	uint32_t	label;
	uint64_t	weight;
};

static int
by_name(const void *p, const void *q)
{
	const struct named *x = p, *y = q;

	return span_cmp(x->name, y->name);
}

/* The entities that count, sorted, so that no sum and no draw shows the order of the file. */
static struct named *
choose(const struct contingency *t, const struct labels *truth, const struct map *sample,
    size_t *n)
{
	struct named *list = mem_zero(t->a_count + 1, sizeof *list);

	*n = 0;
	for (uint32_t i = 0; i < t->a_count; i++) {
		struct named one = { map_key(truth->names, i), i, MILLION };

		if (sample != NULL) {
			const uint64_t *p = map_find(sample, one.name);

			if (p == NULL)
				continue;
			one.weight = (MILLION * (uint64_t)MILLION + *p / 2) / *p;
		}
		if (t->a[i] > 0)
			list[(*n)++] = one;
	}
	qsort(list, *n, sizeof *list, by_name);
	return list;
}

/* Sizes of the clusters, with the records that the truth does not know. */
static uint64_t *
whole_sizes(const struct contingency *t, const struct labels *found)
{
	uint64_t *size = mem_zero(t->b_count + 1, sizeof *size);

	for (size_t i = 0; i < map_size(found->ids); i++)
		size[map_value(found->ids, i) - 1]++;
	for (size_t i = map_size(found->names); i < t->b_count; i++)
		size[i] = 1;
	return size;
}

static void
add_cell(struct entity *one, uint64_t n, uint64_t a, uint64_t b)
{
	one->records += n;
	one->together += n * (n - 1);
	one->same += n * (a - 1);
	one->predicted += n * (b - 1);
	one->b3_recall += (uint64_t)(((wide)n * n << B3_BITS) / a);
	one->b3_precision += (uint64_t)(((wide)n * n << B3_BITS) / b);
}

void
entities_fill(struct entities *all, const struct contingency *t, const struct labels *truth,
    const struct labels *found, const struct map *sample)
{
	struct named *names = choose(t, truth, sample, &all->n);
	uint32_t *place = mem_alloc((t->a_count + 1) * sizeof *place);
	uint64_t *whole = sample != NULL ? whole_sizes(t, found) : NULL, n;
	struct cell cell;

	all->v = mem_zero(all->n + 1, sizeof *all->v);
	all->unknown = sample != NULL ? map_size(sample) - all->n : 0;
	for (size_t i = 0; i < t->a_count; i++)
		place[i] = UINT32_MAX;
	for (uint32_t i = 0; i < all->n; i++) {
		place[names[i].label] = i;
		all->v[i].weight = names[i].weight;
	}
	for (size_t at = 0; contingency_next(t, &at, &cell, &n);)
		if (place[cell.a] != UINT32_MAX)
			add_cell(&all->v[place[cell.a]], n, t->a[cell.a],
			    whole != NULL ? whole[cell.b] : t->b[cell.b]);
	mem_free(names);
	mem_free(place);
	mem_free(whole);
}

void
entities_done(struct entities *all)
{
	mem_free(all->v);
	*all = (struct entities){ 0 };
}

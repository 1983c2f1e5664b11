/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/estimate_gather.c: the tallies of an estimation, summed up to what a step asks: of
 * a pair's candidate rules only which fields it may teach, so that many tallies become one. */
#include "base/alloc.h"
#include "resolve/estimate_priv.h"
#include "resolve/sort.h"

#include <string.h>

#define UNIT (1.0 / 256)	/* of tally.weight */

struct line {
	uint64_t	levels, weight;
	uint16_t	teaches;
	uint8_t		class;
	int8_t		fixed;
	bool		unmet;
	struct rarity	rare;
};

static int
by_levels(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->levels != y->levels)
		return x->levels < y->levels ? -1 : 1;
	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	if (x->unmet != y->unmet)
		return x->unmet ? 1 : -1;
	if (x->fixed != y->fixed)
		return x->fixed < y->fixed ? -1 : 1;
	if (x->rare.all != y->rare.all)
		return x->rare.all < y->rare.all ? -1 : 1;
	if (x->rare.shared != y->rare.shared)
		return x->rare.shared < y->rare.shared ? -1 : 1;
	if (x->rare.free != y->rare.free)
		return x->rare.free < y->rare.free ? -1 : 1;
	return (x->teaches > y->teaches) - (x->teaches < y->teaches);
}

/* A field is learnt from pairs that some rule brought together without looking at it: else it
 * would be learnt from pairs that were chosen for agreeing on it. */
static uint16_t
teaches(const struct estimate_input *in, uint64_t mask)
{
	uint16_t fields = 0;

	if (in->all_pairs)
		return UINT16_MAX;
	for (unsigned r = 0; r < in->rules; r++)
		if (mask >> r & 1)
			fields |= (uint16_t)~in->rule_fields[r];
	return fields;
}

/* Pairs that are known to be one person teach all fields; from `met` on no rule holds for them. The tallies as lines in order, those that are alike summed up. The caller frees them. */
static struct line *
sorted_lines(const struct estimate_input *in, const struct tally *t, size_t count, size_t met, bool teach,
    size_t *lines)
{
	struct line *l = mem_zero(count + 1, sizeof *l);
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		l[i] = (struct line){ t[i].pattern, t[i].weight,
		    !teach ? 0 : t[i].fixed > 0 ? UINT16_MAX : teaches(in, t[i].mask), t[i].class, t[i].fixed,
		    i >= met, t[i].rare };
	sort_array(l, count, sizeof *l, by_levels, 1);
	for (size_t i = 0; i < count; i++) {
		if (n > 0 && by_levels(&l[n - 1], &l[i]) == 0)
			l[n - 1].weight += l[i].weight;
		else
			l[n++] = l[i];
	}
	*lines = n;
	return l;
}

/* Whether they have alike whatever both say of what a household shares, but for the family name. */
static bool
of_one_home(const struct estimate_input *in, uint64_t pattern)
{
	bool any = false;

	for (unsigned f = 0; f < in->fields; f++) {
		unsigned level = pattern_level(pattern, f);

		if (in->field[f].nature != NATURE_SHARED || in->field[f].type == FIELD_FAMILY || level == LEVEL_NULL)
			continue;
		if (level != field_top(in->field[f].type))
			return false;
		any = true;
	}
	return any;
}

/* The sampled pairs, and random ones of one home that no candidate rule holds for: what is more than the home
 * in common is counted of all of them then. Matches these are not, or a rule would hold. */
static struct tally *
with_unmet(const struct em *em, size_t *count)
{
	const struct estimate_input *in = em->in;
	struct tally *all = mem_zero(in->sampled_count + in->stranger_count + 1, sizeof *all);
	double of[CLASSES_MAX] = { 0 };
	size_t n = in->sampled_count;

	if (n > 0)
		memcpy(all, in->sampled, n * sizeof *all);
	for (size_t i = 0; i < in->stranger_count; i++)
		of[in->strangers[i].class] += (double)in->strangers[i].weight;
	for (size_t i = 0; i < in->stranger_count && em->household && !in->all_pairs; i++) {
		const struct tally *t = &in->strangers[i];

		if (t->mask != 0 || !of_one_home(in, t->pattern))
			continue;
		all[n] = *t;
		all[n].fixed = -1;
		all[n++].weight = (uint64_t)((double)t->weight / UNIT * (double)in->class_pairs[t->class] /
		    of[t->class]);
	}
	*count = n;
	return all;
}

static void
gather_sampled(struct em *em)
{
	size_t n;
	struct tally *all = with_unmet(em, &n);
	struct line *l = sorted_lines(em->in, all, n, em->in->sampled_count, true, &n);

	em->pattern = mem_zero(n + 1, sizeof *em->pattern);
	em->group = mem_zero(n + 1, sizeof *em->group);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || l[i].levels != l[i - 1].levels)
			em->pattern[em->patterns++] = (struct em_pattern){ l[i].levels, i, { 1, 1, 1, 1 } };
		em->group[i] = (struct em_group){ (double)l[i].weight * UNIT, l[i].teaches,
		    l[i].class, l[i].fixed, l[i].unmet, l[i].rare };
	}
	em->groups = n;
	em->pattern[em->patterns].first = n;
	mem_free(l);
	mem_free(all);
}

static void
gather_strangers(struct em *em)
{
	size_t n;
	struct line *l = sorted_lines(em->in, em->in->strangers, em->in->stranger_count, SIZE_MAX, false, &n);

	em->stranger = mem_zero(n + 1, sizeof *em->stranger);
	for (size_t i = 0; i < n; i++)
		em->stranger[i] = (struct em_stranger){ l[i].levels, (double)l[i].weight * UNIT,
		    l[i].class, l[i].rare };
	em->strangers = n;
	mem_free(l);
}

void
em_gather(struct em *em)
{
	gather_sampled(em);
	gather_strangers(em);
}

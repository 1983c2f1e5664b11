/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/entities_test.c: estimates by entity agree with the figures of all of them. */
#include "base/map.h"
#include "report/agreement.h"
#include "report/contingency.h"
#include "report/entities.h"
#include "report_case.h"

static const char *const names[] = { "pair_precision", "pair_recall", "pair_f1", "b3_precision",
	"b3_recall", "b3_f1" };
enum { NAMES = sizeof names / sizeof *names };

static void
fill(struct entities *all, const char *truth, const char *found, const struct map *sample,
    struct scores *exact)
{
	struct labels t, f;
	struct contingency table;

	label(&t, truth);
	label(&f, found);
	contingency_fill(&table, &t, &f, NULL, 0);
	agreement(&table, exact);
	entities_fill(all, &table, &t, &f, sample);
	contingency_done(&table);
	labels_done(&t);
	labels_done(&f);
}

static void
everybody_is_the_whole(void)
{
	struct map *sample = map_new();
	struct entities all = { 0 };
	struct scores exact = { 0 }, estimate = { 0 };
	bool same = true;

	for (const char *c = "abcde"; *c != '\0'; c++)
		*map_slot(sample, span_make(c, 1)) = 250000;
	fill(&all, "aaabbcddde", "xxyyzzwwvw", sample, &exact);
	entities_estimate(&all, true, &estimate);
	for (int i = 0; i < NAMES; i++)
		same &= scores_find(&exact, span_from(names[i]))->value ==
		    scores_find(&estimate, span_from(names[i]))->value;
	ok(same, "with every entity in the sample the estimates are the figures");
	entities_done(&all);
	map_free(sample);
}

/* Entities aaa (1 in 2) and bb (1 in 4), c not drawn; cluster y holds a record of both. Pairs,
 * each from both ends: a together 2, same 6, predicted 3; b together 0, same 2, predicted 1. */
static void
weights(void)
{
	struct map *sample = map_new();
	struct entities all = { 0 };
	struct scores exact = { 0 }, s = { 0 };

	*map_slot(sample, SPAN("a")) = 500000;
	*map_slot(sample, SPAN("b")) = 250000;
	*map_slot(sample, SPAN("q")) = 250000;
	fill(&all, "aaabbc", "xxyy.z", sample, &exact);
	entities_estimate(&all, true, &s);
	figure(&s, "sampled_entities", "2");
	figure(&s, "sampled_not_in_truth", "1");
	figure(&s, "pair_precision", "0.400000");	/* 2·2 ÷ (2·3 + 4·1) */
	figure(&s, "pair_recall", "0.200000");		/* 2·2 ÷ (2·6 + 4·2) */
	figure(&s, "pair_recall_high", "0.513600");	/* 0.2 + 1.96 · 0.16 */
	figure(&s, "pair_recall_low", "0.000000");
	figure(&s, "pair_f1", "0.266667");
	figure(&s, "b3_recall", "0.523810");		/* (2·5/3 + 4·1) ÷ (2·3 + 4·2) */
	entities_done(&all);
	map_free(sample);
}

static void
draws(void)
{
	struct entities all = { 0 };
	struct scores exact = { 0 }, s = { 0 }, again = { 0 }, other = { 0 };
	bool around = true, same = true, differs = false;

	fill(&all, "aaabbcdddeffgghhh", "xxyyzzwwvwuuttttt", NULL, &exact);
	entities_bootstrap(&all, 500, 1, &s);
	entities_bootstrap(&all, 500, 1, &again);
	entities_bootstrap(&all, 500, 2, &other);
	for (int i = 0; i < NAMES; i++) {
		int64_t value = scores_find(&exact, span_from(names[i]))->value;

		around &= s.v[2 * i].value <= value && value <= s.v[2 * i + 1].value;
		same &= s.v[2 * i].value == again.v[2 * i].value;
		differs |= s.v[2 * i].value != other.v[2 * i].value;
	}
	ok(around, "the interval holds the figure");
	ok(same, "the same seed draws the same");
	ok(differs, "another seed draws something else");
	entities_done(&all);
}

static void
nobody(void)
{
	struct entities all = { 0 };
	struct scores exact = { 0 }, s = { 0 };

	fill(&all, "", "", NULL, &exact);
	entities_bootstrap(&all, 10, 1, &s);
	figure(&s, "pair_f1_low", "-");
	entities_done(&all);
}

int
main(void)
{
	everybody_is_the_whole();
	weights();
	draws();
	nobody();
	return tap_done();
}

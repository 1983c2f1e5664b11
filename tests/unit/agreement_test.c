/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/agreement_test.c: figures against cells worked by hand. */
#include "base/map.h"
#include "report/agreement.h"
#include "report/contingency.h"
#include "report/entropy.h"
#include "report/stability.h"
#include "report_case.h"

static void
compare(const char *truth, const char *found, struct scores *out)
{
	struct labels t, f;
	struct contingency table;

	label(&t, truth);
	label(&f, found);
	contingency_fill(&table, &t, &f, NULL, 0);
	*out = (struct scores){ 0 };
	agreement(&table, out);
	contingency_done(&table);
	labels_done(&t);
	labels_done(&f);
}

/* Entities aaa bb c; clusters xx yy and two alone: cells a,x 2 · a,y 1 · b,y 1 · b,- 1 · c,- 1. */
static void
small_case(void)
{
	struct scores s;

	compare("aaabbc", "xxyy.z", &s);
	figure(&s, "records", "6");
	figure(&s, "entities", "3");
	figure(&s, "clusters", "4");
	figure(&s, "true_pairs", "4");
	figure(&s, "predicted_pairs", "2");
	figure(&s, "pairs_together", "1");
	figure(&s, "pair_f1", "0.333333");
	figure(&s, "fowlkes_mallows", "0.353553");	/* 1 ÷ sqrt(2·4) */
	figure(&s, "rand", "0.733333");			/* 11 of 15 */
	figure(&s, "adjusted_rand", "0.189189");	/* 7 ÷ 37 */
	figure(&s, "b3_precision", "0.833333");		/* (2 + 1/2 + 1/2 + 1 + 1) ÷ 6 */
	figure(&s, "b3_recall", "0.611111");		/* (4/3 + 1/3 + 1/2 + 1/2 + 1) ÷ 6 */
	figure(&s, "exact_clusters", "1");
	figure(&s, "splits", "1");
	figure(&s, "merges", "2");
	figure(&s, "merge_distance_per_1000", "500.000000");
	/* H(a) = 1.459148, H(b) = 1.918296, H(a,b) = 2.251629 bits */
	figure(&s, "variation_of_information", "1.125815");
	figure(&s, "homogeneity", "0.771556");
	figure(&s, "completeness", "0.586883");
	figure(&s, "v_measure", "0.666667");
}

static void
edges(void)
{
	struct scores s;

	compare("aabbb", "yyxxx", &s);
	figure(&s, "pair_f1", "1.000000");
	figure(&s, "adjusted_rand", "1.000000");
	figure(&s, "variation_of_information", "0.000000");
	figure(&s, "v_measure", "1.000000");
	compare("ab", "xy", &s);
	figure(&s, "pair_precision", "-");
	figure(&s, "b3_f1", "1.000000");
	compare("aa", "xx", &s);
	figure(&s, "homogeneity", "-");		/* one entity leaves nothing open */
	compare("", "", &s);
	figure(&s, "b3_precision", "-");
	figure(&s, "variation_of_information", "-");
	figure(&s, "rand", "-");
}

static void
swapping_sides(void)
{
	struct scores s, t;

	compare("aaabbcdd", "xyyyxzzx", &s);
	compare("xyyyxzzx", "aaabbcdd", &t);
	ok(scores_find(&s, SPAN("b3_precision"))->value == scores_find(&t, SPAN("b3_recall"))->value &&
	    scores_find(&s, SPAN("homogeneity"))->value ==
	    scores_find(&t, SPAN("completeness"))->value &&
	    scores_find(&s, SPAN("variation_of_information"))->value ==
	    scores_find(&t, SPAN("variation_of_information"))->value,
	    "what is precision to one labelling is recall to the other");
}

static void
logarithms(void)
{
	bool exact = true, rises = true;

	for (int k = 0; k < 64; k++)
		exact &= log2_of(UINT64_C(1) << k) == (uint64_t)k << LOG2_BITS;
	ok(exact, "the logarithm of a power of two is exact");
	for (uint64_t n = 1; n < 100000; n++)
		rises &= log2_of(n) < log2_of(n + 1);
	ok(rises, "the logarithm rises");
	/* 1.58496250072115618... x 2^40, rounded down */
	ok(log2_of(3) == UINT64_C(1742684699131), "the logarithm of 3 to the last bit");
}

static void
two_runs(void)
{
	struct labels before, after;
	struct scores s = { 0 };

	label(&before, "aabbc.");
	label(&after, "aaabdd");
	stability(&before, &after, &s);
	figure(&s, "records_keeping_id", "-");		/* labels that are no ids */
	before.from_profiles = after.from_profiles = true;
	s.n = 0;
	stability(&before, &after, &s);
	figure(&s, "records_keeping_id", "0.600000");	/* 1, 2 and 4 of five */
	figure(&s, "ids_surviving", "0.666667");	/* a and b of three */
	figure(&s, "events_per_1000", "800.000000");	/* c went, d came, 3 and 5 moved */
	labels_done(&before);
	labels_done(&after);
}

static void
expectations(void)
{
	struct scores s = { 0 };
	bool holds;

	scores_ratio(&s, "share", 1, 3);
	scores_ratio(&s, "nothing", 0, 0);
	scores_value(&s, "bits", -1500, BITS_PLACES);
	ok(expect_holds(&s, SPAN("share>=0.333333"), &holds) == 0 && holds, "a bound is met");
	ok(expect_holds(&s, SPAN("share > 0.333333"), &holds) == 0 && !holds, "and not exceeded");
	ok(expect_holds(&s, SPAN("bits==-1.5"), &holds) == 0 && holds, "bits may be negative");
	ok(expect_holds(&s, SPAN("nothing>=0"), &holds) == 0 && !holds, "none satisfies nothing");
	ok(expect_holds(&s, SPAN("share>=0.3333333"), &holds) == -1, "a seventh decimal is refused");
	ok(expect_holds(&s, SPAN("beauty>=1"), &holds) == -1, "an unknown figure is refused");
	ok(expect_holds(&s, SPAN("share"), &holds) == -1, "no operator is refused");
}

int
main(void)
{
	small_case();
	edges();
	swapping_sides();
	logarithms();
	two_runs();
	expectations();
	return tap_done();
}

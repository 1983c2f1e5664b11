/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/links_test.c: scored pairs against the truth, worked by hand and by brute force. */
#include "base/map.h"
#include "report/closure.h"
#include "report/contingency.h"
#include "report/grid.h"
#include "report/links.h"
#include "report_case.h"

static void
add(struct links *l, const char *a, const char *b, int32_t weight_w, uint32_t p, bool kept,
    const char *rules)
{
	struct link one = { .weight_w = weight_w, .p = p, .kept = kept };

	for (; *rules != '\0'; rules++)
		one.rules |= UINT64_C(1) << links_rule(l, span_make(rules, 1));
	links_add(l, span_from(a), span_from(b), &one);
}

/* Entities aaa bb c: four true pairs. The best link cut takes 1-2, 1-3, 3-4, 4-5; the best closure
 * takes 1-2, 1-3 and so the pair 2-3 too. */
static void
small_case(void)
{
	struct labels truth;
	struct links l;
	struct scores s = { 0 };
	struct grid grid;

	label(&truth, "aaabbc");
	links_init(&l, &truth, false);
	add(&l, "5", "6", -4000, 60000, false, "r");
	add(&l, "4", "5", -1500, 260000, false, "s");
	add(&l, "2", "1", 8000, 996000, true, "rs");
	add(&l, "3", "4", 2000, 800000, true, "s");
	add(&l, "1", "3", 5500, 980000, true, "r");
	add(&l, "1", "2", 7000, 990000, true, "s");	/* a second time, lighter: does not count */
	add(&l, "1", "9", 9000, 999000, true, "r");	/* nobody knows 9 */
	add(&l, "1", "1", 9000, 999000, true, "r");
	links_finish(&l);
	links_scores(&l, 4, 6, &s);
	figure(&s, "links", "5");
	figure(&s, "links_true", "3");
	figure(&s, "links_repeated", "1");
	figure(&s, "links_with_unknown_ids", "2");
	figure(&s, "links_kept", "3");
	figure(&s, "link_precision", "0.666667");
	figure(&s, "link_recall", "0.500000");
	figure(&s, "link_f1", "0.571429");
	figure(&s, "link_fdr", "0.333333");
	figure(&s, "closure_f1", "0.600000");		/* 1234: 6 pairs, 3 of them true */
	figure(&s, "best_link_f1", "0.750000");
	figure(&s, "best_link_cut", "-1.500");
	figure(&s, "best_closure_f1", "0.857143");	/* 123: 3 pairs, all true */
	figure(&s, "best_closure_cut", "5.500");
	figure(&s, "average_precision", "0.687500");	/* (1 + 1 + 3/4) ÷ 4 */
	figure(&s, "pair_completeness", "0.750000");
	figure(&s, "pair_quality", "0.600000");
	figure(&s, "pair_reduction", "0.666667");
	links_rules(&l, 4, &grid);
	ok(grid.count == 14 && grid.cells[1].value == 3 && grid.cells[2].value == 2 &&
	    grid.cells[5].value == 2 && grid.cells[6].value == 1, "rule r: 3 pairs, 2 true; 2 that no other rule has, 1 true");
	grid_done(&grid);
	links_calibration(&l, &grid);
	ok(grid.count == 50 && grid.cells[9 * 5 + 1].value == 2 && grid.cells[9 * 5 + 3].value ==
	    988000 && grid.cells[1].value == 1 && grid.cells[1 * 5 + 3].none,
	    "ten bins; an empty one has no mean");
	grid_done(&grid);
	links_curve(&l, 4, &grid);
	ok(grid.count == 5 * 8 && grid.cells[0].value == 8 && grid.cells[3 * 8].value == -2,
	    "the curve goes by whole bits, downwards");
	grid_done(&grid);
	links_done(&l);
	labels_done(&truth);
}

static void
no_links(void)
{
	struct labels truth;
	struct links l;
	struct scores s = { 0 };

	label(&truth, "aab");
	links_init(&l, &truth, false);
	links_finish(&l);
	links_scores(&l, 1, 3, &s);
	figure(&s, "link_fdr", "-");
	figure(&s, "link_recall", "0.000000");
	figure(&s, "best_link_cut", "-");
	figure(&s, "average_precision", "0.000000");
	figure(&s, "pair_quality", "-");
	links_done(&l);
	labels_done(&truth);
}

/* Entities aa b cc: 1, 2 and 3 are copies (of two entities), 4 and 5 are not. Copies alone: three
 * pairs, one true. The link 1-4 stands for 1-4, 2-4, 3-4. */
static void
copies(void)
{
	struct labels truth;
	struct links l;
	struct scores s = { 0 };

	label(&truth, "aabcc");
	links_init(&l, &truth, false);
	links_copy(&l, SPAN("3"), SPAN("2"));
	links_copy(&l, SPAN("1"), SPAN("2"));
	links_copy(&l, SPAN("1"), SPAN("9"));
	add(&l, "1", "4", 1000, 600000, true, "r");
	add(&l, "4", "2", 1000, 600000, true, "r");	/* the same link, of another copy */
	add(&l, "2", "3", 9000, 990000, true, "r");	/* said already: they are copies */
	add(&l, "4", "5", -1000, 300000, false, "s");
	links_finish(&l);
	links_scores(&l, 2, 5, &s);
	figure(&s, "links", "7");
	figure(&s, "links_true", "2");
	figure(&s, "links_repeated", "0");
	figure(&s, "links_kept", "6");
	figure(&s, "link_precision", "0.166667");
	figure(&s, "pair_completeness", "1.000000");
	figure(&s, "best_link_f1", "0.444444");		/* all seven: 2·2 ÷ (7 + 2) */
	figure(&s, "best_closure_f1", "0.400000");	/* the copies alone: 2·1 ÷ (3 + 2) */
	links_done(&l);
	labels_done(&truth);
}

/* A small generator, printed seed. */
static uint32_t
next(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

enum { RECORDS = 40, JOINS = 60, SEED = 7 };

static void
count_all(const uint32_t *group, const char *truth, uint64_t *pairs, uint64_t *together)
{
	*pairs = *together = 0;
	for (int i = 0; i < RECORDS; i++)
		for (int j = 0; j < i; j++)
			if (group[i] == group[j]) {
				++*pairs;
				*together += truth[i] == truth[j];
			}
}

static void
closures(void)
{
	bool same = true;
	uint32_t state = SEED;

	for (int trial = 0; trial < 200; trial++) {
		char letters[RECORDS + 1] = { 0 };
		uint32_t group[RECORDS];
		struct labels truth;
		struct closure *c;

		for (uint32_t i = 0; i < RECORDS; i++) {
			letters[i] = (char)('a' + next(&state) % 12);
			group[i] = i;
		}
		label(&truth, letters);
		c = closure_new(&truth);
		for (int k = 0; k < JOINS; k++) {
			uint32_t a = next(&state) % RECORDS, b = next(&state) % RECORDS;
			uint32_t from = group[a], to = group[b];
			uint64_t pairs, together;

			closure_join(c, a, b);
			for (int i = 0; i < RECORDS; i++)
				if (group[i] == from)
					group[i] = to;
			count_all(group, letters, &pairs, &together);
			same &= closure_pairs(c) == pairs && closure_together(c) == together;
		}
		closure_free(c);
		labels_done(&truth);
	}
	ok(same, "the closure's pairs are those of counting them one by one (seed %d)", SEED);
}

int
main(void)
{
	small_case();
	no_links();
	copies();
	closures();
	return tap_done();
}

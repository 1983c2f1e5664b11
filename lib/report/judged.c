/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/judged.c: pairs that people judged, against a labelling. */
#include "base/map.h"
#include "report/judged.h"

int
judged_add(struct judged *j, const struct labels *found, struct span a, struct span b,
    struct span label)
{
	const uint64_t *x = map_find(found->ids, a), *y = map_find(found->ids, b);
	bool together = span_equal(a, b) || (x != NULL && y != NULL && *x == *y);

	if (span_is(label, "match"))
		j->match[together]++;
	else if (span_is(label, "no_match"))
		j->no_match[together]++;
	else if (span_is(label, "maybe") || span_is(label, "possible_match"))
		j->maybe[together]++;
	else
		return -1;
	j->unknown_ids += x == NULL || y == NULL;
	return 0;
}

void
judged_scores(const struct judged *j, struct scores *out)
{
	uint64_t tp = j->match[1], fn = j->match[0], fp = j->no_match[1], tn = j->no_match[0];

	scores_count(out, "judged_pairs", tp + fn + fp + tn);
	scores_count(out, "judged_match", tp + fn);
	scores_count(out, "judged_no_match", fp + tn);
	scores_count(out, "pairs_together", tp + fp);
	scores_count(out, "true_positives", tp);
	scores_count(out, "false_positives", fp);
	scores_count(out, "false_negatives", fn);
	scores_count(out, "true_negatives", tn);
	scores_ratio(out, "pair_precision", tp, tp + fp);
	scores_ratio(out, "pair_recall", tp, tp + fn);
	scores_ratio(out, "pair_f1", 2 * tp, 2 * tp + fp + fn);
	scores_count(out, "maybe_together", j->maybe[1]);
	scores_count(out, "maybe_apart", j->maybe[0]);
	scores_count(out, "pairs_with_unknown_ids", j->unknown_ids);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/judged.c: pairs that people judged, against a labelling. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/map.h"
#include "report/judged.h"
#include "report/labels.h"
#include "report/scores.h"
#include "report/sheet.h"

void
judged_done(struct judged *j)
{
	mem_free(j->v);
	arena_done(&j->arena);
	*j = (struct judged){ 0 };
}

static const struct {
	const char	*label;
	enum judgement	 is;
} judgements[] = {
	{ "match", JUDGED_MATCH }, { "no_match", JUDGED_NO_MATCH }, { "maybe", JUDGED_MAYBE },
	{ "possible_match", JUDGED_MAYBE },
};

/* Copies; label "match", "no_match", "maybe" or "possible_match". -1: another label. */
static int
add_pair(struct judged *j, struct span a, struct span b, struct span label)
{
	for (size_t i = 0; i < sizeof judgements / sizeof *judgements; i++) {
		if (!span_is(label, judgements[i].label))
			continue;
		j->v = mem_grow(j->v, j->n + 1, &j->cap, sizeof *j->v);
		j->v[j->n++] = (struct judged_pair){ arena_copy(&j->arena, a),
		    arena_copy(&j->arena, b), judgements[i].is };
		return 0;
	}
	return -1;
}

static int
pair_row(void *arg, const struct span *cells, struct error *e)
{
	if (add_pair(arg, cells[0], cells[1], cells[2]) == 0)
		return 0;
	error_set(e, REFUSED, "E_LABEL", "\"label\" is not match, no_match or maybe");
	return 1;
}

int
judged_read(struct judged *j, const char *path, const struct feed_options *feed, uint64_t *lines,
    struct error *e)
{
	static const struct sheet_column columns[] = { { "id_a", NULL, true },
	    { "id_b", NULL, true }, { "label", NULL, true } };
	struct sheet t = { .path = path, .columns = columns, .count = 3, .feed = *feed,
	    .row = pair_row, .arg = j };
	int r = sheet_read(&t, NULL, e);

	*lines += t.lines;
	return r;
}

bool
judged_strange(const struct judged *j, const struct labels *found)
{
	for (size_t i = 0; i < j->n; i++)
		if (map_has(found->ids, j->v[i].a) || map_has(found->ids, j->v[i].b))
			return false;
	return true;
}

void
judged_scores(const struct judged *j, const struct labels *found, struct scores *out)
{
	uint64_t n[3][2] = { { 0 } };		/* judgement, found together */
	uint64_t unknown = 0, tp, fn, fp, tn;

	for (size_t i = 0; i < j->n; i++) {
		const struct judged_pair *p = &j->v[i];
		const uint64_t *x = map_find(found->ids, p->a), *y = map_find(found->ids, p->b);

		n[p->is][span_equal(p->a, p->b) || (x != NULL && y != NULL && *x == *y)]++;
		unknown += x == NULL || y == NULL;
	}
	tp = n[JUDGED_MATCH][1];
	fn = n[JUDGED_MATCH][0];
	fp = n[JUDGED_NO_MATCH][1];
	tn = n[JUDGED_NO_MATCH][0];
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
	scores_count(out, "maybe_together", n[JUDGED_MAYBE][1]);
	scores_count(out, "maybe_apart", n[JUDGED_MAYBE][0]);
	scores_count(out, "pairs_with_unknown_ids", unknown);
}

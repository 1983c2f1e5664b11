/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/promise.c: estimated errors beside the true ones. */
#include "base/error.h"
#include "base/number.h"
#include "io/json_config.h"
#include "report/promise.h"
#include "report/scores.h"

enum { SUMMARY_BYTES = 16 << 20, MILLION = 1000000 };

/* Fractions are text; anything else, "not usable" and null among it, is no estimate. */
static struct promised
fraction(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	struct promised p = { 0 };

	p.there = json_is_string(value) &&
	    fixed_parse(span_from(json_string_value(value)), RATIO_PLACES, &p.value);
	return p;
}

int
promise_read(struct promise *p, const char *path, struct error *e)
{
	json_t *root = config_load(path, SUMMARY_BYTES, STATUS_INPUT, e), *fdr;

	if (root == NULL)
		return -1;
	fdr = json_object_get(root, "fdr");
	p->model = fraction(fdr, "model");
	p->decoy = fraction(fdr, "decoy");
	p->conflict = fraction(fdr, "conflict");
	p->blocking = fraction(json_object_get(root, "blocking_recall"), "low");
	json_decref(root);
	return 0;
}

static void
put(struct scores *out, const char *name, struct promised p)
{
	if (p.there)
		scores_value(out, name, p.value, RATIO_PLACES);
	else
		scores_none(out, name, RATIO_PLACES);
}

/* The threshold holds every usable estimate below its target, so the largest is the promise. */
static struct promised
largest(const struct promise *p)
{
	const struct promised *all[] = { &p->model, &p->decoy, &p->conflict };
	struct promised most = { 0 };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i]->there && (!most.there || all[i]->value > most.value))
			most = *all[i];
	return most;
}

static struct promised
measured(const struct scores *s, const char *name)
{
	const struct score *one = scores_find(s, span_from(name));

	if (one == NULL || one->none)
		return (struct promised){ 0 };
	return (struct promised){ true, one->value };
}

static struct promised
minus(struct promised x, struct promised y)
{
	return (struct promised){ x.there && y.there, x.value - y.value };
}

void
promise_scores(const struct promise *p, struct scores *out)
{
	struct promised precision = measured(out, "pair_precision");
	struct promised wrong = minus((struct promised){ true, MILLION }, precision);

	if (scores_find(out, SPAN("link_fdr")) != NULL)
		wrong = measured(out, "link_fdr");
	put(out, "estimated_fdr_model", p->model);
	put(out, "estimated_fdr_decoy", p->decoy);
	put(out, "estimated_fdr_conflict", p->conflict);
	put(out, "estimated_fdr", largest(p));
	put(out, "true_fdr", wrong);
	put(out, "fdr_estimated_minus_true", minus(largest(p), wrong));
	put(out, "estimated_blocking_recall", p->blocking);
	put(out, "blocking_estimated_minus_true",
	    minus(p->blocking, measured(out, "pair_completeness")));
}

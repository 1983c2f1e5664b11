/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/policy.c: policies and their regimes (consent 10.3, X15). Whatever the document says, reading
 * and linting it ends, finds the same twice, and in a policy without errors every regime can be put
 * in play. */
#include "base/error.h"
#include "consent/policy.h"
#include "consent/policy_lint.h"
#include "consent/policy_read.h"
#include "consent/regime.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct policy *
check(const struct policy_document *d, struct faults *f)
{
	const struct lint_moment m = { .now = INSTANT_NONE };
	struct policy *p = policy_build(d, f);

	if (p != NULL && f->count == 0)
		policy_lint(p, &m, f);
	return p;
}

static void
compare(const struct faults *a, const struct faults *b)
{
	if (a->count != b->count)
		abort();
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->list[i].code, b->list[i].code) != 0 ||
		    strcmp(a->list[i].path, b->list[i].path) != 0 ||
		    strcmp(a->list[i].text, b->list[i].text) != 0)
			abort();
}

static void
put_in_play(const struct policy *p)
{
	for (size_t i = 0; i < p->regime_count; i++)
		for (size_t k = 0; k < p->regimes[i].countries.n; k++)
			if (regimes_of_place(p, p->regimes[i].countries.v[k]) == 0)
				abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error e = { 0 };
	struct policy_document d = { .json = config_parse(span_make((const char *)data, size), "fuzz",
	    STATUS_USAGE, &e) };
	struct faults first = { 0 }, second = { 0 };
	struct policy *p, *again;

	if (d.json == NULL || !config_depth_ok(d.json, 16)) {
		policy_document_done(&d);
		return 0;
	}
	p = check(&d, &first);
	again = check(&d, &second);
	compare(&first, &second);
	if (p != NULL && first.count == 0)
		put_in_play(p);
	policy_free(p);
	policy_free(again);
	faults_done(&first);
	faults_done(&second);
	policy_document_done(&d);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/basis_clock.c: since when each basis has stood, and what a new policy changes */
#include "base/buf.h"
#include "consent/basis_clock.h"
#include "consent/policy.h"

static const struct policy_basis *
basis_of(const struct policy *p, struct span purpose, struct span regime)
{
	const struct policy_purpose *x = policy_purpose(p, purpose);

	return x == NULL ? NULL : policy_basis(x, regime);
}

/* Since when the type has stood in the last of n policies, whichever entry declares it there. */
static instant
since(struct policy *const *published, size_t n, struct span purpose, struct span regime)
{
	const struct policy_basis *b = basis_of(published[n - 1], purpose, regime), *old = b;
	enum basis_type type = b->type;
	size_t i = n - 1;

	for (; i > 0; i--) {
		const struct policy_basis *earlier = basis_of(published[i - 1], purpose, regime);

		if (earlier == NULL || earlier->type != type)
			break;
		old = earlier;
	}
	return i == 0 && old->claimed_at < published[0]->published_at ? old->claimed_at :
	    published[i]->published_at;
}

/* "*" stands for each regime in use without an entry of its own; the latest of them counts. */
static instant
since_all(struct policy *const *published, size_t n, const struct policy_purpose *x,
    const struct policy_basis *b)
{
	const struct policy *p = published[n - 1];
	instant latest = INSTANT_NONE;

	for (size_t i = 0; i < p->regime_count; i++) {
		instant t;

		if (policy_basis(x, p->regimes[i].id) != b)
			continue;
		t = since(published, n, x->id, p->regimes[i].id);
		latest = latest == INSTANT_NONE || t > latest ? t : latest;
	}
	return latest;
}

void
basis_clocks_set(struct policy *const *published, size_t n)
{
	struct policy *p = published[n - 1];

	for (size_t i = 0; i < p->purpose_count; i++)
		for (size_t k = 0; k < p->purposes[i].basis_count; k++)
			p->purposes[i].basis[k].registered_at = since_all(published, n, &p->purposes[i],
			    &p->purposes[i].basis[k]);
}

static void
tell(struct span purpose, struct span regime, const struct policy_basis *was,
    const struct policy_basis *is, struct buf *out)
{
	if (was != NULL && is != NULL && was->type == is->type)
		return;
	buf_print(out, "clock of %.*s in %.*s ", SPAN_ARG(purpose), SPAN_ARG(regime));
	if (is == NULL)
		buf_print(out, "stops: no longer on %.*s\n", SPAN_ARG(basis_name(was->type)));
	else if (was == NULL)
		buf_print(out, "starts: on %.*s\n", SPAN_ARG(basis_name(is->type)));
	else
		buf_print(out, "restarts: on %.*s, no longer on %.*s\n",
		    SPAN_ARG(basis_name(is->type)), SPAN_ARG(basis_name(was->type)));
}

/* Published policies name every regime they use, and every purpose has a basis in each. */
void
basis_clocks_tell(const struct policy *before, const struct policy *after, struct buf *out)
{
	for (size_t i = 0; i < after->regime_count; i++) {
		struct span regime = after->regimes[i].id;

		for (size_t k = 0; k < after->purpose_count; k++) {
			struct span id = after->purposes[k].id;

			tell(id, regime, basis_of(before, id, regime), basis_of(after, id, regime), out);
		}
		for (size_t k = 0; k < before->purpose_count; k++) {
			struct span id = before->purposes[k].id;

			if (policy_purpose(after, id) == NULL)
				tell(id, regime, basis_of(before, id, regime), NULL, out);
		}
	}
}

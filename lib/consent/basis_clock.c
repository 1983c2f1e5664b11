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

/* Since when the type has stood in the last of n policies, whichever entry declares it there: "*"
 * speaks for a regime before that is in use. */
static instant
since(struct policy *const *published, size_t n, struct span purpose, const struct policy_basis *b)
{
	const struct policy_basis *old = b;
	size_t i = n - 1;

	for (; i > 0; i--) {
		const struct policy_basis *earlier = basis_of(published[i - 1], purpose, b->regime);

		if (earlier == NULL || !policy_basis_same_type(earlier, b))
			break;
		old = earlier;
	}
	return i == 0 && old->claimed_at < published[0]->published_at ? old->claimed_at :
	    published[i]->published_at;
}

void
basis_clocks_set(struct policy *const *published, size_t n)
{
	struct policy *p = published[n - 1];

	for (size_t i = 0; i < p->purpose_count; i++)
		for (size_t k = 0; k < p->purposes[i].basis_count; k++)
			p->purposes[i].basis[k].registered_at = since(published, n, p->purposes[i].id,
			    &p->purposes[i].basis[k]);
}

static void
tell(struct span purpose, struct span regime, const struct policy_basis *was,
    const struct policy_basis *is, struct buf *out)
{
	if (was != NULL && is != NULL && policy_basis_same_type(was, is))
		return;
	buf_print(out, "clock of %.*s in %.*s ", SPAN_ARG(purpose), SPAN_ARG(regime));
	if (is == NULL)
		buf_print(out, "stops: no longer on %.*s\n", SPAN_ARG(policy_basis_name(was)));
	else if (was == NULL)
		buf_print(out, "starts: on %.*s\n", SPAN_ARG(policy_basis_name(is)));
	else
		buf_print(out, "restarts: on %.*s, no longer on %.*s\n",
		    SPAN_ARG(policy_basis_name(is)), SPAN_ARG(policy_basis_name(was)));
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

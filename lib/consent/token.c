/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/token.c: identifiers that a policy calls shared. */
#include "consent/policy.h"
#include "consent/token.h"

bool
identifier_shared(const struct policy *p, struct span type, struct span value)
{
	if (span_starts(type, SPAN("id.")))
		return names_has(&p->shared_namespaces, span_skip(type, 3));
	return span_is(type, "email") &&
	    names_has(&p->shared_mailboxes, span_head(value, span_index(value, '@')));
}

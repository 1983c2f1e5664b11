/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cmp_contact.c: mailboxes and phone numbers (resolve 4.3). */
#include "normal/contact_parts.h"
#include "normal/domain.h"
#include "resolve/characters.h"
#include "resolve/level.h"
#include "resolve/similar.h"
#include "resolve/values.h"

enum {
	SAME_LOCAL_LEN = 5, CLOSE_LOCAL_LEN = 6,	/* bytes; short ones are alike by chance */
	NATIONAL_DIGITS = 8, SLIP_DIGITS = 9
};

#define NATIONAL	UINT64_C(100000000)	/* 10 to NATIONAL_DIGITS */
#define SLIP		UINT64_C(1000000000)	/* 10 to SLIP_DIGITS */
#define BLOCK		100			/* numbers that one holder may have in a row */

enum email { EMAIL_DIFFERENT, EMAIL_CLOSE_LOCAL, EMAIL_SAME_LOCAL, EMAIL_TYPO_DOMAIN,
    EMAIL_CANONICAL, EMAIL_EXACT };
enum phone { PHONE_DIFFERENT, PHONE_SAME_BLOCK, PHONE_ONE_SLIP, PHONE_NATIONAL, PHONE_EXACT };

static unsigned
same_local(const struct values *v, const struct email_row *x, const struct email_row *y)
{
	struct span local = values_part(v, x->local);

	if (x->domain == y->domain)
		return EMAIL_CANONICAL;
	if (x->domain != VALUE_NONE && y->domain != VALUE_NONE &&
	    domain_slip(values_part(v, x->domain), values_part(v, y->domain)))
		return EMAIL_TYPO_DOMAIN;
	return local.len >= SAME_LOCAL_LEN && !email_local_generic(local) ? EMAIL_SAME_LOCAL :
	    EMAIL_DIFFERENT;
}

static bool
close_local(struct span a, struct span b)
{
	return a.len >= CLOSE_LOCAL_LEN && b.len >= CLOSE_LOCAL_LEN &&
	    similar_osa_at_most_one(a, b);
}

unsigned
level_email(const struct values *v, uint32_t a, uint32_t b)
{
	const struct email_row *x = &v->email[a], *y = &v->email[b];

	if (a == b)
		return EMAIL_EXACT;
	if (x->local == VALUE_NONE || y->local == VALUE_NONE)
		return EMAIL_DIFFERENT;
	if (x->local == y->local)
		return same_local(v, x, y);
	return x->domain == y->domain &&
	    close_local(values_part(v, x->local), values_part(v, y->local)) ? EMAIL_CLOSE_LOCAL :
	    EMAIL_DIFFERENT;
}

/* The digits that both have: numbers of different length are compared from the end. */
unsigned
level_phone(const struct values *v, uint32_t a, uint32_t b)
{
	const struct phone_row *x = &v->phone[a], *y = &v->phone[b];
	bool as_long = x->count == y->count;

	if (a == b || (as_long && x->digits == y->digits))
		return PHONE_EXACT;
	if ((!x->sure || !y->sure) && x->count >= NATIONAL_DIGITS && y->count >= NATIONAL_DIGITS &&
	    x->digits % NATIONAL == y->digits % NATIONAL)
		return PHONE_NATIONAL;
	if ((as_long || (x->count >= SLIP_DIGITS && y->count >= SLIP_DIGITS)) &&
	    similar_digits_slip(x->digits % SLIP, y->digits % SLIP))
		return PHONE_ONE_SLIP;
	return as_long && x->digits / BLOCK == y->digits / BLOCK ? PHONE_SAME_BLOCK :
	    PHONE_DIFFERENT;
}

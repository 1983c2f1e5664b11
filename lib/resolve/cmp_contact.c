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
	NATIONAL_DIGITS = 8, SLIP_DIGITS = 9,
	THIRDS = 3
};

#define NATIONAL	UINT64_C(100000000)	/* 10 to NATIONAL_DIGITS */
#define SLIP		UINT64_C(1000000000)	/* 10 to SLIP_DIGITS */
#define BLOCK		100			/* numbers that one holder may have in a row */

enum email { EMAIL_DIFFERENT, EMAIL_CLOSE_LOCAL, EMAIL_SAME_LOCAL, EMAIL_TYPO_DOMAIN,
    EMAIL_CANONICAL, EMAIL_EXACT };
enum mailbox { MAILBOX_DIFFERENT, MAILBOX_CLOSE_LOCAL, MAILBOX_SAME_LOCAL, MAILBOX_TYPO_DOMAIN };
/* Above these are the levels of phones but the lowest. */
enum telephone { TELEPHONE_DIFFERENT, TELEPHONE_SAME_AREA, TELEPHONE_SAME_EXCHANGE };
enum { TELEPHONE_BELOW = TELEPHONE_SAME_EXCHANGE };
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
	return x->domain == y->domain && sketch_may_edit_letters(x->letters, y->letters) &&
	    close_local(values_part(v, x->local), values_part(v, y->local)) ? EMAIL_CLOSE_LOCAL :
	    EMAIL_DIFFERENT;
}

/* The digits that both have: numbers of different length are compared from the end. */
static inline unsigned
level_digits(struct phone_row x, struct phone_row y)
{
	bool as_long = x.count == y.count;

	if (as_long && x.digits == y.digits)
		return PHONE_EXACT;
	if ((!x.sure || !y.sure) && x.count >= NATIONAL_DIGITS && y.count >= NATIONAL_DIGITS &&
	    x.digits % NATIONAL == y.digits % NATIONAL)
		return PHONE_NATIONAL;
	if ((as_long || (x.count >= SLIP_DIGITS && y.count >= SLIP_DIGITS)) &&
	    similar_digits_slip(x.digits % SLIP, y.digits % SLIP))
		return PHONE_ONE_SLIP;
	return as_long && x.digits / BLOCK == y.digits / BLOCK ? PHONE_SAME_BLOCK : PHONE_DIFFERENT;
}

unsigned
level_phone(const struct values *v, uint32_t a, uint32_t b)
{
	return a == b ? PHONE_EXACT : level_digits(v->phone[a], v->phone[b]);
}

/* ---- of attributes ---- */

static struct phone_row
phone_row(struct phone_word w)
{
	return (struct phone_row){ w.digits, (uint8_t)w.count, w.sure };
}

/* Numbers of one town begin with the same third of their digits, those of one exchange with the same
 * two thirds: three and six of nine or ten. */
static bool
begin_alike(struct phone_row x, struct phone_row y, unsigned thirds)
{
	uint64_t line = 1;

	for (unsigned i = x.count * thirds / THIRDS; i < x.count; i++)
		line *= 10;
	return x.count == y.count && x.digits / line == y.digits / line;
}

/* A value without digits is no telephone. Of two that are as long, none lacks the country that the
 * other has. */
unsigned
level_telephone(struct phone_word a, struct phone_word b)
{
	struct phone_row x = phone_row(a), y = phone_row(b);
	unsigned level;

	if (a.count == 0 || b.count == 0)
		return TELEPHONE_DIFFERENT;
	x.sure = y.sure = (a.count == b.count && a.sure == b.sure) || (a.sure && b.sure);
	level = level_digits(x, y);
	if (level != PHONE_DIFFERENT)
		return level + TELEPHONE_BELOW;
	if (!begin_alike(x, y, 1))
		return TELEPHONE_DIFFERENT;
	return begin_alike(x, y, 2) ? TELEPHONE_SAME_EXCHANGE : TELEPHONE_SAME_AREA;
}

/* Canonical mailboxes that differ. */
unsigned
level_mailbox(struct span a, struct span b)
{
	struct email_parts x = email_parts(a), y = email_parts(b);

	if (x.domain.p == NULL || y.domain.p == NULL)
		return MAILBOX_DIFFERENT;
	if (span_equal(x.domain, y.domain))
		return close_local(x.local, y.local) ? MAILBOX_CLOSE_LOCAL : MAILBOX_DIFFERENT;
	if (!span_equal(x.local, y.local))
		return MAILBOX_DIFFERENT;
	if (domain_slip(x.domain, y.domain))
		return MAILBOX_TYPO_DOMAIN;
	return x.local.len >= SAME_LOCAL_LEN && !email_local_generic(x.local) ? MAILBOX_SAME_LOCAL :
	    MAILBOX_DIFFERENT;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/normal.c: the first byte picks a kind and a context; what comes out must be UTF-8 and
 * stay as it is when cleaned again. */
#include "base/arena.h"
#include "base/utf8.h"
#include "normal/address.h"
#include "normal/country.h"
#include "normal/email.h"
#include "normal/gender.h"
#include "normal/identifier.h"
#include "normal/key.h"
#include "normal/name.h"
#include "normal/name_split.h"
#include "normal/phone.h"
#include "normal/postcode.h"
#include "normal/text.h"
#include "normal/time.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { KINDS = 13 };

static struct normal
clean(unsigned kind, struct span s, const struct normal_context *c, struct arena *a)
{
	switch (kind) {
	case 0:
		return email_clean(s, c, a);
	case 1:
		return phone_clean(s, c, a);
	case 2:
		return birthdate_clean(s, c, a);
	case 3:
		return date_clean(s, c, a);
	case 4:
		return time_clean(s, c, a);
	case 5:
		return name_clean(s, NAME_GIVEN, c, a);
	case 6:
		return country_clean(s, c, a);
	case 7:
		return gender_clean(s, c, a);
	case 8:
		return identifier_clean(SPAN("loyalty"), s, c, a);
	case 9:
		return postcode_clean(s, c, a);
	case 10:
		return region_clean(s, c, a);
	case 11:
		return address_clean(s, c, a);
	default:
		return text_clean(s, TEXT_PLAIN, c, a);
	}
}

static void
lists(struct span s, const struct normal_context *c, struct arena *a)
{
	struct normal *list;
	size_t count = email_list(s, c, a, &list);
	struct span folded = text_fold(s, a);

	for (size_t i = 0; i < count; i++)
		if (utf8_bad(list[i].value) < list[i].value.len)
			abort();
	if (folded.p != NULL && !span_equal(text_fold(folded, a), folded))
		abort();
	(void)name_split(s, c, a);
	(void)email_key(s, a);
	(void)locality_key(s, a);
	(void)postcode_key(s, a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct normal_context c = { .reference = INSTANT_NONE };
	struct arena a = { 0 };
	struct normal n, again;
	struct span s;
	unsigned kind;

	if (size < 2)
		return 0;
	kind = data[0] % KINDS;
	c.date_order = data[0] / KINDS % 4;
	c.locale = data[0] & 0x80 ? SPAN("pt-BR") : SPAN("es");
	c.country = SPAN("BR");
	s = span_make((const char *)data + 1, size - 1);
	if (utf8_bad(s) < s.len)
		return 0;
	n = clean(kind, s, &c, &a);
	if (n.value.p != NULL) {
		again = clean(kind, n.value, &c, &a);
		if (utf8_bad(n.value) < n.value.len || !span_equal(again.value, n.value))
			abort();
	}
	lists(s, &c, &a);
	arena_done(&a);
	return 0;
}

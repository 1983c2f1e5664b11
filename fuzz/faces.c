/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/faces.c: the key faces of whatever text: the first byte picks a country. Every part is
 * UTF-8, no digit of an address is lost, keys and codes are the same when asked again. */
#include "base/arena.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "normal/address_parts.h"
#include "normal/contact_parts.h"
#include "normal/domain.h"
#include "normal/key.h"
#include "normal/name_tokens.h"
#include "normal/nickname.h"
#include "normal/phonetic.h"
#include "normal/postcode_parts.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
digits(struct span s)
{
	size_t n = 0;

	if (utf8_bad(s) < s.len)
		abort();
	for (size_t i = 0; i < s.len; i++)
		n += ascii_digit((unsigned char)s.p[i]);
	return n;
}

static void
address(struct span s, struct span country, struct arena *a)
{
	struct address_parts p = address_parts(s, country, SPAN(""), a);
	struct address_key k = address_key(&p, a), again = address_key(&p, a);

	if (digits(p.street) + digits(p.number) + digits(p.unit) + digits(p.building) +
	    digits(p.po_box) != digits(s))
		abort();
	if (!span_equal(k.street, again.street) || !span_equal(k.unit, again.unit))
		abort();
	(void)digits(k.street);
	(void)digits(k.number);
	(void)digits(k.unit);
}

static void
name(struct span s, struct arena *a)
{
	struct span folded = name_key(s, a);
	struct name_tokens n = name_tokens(folded);
	uint16_t class[NICKNAME_CLASSES_MAX];

	if ((n.count == 0) != (folded.len == 0))
		abort();
	for (size_t i = 0; i < n.count; i++) {
		if (nickname_classes(n.token[i], class) > NICKNAME_CLASSES_MAX)
			abort();
		for (int l = 0; l < PHONETIC_LANGUAGES; l++)
			(void)phonetic_code(n.token[i], (enum phonetic_language)l);
	}
}

static void
contact(struct span s, struct span country, struct arena *a)
{
	struct span key = postcode_key(s, a);
	struct email_parts e = email_parts(s);

	if (key.p != NULL && postcode_area(key, country).len > key.len)
		abort();
	(void)postcode_district(key.p == NULL ? SPAN("") : key, country);
	(void)email_local_generic(e.local);
	(void)domain_slip(e.domain.p == NULL ? SPAN("") : e.domain, SPAN("gmail.com"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const countries[] = { "", "US", "BR", "CA", "DE", "GB" };
	struct arena a = { 0 };
	struct span s, country;

	if (size < 1)
		return 0;
	country = span_from(countries[data[0] % (sizeof countries / sizeof *countries)]);
	s = span_make((const char *)data + 1, size - 1);
	if (utf8_bad(s) == s.len) {
		address(s, country, &a);
		name(s, &a);
		contact(s, country, &a);
	}
	arena_done(&a);
	return 0;
}

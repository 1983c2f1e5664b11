/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/postcode_parts.c: heads of postcodes, by country or by shape. */
#include "base/ascii.h"
#include "normal/postcode_parts.h"

enum { AREA = 2 };

/* Shape: N digit, A letter, X either. Without a country the first line whose shape fits counts,
 * but five digits alone tell no country. */
static const struct rule {
	char	country[3], shape[10];
	uint8_t	len, district;		/* of the shape; of its head */
} rules[] = {
	{ "GB", "ANNAA", 5, 2 }, { "GB", "ANXNAA", 6, 3 }, { "GB", "AANNAA", 6, 3 },
	{ "GB", "AANXNAA", 7, 4 }, { "CA", "ANANAN", 6, 3 }, { "NL", "NNNNAA", 6, 4 },
	{ "IE", "ANXXXXX", 7, 3 }, { "AR", "ANNNNAAA", 8, 5 }, { "US", "NNNNNNNNN", 9, 5 },
	{ "BR", "NNNNNNNN", 8, 5 }, { "PT", "NNNNNNN", 7, 4 }, { "JP", "NNNNNNN", 7, 3 },
	{ "SE", "NNNNN", 5, 3 }, { "CZ", "NNNNN", 5, 3 }, { "SK", "NNNNN", 5, 3 },
	{ "GR", "NNNNN", 5, 3 },
};

static bool
fits(const char *shape, struct span key)
{
	for (size_t i = 0; i < key.len; i++) {
		bool digit = ascii_digit((unsigned char)key.p[i]);
		bool letter = ascii_upper((unsigned char)key.p[i]);

		if (!(digit && shape[i] != 'A') && !(letter && shape[i] != 'N'))
			return false;
	}
	return true;
}

static bool
is_of(const struct rule *r, struct span country)
{
	if (country.len == 0)
		return strcmp(r->shape, "NNNNN") != 0;
	return country.len == 2 && memcmp(country.p, r->country, 2) == 0;
}

static const struct rule *
find(struct span key, struct span country)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (rules[i].len == key.len && is_of(&rules[i], country) && fits(rules[i].shape, key))
			return &rules[i];
	return NULL;
}

struct span
postcode_district(struct span key, struct span country)
{
	const struct rule *r = find(key, country);

	return r == NULL ? key : span_head(key, r->district);
}

struct span
postcode_area(struct span key, struct span country)
{
	const struct rule *r = find(key, country);
	bool british = span_is(country, "GB") || (r != NULL && strcmp(r->country, "GB") == 0);

	if (british && key.len > 1 && ascii_digit((unsigned char)key.p[1]))
		return span_head(key, 1);
	return key.len > AREA ? span_head(key, AREA) : span_none();
}

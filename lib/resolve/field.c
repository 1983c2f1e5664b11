/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/field.c: the levels of resolve 4, from the lowest up. */
#include "resolve/field.h"

struct type_info {
	const char		*name;
	unsigned		 count;
	struct level_info	 level[LEVELS_MAX];
};

static const struct type_info info[FIELD_TYPES] = {
	[FIELD_GIVEN] = { "given", 8, {
	    { "different", false, TF_NONE }, { "similar", true, TF_NONE }, { "swapped", false, TF_HALF },
	    { "initial", false, TF_NONE }, { "close", true, TF_HALF }, { "nickname", false, TF_HALF },
	    { "subset", true, TF_HALF }, { "exact", true, TF_FULL } } },
	[FIELD_FAMILY] = { "family", 8, {
	    { "different", false, TF_NONE }, { "shares token", false, TF_NONE }, { "close", true, TF_NONE },
	    { "shares rare", false, TF_RAREST }, { "one edit", true, TF_HALF }, { "subset", true, TF_RAREST },
	    { "reordered", true, TF_RAREST }, { "exact", true, TF_FULL } } },
	[FIELD_BIRTHDATE] = { "birthdate", 8, {
	    { "generation", false, TF_NONE }, { "apart", false, TF_NONE }, { "near", false, TF_NONE },
	    { "two parts", true, TF_NONE }, { "one slip", true, TF_NONE }, { "swapped", false, TF_HALF },
	    { "compatible", true, TF_NONE }, { "exact", true, TF_FULL } } },
	[FIELD_SEX] = { "sex", 2, { { "different", false, TF_NONE }, { "equal", true, TF_NONE } } },
	[FIELD_SUFFIX] = { "suffix", 2, { { "conflict", false, TF_NONE }, { "equal", true, TF_FULL } } },
	[FIELD_EMAIL] = { "email", 6, {
	    { "different", false, TF_NONE }, { "close local", true, TF_NONE }, { "same local", false, TF_NONE },
	    { "typo domain", true, TF_NONE }, { "canonical", true, TF_HALF }, { "exact", true, TF_FULL } } },
	[FIELD_PHONE] = { "phone", 5, {
	    { "different", false, TF_NONE }, { "same block", false, TF_NONE }, { "one slip", false, TF_NONE },
	    { "national", true, TF_HALF }, { "exact", true, TF_FULL } } },
	[FIELD_PLACE] = { "place", 8, {
	    { "different", false, TF_NONE }, { "same area", true, TF_FULL }, { "same postcode", true, TF_FULL },
	    { "same street", true, TF_FULL }, { "same house, no code", false, TF_FULL },
	    { "house and postcode", true, TF_FULL }, { "same house", true, TF_FULL },
	    { "same door", true, TF_FULL } } },
	[FIELD_POSTCODE] = { "postcode", 5, {
	    { "different", false, TF_NONE }, { "same area", true, TF_NONE }, { "same district", true, TF_NONE },
	    { "one slip", false, TF_NONE }, { "equal", true, TF_FULL } } },
	[FIELD_LOCALITY] = { "locality", 5, {
	    { "different", false, TF_NONE }, { "similar", true, TF_NONE }, { "close", true, TF_NONE },
	    { "one edit", true, TF_HALF }, { "equal", true, TF_FULL } } },
	[FIELD_IDENTIFIER] = { "identifier", 3, {
	    { "different", false, TF_NONE }, { "one slip", true, TF_NONE }, { "equal", true, TF_FULL } } },
	[FIELD_STRING] = { "string", 5, {
	    { "different", false, TF_NONE }, { "similar", true, TF_NONE }, { "close", true, TF_NONE },
	    { "one edit", true, TF_HALF }, { "equal", true, TF_FULL } } },
	[FIELD_TEXT] = { "text", 5, {
	    { "different", false, TF_NONE }, { "half", true, TF_NONE }, { "most", true, TF_NONE },
	    { "contained", true, TF_HALF }, { "equal", true, TF_FULL } } },
	[FIELD_WORDS] = { "words", 7, {
	    { "different", false, TF_NONE }, { "a fifth", true, TF_WORDS }, { "a third", true, TF_WORDS },
	    { "half", true, TF_WORDS }, { "most", true, TF_WORDS }, { "contained", true, TF_WORDS },
	    { "equal", true, TF_FULL } } },
	[FIELD_NUMBER] = { "number", 4, {
	    { "different", false, TF_NONE }, { "within a tenth", true, TF_NONE },
	    { "within a hundredth", true, TF_NONE }, { "equal", true, TF_FULL } } },
	[FIELD_CODE] = { "code", 4, {
	    { "different", false, TF_NONE }, { "first half", true, TF_NONE }, { "one edit", true, TF_NONE },
	    { "equal", true, TF_FULL } } },
	[FIELD_CATEGORY] = { "category", 2, {
	    { "different", false, TF_NONE }, { "equal", true, TF_FULL } } },
	[FIELD_DATE] = { "date", 7, {
	    { "different", false, TF_NONE }, { "within a year", true, TF_NONE },
	    { "within a month", true, TF_NONE }, { "within a week", true, TF_NONE },
	    { "one slip", false, TF_NONE }, { "within three days", true, TF_NONE },
	    { "equal", true, TF_FULL } } },
	[FIELD_ARRAY] = { "array", 4, {
	    { "different", false, TF_NONE }, { "shares a value", true, TF_NONE },
	    { "shares rare", true, TF_RAREST }, { "equal sets", true, TF_RAREST } } },
	[FIELD_MAILBOX] = { "mailbox", 5, {
	    { "different", false, TF_NONE }, { "close local", true, TF_NONE }, { "same local", false, TF_NONE },
	    { "typo domain", true, TF_NONE }, { "equal", true, TF_FULL } } },
	[FIELD_TELEPHONE] = { "telephone", 7, {
	    { "different", false, TF_NONE }, { "same area", true, TF_NONE },
	    { "same exchange", true, TF_NONE }, { "same block", false, TF_NONE }, { "one slip", false, TF_NONE },
	    { "national", true, TF_HALF }, { "equal", true, TF_FULL } } },
};

unsigned
field_levels(enum field_type t)
{
	return info[t].count;
}

const struct level_info *
field_level(enum field_type t, unsigned level)
{
	return &info[t].level[level];
}

unsigned
field_top(enum field_type t)
{
	return info[t].count - 1;
}

enum fact_kind
field_kind(enum field_type t)
{
	static const enum fact_kind kind[FIELD_TYPES] = {
		[FIELD_GIVEN] = FACT_GIVEN, [FIELD_FAMILY] = FACT_FAMILY,
		[FIELD_BIRTHDATE] = FACT_BIRTHDATE, [FIELD_SEX] = FACT_SEX,
		[FIELD_SUFFIX] = FACT_SUFFIX, [FIELD_EMAIL] = FACT_EMAIL,
		[FIELD_PHONE] = FACT_PHONE, [FIELD_PLACE] = FACT_PLACE,
		[FIELD_POSTCODE] = FACT_POSTCODE, [FIELD_LOCALITY] = FACT_LOCALITY,
		[FIELD_IDENTIFIER] = FACT_IDENTIFIER,
	};

	return kind[t] == FACT_END ? FACT_ATTRIBUTE : kind[t];
}

/* Where values are rare among a thousand, few depend on how many thousands there are. */
uint32_t
field_few(enum field_type t, uint64_t records)
{
	enum { FEW = 4, FEW_OWN = 2, RARE = 1000 };	/* resolve 4.6; what a person has for himself */

	if (t == FIELD_IDENTIFIER || t == FIELD_EMAIL || t == FIELD_PHONE)
		return FEW_OWN;
	if (t == FIELD_ARRAY && records >= RARE && records / RARE < FEW)
		return (uint32_t)(records / RARE);
	return FEW;
}

bool
field_contains(enum field_type t)
{
	return t == FIELD_STRING || t == FIELD_TEXT;
}

const char *
field_type_name(enum field_type t)
{
	return info[t].name;
}

const char *
nature_name(enum nature n)
{
	static const char *const name[] = { "personal", "shared", "free" };

	return name[n];
}

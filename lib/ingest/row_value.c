/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/row_value.c: one value: split, cleaned, counted, and settled by its outcome. */
#include "base/ascii.h"
#include "ingest/row.h"
#include "base/attr.h"
#include "base/error.h"
#include "ingest/memo.h"
#include "io/ndjson.h"
#include "normal/address.h"
#include "normal/country.h"
#include "normal/date.h"
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

enum { NUMBER_MAX = 128 };

int
row_truth(struct span cell, struct arena *arena)
{
	static const char *const yes[] = { "true", "1", "yes", "y", "sim", "si", "oui", "ja", NULL };
	static const char *const no[] = { "false", "0", "no", "n", "nao", "non", "nein", "nee", NULL };
	struct span s = text_fold(cell, arena);

	for (size_t i = 0; yes[i] != NULL; i++)
		if (span_is(s, yes[i]))
			return 1;
	for (size_t i = 0; no[i] != NULL; i++)
		if (span_is(s, no[i]))
			return 0;
	return -1;
}

/* Sign, digits and one decimal point; other separators only between groups of three. */
static bool
read_decimal(struct span s, char decimal, char out[NUMBER_MAX], size_t *len)
{
	char group = decimal == '.' ? ',' : '.';
	size_t n = 0, run = 0;
	bool point = false, grouped = false, digit = false;

	if (s.len == 0 || s.len >= NUMBER_MAX)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (ascii_digit(c)) {
			out[n++] = c;
			run++;
			digit = true;
		} else if (c == '-' && i == 0) {
			out[n++] = c;
		} else if (c == decimal && !point && digit && (!grouped || run == 3)) {
			out[n++] = '.';
			point = true;
			run = 0;
		} else if (c == group && !point && digit && run <= 3 && (!grouped || run == 3)) {
			grouped = true;
			run = 0;
		} else {
			return false;
		}
	}
	*len = n;
	return digit && (!point || run > 0) && (point || !grouped || run == 3);
}

/* 12.3456 with 2 places is 12.35, half away from zero, on the text. */
static struct span
round_text(struct builder *b, struct span s, int64_t places)
{
	size_t dot = span_index(s, '.'), keep = dot + 1 + (size_t)places;
	char *p;
	size_t i;

	if (dot == s.len || s.len <= keep)
		return s;
	p = arena_alloc(&b->arena, s.len + 1);
	p[0] = '0';
	memcpy(p + 1, s.p, s.len);
	if (s.p[0] == '-') {
		p[0] = '-';
		p[1] = '0';
	}
	i = keep;				/* last digit kept, with the extra one in front */
	if (p[keep + 1] >= '5') {
		for (; p[i] == '9' || p[i] == '.'; i--)
			p[i] = p[i] == '9' ? '0' : '.';
		p[i]++;
	}
	s = span_make(p, places == 0 ? keep : keep + 1);
	if (s.p[0] == '-' && s.p[1] == '0' && s.len > 2 && s.p[2] != '.') {
		p[1] = '-';
		s = span_skip(s, 1);
	} else if (s.p[0] == '0' && s.len > 1 && s.p[1] != '.') {
		s = span_skip(s, 1);
	}
	return s;
}

static struct normal
clean_number(struct builder *b, const struct op *op, struct span raw)
{
	char text[NUMBER_MAX];
	size_t len = 0;
	struct span s;
	bool integer = op->rule.type == TYPE_INTEGER;

	if (!read_decimal(span_trim(raw), op->rule.decimal, text, &len))
		return normal_invalid(integer ? "not_integer" : "not_decimal");
	s = span_make(text, len);
	if (integer && (span_index(s, '.') < s.len || len > 16))
		return normal_invalid("not_integer");
	return normal_value(raw, arena_copy(&b->arena, s));
}

/* Rounded and tagged coarse, or tagged precise if it has more than two decimals. */
static struct normal
clean_coordinate(struct builder *b, const struct op *op, struct span raw)
{
	struct normal n = clean_number(b, op, raw);
	size_t dot;

	if (n.value.p == NULL)
		return n;
	if (op->rule.precision >= 0) {
		n = normal_value(raw, round_text(b, n.value, op->rule.precision));
		row_tag(b, op->rule.target.path, op->rule.precision <= 2 ?
		    SPAN("coarse_location") : SPAN("precise_location"));
		return n;
	}
	dot = span_index(n.value, '.');
	if (dot < n.value.len && n.value.len - dot - 1 > 2)
		row_tag(b, op->rule.target.path, SPAN("precise_location"));
	return n;
}

static struct normal
clean_attribute(struct builder *b, const struct op *op, struct span raw,
    const struct normal_context *c)
{
	int truth;

	if (op->coordinate && op->rule.type != TYPE_INTEGER)
		return clean_coordinate(b, op, raw);
	switch (op->rule.type) {
	case TYPE_INTEGER:
	case TYPE_DECIMAL:
		return clean_number(b, op, raw);
	case TYPE_BOOLEAN:
		truth = row_truth(raw, &b->arena);
		if (truth < 0)
			return normal_invalid("not_boolean");
		return normal_value(raw, truth ? SPAN("true") : SPAN("false"));
	case TYPE_DATE:
		return date_clean(raw, c, &b->arena);
	case TYPE_TIME:
		return time_clean(raw, c, &b->arena);
	case TYPE_COUNTRY:
		return country_clean(raw, c, &b->arena);
	case TYPE_CODE:
		return text_clean(raw, TEXT_CODE, c, &b->arena);
	default:
		return text_clean(raw, TEXT_PLAIN, c, &b->arena);
	}
}

static struct normal
clean_hash(struct builder *b, struct span raw)
{
	struct span clean;

	raw = span_trim(raw);
	clean = email_sha256_clean(raw, &b->arena);
	return clean.p == NULL ? normal_invalid("not_sha256") : normal_value(raw, clean);
}

static enum name_role
role_of(const struct target *t)
{
	if (t->kind == TARGET_MANY)
		return NAME_NICKNAME;
	return t->part == ONE_GIVEN_NAME ? NAME_GIVEN :
	    t->part == ONE_MIDDLE_NAME ? NAME_MIDDLE : NAME_FAMILY;
}

bool
row_repeats(const struct op *op)
{
	switch (op->clean) {
	case CLEAN_GENDER:
	case CLEAN_NAME:
	case CLEAN_TEXT:
	case CLEAN_COUNTRY:
	case CLEAN_REGION:
	case CLEAN_POSTCODE:
	case CLEAN_ADDRESS:
		return true;
	case CLEAN_ATTRIBUTE:
		return !op->coordinate && !op->rule.sha256 && op->rule.type != TYPE_DATE &&
		    op->rule.type != TYPE_TIME;
	default:
		return false;
	}
}

static struct normal
clean(struct builder *b, size_t i, struct span raw)
{
	const struct op *op = &b->plan->ops[i];
	const struct normal_context *c = &b->contexts[i];
	struct arena *a = &b->arena;

	if (op->rule.sha256)
		return clean_hash(b, raw);
	switch (op->clean) {
	case CLEAN_TIME:	return time_clean(raw, c, a);
	case CLEAN_BIRTHDATE:	return birthdate_clean(raw, c, a);
	case CLEAN_GENDER:	return gender_clean(raw, c, a);
	case CLEAN_NAME:	return name_clean(raw, role_of(&op->rule.target), c, a);
	case CLEAN_EMAIL:	return email_clean(raw, c, a);
	case CLEAN_PHONE:	return phone_clean(raw, c, a);
	case CLEAN_COUNTRY:	return country_clean(raw, c, a);
	case CLEAN_REGION:	return region_clean(raw, c, a);
	case CLEAN_POSTCODE:	return postcode_clean(raw, c, a);
	case CLEAN_ADDRESS:	return address_clean(raw, c, a);
	case CLEAN_IDENTIFIER:	return identifier_clean(op->rule.target.name, raw, c, a);
	case CLEAN_ATTRIBUTE:	return clean_attribute(b, op, raw, c);
	default:		return text_clean(raw, TEXT_PLAIN, c, a);
	}
}

static void
keep_alternatives(struct builder *b, size_t i, struct span raw)
{
	struct span both[2];

	if (!date_alternatives(raw, &b->contexts[i], &b->arena, both))
		return;
	row_attribute_text(b, SPAN("birthdate_alt"), both[0]);
	row_attribute_text(b, SPAN("birthdate_alt"), both[1]);
}

static void
settle_invalid(struct builder *b, size_t i, struct span raw, const struct normal *n)
{
	const struct op *op = &b->plan->ops[i];

	if (n->placeholder)
		return;
	row_flag(b, op->rank, op->rule.target.path, -1, n->reason, n->detail);
	row_attribute_text(b, op->raw_name, raw);
	if (op->clean == CLEAN_BIRTHDATE && (strcmp(n->reason, "order_unknown") == 0 ||
	    strcmp(n->reason, "century_unknown") == 0))
		keep_alternatives(b, i, raw);
	if (strcmp(n->reason, "order_conflict") == 0)
		b->tally[tally_conflict(b->plan, op->family)]++;
	if (op->rule.reject_invalid)
		row_refuse(b, op->code, "is not valid", op->rule.name);
}

/* Counts, flags and places one result. */
static void
settle(struct builder *b, size_t i, struct span raw, const struct normal *n)
{
	const struct op *op = &b->plan->ops[i];
	int index;

	if (n->value.p == NULL && n->outcome != OUTCOME_INVALID)
		return;				/* nothing but blanks */
	b->tally[tally_outcome(op->family, n->outcome)]++;
	if (n->outcome == OUTCOME_INVALID) {
		settle_invalid(b, i, raw, n);
		return;
	}
	index = row_put(b, op, n->value);
	if (n->reason != NULL)
		row_flag(b, op->rank, op->rule.target.path, index, n->reason, n->detail);
	if (n->outcome == OUTCOME_CHANGED && b->options->keep_raw)
		row_attribute_text(b, op->raw_name, raw);
	for (size_t t = 0; t < op->rule.tags.n; t++)
		row_tag(b, op->rule.target.path, op->rule.tags.v[t]);
}

NOINLINE void
clean_and_settle(struct builder *b, size_t i, struct span raw)
{
	struct normal n = clean(b, i, raw);

	if (b->memos[i] != NULL)
		memo_keep(b->memos[i], raw, b->contexts[i].country, &n);
	settle(b, i, raw, &n);
}

NOINLINE void
recall_and_settle(struct builder *b, size_t i, struct span raw, const struct remembered *known)
{
	struct normal n = memo_result(known, raw, &b->arena);

	settle(b, i, raw, &n);
}

static const struct remembered *
recall(struct builder *b, size_t i, struct span raw)
{
	return b->memos[i] == NULL ? NULL : memo_find(b->memos[i], raw, b->contexts[i].country);
}

/* Cleaned, or known from before; counted, flagged and placed. */
static void
other_value(struct builder *b, size_t i, struct span raw)
{
	const struct remembered *known = recall(b, i, raw);

	if (known == NULL)
		clean_and_settle(b, i, raw);
	else
		recall_and_settle(b, i, raw, known);
}

/* The same, shorter where nothing can hang on a value that stays as it came. */
void
row_simple_value(struct builder *b, size_t i, struct span raw)
{
	const struct op *op = &b->plan->ops[i];
	const struct remembered *known = recall(b, i, raw);

	if (known == NULL) {
		clean_and_settle(b, i, raw);
	} else if (!known->plain) {
		recall_and_settle(b, i, raw, known);
	} else {
		b->tally[tally_outcome(op->family, OUTCOME_CLEAN)]++;
		row_put(b, op, raw);
	}
}

static void
put_name_parts(struct builder *b, const struct op *op, const struct name_parts *p)
{
	struct record *r = &b->record;

	r->one[ONE_GIVEN_NAME] = p->given;
	r->one[ONE_FAMILY_NAME] = p->family;
	if (r->one[ONE_MIDDLE_NAME].p == NULL)
		r->one[ONE_MIDDLE_NAME] = p->middle;
	if (p->nickname.p != NULL)
		row_list_put(b, op, b->many[MANY_NICKNAME], &b->many_count[MANY_NICKNAME], p->nickname);
	row_attribute_text(b, SPAN("title"), p->title);
	row_attribute_text(b, SPAN("salutation"), p->salutation);
	row_attribute_text(b, SPAN("name_suffix"), p->suffix);
	if (p->organization.p != NULL) {
		row_attribute_text(b, SPAN("organization"), p->organization);
		row_attribute_text(b, SPAN("party_type"), SPAN("organization"));
	}
}

/* Separate columns are trusted; only a name that stands alone is split. */
static void
whole_name(struct builder *b, size_t i, struct span raw)
{
	struct record *r = &b->record;
	struct name_parts parts;

	if (r->one[ONE_GIVEN_NAME].p != NULL || r->one[ONE_FAMILY_NAME].p != NULL) {
		struct normal n = name_clean(raw, NAME_FAMILY, &b->contexts[i], &b->arena);

		settle(b, i, raw, &n);
		return;
	}
	parts = name_split(raw, &b->contexts[i], &b->arena);
	settle(b, i, raw, &parts.name);
	if (parts.organization.p != NULL || parts.name.value.p != NULL)
		put_name_parts(b, &b->plan->ops[i], &parts);
}

static void
json_attribute(struct builder *b, const struct op *op, struct span raw)
{
	static const struct nd_limits any = { .any_value = true };
	struct ndjson *scanner = NULL;
	struct error e = { 0 };
	size_t at;

	if (!b->plan->ndjson) {
		scanner = ndjson_new(&any);
		if (ndjson_scan(scanner, span_trim(raw), &at, &e) < 0) {
			struct normal n = normal_invalid("not_json");

			ndjson_free(scanner);
			settle(b, (size_t)(op - b->plan->ops), raw, &n);
			return;
		}
		ndjson_free(scanner);
	}
	b->tally[tally_outcome(op->family, OUTCOME_CLEAN)]++;
	row_attribute(b, op->rule.target.name, arena_copy(&b->arena, span_trim(raw)));
	for (size_t t = 0; t < op->rule.tags.n; t++)
		row_tag(b, op->rule.target.path, op->rule.tags.v[t]);
}

static struct span
mapped_value(const struct column_rule *rule, struct span raw)
{
	struct span s = span_trim(raw);

	for (size_t i = 0; i < rule->value_count; i++)
		if (span_equal(rule->values[i].from, s))
			return rule->values[i].to;
	return raw;
}

static void
one_value(struct builder *b, size_t i, struct span raw)
{
	const struct op *op = &b->plan->ops[i];

	if (op->rule.strip_prefix.p != NULL && span_starts(raw, op->rule.strip_prefix))
		raw = span_skip(raw, op->rule.strip_prefix.len);
	if (op->rule.value_count > 0)
		raw = mapped_value(&op->rule, raw);
	if (raw.len == 0)
		return;
	if (op->clean == CLEAN_WHOLE_NAME) {
		whole_name(b, i, raw);
	} else if (op->rule.type == TYPE_JSON) {
		json_attribute(b, op, raw);
	} else if (op->clean == CLEAN_EMAIL && !op->rule.sha256) {
		struct normal *list = NULL;
		size_t count = email_list(raw, &b->contexts[i], &b->arena, &list);

		for (size_t j = 0; j < count; j++)
			settle(b, i, raw, &list[j]);
	} else {
		other_value(b, i, raw);
	}
}

void
row_value(struct builder *b, size_t i, struct span raw)
{
	const struct op *op = &b->plan->ops[i];
	struct span separator = op->rule.separator, rest = raw;

	if (separator.p == NULL && op->rule.type == TYPE_LIST && !b->plan->ndjson)
		separator = SPAN(",");
	if (separator.p == NULL) {
		one_value(b, i, raw);
		return;
	}
	for (;;) {
		const char *at = memmem(rest.p, rest.len, separator.p, separator.len);
		size_t len = at == NULL ? rest.len : (size_t)(at - rest.p);

		one_value(b, i, span_head(rest, len));
		if (at == NULL)
			return;
		rest = span_skip(rest, len + separator.len);
	}
}

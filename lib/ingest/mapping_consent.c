/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/mapping_consent.c: columns that say yes or no (ingest 2.3).
 * The polarity is declared and has no default, because a flag that is read the wrong way round
 * turns a refusal into a permission. */
#include "base/arena.h"
#include "base/ascii.h"
#include "ingest/mapping_priv.h"

const char *const consent_result_names[] = { "grant", "deny", "withdraw", "object", "object_dm",
    "opt_out_sale", "gpc", "requested", "none", NULL };

static int
result_find(struct span s)
{
	for (int i = 0; consent_result_names[i] != NULL; i++)
		if (span_is(s, consent_result_names[i]))
			return i;
	return -1;
}

static void
read_values(struct mapping *m, const struct config_at *rule, struct consent_rule *c)
{
	struct config_at at = config_member(rule, "values");
	size_t count;
	const char **members = mapping_members(m, &at, &count);

	c->values = arena_zero(m->arena, count + 1, sizeof *c->values);
	for (size_t i = 0; i < count; i++) {
		struct config_at member = config_member(&at, members[i]);
		struct consent_pair *pair = &c->values[c->value_count++];
		int result = result_find(mapping_text_of(member.value));

		pair->from = span_from(members[i]);
		pair->result = result < 0 ? CONSENT_NONE : (enum consent_result)result;
		if (result < 0)
			config_fault(&member, "E_MAP_POLARITY", "must be grant, deny, withdraw, "
			    "object, object_dm, opt_out_sale, gpc, requested or none");
		if (result == CONSENT_GPC && !span_is(pair->from, "1") &&
		    !span_is(pair->from, "true"))
			config_fault(&member, "E_MAP_POLARITY", "only 1 or true is a GPC signal");
	}
}

static void
read_polarity(struct mapping *m, const struct config_at *at, struct consent_rule *c)
{
	static const char *const words[] = { "true_is_yes", "true_is_no", NULL };
	bool values = config_member(at, "values").value != NULL;
	bool polarity = config_member(at, "polarity").value != NULL;
	int choice = 0;

	if (values == polarity) {
		config_fault(at, "E_MAP_POLARITY", values ? "has both values and polarity" :
		    "needs values or polarity: which cell means yes");
		return;
	}
	if (values)
		read_values(m, at, c);
	else if (config_choice(at, "polarity", false, words, &choice))
		c->polarity = choice == 0 ? POLARITY_TRUE_IS_YES : POLARITY_TRUE_IS_NO;
}

/* "email.0", "phone_number.1", "identifiers.TYPE", "record". */
static bool
identifier_ok(struct span s)
{
	size_t dot = span_index(s, '.');
	struct span head = span_head(s, dot);

	if (span_is(s, "record"))
		return true;
	if (span_is(head, "identifiers"))
		return dot + 1 < s.len;
	return (span_is(head, "email") || span_is(head, "phone_number")) &&
	    (dot == s.len || (s.len == dot + 2 && ascii_digit(s.p[dot + 1])));
}

static void
read_rule(struct mapping *m, const struct config_at *at, struct consent_rule *c)
{
	static const char *const names[] = { "purpose", "channel", "identifier", "values",
	    "polarity", "at", "notice", "method", "sequence", NULL };
	struct config_at purpose = config_member(at, "purpose");
	struct config_at identifier = config_member(at, "identifier");

	c->at_column = c->sequence_column = -1;
	if (!config_only(at, names))
		return;
	config_string(at, "purpose", true, &c->purpose);
	if (c->purpose.p != NULL && !purpose_id_ok(c->purpose))
		config_fault(&purpose, "E_MAP_PURPOSE", "is not a purpose id");
	config_string(at, "channel", false, &c->channel);
	config_string(at, "identifier", false, &c->identifier);
	if (c->identifier.p != NULL && !identifier_ok(c->identifier))
		config_fault(&identifier, "E_MAP_FIELD",
		    "must be email.N, phone_number.N, identifiers.TYPE or record");
	config_string(at, "at", false, &c->at);
	config_string(at, "notice", false, &c->notice);
	config_string(at, "method", false, &c->method);
	config_string(at, "sequence", false, &c->sequence);
	read_polarity(m, at, c);
}

void
mapping_read_consent(struct mapping *m, const struct config_at *at, struct column_rule *rule)
{
	if (!json_is_array(at->value) || json_array_size(at->value) == 0) {
		config_fault(at, "E_MAP_SYNTAX", "must be a list of objects");
		return;
	}
	rule->consent_count = json_array_size(at->value);
	rule->consents = arena_zero(m->arena, rule->consent_count, sizeof *rule->consents);
	for (size_t i = 0; i < rule->consent_count; i++) {
		struct config_at element = config_element(at, i);

		read_rule(m, &element, &rule->consents[i]);
	}
	if (m->source.controller.p == NULL)
		config_fault(at, "E_MAP_SOURCE", "consent needs $.source.controller");
}

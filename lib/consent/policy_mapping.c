/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_mapping.c: what a mapping says of its source, held against the policy. */
#include "base/error.h"
#include "base/number.h"
#include "consent/policy.h"
#include "consent/policy_mapping.h"
#include "io/json_config.h"

enum { MAPPING_BYTES = 16 << 20 };
static const char code[] = "E_MAP_POLICY";

/* Absent where there is none, or no text: cdp-ingest says what is wrong with that. */
static struct span
text_at(const struct config_at *at, const char *key)
{
	const json_t *v = config_member(at, key).value;

	return json_is_string(v) ? span_make(json_string_value(v), json_string_length(v)) :
	    span_none();
}

static void
compare(const struct config_at *source, const char *key, struct span theirs, const char *absent)
{
	struct config_at m = config_member(source, key);
	struct span ours = text_at(source, key);

	if (ours.p == NULL)
		ours = span_from(absent);
	if (ours.p == NULL || !span_equal(ours, theirs))
		config_fault(&m, code, "is not what the policy says of this source");
}

/* In one regime at least; which is in play depends on the person. */
static bool
rests_on(const struct policy_purpose *x, struct span basis)
{
	for (size_t i = 0; i < x->basis_count; i++)
		if (span_equal(policy_basis_name(&x->basis[i]), basis))
			return true;
	return false;
}

static void
check_purposes(const struct policy *p, const struct policy_source *s,
    const struct config_at *source)
{
	struct config_at list = config_member(source, "purposes");

	for (size_t i = 0; i < json_array_size(list.value); i++) {
		struct config_at at = config_element(&list, i);
		struct span id = text_at(&at, "id");
		const struct policy_purpose *x = policy_purpose(p, id);

		if (x == NULL)
			config_fault(&at, code, "the policy has no such purpose");
		else if (!names_has(&s->purposes, id))
			config_fault(&at, code, "the policy does not give this purpose to this source");
		else if (!rests_on(x, text_at(&at, "basis")))
			config_fault(&at, code, "the policy has another basis");
	}
}

static void
check_source(const struct policy *p, const struct config_at *source)
{
	static const char *const clocks[] = { "trusted", "device", "date_only" };
	static const char *const collected[] = { "subject", "third_party", "public" };
	struct config_at name = config_member(source, "name");
	const struct policy_source *s = policy_source(p, text_at(source, "name"));

	if (s == NULL) {
		config_fault(&name, code, "the policy has no such source");
		return;
	}
	compare(source, "controller", s->controller, NULL);
	compare(source, "channel", s->channel, NULL);
	compare(source, "clock", span_from(clocks[s->clock]), "device");
	compare(source, "collected", span_from(collected[s->collected]), NULL);
	check_purposes(p, s, source);
}

/* "newsletter@7/de-DE", as append will look it up. */
static const struct policy_notice *
find_notice(const struct policy *p, struct span s)
{
	size_t at_sign = span_index(s, '@');
	struct span rest = at_sign == s.len ? span_none() : span_skip(s, at_sign + 1);
	size_t slash = span_index(rest, '/');
	uint64_t version;

	if (slash == rest.len || !u64_parse(span_head(rest, slash), &version) || version > INT32_MAX)
		return NULL;
	return policy_notice(p, span_head(s, at_sign), (int64_t)version, span_skip(rest, slash + 1));
}

/* A column that says yes or no: to what is registered, over a channel it has, under its notice. */
static void
check_rule(const struct policy *p, const struct config_at *rule)
{
	struct config_at purpose = config_member(rule, "purpose");
	struct config_at channel = config_member(rule, "channel"), notice = config_member(rule, "notice");
	const struct policy_purpose *x = policy_purpose(p, text_at(rule, "purpose"));
	const struct policy_notice *n = notice.value == NULL ? NULL :
	    find_notice(p, text_at(rule, "notice"));

	if (x == NULL)
		config_fault(&purpose, code, "the policy has no such purpose");
	else if (channel.value != NULL && !names_has(&x->channels, text_at(rule, "channel")))
		config_fault(&channel, code, "the policy does not give this channel to the purpose");
	if (notice.value != NULL && n == NULL)
		config_fault(&notice, code, "the policy has no such notice, version and language");
	else if (n != NULL && x != NULL && !names_has(&n->purposes, x->id))
		config_fault(&notice, code, "the notice is not registered for the purpose");
}

static void
check_columns(const struct policy *p, const struct config_at *root)
{
	struct config_at columns = config_member(root, "columns");
	const char *name;
	json_t *value;

	json_object_foreach(columns.value, name, value) {
		struct config_at column = config_member(&columns, name);
		struct config_at rules = config_member(&column, "consent");

		for (size_t i = 0; i < json_array_size(rules.value); i++) {
			struct config_at rule = config_element(&rules, i);

			check_rule(p, &rule);
		}
	}
}

int
policy_lint_mapping(const struct policy *p, const char *path, struct faults *f, struct error *e)
{
	json_t *json = config_load(path, MAPPING_BYTES, STATUS_USAGE, e);
	struct config_at root = config_root(json, f, code), source;

	if (json == NULL)
		return -1;
	source = config_member(&root, "source");
	check_source(p, &source);
	check_columns(p, &root);
	json_decref(json);
	return 0;
}

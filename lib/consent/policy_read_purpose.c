/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_read_purpose.c: a purpose, what it rests on, and whose records it may use. */
#include "base/arena.h"
#include "consent/policy_read_priv.h"

/* What is none of the eight may be a type of the regime it is declared for, which lint looks up. */
static void
read_basis_type(const struct config_at *at, struct policy_basis *b)
{
	if (!policy_read_id(at, "type", true, false, &b->type_name))
		return;
	b->type = BASIS_REGIME;
	for (enum basis_type t = BASIS_CONSENT; t < BASIS_REGIME; t++)
		if (span_equal(b->type_name, basis_name(t)))
			b->type = t;
}

/* An emergency that lasts longer has become something else. */
static void
check_vital(const struct config_at *at, const struct policy_basis *b)
{
	struct config_at m = config_member(at, "max_age");

	if (b->type == BASIS_VITAL_INTERESTS && b->has_max_age &&
	    (b->max_age.months > 0 || b->max_age.ms > 30LL * DAY_MS))
		config_fault(&m, "L101", "max_age of vital_interests is at most P30D");
}

static void
read_basis(const struct config_at *at, struct span regime, struct policy_basis *b)
{
	static const char *const kinds[] = { "expressed", "explicit", NULL };
	int kind;

	config_only(at, LIST("type", "registered_at", "registered_ref", "max_age", "consent_type",
	    "double_opt_in", "tail", "citation", "retention", "lia_ref"));
	b->regime = regime;
	read_basis_type(at, b);
	b->claimed_at = INSTANT_NONE;
	policy_read_time(at, "registered_at", true, &b->claimed_at);
	b->registered_at = b->claimed_at;
	policy_read_ref(at, "registered_ref", &b->registered_ref);
	policy_read_ref(at, "citation", &b->citation);
	policy_read_ref(at, "lia_ref", &b->lia_ref);
	b->has_max_age = policy_read_duration(at, "max_age", &b->max_age);
	check_vital(at, b);
	b->has_tail = policy_read_duration(at, "tail", &b->tail);
	b->has_retention = policy_read_duration(at, "retention", &b->retention);
	if (config_choice(at, "consent_type", b->type == BASIS_CONSENT, kinds, &kind))
		b->explicit_consent = kind == 1;
	policy_read_flag(at, "double_opt_in", &b->double_opt_in);
}

/* Each regime in use gets an entry of its own, because each has a clock of its own. */
static void
inherit(const struct policy *policy, struct policy_purpose *p)
{
	for (size_t i = 0; i < policy->regime_count; i++) {
		const struct policy_basis *b = policy_basis(p, policy->regimes[i].id);

		if (b == NULL || !span_is(b->regime, "*"))
			continue;
		p->basis[p->basis_count] = *b;
		p->basis[p->basis_count].regime = policy->regimes[i].id;
		p->basis[p->basis_count++].inherited = true;
	}
}

static void
read_bases(struct policy_reader *r, const struct config_at *at, struct policy_purpose *p)
{
	struct config_at object = config_member(at, "basis");
	const char *regime;
	json_t *value;

	if (!json_is_object(object.value) || json_object_size(object.value) == 0) {
		config_fault(&object, "L103", "a basis is declared per regime, or for \"*\"");
		return;
	}
	p->basis = arena_zero(r->arena, json_object_size(object.value) + r->p->regime_count,
	    sizeof *p->basis);
	json_object_foreach(object.value, regime, value) {
		struct config_at m = config_member(&object, regime);

		read_basis(&m, span_from(regime), &p->basis[p->basis_count++]);
	}
	inherit(r->p, p);
}

static void
read_edges(struct policy_reader *r, const struct config_at *at, struct policy_purpose *p)
{
	struct config_at list = config_member(at, "compatible_from");

	if (list.value == NULL)
		return;
	if (!json_is_array(list.value)) {
		config_fault(&list, "L101", "not a list");
		return;
	}
	p->compatible = arena_zero(r->arena, json_array_size(list.value), sizeof *p->compatible);
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		struct config_at x = config_element(&list, i);

		config_only(&x, LIST("purpose", "assessment"));
		policy_read_id(&x, "purpose", true, true, &p->compatible[i].purpose);
		policy_read_ref(&x, "assessment", &p->compatible[i].assessment);
		p->compatible_count++;
	}
}

/* {lang: text} */
static void
read_titles(struct policy_reader *r, const struct config_at *at, struct policy_purpose *p)
{
	struct config_at titles = config_member(at, "title");
	const char *lang;
	json_t *value;

	if (!policy_is_map(&titles))
		return;
	p->titles = arena_zero(r->arena, json_object_size(titles.value), sizeof *p->titles);
	json_object_foreach(titles.value, lang, value) {
		struct policy_title *t = &p->titles[p->title_count++];

		t->lang = span_from(lang);
		policy_read_text(&titles, lang, true, &t->text);
	}
}

/* "explicit_consent", alone or with where it is registered: "explicit_consent:dpia-7". */
static bool
is_explicit_consent(struct span condition)
{
	struct span words = SPAN("explicit_consent");

	return span_starts(condition, words) &&
	    (condition.len == words.len || condition.p[words.len] == ':');
}

static void
read_adm(const struct config_at *at, struct policy_purpose *p)
{
	static const char *const grounds[] = { "contract", "law", "explicit_consent", NULL };
	struct config_at adm = config_member(at, "adm");
	int index;

	if (!policy_is_map(&adm))
		return;
	config_only(&adm, LIST("ground", "logic"));
	if (config_choice(&adm, "ground", true, grounds, &index))
		p->adm_ground = (enum adm_ground)(ADM_CONTRACT + index);
	policy_read_ref(&adm, "logic", &p->adm_logic);
}

static void
read_flags(const struct config_at *at, struct policy_purpose *p)
{
	policy_read_flag(at, "direct_marketing", &p->direct_marketing);
	policy_read_flag(at, "profiling", &p->profiling);
	policy_read_flag(at, "automated_decision", &p->automated_decision);
	policy_read_flag(at, "sale", &p->sale);
	policy_read_flag(at, "share", &p->share);
	policy_read_flag(at, "special", &p->special);
	policy_read_flag(at, "child_directed", &p->child_directed);
	policy_read_flag(at, "compliance", &p->compliance);
	policy_read_flag(at, "required_for_service", &p->required_for_service);
	policy_read_flag(at, "grant_inherits", &p->grant_inherits);
	policy_read_flag(at, "survives_restriction", &p->survives_restriction);
	p->account_override = true;
	policy_read_flag(at, "account_override", &p->account_override);
}

void
policy_read_purpose(struct policy_reader *r, const struct config_at *at, void *to)
{
	static const char *const modes[] = { "most_restrictive", "per_identifier", "ask", NULL };
	struct policy_purpose *p = to;
	int mode;

	config_only(at, LIST("id", "basis", "channels", "title", "notice", "min_version",
	    "effective_min_from", "direct_marketing", "profiling", "automated_decision", "sale",
	    "share", "special", "child_directed", "compliance", "required_for_service",
	    "grant_inherits", "survives_restriction", "conflict", "account_override",
	    "compatible_from", "retention", "special_condition", "adm", "dpv", "counsel_ref"));
	policy_read_id(at, "id", true, true, &p->id);
	read_bases(r, at, p);
	policy_read_names(r, at, "channels", true, &p->channels);
	policy_read_id(at, "notice", false, false, &p->notice);
	config_int(at, "min_version", false, 1, INT32_MAX, &p->min_version);
	p->effective_min_from = INSTANT_NONE;
	policy_read_time(at, "effective_min_from", false, &p->effective_min_from);
	policy_read_ref(at, "special_condition", &p->special_condition);
	policy_read_ref(at, "counsel_ref", &p->counsel_ref);
	read_titles(r, at, p);
	policy_read_text(at, "dpv", false, &p->dpv);
	p->special_explicit = is_explicit_consent(p->special_condition);
	p->has_retention = policy_read_duration(at, "retention", &p->retention);
	read_adm(at, p);
	read_flags(at, p);
	if (config_choice(at, "conflict", false, modes, &mode))
		p->conflict = (enum conflict_mode)mode;
	read_edges(r, at, p);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/regime_read.c: law as data, into its types. What a file extends is read first, and
 * each member that stands in the file itself takes the place of the inherited one. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/asset.h"
#include "base/buf.h"
#include "base/error.h"
#include "consent/policy_read_priv.h"
#include "consent/regime_read.h"
#include "model/policy_law.h"	/* POLICY_CHAIN_MAX */

enum { CHAIN_MAX = POLICY_CHAIN_MAX, AGE_MAX = 21 };

/* The files from the regime that was asked for up to the one being read. */
struct chain {
	struct policy_reader	*r;
	const struct config_at	*at, *own;
	struct span		 ids[CHAIN_MAX];
	size_t			 count;
};

/* Documents die when their file has been read, so what is kept of them is copied. */
static void
keep(struct policy_reader *r, struct span *s)
{
	if (s->p != NULL)
		*s = arena_copy(r->arena, *s);
}

static void
read_names(struct policy_reader *r, const struct config_at *at, const char *key, bool required,
    struct policy_names *to)
{
	struct policy_names names = { 0 };

	policy_read_names(r, at, key, required, &names);
	for (size_t i = 0; i < names.n; i++)
		keep(r, &names.v[i]);
	if (config_member(at, key).value != NULL)
		*to = names;
}

static void
read_places(struct policy_reader *r, const struct config_at *at, const char *key,
    struct policy_names *to)
{
	struct policy_names names = { 0 };

	if (config_member(at, key).value == NULL)
		return;
	policy_read_countries(r, at, key, &names);
	for (size_t i = 0; i < names.n; i++)
		keep(r, &names.v[i]);
	*to = names;
}

static void
read_digital_age(struct policy_reader *r, const struct config_at *at, struct policy_regime *to)
{
	struct config_at m = config_member(at, "digital_age"), by;
	const char *country;
	json_t *value;

	if (!policy_is_map(&m))
		return;
	to->digital_age = 0;
	to->ages = NULL;
	to->age_count = 0;
	config_only(&m, LIST("default", "by_country"));
	config_int(&m, "default", true, 1, AGE_MAX, &to->digital_age);
	by = config_member(&m, "by_country");
	if (!policy_is_map(&by))
		return;
	to->ages = arena_zero(r->arena, json_object_size(by.value), sizeof *to->ages);
	json_object_foreach(by.value, country, value) {
		struct policy_country_age *age = &to->ages[to->age_count];

		if (!policy_country_of(span_from(country), &age->country))
			config_fault(&by, "L101", "not a country code like PT");
		else if (config_int(&by, country, true, 1, AGE_MAX, &age->years))
			to->age_count++;
		keep(r, &age->country);
	}
}

/* Somebody may have to be asked, or his guardian, or no answer would do. */
static void
read_sale_age(const struct config_at *at, struct policy_regime *to)
{
	struct config_at m = config_member(at, "sale_age");

	if (!policy_is_map(&m))
		return;
	to->sale_opt_in_below = to->sale_guardian_below = to->sale_never_below = 0;
	config_only(&m, LIST("opt_in_below", "guardian_below", "never_below"));
	config_int(&m, "opt_in_below", true, 1, AGE_MAX, &to->sale_opt_in_below);
	config_int(&m, "guardian_below", false, 1, AGE_MAX, &to->sale_guardian_below);
	config_int(&m, "never_below", false, 1, AGE_MAX, &to->sale_never_below);
	if (to->sale_guardian_below > to->sale_opt_in_below ||
	    to->sale_never_below > to->sale_opt_in_below)
		config_fault(&m, "L101", "guardian_below or never_below is above opt_in_below");
}

/* A rule that allows nothing is one that forbids the channel. */
static void
read_rules(struct policy_reader *r, const struct config_at *at, struct policy_regime *to)
{
	static const char *const whens[] = { "direct_marketing", NULL };
	struct config_at list = config_member(at, "channel_rules");
	int index;

	if (list.value == NULL)
		return;
	to->rule_count = 0;
	if (!json_is_array(list.value)) {
		config_fault(&list, "L101", "not a list");
		return;
	}
	to->rules = arena_zero(r->arena, json_array_size(list.value), sizeof *to->rules);
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		struct config_at x = config_element(&list, i);
		struct policy_channel_rule *rule = &to->rules[to->rule_count++];

		config_only(&x, LIST("channels", "when", "allow"));
		read_names(r, &x, "channels", true, &rule->channels);
		read_names(r, &x, "allow", true, &rule->allow);
		config_choice(&x, "when", true, whens, &index);
	}
}

static void
read_signals(const struct config_at *at, struct policy_regime *to)
{
	static const char *const gpc[] = { "ignore", "sale", NULL };
	struct config_at m = config_member(at, "signals");
	int index;

	if (!policy_is_map(&m))
		return;
	to->override_stands = false;
	config_only(&m, LIST("gpc", "override_stands"));
	if (config_choice(&m, "gpc", true, gpc, &index))
		to->gpc_binds = index == 1;
	policy_read_flag(&m, "override_stands", &to->override_stands);
}

static void
read_transfer(struct policy_reader *r, const struct config_at *at, struct policy_regime *to)
{
	struct config_at m = config_member(at, "transfer");

	if (!policy_is_map(&m))
		return;
	to->restricts_transfer = true;
	to->safe_countries.n = 0;
	config_only(&m, LIST("safe"));
	read_places(r, &m, "safe", &to->safe_countries);
}

/* {what is due: how soon} */
static void
read_deadlines(struct policy_reader *r, const struct config_at *at, struct policy_regime *to)
{
	struct config_at m = config_member(at, "deadlines");
	const char *name;
	json_t *value;

	if (!policy_is_map(&m))
		return;
	to->deadline_count = 0;
	to->deadlines = arena_zero(r->arena, json_object_size(m.value), sizeof *to->deadlines);
	json_object_foreach(m.value, name, value) {
		struct policy_deadline *d = &to->deadlines[to->deadline_count];

		d->name = arena_copy(r->arena, span_from(name));
		if (policy_read_duration(&m, name, &d->within))
			to->deadline_count++;
	}
}

static void
read_dated(const struct config_at *at, struct policy_regime *to)
{
	instant dated;

	if (policy_read_time(at, "dated", true, &dated) &&
	    (to->dated == INSTANT_NONE || dated < to->dated))
		to->dated = dated;
}

static void
check_sources(const struct config_at *at, const struct policy_regime *to)
{
	struct config_at m = config_member(at, "sources");

	if (to->sources.n == 0)
		config_fault(&m, "L101", "names no source");
	for (size_t i = 0; i < to->sources.n; i++)
		if (!span_starts(to->sources.v[i], SPAN("https://")))
			config_fault(&m, "L101", "a source is an address that begins with https://");
}

/* A word that is no basis would allow nothing, and nobody would see why. */
static void
check_rules(const struct config_at *at, const struct policy_regime *to)
{
	struct config_at m = config_member(at, "channel_rules");

	for (size_t i = 0; i < to->rule_count; i++)
		for (size_t k = 0; k < to->rules[i].allow.n; k++)
			if (!names_has(&to->bases, to->rules[i].allow.v[k]))
				config_fault(&m, "L101", "allows a basis that is not among its bases");
}

static void
read_members(struct policy_reader *r, const struct config_at *at, struct policy_regime *to)
{
	to->sources.n = to->countries.n = 0;	/* these are each file's own */
	read_dated(at, to);
	read_names(r, at, "sources", true, &to->sources);
	check_sources(at, to);
	read_places(r, at, "countries", &to->countries);
	policy_read_flag(at, "establishment_binds", &to->establishment_binds);
	read_names(r, at, "bases", false, &to->bases);
	read_digital_age(r, at, to);
	read_sale_age(at, to);
	read_rules(r, at, to);
	check_rules(at, to);
	read_signals(at, to);
	read_transfer(r, at, to);
	if (policy_read_duration(at, "reask_after", &to->reask_after))
		to->has_reask_after = true;
	read_deadlines(r, at, to);
	if (policy_read_text(at, "holidays", false, &to->holidays))
		keep(r, &to->holidays);
	policy_read_flag(at, "special_condition_required", &to->special_condition_required);
}

/* ---- the file, and what it extends ---- */

static void
add_name(struct policy_reader *r, struct policy_names *list, struct span name)
{
	struct span *v = arena_alloc(r->arena, (list->n + 1) * sizeof *v);

	for (size_t i = 0; i < list->n; i++)
		v[i] = list->v[i];
	v[list->n] = name;
	*list = (struct policy_names){ v, list->n + 1 };
}

static bool read_file(struct chain *c, struct span id, struct policy_regime *to);

static bool
runs_in_a_ring(const struct chain *c, struct span id)
{
	for (size_t i = 0; i < c->count; i++)
		if (span_equal(c->ids[i], id))
			return true;
	return false;
}

static void
read_extended(struct chain *c, const struct config_at *at, struct policy_regime *to)
{
	struct config_at m = config_member(at, "extends");
	struct span base;

	if (!policy_read_regime_id(at, "extends", false, &base))
		return;
	if (runs_in_a_ring(c, base))
		config_fault(&m, "L101", "extends itself");
	else if (c->count == CHAIN_MAX)
		config_fault(&m, "L101", "more than %d files that extend each other", CHAIN_MAX);
	else if (!read_file(c, base, to))
		config_fault(&m, "L102", "names a regime that is not there");
	else {
		struct policy_names nearer = { 0 };

		add_name(c->r, &nearer, arena_copy(c->r->arena, base));
		for (size_t i = 0; i < to->ancestors.n; i++)
			add_name(c->r, &nearer, to->ancestors.v[i]);
		to->ancestors = nearer;
	}
}

static void
read_object(struct chain *c, const struct config_at *at, struct span id, struct policy_regime *to)
{
	static const char *const schemas[] = { "cdp-regime/1", NULL };
	struct config_at m = config_member(at, "id");
	struct span own;
	int schema;

	if (!config_only(at, LIST("schema", "id", "dated", "sources", "extends", "countries",
	    "establishment_binds", "bases", "digital_age", "sale_age", "channel_rules", "signals",
	    "transfer", "reask_after", "deadlines", "holidays", "special_condition_required")))
		return;
	config_choice(at, "schema", true, schemas, &schema);
	if (policy_read_regime_id(at, "id", true, &own) && !span_equal(own, id))
		config_fault(&m, "L101", "not the name of its file");
	read_extended(c, at, to);
	read_members(c->r, at, to);
	for (size_t i = 0; i < to->countries.n; i++)
		add_name(c->r, &to->area, to->countries.v[i]);
	if (to->countries.n == 0) {
		m = config_member(at, "countries");
		config_fault(&m, "L101", "names no country");
	}
}

/* What is wrong with a file that is built in has no path in the policy. */
static void
tell(struct chain *c, struct span id, const struct faults *found)
{
	for (size_t i = 0; i < found->count; i++)
		config_fault(c->at, found->list[i].code, "%.*s: %s: %s", SPAN_ARG(id), found->list[i].path,
		    found->list[i].text);
}

static json_t *
built_in(struct span id)
{
	struct buf name = { 0 };
	struct error e = { 0 };
	struct span text;
	json_t *json;

	buf_print(&name, "regimes/%.*s.json", SPAN_ARG(id));
	buf_byte(&name, '\0');
	text = asset_find(name.p);
	json = text.p == NULL ? NULL : config_parse(text, name.p, STATUS_USAGE, &e);
	buf_done(&name);
	return json;
}

static bool
read_file(struct chain *c, struct span id, struct policy_regime *to)
{
	char *name = arena_text(c->r->arena, id);
	struct config_at own = config_member(c->own, name);
	struct faults found = { 0 };
	struct config_at root;
	json_t *json;

	c->ids[c->count++] = span_from(name);
	if (own.value != NULL) {
		read_object(c, &own, id, to);
		return true;
	}
	json = built_in(id);
	if (json == NULL)
		return false;
	root = config_root(json, &found, "L101");
	read_object(c, &root, id, to);
	tell(c, id, &found);
	faults_done(&found);
	json_decref(json);
	return true;
}

bool
regime_read(struct policy_reader *r, struct span id, const struct config_at *at,
    const struct config_at *own, struct policy_regime *to)
{
	struct chain c = { .r = r, .at = at, .own = own };

	*to = (struct policy_regime){ .dated = INSTANT_NONE };
	if (!read_file(&c, id, to))
		return false;
	to->id = arena_copy(r->arena, id);
	return true;
}

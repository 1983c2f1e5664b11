/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/regime.c: law as data, read from what is built in. */
#include "base/arena.h"
#include "base/asset.h"
#include "base/buf.h"
#include "base/error.h"
#include "consent/policy.h"
#include "consent/regime.h"
#include "io/json_config.h"

static struct policy_names
names_of(json_t *object, const char *key, struct arena *arena)
{
	json_t *list = json_object_get(object, key);
	struct policy_names n = { arena_alloc(arena, json_array_size(list) * sizeof *n.v), 0 };

	for (; n.n < json_array_size(list); n.n++)
		n.v[n.n] = arena_copy(arena, span_from(json_string_value(json_array_get(list, n.n))));
	return n;
}

static void
fill(json_t *json, struct policy_regime *r, struct arena *arena)
{
	json_t *rules = json_object_get(json, "channel_rules");

	if (!instant_parse(span_from(json_string_value(json_object_get(json, "dated"))), &r->dated))
		r->dated = INSTANT_NONE;
	r->establishment_binds = json_is_true(json_object_get(json, "establishment_binds"));
	r->countries = names_of(json, "countries", arena);
	r->bases = names_of(json, "bases", arena);
	r->safe_countries = names_of(json_object_get(json, "transfer"), "safe", arena);
	r->rules = arena_zero(arena, json_array_size(rules), sizeof *r->rules);
	for (; r->rule_count < json_array_size(rules); r->rule_count++) {
		json_t *rule = json_array_get(rules, r->rule_count);

		r->rules[r->rule_count].channels = names_of(rule, "channels", arena);
		r->rules[r->rule_count].allow = names_of(rule, "allow", arena);
	}
}

bool
regime_find(struct span id, struct policy_regime *r, struct arena *arena)
{
	struct buf name = { 0 };
	struct error e = { 0 };
	struct span text;
	json_t *json;

	buf_print(&name, "regimes/%.*s.json", SPAN_ARG(span_head(id, 32)));
	buf_byte(&name, '\0');
	text = asset_find(name.p);
	json = text.p == NULL ? NULL : config_parse(text, name.p, STATUS_USAGE, &e);
	buf_done(&name);
	if (json == NULL)
		return false;
	r->id = arena_copy(arena, id);
	fill(json, r, arena);
	json_decref(json);
	return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rules_survive.c: reads which value of a field survives. */
#include "io/json_config.h"
#include "model/fields.h"
#include "model/record.h"
#include "normal/date.h"
#include "normal/key.h"
#include "resolve/rules_priv.h"

#include <stdlib.h>

static int
find_strategy(struct span name)
{
	for (int s = 0; s < STRATEGIES; s++)
		if (span_equal(name, strategy_name((enum strategy)s)))
			return s;
	return -1;
}

static bool
is_attribute(struct span path)
{
	return span_starts(path, SPAN("attributes."));
}

/* What a strategy asks of a field that has none of it: NULL if it may decide there. */
static const char *
unfit(enum strategy s, struct span path)
{
	bool name = span_is(path, "given_name") || span_is(path, "family_name");
	bool number = is_attribute(path) || span_starts(path, SPAN("identifiers."));

	switch (s) {
	case STRATEGY_UNION:
		return one_find(path) >= 0 || is_attribute(path) ? "union is for lists" : NULL;
	case STRATEGY_SUM:
		return is_attribute(path) ? NULL : "sum is for attributes";
	case STRATEGY_ANY:
	case STRATEGY_ALL:
		return is_attribute(path) ? NULL : "any and all are for attributes";
	case STRATEGY_MIN:
	case STRATEGY_MAX:
		return number || span_is(path, "birthdate") ? NULL : "min and max are for numbers and dates";
	case STRATEGY_USUAL:
	case STRATEGY_LIKE_LATEST:
		return name ? NULL : "usual and like_latest are for given and family names";
	default:
		return NULL;
	}
}

static void
add_step(const struct config_at *at, struct chain *c, enum strategy s)
{
	const char *why = unfit(s, c->path);

	if (why != NULL)
		config_fault(at, RULES_CODE, "%s", why);
	else if (c->count > 0 && (s == STRATEGY_UNION || c->step[0] == STRATEGY_UNION))
		config_fault(at, RULES_CODE, "union keeps all values: it has no other strategy beside it");
	else if (c->count == RULES_CHAIN_MAX)
		config_fault(at, RULES_CODE, "more than %d strategies", RULES_CHAIN_MAX);
	else
		c->step[c->count++] = s;
}

static void
read_steps(const struct config_at *at, struct chain *c)
{
	for (size_t i = 0; i < json_array_size(at->value); i++) {
		struct config_at one = config_element(at, i);
		int s = json_is_string(one.value) ?
		    find_strategy(span_from(json_string_value(one.value))) : -1;

		if (s < 0)
			config_fault(&one, RULES_CODE, "unknown strategy");
		else if (s == STRATEGY_GROUP)
			config_fault(&one, RULES_CODE, "group is written {\"group\":\"FIELD\"}");
		else
			add_step(&one, c, (enum strategy)s);
	}
	if (json_array_size(at->value) == 0)
		config_fault(at, RULES_CODE, "an empty chain");
}

static void
read_chain(struct rules *r, const struct config_at *at, const char *name)
{
	static const char *const keys[] = { "union", "group", NULL };
	struct chain *c = &r->chains[r->chain_count++];
	int64_t top;

	*c = (struct chain){ .path = rules_keep(r, name), .top = RECORD_LIST_MAX };
	rules_check_path(at, c->path);
	if (json_is_array(at->value)) {
		read_steps(at, c);
		return;
	}
	if (!config_only(at, keys))
		return;
	if (json_object_get(at->value, "union") != NULL) {
		if (config_int(at, "union", true, 1, RECORD_LIST_MAX, &top))
			c->top = (uint32_t)top;
		add_step(at, c, STRATEGY_UNION);
	}
	c->group = rules_optional(r, at, "group");
	if (c->group.p != NULL) {
		if (one_find(c->group) < 0 || one_find(c->path) < 0)
			config_fault(at, RULES_CODE, "group joins single fields only");
		add_step(at, c, STRATEGY_GROUP);
		add_step(at, c, STRATEGY_VALID);
		add_step(at, c, STRATEGY_VOTE);
		add_step(at, c, STRATEGY_COMPLETENESS);
	}
	if (c->count == 0 && json_object_size(at->value) == 0)
		config_fault(at, RULES_CODE, "neither union nor group");
}

static void
read_trust(struct rules *r, const struct config_at *at)
{
	static const char *const keys[] = { "max", "min", "days", "decay", NULL };
	static const char *const decays[] = { "linear", "slow", "fast", NULL };
	const char *name;
	json_t *value;

	r->trust = arena_zero(&r->arena, json_object_size(at->value) + 1, sizeof *r->trust);
	json_object_foreach(at->value, name, value) {
		struct config_at one = config_member(at, name);
		struct trust *t = &r->trust[r->trust_count++];
		int decay = 0;

		*t = (struct trust){ .source = rules_keep(r, name) };
		config_only(&one, keys);
		t->most = rules_number(&one, "max", 0, 1000);
		t->least = rules_number(&one, "min", 0, 0);
		t->days = rules_number(&one, "days", 1, 365);
		if (config_choice(&one, "decay", false, decays, &decay))
			t->decay = (enum decay)decay;
		if (t->least > t->most || t->most > 1000)
			config_fault(&one, RULES_CODE, "trust is 0 to 1000, min not above max");
	}
}

static const struct chain *
chain_named(const struct rules *r, struct span path)
{
	return path.p == NULL ? NULL : rules_chain(r, path);
}

/* A field whose value comes with another's, which comes with its own. */
static void
check_groups(const struct rules *r, const struct config_at *at)
{
	for (size_t i = 0; i < r->chain_count; i++) {
		const struct chain *c = &r->chains[i];

		for (size_t n = 0; c != NULL && n <= r->chain_count; n++) {
			if (n == r->chain_count)
				config_fault(at, RULES_CODE, "fields are grouped in a circle");
			c = chain_named(r, c->group);
		}
		c = &r->chains[i];
		if (c->group.p != NULL && one_find(c->group) >= one_find(c->path))
			config_fault(at, RULES_CODE, "a field can be grouped only with one that comes before it: "
			    "given_name, middle_name, family_name, name, birthdate, gender");
	}
}

void
rules_read_survivorship(struct rules *r, const struct config_at *at)
{
	const char *name;
	json_t *value;

	r->chains = arena_zero(&r->arena, json_object_size(at->value) + 1, sizeof *r->chains);
	json_object_foreach(at->value, name, value) {
		struct config_at one = config_member(at, name);

		if (strcmp(name, "trust") == 0)
			read_trust(r, &one);
		else if (strcmp(name, "purposes") == 0)
			config_fault(&one, RULES_CODE, "purposes are the intersection of all members");
		else
			read_chain(r, &one, name);
	}
	check_groups(r, at);
}

static void
check_pin(const struct config_at *at, const struct pin *p)
{
	struct date_parts parts;

	if (span_starts(p->path, SPAN("attributes.")) || span_is(p->path, "address"))
		config_fault(at, RULES_CODE, "not in this version: pinned attributes and addresses");
	if (span_is(p->path, "birthdate") && !birthdate_key(p->value, &parts))
		config_fault(at, RULES_CODE, "the value is not a date such as 1988-02-11");
}

static int
by_record(const void *a, const void *b)
{
	const struct pin *x = *(const struct pin *const *)a, *y = *(const struct pin *const *)b;
	int order = span_cmp(x->record, y->record);

	return order != 0 ? order : (x > y) - (x < y);
}

void
rules_read_pins(struct rules *r, const struct config_at *at)
{
	static const char *const keys[] = { "record", "field", "value", "until", NULL };

	r->pins = arena_zero(&r->arena, json_array_size(at->value) + 1, sizeof *r->pins);
	for (size_t i = 0; i < json_array_size(at->value); i++) {
		struct config_at one = config_element(at, i);
		struct pin *p = &r->pins[r->pin_count++];
		struct span until;

		*p = (struct pin){ .until = INSTANT_NONE };
		config_only(&one, keys);
		p->record = rules_optional(r, &one, "record");
		p->path = rules_optional(r, &one, "field");
		p->value = rules_optional(r, &one, "value");
		if (p->record.p == NULL || p->path.p == NULL || p->value.len == 0)
			config_fault(&one, RULES_CODE, "a pin needs record, field and value");
		else if (rules_check_path(&one, p->path))
			check_pin(&one, p);
		if (config_string(&one, "until", false, &until) && !instant_parse(until, &p->until))
			config_fault(&one, RULES_CODE, "until is not a date");
	}
	r->pins_by_record = arena_zero(&r->arena, r->pin_count + 1, sizeof *r->pins_by_record);
	for (size_t i = 0; i < r->pin_count; i++)
		r->pins_by_record[i] = &r->pins[i];
	qsort(r->pins_by_record, r->pin_count, sizeof *r->pins_by_record, by_record);
}

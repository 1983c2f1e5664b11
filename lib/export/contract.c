/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/contract.c: contracts out of the policy; what this version cannot keep is refused. */
#include "base/arena.h"
#include "base/ascii.h"
#include "base/error.h"
#include "export/contract.h"
#include "export/contract_check.h"
#include "export/policy_text.h"
#include "io/json_config.h"

enum { ID_BYTES = 64 };

#define LIST(...)	(const char *const[]){ __VA_ARGS__, NULL }

static void
refuse_later(const struct config_at *at)
{
	const char *const *names = LIST("approval", "guards", "subject_requests", "audience");

	for (; *names != NULL; names++) {
		struct config_at m = config_member(at, *names);

		if (m.value != NULL && !json_is_null(m.value) && !json_is_false(m.value))
			config_fault(&m, "E_CONTRACT", "not in this version");
	}
}

static void
read_layout(const struct config_at *at, struct contract *c)
{
	struct config_at m = config_member(at, "layout");
	struct span hash = SPAN("none"), layout;

	if (config_string(at, "layout", true, &layout)) {
		c->layout = span_is(layout, "ndjson") ? LAYOUT_NDJSON : LAYOUT_CSV;
		if (!span_is(layout, "csv") && !span_is(layout, "ndjson"))
			config_fault(&m, "E_CONTRACT", "not in this version: layouts other than csv and ndjson");
	}
	m = config_member(at, "hash_profile");
	if (config_string(at, "hash_profile", false, &hash) && !span_is(hash, "none"))
		config_fault(&m, "E_CONTRACT", "not in this version: hash profiles");
}

static void
read_fields(const struct config_at *at, struct contract *c, struct arena *arena)
{
	struct config_at list = config_member(at, "fields");
	bool later;

	if (!json_is_array(list.value) || json_array_size(list.value) == 0) {
		config_fault(&list, "E_CONTRACT", "a closed list of field paths is needed");
		return;
	}
	c->fields = arena_zero(arena, json_array_size(list.value), sizeof *c->fields);
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		struct config_at x = config_element(&list, i);
		struct span path = span_from(json_string_value(x.value));
		struct field *f = &c->fields[c->field_count];

		if (path.p == NULL || !field_parse(path, f, &later))
			config_fault(&x, "E_CONTRACT", path.p != NULL && later ? "not in this version" :
			    "not a field path");
		else if (f->kind == FIELD_PROFILE_ID && !span_is(c->role, "processor"))
			config_fault(&x, "E_CONTRACT", "profile_id goes to processors only: use pseudonym");
		else
			c->field_count++;
	}
}

static void
read_purposes(const struct config_at *at, struct contract *c, struct arena *arena)
{
	struct config_at list = config_member(at, "purposes");

	if (!json_is_array(list.value) || json_array_size(list.value) == 0) {
		config_fault(&list, "E_CONTRACT", "one purpose or more is needed");
		return;
	}
	c->purposes = arena_alloc(arena, json_array_size(list.value) * sizeof *c->purposes);
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		struct config_at x = config_element(&list, i);
		struct span id = span_from(json_string_value(x.value));

		if (id.p == NULL || span_is(id, "*"))
			config_fault(&x, "E_CONTRACT", "not a purpose; a wildcard is refused");
		else
			c->purposes[c->purpose_count++] = id;
	}
}

static void
read_recipient(const struct config_at *at, struct contract *c)
{
	static const char *const roles[] = { "processor", "joint_controller", "controller", "authority",
	    "subject", NULL };
	struct config_at recipient = config_member(at, "recipient");
	struct span unused;
	int role;

	config_only(&recipient, LIST("name", "country", "contact", "registration"));
	config_string(&recipient, "name", true, &c->recipient_name);
	config_string(&recipient, "country", true, &c->recipient_country);
	config_string(&recipient, "contact", false, &unused);
	config_string(&recipient, "registration", false, &unused);
	if (config_choice(at, "role", true, roles, &role))
		c->role = span_from(roles[role]);
}

static void
read_times(const struct config_at *at, struct contract *c)
{
	struct config_at m = config_member(at, "max_decision_age");
	struct span s;

	c->max_decision_age = (struct duration){ 0, DAY_MS };
	if (config_string(at, "max_decision_age", false, &s) && !duration_parse(s, &c->max_decision_age))
		config_fault(&m, "E_CONTRACT", "not a duration");
	config_string(at, "retention", false, &s);
	c->ends = INSTANT_NONE;
	m = config_member(at, "ends");
	if (config_string(at, "ends", false, &s) && !instant_parse(s, &c->ends))
		config_fault(&m, "E_CONTRACT", "not a time");
}

static bool
has_contact_field(const struct contract *c)
{
	for (size_t i = 0; i < c->field_count; i++)
		if (c->fields[i].kind == FIELD_MANY || c->fields[i].kind == FIELD_ADDRESS_PART)
			return true;
	return false;
}

/* The id stands in the names of files: nothing but letters, digits, "-", "_" and inner dots. */
static void
read_id(const struct config_at *at, struct contract *c)
{
	struct config_at m = config_member(at, "id");
	bool good = true;

	if (!config_string(at, "id", true, &c->id))
		return;
	for (size_t i = 0; i < c->id.len; i++) {
		char x = c->id.p[i];

		good &= ascii_alnum(x) || x == '-' || x == '_' || (x == '.' && i > 0);
	}
	if (!good || c->id.len == 0 || c->id.len > ID_BYTES)
		config_fault(&m, "E_CONTRACT", "not an id: 1 to 64 letters, digits, '-', '_' and inner '.'");
}

static void
read_channel(const struct config_at *at, struct contract *c)
{
	static const char *const channels[] = { "email", "sms", "phone", "push", "none", "post", NULL };
	struct config_at m = config_member(at, "channel");
	int channel;

	if (!config_choice(at, "channel", true, channels, &channel))
		return;
	c->channel = span_from(channels[channel]);
	if (span_is(c->channel, "post"))
		config_fault(&m, "E_CONTRACT", "not in this version: channel post");
}

static void
read_contract(const struct config_at *root, const struct config_at *at, struct contract *c,
    struct arena *arena)
{
	struct config_at channel = config_member(at, "channel");

	*c = (struct contract){ 0 };
	config_only(at, LIST("id", "controller", "layout", "recipient", "role", "countries", "transfer",
	    "purposes", "fields", "channel", "hash_profile", "sale_or_share", "retention",
	    "max_decision_age", "guards", "approval", "subject_requests", "audience", "ends"));
	refuse_later(at);
	config_string(at, "controller", true, &c->controller);
	read_id(at, c);
	read_channel(at, c);
	read_recipient(at, c);
	read_purposes(at, c, arena);
	read_fields(at, c, arena);
	read_layout(at, c);
	read_times(at, c);
	if (span_is(c->channel, "none") && has_contact_field(c))
		config_fault(&channel, "E_CONTRACT", "channel none is for contracts without a contact column");
	contract_check(root, at);
}

struct contract *
contracts_read(const struct policy_text *p, struct arena *arena, size_t *count, struct faults *f)
{
	struct config_at root = config_root(p->json, f, "E_CONTRACT");
	struct config_at list = config_member(&root, "destinations");
	struct contract *all = arena_zero(arena, json_array_size(list.value), sizeof *all);

	*count = json_array_size(list.value);
	for (size_t i = 0; i < *count; i++) {
		struct config_at x = config_element(&list, i);

		read_contract(&root, &x, &all[i], arena);
	}
	return all;
}

/* A published policy has its lists in the order of their ids: the name of the contract tells more than
 * its place. */
static const char *
inside(const char *path)
{
	const char *end = span_starts(span_from(path), SPAN("$.destinations[")) ? strchr(path, ']') : NULL;

	return end == NULL ? path : end + 1;
}

int
contract_find(const struct policy_text *p, struct span id, struct contract *c, struct arena *arena,
    struct error *e)
{
	struct faults faults = { 0 };
	struct config_at root = config_root(p->json, &faults, "E_CONTRACT");
	struct config_at list = config_member(&root, "destinations");
	bool found = false;
	int r = 0;

	for (size_t i = 0; i < json_array_size(list.value); i++) {
		struct config_at x = config_element(&list, i);
		const char *name = json_string_value(json_object_get(x.value, "id"));

		if (name == NULL || !span_is(id, name))
			continue;
		found = true;
		read_contract(&root, &x, c, arena);
	}
	if (!found)
		r = error_set(e, USAGE, "E_CONTRACT", "the policy has no contract of that name: add one to "
		    "\"destinations\" with id, layout, controller, recipient, role, purposes, channel, fields");
	else if (faults.count > 0)
		r = error_set(e, USAGE, "E_CONTRACT", "%.*s%s: %s", SPAN_ARG(id),
		    inside(faults.list[0].path), faults.list[0].text);
	faults_done(&faults);
	return r;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rules_fields.c: reads what a rules file says of single fields: whether they are
 * compared, as what, and who shares them. */
#include "io/json_config.h"
#include "resolve/field.h"
#include "resolve/rules_priv.h"

static const struct span attributes = SPAN_INIT("attributes."),
    identifiers = SPAN_INIT("identifiers.");

void
rules_add_never(struct rules *r, struct span path)
{
	struct span *list = arena_alloc(&r->arena, (r->never_count + 1) * sizeof *list);

	if (r->never_count > 0)
		memcpy(list, r->never, r->never_count * sizeof *list);
	list[r->never_count++] = path;
	r->never = list;
}

/* Standard fields are what their name says. */
static void
read_type(const struct config_at *at, struct span path, int8_t *out)
{
	static const enum field_type type[] = { FIELD_STRING, FIELD_TEXT, FIELD_NUMBER, FIELD_CODE,
	    FIELD_CATEGORY, FIELD_DATE, FIELD_MAILBOX, FIELD_TELEPHONE };
	enum { SAYABLE = sizeof type / sizeof type[0] };
	const char *names[SAYABLE + 1] = { NULL };
	struct config_at one = config_member(at, "type");
	int which;

	if (one.value == NULL)
		return;
	for (int i = 0; i < SAYABLE; i++)
		names[i] = field_type_name(type[i]);
	if (!span_starts(path, attributes))
		config_fault(&one, RULES_CODE, "only attributes can be told their type");
	else if (config_choice(at, "type", false, names, &which))
		*out = (int8_t)type[which];
}

static void
read_nature(const struct config_at *at, struct span path, int8_t *out)
{
	const char *names[NATURES + 1] = { NULL };
	struct config_at one = config_member(at, "nature");
	int which;

	if (one.value == NULL)
		return;
	for (int n = 0; n < NATURES; n++)
		names[n] = nature_name((enum nature)n);
	if (!span_starts(path, attributes) && !span_starts(path, identifiers))
		config_fault(&one, RULES_CODE, "only attributes and identifiers can be told their nature");
	else if (config_choice(at, "nature", false, names, &which))
		*out = (int8_t)which;
}

static void
read_field(struct rules *r, const struct config_at *at, const char *name)
{
	static const char *const keys[] = { "match", "type", "nature", NULL };
	struct field_rule *f = &r->fields[r->field_count++];
	bool match = true;

	*f = (struct field_rule){ rules_keep(r, name), -1, -1 };
	config_only(at, keys);
	config_bool(at, "match", false, &match);
	if (!rules_check_path(at, f->path))
		return;
	read_type(at, f->path, &f->type);
	read_nature(at, f->path, &f->nature);
	if (!match)
		rules_add_never(r, f->path);
}

void
rules_read_fields(struct rules *r, const struct config_at *at)
{
	const char *name;
	json_t *value;

	r->fields = arena_zero(&r->arena, json_object_size(at->value) + 1, sizeof *r->fields);
	json_object_foreach(at->value, name, value) {
		struct config_at one = config_member(at, name);

		read_field(r, &one, name);
	}
}

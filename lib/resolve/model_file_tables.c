/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/model_file_tables.c: the lists of values in a model: how many hold the frequent ones, and
 * which are nobody's. Values are digests, in order, so that who asks finds them by halving. */
#include "base/arena.h"
#include "resolve/model_file_form.h"
#include "resolve/model_file_priv.h"
#include "resolve/model_table.h"

enum { VALUE_DIGITS = 16 };

/* Sixteen hexadecimal digits, lower case. */
static bool
is_value(const json_t *text, uint64_t *value)
{
	const char *p = json_string_value(text);

	*value = 0;
	if (p == NULL || json_string_length(text) != VALUE_DIGITS)
		return false;
	for (; *p != '\0'; p++) {
		if ((*p < '0' || *p > '9') && (*p < 'a' || *p > 'f'))
			return false;
		*value = *value << 4 | (uint64_t)(*p <= '9' ? *p - '0' : *p - 'a' + 10);
	}
	return true;
}

static bool
read_count(json_t *pair, struct model_count *to)
{
	json_t *value = json_array_get(pair, 0), *holders = json_array_get(pair, 1);

	if (json_array_size(pair) != 2 || !is_value(value, &to->value) ||
	    !json_is_integer(holders) || json_integer_value(holders) < 0 ||
	    json_integer_value(holders) > UINT32_MAX)
		return false;
	to->holders = (uint64_t)json_integer_value(holders);
	return true;
}

static void
read_table(struct reading *r, const struct config_at *at, size_t i)
{
	static const char *const keys[] = { "of", "records", "values", NULL };
	struct config_at list = config_member(at, "values");
	struct model_table *t = &r->f->table[i];
	size_t n = json_array_size(list.value);

	config_only(at, keys);
	t->name = model_keep(r->f, at, "of", true);
	t->records = (uint64_t)model_whole(at, "records", 0, INT64_MAX);
	if (!json_is_array(list.value))
		config_fault(&list, MODEL_CODE, "not a list");
	t->list = arena_zero(&r->f->arena, n + 1, sizeof *t->list);
	for (; t->count < n; t->count++) {
		struct model_count *now = &t->list[t->count];
		bool good = read_count(json_array_get(list.value, t->count), now);

		if (!good || (t->count > 0 && now[-1].value >= now->value)) {
			struct config_at one = config_element(&list, t->count);

			config_fault(&one, MODEL_CODE, good ? "not in order" :
			    "not a value and its holders");
			return;
		}
	}
}

static void
read_generic(struct reading *r, const struct config_at *at, size_t i)
{
	static const char *const keys[] = { "field", "value", "reason", "action", NULL };
	static const char *const reasons[] = { "holders", "pattern", "listed", "default", "household",
	    NULL };
	static const char *const actions[] = { "null", "year", "shared", NULL };
	struct model_generic *g = &r->f->generic[i];
	struct config_at value = config_member(at, "value");
	int which;

	config_only(at, keys);
	*g = (struct model_generic){ .field = model_keep(r->f, at, "field", true) };
	if (config_choice(at, "reason", true, reasons, &which))
		g->reason = span_from(reasons[which]);
	if (config_choice(at, "action", true, actions, &which))
		g->action = span_from(actions[which]);
	if (!is_value(value.value, &g->value))
		config_fault(&value, MODEL_CODE, "not a digest of a value");
	if (i > 0 && model_generic_order(&g[-1], g) >= 0)
		config_fault(at, MODEL_CODE, "not in order");
}

void
model_read_frequencies(struct reading *r, const struct config_at *root)
{
	static const char *const keys[] = { "floor", "joint", "tables", NULL };
	bool joint = true;
	struct config_at at = config_member(root, "tf"), tables = config_member(&at, "tables");
	struct model_file *f = r->f;

	config_only(&at, keys);
	f->model.tf_floor = (uint32_t)model_whole(&at, "floor", 1, MODEL_CAP_MOST);
	config_bool(&at, "joint", true, &joint);
	f->model.no_joint = !joint;
	f->tables = json_array_size(tables.value);
	f->table = arena_zero(&f->arena, f->tables + 1, sizeof *f->table);
	model_each(r, &at, "tables", SIZE_MAX, read_table);
}

void
model_read_generics(struct reading *r, const struct config_at *root)
{
	struct config_at at = config_member(root, "generic");
	struct model_file *f = r->f;

	f->generics = json_array_size(at.value);
	f->generic = arena_zero(&f->arena, f->generics + 1, sizeof *f->generic);
	model_each(r, root, "generic", SIZE_MAX, read_generic);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/model_file_read.c: reads a model and checks all of it. A model of another schema or
 * of other Unicode tables would decide otherwise than the run that made it, and is refused. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/number.h"
#include "io/json_config.h"
#include "normal/text.h"
#include "resolve/model_file.h"
#include "resolve/model_file_form.h"
#include "resolve/model_file_priv.h"
#include "resolve/model_table.h"

#include <stdlib.h>

enum {
	FILE_MOST = 512 << 20,
	DIGEST = 16,
	WEIGHT_BOUND = 1 << 20	/* of thresholds and caps, millibits */
};

struct span
model_keep(struct model_file *f, const struct config_at *at, const char *key, bool required)
{
	struct span s;

	if (!required && json_is_null(json_object_get(at->value, key)))
		return span_none();
	return config_string(at, key, required, &s) ? arena_copy(&f->arena, s) : span_none();
}

int64_t
model_whole(const struct config_at *at, const char *key, int64_t least, int64_t most)
{
	int64_t n = 0;

	config_int(at, key, true, least, most, &n);
	return n;
}

/* "1.766000" as a number; null is 0 where it may be. */
static double
fixed(const struct config_at *at, const char *key, int places, bool may_be_null)
{
	struct config_at member = config_member(at, key);
	struct span text;
	int64_t n = 0;
	double unit = 1;

	if (may_be_null && json_is_null(member.value))
		return 0;
	if (!config_string(at, key, true, &text))
		return 0;
	if (!fixed_parse(text, places, &n) || n < 0)
		config_fault(&member, MODEL_CODE, "not a number with %d places", places);
	for (int i = 0; i < places; i++)
		unit *= 10;
	return (double)n / unit;
}

static double
share(const struct config_at *at, const char *key)
{
	struct config_at member = config_member(at, key);
	struct span text;
	char *end;
	double x;

	if (!config_string(at, key, true, &text))
		return 0;
	x = strtod(text.p, &end);
	if (text.len == 0 || end != text.p + text.len || !(x >= 0 && x <= 1)) {
		config_fault(&member, MODEL_CODE, "not a share from 0 to 1");
		return 0;
	}
	return x;
}

static int32_t
weight(const struct config_at *at, const char *key)
{
	return (int32_t)model_whole(at, key, WEIGHT_LEAST, WEIGHT_MOST);
}

void
model_each(struct reading *r, const struct config_at *at, const char *key, size_t most,
    void (*read)(struct reading *, const struct config_at *, size_t))
{
	struct config_at list = config_member(at, key);
	size_t n = json_array_size(list.value);

	if (!json_is_array(list.value))
		config_fault(&list, MODEL_CODE, "not a list");
	else if (n > most)
		config_fault(&list, MODEL_CODE, "more than %zu", most);
	for (size_t i = 0; i < n && n <= most; i++) {
		struct config_at one = config_element(&list, i);

		if (json_is_object(one.value) || json_is_array(one.value))
			read(r, &one, i);
		else
			config_fault(&one, MODEL_CODE, "not an object");
	}
}

/* ---- comparisons ---- */

static unsigned
field_now(const struct reading *r)
{
	return r->f->model.fields - 1;
}

/* Weights beside each level of the parent; without one, the same beside all. */
static void
read_beside(const struct config_at *at, const char *key, int32_t *weights)
{
	struct config_at list = config_member(at, key);
	size_t n = json_array_size(list.value);

	for (unsigned row = 0; row < ROW_ALONE; row++)
		weights[row] = weights[ROW_ALONE];
	if (list.value == NULL)
		return;
	if (!json_is_array(list.value) || n > LEVELS_MAX)
		config_fault(&list, MODEL_CODE, "not a list of at most %d weights", LEVELS_MAX);
	for (unsigned row = 0; row < n && row < LEVELS_MAX; row++) {
		json_t *w = json_array_get(list.value, row);

		if (!json_is_integer(w) || json_integer_value(w) < WEIGHT_LEAST ||
		    json_integer_value(w) > WEIGHT_MOST)
			config_fault(&list, MODEL_CODE, "not a weight of a level");
		else
			weights[row] = (int32_t)json_integer_value(w);
	}
}

/* As usual for the level of such a type, or nothing. */
static void
read_tf(struct reading *r, const struct config_at *at, unsigned f, unsigned level)
{
	struct config_at member = config_member(at, "tf");
	enum field_type type = r->f->field[f].type;
	struct span tf;

	if (!config_string(at, "tf", true, &tf) || span_is(tf, model_tf(type, level, false)))
		return;
	if (span_is(tf, model_tf(type, level, true)))
		r->f->model.field[f].plain |= (uint8_t)(1U << level);
	else
		config_fault(&member, MODEL_CODE, "at this level \"%s\" or \"0\"",
		    model_tf(type, level, false));
}

static void
read_level(struct reading *r, const struct config_at *at, size_t i)
{
	static const char *const keys[] = { "level", "name", "m", "u", "h", "weight", "household", "tf",
	    "weight_beside", "household_beside", NULL };
	unsigned f = field_now(r), l;
	struct model_level *level;

	(void)i;
	config_only(at, keys);
	l = (unsigned)model_whole(at, "level", 0, r->f->model.field[f].levels - 1);
	level = &r->f->model.field[f].level[l];
	if (r->has_level[f][l])
		config_fault(at, MODEL_CODE, "level %u is there twice", l);
	r->has_level[f][l] = true;
	*level = (struct model_level){ .m = share(at, "m"), .u = share(at, "u"), .h = share(at, "h") };
	level->weight[ROW_ALONE] = weight(at, "weight");
	level->household[ROW_ALONE] = weight(at, "household");
	read_beside(at, "weight_beside", level->weight);
	read_beside(at, "household_beside", level->household);
	read_tf(r, at, f, l);
}

static bool
choose_type(const struct config_at *at, enum field_type *type)
{
	const char *names[FIELD_TYPES + 1] = { NULL };
	int which;

	for (int t = 0; t < FIELD_TYPES; t++)
		names[t] = field_type_name((enum field_type)t);
	if (!config_choice(at, "type", true, names, &which))
		return false;
	*type = (enum field_type)which;
	return true;
}

static void
choose_nature(const struct config_at *at, enum nature *nature)
{
	const char *names[] = { nature_name(NATURE_PERSONAL), nature_name(NATURE_SHARED),
	    nature_name(NATURE_FREE), NULL };
	int which;

	if (config_choice(at, "nature", true, names, &which))
		*nature = (enum nature)which;
}

static void
read_comparison(struct reading *r, const struct config_at *at, size_t i)
{
	static const char *const keys[] = { "field", "type", "nature", "exclusive", "records",
	    "values", "parent", "told_by", "trained", "levels", NULL };
	static const char *const origins[] = { "start", "em", NULL };
	struct field *field = &r->f->field[i];
	struct model_field *m = &r->f->model.field[i];
	int trained = 0;

	config_only(at, keys);
	r->f->model.fields = (unsigned)i + 1;
	field->name = model_keep(r->f, at, "field", true);
	choose_nature(at, &field->nature);
	config_bool(at, "exclusive", true, &field->exclusive);
	field->records = (uint64_t)model_whole(at, "records", 0, INT64_MAX);
	field->distinct = (uint64_t)model_whole(at, "values", 0, INT64_MAX);
	config_choice(at, "trained", true, origins, &trained);
	*m = (struct model_field){ .parent = -1, .trained = trained == 1,
		.free = field->nature == NATURE_FREE };
	if (!choose_type(at, &field->type))
		return;
	m->levels = field_levels(field->type);
	model_each(r, at, "levels", m->levels, read_level);
	for (unsigned l = 0; l < m->levels; l++)
		if (!r->has_level[i][l])
			config_fault(at, MODEL_CODE, "level %u is missing", l);
}

static int
field_named(const struct model_file *f, struct span name)
{
	for (unsigned i = 0; i < f->model.fields; i++)
		if (span_equal(f->field[i].name, name))
			return (int)i;
	return -1;
}

static void
read_told(struct reading *r, const struct config_at *at, struct model_field *m)
{
	struct config_at told = config_member(at, "told_by");
	const char *name;
	json_t *levels;

	if (!json_is_object(told.value))
		config_fault(&told, MODEL_CODE, "must be an object");
	json_object_foreach(told.value, name, levels) {
		int teller = field_named(r->f, span_from(name));

		if (teller < 0)
			config_fault(&told, MODEL_CODE, "no comparison is of that field");
		for (size_t i = 0; teller >= 0 && i < json_array_size(levels); i++) {
			json_int_t l = json_integer_value(json_array_get(levels, i));

			if (l < 0 || l >= (json_int_t)r->f->model.field[teller].levels)
				config_fault(&told, MODEL_CODE, "no such level");
			else
				m->told[teller] |= (uint8_t)(1U << l);
		}
		if (teller >= 0 && m->told[teller] != 0)
			m->tellers |= (uint16_t)(1U << teller);
	}
}

/* Parents are named, and may come later in the list. */
static void
read_parent(struct reading *r, const struct config_at *at, size_t i)
{
	struct model *m = &r->f->model;
	struct span name = model_keep(r->f, at, "parent", false);
	int up;

	read_told(r, at, &m->field[i]);
	if (field_named(r->f, r->f->field[i].name) != (int)i)
		config_fault(at, MODEL_CODE, "the field is there twice");
	if (name.p == NULL)
		return;
	m->field[i].parent = up = field_named(r->f, name);
	if (up < 0)
		config_fault(at, MODEL_CODE, "no comparison is of its parent");
	for (unsigned steps = 0; up >= 0 && steps <= m->fields; steps++)
		up = m->field[up].parent;
	if (up >= 0) {
		config_fault(at, MODEL_CODE, "parents go round in a circle");
		m->field[i].parent = -1;
	}
}

/* ---- the rest ---- */

static void
read_class(struct reading *r, const struct config_at *at, size_t i)
{
	static const char *const keys[] = { "source", "matches_per_record", "prior", NULL };
	struct model_file *f = r->f;
	struct span source = model_keep(f, at, "source", false);

	config_only(at, keys);
	f->model.class_per_record[i] = fixed(at, "matches_per_record", MODEL_CLASS_PLACES, false);
	f->model.prior[i] = (int32_t)model_whole(at, "prior", -WEIGHT_BOUND, WEIGHT_BOUND);
	f->model.classes = (unsigned)i + 1;
	if (source.p == NULL)
		return;
	if (f->sources != i)
		config_fault(at, MODEL_CODE, "a source comes behind a class of none");
	else
		f->source[f->sources++] = source;
}

/* As model_class has it: each source inside itself and one for all others, or one inside any and
 * one for the others, or one. */
static void
check_classes(const struct model_file *f, const struct config_at *root)
{
	struct config_at at = config_member(root, "classes");
	unsigned classes = f->model.classes;

	if (classes == 0 || (classes > 2 ? f->sources != classes - 1 : f->sources > 0))
		config_fault(&at, MODEL_CODE, "the sources of the classes are not all there");
}

static unsigned
read_names(struct model_file *f, const struct config_at *at, const char *key,
    struct span *to, unsigned most)
{
	struct config_at list = config_member(at, key);
	size_t n = json_array_size(list.value);

	if (!json_is_array(list.value) || n > most) {
		config_fault(&list, MODEL_CODE, "not a list of at most %u texts", most);
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		const char *text = json_string_value(json_array_get(list.value, i));

		if (text == NULL)
			config_fault(&list, MODEL_CODE, "not a text");
		else
			to[i] = arena_copy(&f->arena, span_from(text));
	}
	return (unsigned)n;
}

static void
read_rule(struct reading *r, const struct config_at *at, size_t i)
{
	static const char *const keys[] = { "all", "cap", "refine", NULL };
	struct model_rule *rule = &r->f->rule[i];

	config_only(at, keys);
	rule->atoms = read_names(r->f, at, "all", rule->atom, MODEL_ATOMS_MAX);
	rule->refines = read_names(r->f, at, "refine", rule->refine, MODEL_REFINE_MAX);
	rule->cap = (uint32_t)model_whole(at, "cap", 0, MODEL_CAP_MOST);
	r->f->rules = (unsigned)i + 1;
}

static void
read_head(struct model_file *f, const struct config_at *root)
{
	static const char *const kinds[] = { "estimated", "fallback", "imported", NULL };
	static const char *const keys[] = { "records", "digest", NULL };
	struct config_at on = config_member(root, "trained_on"), member;
	struct span text;
	int which;

	config_only(&on, keys);
	f->records = (uint64_t)model_whole(&on, "records", 0, INT64_MAX);
	f->trained_on = model_keep(f, &on, "digest", false);
	f->seed = (uint64_t)model_whole(root, "seed", 0, INT64_MAX);
	model_keep(f, root, "tool", true);
	if (config_choice(root, "kind", true, kinds, &which))
		f->model.kind = kinds[which];
	f->model.guessed = span_is(span_from(f->model.kind), "fallback");
	f->model.iterations = (unsigned)model_whole(root, "iterations", 0, MODEL_CAP_MOST);
	f->model.matches_per_record = fixed(root, "matches_per_record", MODEL_PLACES, false);
	f->model.household_per_record = fixed(root, "household_per_record", MODEL_PLACES, true);
	member = config_member(root, "household_per_record");
	f->model.household = json_is_string(member.value);
	if (f->model.household)
		f->model.household_prior = (int32_t)model_whole(root, "household_prior", -WEIGHT_BOUND,
		    WEIGHT_BOUND);
	member = config_member(root, "unicode");
	if (config_string(root, "unicode", true, &text) && !span_is(text, unicode_version()))
		config_fault(&member, MODEL_CODE,
		    "the model was made with Unicode %.*s, and this is %s: train it again",
		    text.len > 16 ? 16 : (int)text.len, text.p, unicode_version());
}

static int32_t
cap_of(const struct config_at *at, const char *key)
{
	return json_is_null(json_object_get(at->value, key)) ? INT32_MAX :
	    (int32_t)model_whole(at, key, 0, WEIGHT_BOUND);
}

static void
read_cuts(struct model *m, const struct config_at *root)
{
	static const char *const keys[] = { "link", "review", "merge_average", NULL };
	static const char *const caps[] = { "free", "contact", NULL };
	int32_t contact;
	struct config_at at = config_member(root, "thresholds"), cap = config_member(root, "caps");

	config_only(&at, keys);
	m->link = (int32_t)model_whole(&at, "link", -WEIGHT_BOUND, WEIGHT_BOUND);
	m->review = (int32_t)model_whole(&at, "review", -WEIGHT_BOUND, WEIGHT_BOUND);
	m->merge = (int32_t)model_whole(&at, "merge_average", -WEIGHT_BOUND, WEIGHT_BOUND);
	if (m->review > m->link)
		config_fault(&at, MODEL_CODE, "review begins above a link");
	config_only(&cap, caps);
	m->cap_free = cap_of(&cap, "free");
	contact = cap_of(&cap, "contact");
	m->contact_capped = contact != INT32_MAX;
	m->cap_contact = m->contact_capped ? contact : 0;
}

static void
read_root(struct model_file *f, const struct config_at *root)
{
	static const char *const schemas[] = { MODEL_SCHEMA, NULL };
	static const char *const keys[] = { "schema", "tool", "unicode", "trained_on", "seed", "kind",
	    "iterations", "matches_per_record", "household_per_record", "household_prior", "classes", "comparisons",
	    "rules", "tf", "generic", "thresholds", "caps", NULL };
	struct reading r = { .f = f };
	int which;

	if (!config_choice(root, "schema", true, schemas, &which))
		return;
	config_only(root, keys);
	read_head(f, root);
	model_each(&r, root, "classes", CLASSES_MAX, read_class);
	check_classes(f, root);
	model_each(&r, root, "comparisons", FIELDS_MAX, read_comparison);
	model_each(&r, root, "comparisons", FIELDS_MAX, read_parent);
	model_each(&r, root, "rules", MODEL_RULES_MAX, read_rule);
	model_read_frequencies(&r, root);
	model_read_generics(&r, root);
	read_cuts(&f->model, root);
}

static void
set_digest(struct model_file *f, const json_t *doc)
{
	struct buf all = { 0 }, hex = { 0 };
	unsigned char hash[DIGEST];
	struct span text;

	config_canonical(doc, &all);
	text = buf_span(&all);
	blake2b(hash, sizeof hash, NULL, &text, 1);
	hex_write(&hex, span_make((const char *)hash, sizeof hash));
	f->digest = arena_copy(&f->arena, buf_span(&hex));
	buf_done(&all);
	buf_done(&hex);
}

/* Takes the document. */
static struct model_file *
read_document(json_t *doc, const char *name, struct notes *notes, struct error *e)
{
	struct faults faults = { 0 };
	struct config_at root;
	struct model_file *f;

	if (doc == NULL)
		return NULL;
	f = mem_zero(1, sizeof *f);
	root = config_root(doc, &faults, MODEL_CODE);
	if (!json_is_object(doc))
		config_fault(&root, MODEL_CODE, "not an object");
	else if (config_has_real(doc))
		config_fault(&root, MODEL_CODE, "fractions are text in a model");
	else
		read_root(f, &root);
	if (faults.count == 0)
		set_digest(f, doc);
	json_decref(doc);
	if (faults_refuse(&faults, name, notes, e) < 0) {
		model_file_free(f);
		f = NULL;
	}
	faults_done(&faults);
	return f;
}

struct model_file *
model_file_load(const char *path, struct notes *notes, struct error *e)
{
	return read_document(config_load(path, FILE_MOST, STATUS_USAGE, e), path, notes, e);
}

struct model_file *
model_file_parse(struct span text, const char *name, struct notes *notes, struct error *e)
{
	return read_document(config_parse(text, name, STATUS_USAGE, e), name, notes, e);
}

void
model_file_free(struct model_file *f)
{
	if (f == NULL)
		return;
	arena_done(&f->arena);
	mem_free(f);
}

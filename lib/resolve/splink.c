/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/splink.c: reads settings of Splink, and says what they weigh. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/json_config.h"
#include "resolve/fx.h"
#include "resolve/splink.h"

#define CODE		"E_SPLINK"
#define PRIOR_DEFAULT	0.0001
#define SHARE_LEAST	1e-300		/* a share is never less */
#define NOT_OBSERVED	1e-6		/* of a level that training has not seen */
#define EXACT_DEFAULT	0.95		/* of untrained levels: m of the best one */

enum { FILE_MOST = 64 << 20, RULES_MOST = 1000 };

static struct span
keep(struct splink *s, const struct config_at *at, const char *key, bool required)
{
	struct span text;

	if (!required && json_is_null(json_object_get(at->value, key)))
		return span_none();
	return config_string(at, key, required, &text) ? arena_copy(&s->arena, text) : span_none();
}

/* A number that may be absent or null. False: it is. */
static bool
number(const struct config_at *at, const char *key, double least, double most, double *to)
{
	struct config_at member = config_member(at, key);

	if (member.value == NULL || json_is_null(member.value))
		return false;
	if (!json_is_number(member.value) || json_number_value(member.value) < least ||
	    json_number_value(member.value) > most) {
		config_fault(&member, CODE, "not a number from %g to %g", least, most);
		return false;
	}
	*to = json_number_value(member.value);
	return true;
}

/* m or u. Settings that were saved after training have a sentence where a level was not seen. */
static bool
share(const struct config_at *at, const char *key, double *to)
{
	if (json_is_string(json_object_get(at->value, key))) {
		*to = NOT_OBSERVED;
		return true;
	}
	if (!number(at, key, 0, 1, to))
		return false;
	if (*to < SHARE_LEAST)
		*to = SHARE_LEAST;
	return true;
}

static void
read_level(struct splink *s, struct splink_comparison *c, const struct config_at *at)
{
	struct splink_level *l = &c->level[c->levels++];
	bool m, u, own_u = false;

	*l = (struct splink_level){ .sql = keep(s, at, "sql_condition", true),
		.label = keep(s, at, "label_for_charts", false),
		.tf_column = keep(s, at, "tf_adjustment_column", false), .tf_weight = 1 };
	config_bool(at, "is_null_level", false, &l->null);
	config_bool(at, "disable_tf_exact_match_detection", false, &own_u);
	m = share(at, "m_probability", &l->m);
	u = share(at, "u_probability", &l->u);
	l->trained = m && u;
	if (!m)
		l->m = -1;
	if (!u)
		l->u = -1;
	l->tf_u = own_u ? l->u : -1;
	number(at, "tf_adjustment_weight", -1000, 1000, &l->tf_weight);
	number(at, "tf_minimum_u_value", 0, 1, &l->tf_least);
	if (!l->null && l->sql.p != NULL && !splink_condition(l, l->sql, &s->arena))
		config_fault(at, CODE, "\"%.*s\" of \"%.*s\": no comparison here is of that form",
		    (int)(l->label.p == NULL ? 7 : l->label.len),
		    l->label.p == NULL ? "a level" : l->label.p, (int)c->name.len, c->name.p);
}

/* Gamma counts from 0, the last level, upwards; nulls have -1. */
static void
number_levels(struct splink_comparison *c)
{
	int gamma = 0;

	for (unsigned i = c->levels; i-- > 0;)
		c->level[i].gamma = c->level[i].null ? -1 : gamma++;
}

/* 2^x, for the whole and the broken part; x is between -5 and 10. */
static double
power_of_two(double x)
{
	double low = 0.01, high = 2000;

	for (unsigned i = 0; i < 200; i++) {
		double middle = (low + high) / 2;

		if (fx_log2_double(middle) < x)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

/* What a level weighs by default: 10 bits where all agrees, from -5 to 3 bits elsewhere. */
static double
default_weight(unsigned gamma, unsigned levels)
{
	if (gamma + 1 == levels)
		return 10;
	return levels == 2 ? -5 : -5 + 8.0 * gamma / (levels - 2);
}

static void
fill_defaults(struct splink_comparison *c)
{
	unsigned levels = 0;

	for (unsigned i = 0; i < c->levels; i++)
		levels += !c->level[i].null;
	for (unsigned i = 0; i < c->levels; i++) {
		struct splink_level *l = &c->level[i];
		bool best = l->gamma + 1 == (int)levels;
		double m = best ? EXACT_DEFAULT : (1 - EXACT_DEFAULT) / (levels - 1);

		if (l->null)
			continue;
		if (l->u < 0)
			l->u = m / power_of_two(default_weight((unsigned)l->gamma, levels));
		if (l->m < 0)
			l->m = m;
	}
}

static bool
exact_on(const struct splink_level *l, struct span column)
{
	return !l->null && l->terms == 1 && l->term[0].form == SPLINK_EQUAL &&
	    l->term[0].part == SPLINK_WHOLE && span_equal(l->term[0].left, column);
}

/* A frequency is compared with how often strangers agree on that column, which the level that
 * asks for just that knows. */
static void
find_exact(struct splink_comparison *c, const struct config_at *at)
{
	for (unsigned i = 0; i < c->levels; i++) {
		struct splink_level *l = &c->level[i];

		if (l->tf_column.p == NULL || l->null)
			continue;
		for (unsigned j = 0; j < c->levels && l->tf_u < 0; j++)
			if (exact_on(&c->level[j], l->tf_column))
				l->tf_u = c->level[j].u;
		if (l->tf_u < 0)
			config_fault(at, CODE, "no level is exact agreement on \"%.*s\"",
			    (int)l->tf_column.len, l->tf_column.p);
	}
}

static void
read_comparison(struct splink *s, const struct config_at *at)
{
	struct splink_comparison *c = &s->comparison[s->comparisons++];
	struct config_at levels = config_member(at, "comparison_levels");
	size_t n = json_array_size(levels.value);

	c->name = keep(s, at, "output_column_name", true);
	if (n < 2 || n > SPLINK_LEVELS) {
		config_fault(&levels, CODE, "not a list of 2 to %d levels", SPLINK_LEVELS);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct config_at one = config_element(&levels, i);

		read_level(s, c, &one);
	}
	number_levels(c);
	fill_defaults(c);
	find_exact(c, &levels);
}

/* A rule is a text, or since version 4 an object with one. */
static void
read_rules(struct splink *s, const struct config_at *root)
{
	struct config_at list = config_member(root, "blocking_rules_to_generate_predictions");
	size_t n = json_array_size(list.value);

	s->rule = arena_zero(&s->arena, n + 1, sizeof *s->rule);
	for (size_t i = 0; i < n && i < RULES_MOST; i++) {
		struct config_at one = config_element(&list, i);

		if (json_is_string(one.value))
			s->rule[s->rules++] = arena_copy(&s->arena,
			    span_from(json_string_value(one.value)));
		else
			s->rule[s->rules++] = keep(s, &one, "blocking_rule", true);
	}
}

static void
read_root(struct splink *s, const struct config_at *root)
{
	struct config_at list = config_member(root, "comparisons");
	size_t n = json_array_size(list.value);

	s->prior = PRIOR_DEFAULT;
	number(root, "probability_two_random_records_match", 1e-12, 1 - 1e-12, &s->prior);
	if (n == 0 || n > SPLINK_COMPARISONS) {
		config_fault(&list, CODE, "not a list of 1 to %d comparisons", SPLINK_COMPARISONS);
		return;
	}
	s->comparison = arena_zero(&s->arena, n, sizeof *s->comparison);
	for (size_t i = 0; i < n; i++) {
		struct config_at one = config_element(&list, i);

		read_comparison(s, &one);
	}
	read_rules(s, root);
	s->link_only = span_is(keep(s, root, "link_type", false), "link_only");
}

/* Takes the document. */
static struct splink *
read_document(json_t *doc, const char *name, struct notes *notes, struct error *e)
{
	struct faults faults = { 0 };
	struct config_at root;
	struct splink *s;

	if (doc == NULL)
		return NULL;
	s = mem_zero(1, sizeof *s);
	root = config_root(doc, &faults, CODE);
	if (json_is_object(doc))
		read_root(s, &root);
	else
		config_fault(&root, CODE, "not an object");
	json_decref(doc);
	if (faults_refuse(&faults, name, notes, e) < 0) {
		splink_free(s);
		s = NULL;
	}
	faults_done(&faults);
	return s;
}

struct splink *
splink_load(const char *path, struct notes *notes, struct error *e)
{
	return read_document(config_load(path, FILE_MOST, STATUS_USAGE, e), path, notes, e);
}

struct splink *
splink_parse(struct span text, const char *name, struct notes *notes, struct error *e)
{
	return read_document(config_parse(text, name, STATUS_USAGE, e), name, notes, e);
}

void
splink_free(struct splink *s)
{
	if (s == NULL)
		return;
	arena_done(&s->arena);
	mem_free(s);
}

double
splink_prior_weight(const struct splink *s)
{
	return fx_log2_double(s->prior / (1 - s->prior));
}

double
splink_level_weight(const struct splink_level *l, const double tf[2])
{
	double weight = l->null ? 0 : fx_log2_double(l->m / l->u), larger;

	larger = tf[0] > tf[1] ? tf[0] : tf[1];
	if (l->null || l->terms == 0 || l->tf_column.p == NULL || larger <= 0)
		return weight;
	if (larger < l->tf_least)
		larger = l->tf_least;
	return weight + l->tf_weight * (fx_log2_double(l->tf_u) - fx_log2_double(larger));
}

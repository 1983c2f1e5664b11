/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/splink_export.c: levels here are tests of folded values; each belongs to the best
 * condition there that it implies, and what falls into one condition is added up. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/json_write.h"
#include "resolve/fx.h"
#include "resolve/scored.h"
#include "resolve/splink.h"
#include "resolve/splink_export.h"

#define CODE "E_SPLINK"

enum { LIKE_MOST = 2 };		/* conditions between equal and all else */

/* Conditions between equal values and all others, with the column for %s; "" ends them. */
static const char *const between[FIELD_TYPES][LIKE_MOST] = {
	[FIELD_GIVEN] = { "jaro_winkler_similarity(\"%s_l\", \"%s_r\") >= 0.92",
	    "jaro_winkler_similarity(\"%s_l\", \"%s_r\") >= 0.85" },
	[FIELD_FAMILY] = { "jaro_winkler_similarity(\"%s_l\", \"%s_r\") >= 0.88" },
	[FIELD_BIRTHDATE] = { "damerau_levenshtein(\"%s_l\", \"%s_r\") <= 2" },
	[FIELD_EMAIL] = { "NULLIF(regexp_extract(\"%s_l\", '^[^@]+', 0), '') = "
	    "NULLIF(regexp_extract(\"%s_r\", '^[^@]+', 0), '')" },
	[FIELD_PHONE] = { "damerau_levenshtein(\"%s_l\", \"%s_r\") <= 2" },
	[FIELD_POSTCODE] = { "damerau_levenshtein(\"%s_l\", \"%s_r\") <= 2" },
	[FIELD_IDENTIFIER] = { "damerau_levenshtein(\"%s_l\", \"%s_r\") <= 2" },
	[FIELD_LOCALITY] = { "jaro_winkler_similarity(\"%s_l\", \"%s_r\") >= 0.92",
	    "jaro_winkler_similarity(\"%s_l\", \"%s_r\") >= 0.85" },
	[FIELD_MAILBOX] = { "NULLIF(regexp_extract(\"%s_l\", '^[^@]+', 0), '') = "
	    "NULLIF(regexp_extract(\"%s_r\", '^[^@]+', 0), '')" },
	[FIELD_TELEPHONE] = { "damerau_levenshtein(\"%s_l\", \"%s_r\") <= 2" },
	[FIELD_STRING] = { "jaro_winkler_similarity(\"%s_l\", \"%s_r\") >= 0.92",
	    "jaro_winkler_similarity(\"%s_l\", \"%s_r\") >= 0.85" },
};

/* "attributes.shoe_size" is the column "shoe_size". */
static struct span
column_of(const struct field *f)
{
	size_t dot = 0;

	for (size_t i = 0; i < f->name.len; i++)
		dot = f->name.p[i] == '.' ? i + 1 : dot;
	return span_skip(f->name, dot);
}

/* In quotation marks, of which one inside is two. */
static void
put_column(struct buf *out, struct span column)
{
	for (size_t i = 0; i < column.len; i++) {
		if (column.p[i] == '"')
			buf_byte(out, '"');
		buf_byte(out, column.p[i]);
	}
}

/* A condition with the column in its places. */
static void
put_sql(struct buf *out, const char *form, struct span column)
{
	for (; *form != '\0'; form++) {
		if (form[0] == '%' && form[1] == 's') {
			put_column(out, column);
			form++;
		} else {
			buf_byte(out, *form);
		}
	}
}

static void
add_level(struct splink_comparison *c, const char *form, struct span column, struct arena *arena)
{
	struct splink_level *l = &c->level[c->levels++];
	struct buf sql = { 0 };

	put_sql(&sql, form, column);
	*l = (struct splink_level){ .sql = arena_copy(arena, buf_span(&sql)) };
	(void)splink_condition(l, l->sql, arena);
	buf_done(&sql);
}

/* The conditions for a field, and of[l]: which of them its level l belongs to. */
static void
comparison_of(const struct field *f, struct splink_comparison *c, unsigned of[LEVELS_MAX],
    struct arena *arena)
{
	unsigned top = field_top(f->type);

	*c = (struct splink_comparison){ .name = column_of(f) };
	add_level(c, "\"%s_l\" = \"%s_r\"", c->name, arena);
	for (int i = 0; i < LIKE_MOST && between[f->type][i] != NULL; i++)
		add_level(c, between[f->type][i], c->name, arena);
	add_level(c, "ELSE", c->name, arena);
	for (unsigned l = 0; l <= top; l++)
		of[l] = l == top ? 0 : between[f->type][0] == NULL ? c->levels - 1 :
		    splink_implied(c, f->type, l);
}

/* What the levels of a condition have together. */
static void
pool(const struct model_field *m, const unsigned of[LEVELS_MAX], struct splink_comparison *c)
{
	for (unsigned l = 0; l < m->levels; l++) {
		c->level[of[l]].m += m->level[l].m;
		c->level[of[l]].u += m->level[l].u;
	}
}

static void
simplify_field(struct model_field *m, const struct field *f)
{
	struct arena arena = { 0 };
	struct splink_comparison c;
	unsigned of[LEVELS_MAX], top = field_top(f->type);

	comparison_of(f, &c, of, &arena);
	pool(m, of, &c);
	m->parent = -1;
	m->tellers = 0;
	memset(m->told, 0, sizeof m->told);
	for (unsigned l = 0; l < m->levels; l++) {
		int32_t w = model_bounded(fx_log2(c.level[of[l]].m / c.level[of[l]].u));

		m->level[l].h = m->level[l].u;
		for (unsigned row = 0; row < MODEL_ROWS; row++) {
			m->level[l].weight[row] = w;
			m->level[l].household[row] = 0;
		}
		if (l < top && field_level(f->type, l)->tf != TF_NONE)
			m->plain |= (uint8_t)(1U << l);
	}
	arena_done(&arena);
}

/* The chance that a pair is a match. */
static double
lambda(const struct model *m, const struct view *w)
{
	double l = m->matches_per_record / (w->records > 1 ? (double)(w->records - 1) : 1);

	return l < 1e-12 ? 1e-12 : l > 0.5 ? 0.5 : l;
}

void
splink_simplify(struct model *m, const struct view *w)
{
	double l = lambda(m, w);

	for (unsigned i = 0; i < m->fields; i++)
		simplify_field(&m->field[i], &w->field[i]);
	m->classes = 1;
	m->prior[0] = fx_log2(l / (1 - l));
	m->class_per_record[0] = m->matches_per_record;
	m->household = false;
	m->household_per_record = 0;
	m->no_joint = true;
	m->cap_free = INT32_MAX;
	m->contact_capped = false;
}

/* ---- writing ---- */

static int
cannot(struct error *e, struct span what, const char *why)
{
	return error_set(e, USAGE, CODE, "Splink cannot have %.*s: %s; train with "
	    "\"levels\":\"splink\" in the rules", (int)what.len, what.p, why);
}

static int
expressible(const struct scored *x, struct error *e)
{
	const struct model *m = &x->model;

	if (m->household)
		return cannot(e, SPAN("the model"), "it tells households from strangers");
	if (m->classes > 1)
		return cannot(e, SPAN("the model"), "sources have priors of their own");
	if (!m->no_joint)
		return cannot(e, SPAN("the model"), "full names have a frequency of their own");
	for (unsigned i = 0; i < m->fields; i++) {
		const struct field *f = &x->view.field[i];

		if (f->type == FIELD_PLACE || f->type == FIELD_ARRAY)
			return cannot(e, f->name, "its values are no texts");
		if (m->field[i].parent >= 0 || m->field[i].tellers != 0)
			return cannot(e, f->name, "another field tells what it weighs");
	}
	return 0;
}

static void
number(struct json_writer *w, const char *key, double x)
{
	struct buf text = { 0 };

	buf_print(&text, "%.17g", x);
	json_member_raw(w, key, buf_span(&text));
	buf_done(&text);
}

static void
put_level(struct json_writer *w, const struct splink_level *l, struct span tf)
{
	json_open_object(w);
	json_member_string(w, "sql_condition", l->sql);
	json_member_string(w, "label_for_charts", l->terms == 0 ? SPAN("All other comparisons") : l->sql);
	number(w, "m_probability", l->m);
	number(w, "u_probability", l->u);
	if (tf.p != NULL) {
		json_member_string(w, "tf_adjustment_column", tf);
		json_member_raw(w, "tf_adjustment_weight", SPAN("1.0"));
	}
	json_end(w);
}

static void
put_null(struct json_writer *w, struct span column)
{
	struct buf sql = { 0 };

	put_sql(&sql, "\"%s_l\" IS NULL OR \"%s_r\" IS NULL", column);
	json_open_object(w);
	json_member_string(w, "sql_condition", buf_span(&sql));
	json_member_string(w, "label_for_charts", SPAN("Null"));
	json_member_bool(w, "is_null_level", true);
	json_end(w);
	buf_done(&sql);
}

static void
put_comparison(struct json_writer *w, const struct model_field *m, const struct field *f)
{
	struct arena arena = { 0 };
	struct splink_comparison c;
	unsigned of[LEVELS_MAX], top = field_top(f->type);
	bool tf = field_level(f->type, top)->tf == TF_FULL && !(m->plain >> top & 1) &&
	    f->type != FIELD_CATEGORY;

	comparison_of(f, &c, of, &arena);
	pool(m, of, &c);
	json_open_object(w);
	json_member_string(w, "output_column_name", c.name);
	json_key(w, SPAN("comparison_levels"));
	json_open_array(w);
	put_null(w, c.name);
	for (unsigned l = 0; l < c.levels; l++)
		put_level(w, &c.level[l], l == 0 && tf ? c.name : span_none());
	json_end(w);
	json_end(w);
	arena_done(&arena);
}

/* Whether the atom is equality of a column. */
static bool
is_equal(enum pair_atom atom)
{
	return atom == PAIR_GIVEN || atom == PAIR_BIRTHDATE || atom == PAIR_EMAIL || atom == PAIR_PHONE ||
	    atom == PAIR_POSTCODE || atom == PAIR_LOCALITY || atom == PAIR_IDENTIFIER ||
	    atom == PAIR_ATTRIBUTE;
}

/* Rules that ask for equal values; of others Splink knows no like. */
static void
put_rules(struct json_writer *w, const struct scored *x)
{
	json_key(w, SPAN("blocking_rules_to_generate_predictions"));
	json_open_array(w);
	for (unsigned i = 0; i < x->chosen.count; i++) {
		const struct pair_rule *r = &x->chosen.rule[i];
		struct buf sql = { 0 };
		bool all = true;

		for (unsigned a = 0; a < r->count; a++) {
			all &= is_equal(r->atom[a].atom);
			put_sql(&sql, a > 0 ? " AND l.\"%s\" = r.\"%s\"" : "l.\"%s\" = r.\"%s\"",
			    column_of(&x->view.field[r->atom[a].field]));
		}
		if (all) {
			json_open_object(w);
			json_member_string(w, "blocking_rule", buf_span(&sql));
			json_member_string(w, "sql_dialect", SPAN("duckdb"));
			json_end(w);
		}
		buf_done(&sql);
	}
	json_end(w);
}

int
splink_export(const struct scored *x, struct buf *out, struct error *e)
{
	struct json_writer w = json_writer(out);

	if (expressible(x, e) < 0)
		return -1;
	json_open_object(&w);
	json_member_string(&w, "link_type", SPAN("dedupe_only"));
	json_member_string(&w, "sql_dialect", SPAN("duckdb"));
	json_member_string(&w, "unique_id_column_name", SPAN("id"));
	number(&w, "probability_two_random_records_match", lambda(&x->model, &x->view));
	put_rules(&w, x);
	json_key(&w, SPAN("comparisons"));
	json_open_array(&w);
	for (unsigned i = 0; i < x->model.fields; i++)
		put_comparison(&w, &x->model.field[i], &x->view.field[i]);
	json_end(&w);
	json_end(&w);
	buf_byte(out, '\n');
	return 0;
}

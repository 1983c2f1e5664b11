/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/splink_model.c: a model of Splink as one of ours. Its levels are conditions of SQL
 * on raw columns, ours are tests of folded values; so a level of ours takes the weight of the
 * best level there that two values surely have when they have ours. */
#include "base/error.h"
#include "resolve/fx.h"
#include "resolve/model_file.h"
#include "resolve/splink.h"

#include <string.h>

#define CODE "E_SPLINK"

enum { REVIEW_BELOW = 4000, MERGE_LEAST = -3000, TF_FLOOR = 4, YEAR_DAYS = 366, NO_EDITS = 255 };

/* What two values are to each other at a level of ours, at least. */
struct implied {
	bool		equal, reversed;
	uint16_t	alike;		/* Jaro and Jaro-Winkler, per mille */
	uint8_t		edits;		/* at most; NO_EDITS: any number */
	uint16_t	days;		/* at most apart; 0: any number */
	uint8_t		parts;		/* bit p: enum splink_part p is equal */
};

#define ANY		{ .edits = NO_EDITS }
#define ALIKE(n)	{ .alike = (n), .edits = NO_EDITS }
#define EQUAL		{ .equal = true, .alike = 1000, .days = 1, .parts = 0xff }
#define EDITS(n, a)	{ .alike = (a), .edits = (n) }
#define PARTS(p, a)	{ .alike = (a), .edits = NO_EDITS, .parts = (p) }
#define USER		(1 << SPLINK_EMAIL_USER)
#define AREA		(1 << SPLINK_POSTCODE_AREA)
#define DISTRICT	(1 << SPLINK_POSTCODE_DISTRICT | AREA)
#define STRINGS		{ ANY, ALIKE(850), ALIKE(920), EDITS(1, 830), EQUAL }

static const struct implied implied[FIELD_TYPES][LEVELS_MAX] = {
	[FIELD_GIVEN] = { ANY, ALIKE(850), { .reversed = true, .edits = NO_EDITS }, ALIKE(700),
	    ALIKE(920), ANY, ALIKE(850), EQUAL },
	[FIELD_FAMILY] = { ANY, ANY, ALIKE(880), ANY, EDITS(1, 830), ALIKE(700), ANY, EQUAL },
	[FIELD_BIRTHDATE] = { ANY, { .edits = NO_EDITS, .days = 15 * YEAR_DAYS },
	    { .edits = NO_EDITS, .days = 2 * YEAR_DAYS }, ANY, EDITS(2, 830), EDITS(4, 700), ANY, EQUAL },
	[FIELD_SEX] = { ANY, EQUAL },
	[FIELD_SUFFIX] = { ANY, EQUAL },
	[FIELD_EMAIL] = { ANY, ALIKE(880), PARTS(USER, 700), PARTS(USER, 880), ALIKE(880), EQUAL },
	[FIELD_PHONE] = { ANY, EDITS(2, 880), EDITS(2, 880), ALIKE(700), EQUAL },
	[FIELD_PLACE] = { ANY, ANY, ANY, ANY, ALIKE(700), ALIKE(700), ALIKE(880), EQUAL },
	[FIELD_POSTCODE] = { ANY, PARTS(AREA, 0), PARTS(DISTRICT, 700), EDITS(2, 830), EQUAL },
	[FIELD_LOCALITY] = STRINGS,
	[FIELD_IDENTIFIER] = { ANY, EDITS(2, 880), EQUAL },
	[FIELD_STRING] = STRINGS,
	[FIELD_MAILBOX] = { ANY, ALIKE(880), PARTS(USER, 700), PARTS(USER, 880), EQUAL },
	[FIELD_TELEPHONE] = { ANY, ANY, ANY, EDITS(2, 880), EDITS(2, 880), ALIKE(700), EQUAL },
};

/* Names that columns have, and the field they then are. Any other is an attribute. */
static const struct {
	const char	*column, *field;
	enum field_type	 type;
	enum nature	 nature;
} columns[] = {
	{ "first_name", "given_name", FIELD_GIVEN, NATURE_PERSONAL },
	{ "forename", "given_name", FIELD_GIVEN, NATURE_PERSONAL },
	{ "given_name", "given_name", FIELD_GIVEN, NATURE_PERSONAL },
	{ "surname", "family_name", FIELD_FAMILY, NATURE_SHARED },
	{ "last_name", "family_name", FIELD_FAMILY, NATURE_SHARED },
	{ "family_name", "family_name", FIELD_FAMILY, NATURE_SHARED },
	{ "dob", "birthdate", FIELD_BIRTHDATE, NATURE_PERSONAL },
	{ "date_of_birth", "birthdate", FIELD_BIRTHDATE, NATURE_PERSONAL },
	{ "birth_date", "birthdate", FIELD_BIRTHDATE, NATURE_PERSONAL },
	{ "birthdate", "birthdate", FIELD_BIRTHDATE, NATURE_PERSONAL },
	{ "sex", "gender", FIELD_SEX, NATURE_PERSONAL },
	{ "gender", "gender", FIELD_SEX, NATURE_PERSONAL },
	{ "email", "email", FIELD_EMAIL, NATURE_SHARED },
	{ "phone", "phone_number", FIELD_PHONE, NATURE_SHARED },
	{ "phone_number", "phone_number", FIELD_PHONE, NATURE_SHARED },
	{ "postcode", "address.postal_code", FIELD_POSTCODE, NATURE_SHARED },
	{ "postal_code", "address.postal_code", FIELD_POSTCODE, NATURE_SHARED },
	{ "city", "address.locality", FIELD_LOCALITY, NATURE_SHARED },
	{ "town", "address.locality", FIELD_LOCALITY, NATURE_SHARED },
	{ "locality", "address.locality", FIELD_LOCALITY, NATURE_SHARED },
};
enum { COLUMNS = sizeof columns / sizeof *columns };

/* What a blocking rule asks of a field. */
static const struct { enum field_type type; const char *atom; } atoms[] = {
	{ FIELD_GIVEN, "given.exact" }, { FIELD_FAMILY, "family.token" },
	{ FIELD_BIRTHDATE, "birthdate.full" }, { FIELD_EMAIL, "email.canon" },
	{ FIELD_PHONE, "phone.e164" }, { FIELD_POSTCODE, "postcode.full" },
	{ FIELD_LOCALITY, "locality" },
};

static struct span
joined(struct arena *arena, const char *head, struct span tail)
{
	size_t n = strlen(head);
	char *text = arena_alloc(arena, n + tail.len + 1);

	memcpy(text, head, n);
	memcpy(text + n, tail.p, tail.len);
	return span_make(text, n + tail.len);
}

static struct field
field_of(struct span column, struct arena *arena)
{
	for (size_t i = 0; i < COLUMNS; i++)
		if (span_is(column, columns[i].column))
			return (struct field){ .name = span_from(columns[i].field),
				.type = columns[i].type, .nature = columns[i].nature };
	return (struct field){ .name = joined(arena, "attributes.", column), .type = FIELD_STRING,
		.nature = NATURE_FREE };
}

/* The column that all conditions are about; absent if there are several. */
static struct span
column_of(const struct splink_comparison *c)
{
	struct span column = span_none();

	for (unsigned l = 0; l < c->levels; l++)
		for (unsigned t = 0; t < c->level[l].terms; t++) {
			const struct splink_term *term = &c->level[l].term[t];

			if (term->form == SPLINK_REVERSED)
				continue;
			if (column.p != NULL && !span_equal(column, term->left))
				return span_none();
			column = term->left;
		}
	return column;
}

static bool
term_implied(const struct splink_term *t, const struct implied *i)
{
	bool part = t->part == SPLINK_WHOLE || (i->parts >> t->part & 1) != 0;

	switch (t->form) {
	case SPLINK_EQUAL:
		return t->part == SPLINK_WHOLE ? i->equal : part;
	case SPLINK_REVERSED:
		return i->reversed;
	case SPLINK_JARO: case SPLINK_JARO_WINKLER:
		return (part && t->part != SPLINK_WHOLE) || i->alike >= t->threshold * 1000;
	case SPLINK_LEVENSHTEIN: case SPLINK_DAMERAU:
		return i->edits <= t->threshold;
	case SPLINK_SECONDS:
		return i->days > 0 && i->days * 86400.0 <= t->threshold + 86400.0 * YEAR_DAYS;
	default:
		return i->equal;
	}
}

static unsigned
level_implied(const struct splink_comparison *c, const struct implied *i)
{
	unsigned last = 0;

	for (unsigned l = 0; l < c->levels; l++) {
		bool all = !c->level[l].null;

		for (unsigned t = 0; t < c->level[l].terms && all; t++)
			all = term_implied(&c->level[l].term[t], i);
		if (all)
			return l;
		if (!c->level[l].null)
			last = l;
	}
	return last;
}

unsigned
splink_implied(const struct splink_comparison *c, enum field_type type, unsigned level)
{
	return level_implied(c, &implied[type][level]);
}

/* Levels of ours that fall into one of theirs share its m and u, so that the ratio stays. */
static void
put_levels(struct model_field *m, const struct splink_comparison *c, enum field_type type)
{
	unsigned of[LEVELS_MAX] = { 0 }, many[SPLINK_LEVELS] = { 0 };

	*m = (struct model_field){ .levels = field_levels(type), .parent = -1, .trained = true };
	for (unsigned l = 0; l < m->levels; l++)
		many[of[l] = level_implied(c, &implied[type][l])]++;
	for (unsigned l = 0; l < m->levels; l++) {
		const struct splink_level *from = &c->level[of[l]];
		struct model_level *to = &m->level[l];

		*to = (struct model_level){ .m = from->m / many[of[l]], .u = from->u / many[of[l]] };
		to->h = to->u;
		if ((from->tf_column.p == NULL || from->tf_weight <= 0) &&
		    field_level(type, l)->tf != TF_NONE)
			m->plain |= (uint8_t)(1U << l);
		for (unsigned row = 0; row < MODEL_ROWS; row++)
			to->weight[row] = model_bounded(fx_log2(from->m / from->u));
	}
}

static const char *
atom_of(enum field_type type)
{
	for (size_t i = 0; i < sizeof atoms / sizeof *atoms; i++)
		if (atoms[i].type == type)
			return atoms[i].atom;
	return NULL;
}

/* False: the rule is more than equal columns. */
static bool
put_rule(struct model_rule *to, struct span sql, struct arena *arena)
{
	struct splink_level read = { .null = false };

	*to = (struct model_rule){ .atoms = 0 };
	if (!splink_condition(&read, sql, arena) || read.terms == 0 || read.terms > MODEL_ATOMS_MAX)
		return false;
	for (unsigned t = 0; t < read.terms; t++) {
		struct span column = read.term[t].left;
		const char *atom = atom_of(field_of(column, arena).type);

		if (read.term[t].form != SPLINK_EQUAL || read.term[t].part != SPLINK_WHOLE)
			return false;
		to->atom[to->atoms++] = atom != NULL ? span_from(atom) :
		    joined(arena, "attr.", column);
	}
	return true;
}

/* The field of a comparison, as the next of the model; or why it is none, else NULL. */
static const char *
find_field(struct model_file *f, struct span column, struct field *to)
{
	if (f->model.fields == FIELDS_MAX)
		return "no more than 16 can be compared";
	if (column.p == NULL)
		return "it is of several columns";
	*to = field_of(column, &f->arena);
	for (unsigned i = 0; i < f->model.fields; i++)
		if (span_equal(f->field[i].name, to->name))
			return "another one is of the same field";
	return NULL;
}

int
splink_to_model(const struct splink *s, struct model_file *f, uint64_t records, struct error *e)
{
	*f = (struct model_file){ .records = records, .only_weights = true };
	f->model = (struct model){ .classes = 1, .matches_per_record = s->prior * (double)records,
		.class_per_record = { s->prior * (double)records }, .tf_floor = TF_FLOOR,
		.cap_free = INT32_MAX, .review = -REVIEW_BELOW, .merge = MERGE_LEAST,
		.kind = "imported", .no_joint = true };
	for (unsigned c = 0; c < s->comparisons; c++) {
		const struct splink_comparison *from = &s->comparison[c];
		struct field field;
		const char *why = find_field(f, column_of(from), &field);
		unsigned i = f->model.fields;

		if (why != NULL)
			return error_set(e, USAGE, CODE, "comparison \"%.*s\": %s", (int)from->name.len,
			    from->name.p, why);
		f->field[i] = field;
		put_levels(&f->model.field[i], from, f->field[i].type);
		f->model.field[i].free = f->field[i].nature == NATURE_FREE;
		f->model.fields++;
	}
	f->model.prior[0] = fx_log2(s->prior / (1 - s->prior));
	for (unsigned r = 0; r < s->rules && f->rules < MODEL_RULES_MAX; r++)
		f->rules += put_rule(&f->rule[f->rules], s->rule[r], &f->arena);
	return (int)(s->rules - f->rules);
}

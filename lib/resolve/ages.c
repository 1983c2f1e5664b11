/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/ages.c: which attributes look like ages, how many years are between two sources, and the rows.
 * Strangers of one name are any number of years apart, one person the same number everywhere, but for a
 * birthday in between. */
#include "resolve/ages.h"
#include "base/alloc.h"
#include "base/ascii.h"
#include "base/hash.h"
#include "base/map.h"
#include "resolve/dict.h"
#include "resolve/sort.h"
#include "resolve/store.h"
#include "resolve/types.h"

enum {
	SOURCES = 8,		/* that have priors of their own, too; beyond them nothing is moved */
	OLDEST = 130,		/* years; nobody was older */
	VALUES = 20,		/* distinct ages at least: fewer may be grades or floors */
	NEARLY = 20,		/* of so many values one may be none: "unknown" */
	PAIRS = 20,		/* of one name, that show something */
	NAMES_BITS = 20		/* about so many names are looked at, the same in any order */
};

struct ages {
	struct store	*s;
	unsigned	 sources;
	struct sort_key	*name;		/* of records with a full name, in order */
	size_t		 names;
	uint8_t		 type;		/* of the attribute at work */
	uint32_t	 word[OLDEST + 1];	/* by age: the word of it, 0: nobody has it */
	uint32_t	 apart[SOURCES][SOURCES][2 * OLDEST + 1];	/* pairs, of the earlier source first */
	int		 move[SOURCES];	/* years that are added */
};

/* The number that a text of up to three digits is, or -1. */
static int
age_of(struct span text)
{
	int age = 0;

	if (text.len == 0 || text.len > 3)
		return -1;
	for (size_t i = 0; i < text.len; i++) {
		if (!ascii_digit((unsigned char)text.p[i]))
			return -1;
		age = 10 * age + text.p[i] - '0';
	}
	return age <= OLDEST ? age : -1;
}

/* The age of a record, -1 if it has none, or several. */
static int
age_in(const struct ages *a, const uint32_t *row)
{
	int age = -1;

	for (; *row != 0; row++) {
		if (fact_kind(*row) != FACT_ATTRIBUTE || facts_type(&a->s->facts, *row) != a->type)
			continue;
		if (age >= 0)
			return -1;
		age = age_of(facts_text(&a->s->facts, *row));
	}
	return age;
}

/* ---- names ---- */

static uint64_t
name_of(const struct store *s, const uint32_t *row)
{
	uint32_t given = facts_find(row, FACT_GIVEN), family = facts_find(row, FACT_FAMILY);

	if (given == 0 || family == 0)
		return 0;
	return hash64(facts_text(&s->facts, family), hash64(facts_text(&s->facts, given), 0)) | 1;
}

static void
list_names(struct ages *a)
{
	const struct store *s = a->s;
	uint64_t left_out = 0;
	size_t cap = 0;

	while (s->count >> NAMES_BITS > left_out)
		left_out = 2 * left_out + 1;
	for (size_t i = 0; i < s->count; i++) {
		uint64_t name = s->rec[i].flags & REC_LINKED ? name_of(s, rec_row(s, (uint32_t)i)) : 0;

		if (name == 0 || (name >> 1 & left_out) != 0)
			continue;
		a->name = mem_grow(a->name, a->names + 1, &cap, sizeof *a->name);
		a->name[a->names++] = (struct sort_key){ name, &s->rec[i] };
	}
	a->name = sort_keys(a->name, a->names);
}

/* ---- how far apart ---- */

/* Records of one name, if each source has one of them at most. */
static void
count_group(struct ages *a, size_t from, size_t to)
{
	int age[SOURCES];

	for (unsigned i = 0; i < a->sources; i++)
		age[i] = -1;
	for (size_t i = from; i < to; i++) {
		const struct rec *r = a->name[i].of;

		if (i > from && r->source == ((const struct rec *)a->name[i - 1].of)->source)
			return;		/* records are in the order of their sources */
		age[r->source] = age_in(a, a->s->facts.word + r->row);
	}
	for (unsigned i = 0; i < a->sources; i++)
		for (unsigned j = i + 1; j < a->sources; j++)
			if (age[i] >= 0 && age[j] >= 0)
				a->apart[i][j][OLDEST + age[j] - age[i]]++;
}

static void
count_apart(struct ages *a)
{
	memset(a->apart, 0, sizeof a->apart);
	for (size_t from = 0, to; from < a->names; from = to) {
		for (to = from + 1; to < a->names && a->name[to].key == a->name[from].key; to++)
			;
		count_group(a, from, to);
	}
}

/* Years from one source to another, if most of the pairs are so many apart, or one more or less, since lists are
 * of different months too. */
static bool
years_between(const struct ages *a, unsigned from, unsigned to, int *years)
{
	const uint32_t *apart = a->apart[from < to ? from : to][from < to ? to : from];
	uint64_t all = 0, near;
	int best = 1;

	for (int y = 1; y < 2 * OLDEST; y++) {
		all += apart[y];
		best = apart[y] > apart[best] ? y : best;
	}
	near = (uint64_t)apart[best - 1] + apart[best] + apart[best + 1];
	*years = from < to ? best - OLDEST : OLDEST - best;
	return all >= PAIRS && 2 * near > all;
}

/* Goes from source to source; of those that are connected the one with the highest ages stays. False if
 * nothing moves. */
static bool
find_moves(struct ages *a)
{
	int at[SOURCES] = { 0 }, years;
	unsigned of[SOURCES] = { 0 };	/* one more than the source that it was reached from in the end */
	bool any = false;

	for (unsigned first = 0; first < a->sources; first++) {
		int latest = 0;

		if (of[first] != 0)
			continue;
		of[first] = first + 1;
		for (unsigned n = 0; n < a->sources; n++)
			for (unsigned i = first; i < a->sources; i++)
				for (unsigned j = first; j < a->sources; j++)
					if (of[i] == first + 1 && of[j] == 0 && years_between(a, i, j, &years)) {
						of[j] = first + 1;
						at[j] = at[i] + years;
					}
		for (unsigned i = first; i < a->sources; i++)
			latest = of[i] == first + 1 && at[i] > latest ? at[i] : latest;
		for (unsigned i = first; i < a->sources; i++)
			if (of[i] == first + 1)
				any |= (a->move[i] = latest - at[i]) != 0;
	}
	return any;
}

/* ---- rows ---- */

/* Numbers of values show nowhere, so of two texts of one age the smaller one stands for it. */
static void
list_words(struct ages *a)
{
	const struct facts *f = &a->s->facts;
	uint32_t count = dict_count(f->dict[FACT_ATTRIBUTE]);

	memset(a->word, 0, sizeof a->word);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t word = fact_word(FACT_ATTRIBUTE, i);
		int age = f->type[FACT_ATTRIBUTE][i] != a->type ? -1 : age_of(facts_text(f, word));

		if (age >= 0 && (a->word[age] == 0 ||
		    span_cmp(facts_text(f, word), facts_text(f, a->word[age])) < 0))
			a->word[age] = word;
	}
}

static void
rewrite(const struct ages *a)
{
	const struct facts *f = &a->s->facts;

	for (size_t i = 0; i < a->s->count; i++) {
		int move = a->move[a->s->rec[i].source];

		for (uint32_t *at = f->word + a->s->rec[i].row; move != 0 && *at != 0; at++) {
			int age = fact_kind(*at) != FACT_ATTRIBUTE || facts_type(f, *at) != a->type ? -1 :
			    age_of(facts_text(f, *at));

			if (age < 0)
				continue;
			if (age + move > OLDEST || a->word[age + move] == 0)
				facts_drop(at);
			else
				*at = a->word[age + move];
		}
	}
}

/* ---- which attributes ---- */

/* A bit for each type of which linked records have many values, nearly all ages. */
static void
find_types(const struct store *s, bool is_age[TYPES_MAX])
{
	const struct facts *f = &s->facts;
	uint32_t count = dict_count(f->dict[FACT_ATTRIBUTE]), values[TYPES_MAX] = { 0 }, ages[TYPES_MAX] = { 0 };
	bool *held = mem_zero((size_t)count + 1, sizeof *held);

	for (size_t i = 0; i < s->count; i++)
		for (const uint32_t *at = rec_row(s, (uint32_t)i); s->rec[i].flags & REC_LINKED && *at != 0; at++)
			if (fact_kind(*at) == FACT_ATTRIBUTE)
				held[fact_number(*at)] = true;
	for (uint32_t i = 0; i < count; i++) {
		uint8_t type = f->type[FACT_ATTRIBUTE][i];

		values[type] += held[i];
		ages[type] += held[i] && age_of(facts_text(f, fact_word(FACT_ATTRIBUTE, i))) >= 0;
	}
	for (unsigned t = 0; t < TYPES_MAX; t++)
		is_age[t] = ages[t] >= VALUES && NEARLY * (values[t] - ages[t]) <= values[t];
	mem_free(held);
}

/* Most files have no attribute with so many short numbers. */
static bool
may_have_ages(const struct facts *f)
{
	uint32_t count = f->dict[FACT_ATTRIBUTE] == NULL ? 0 : dict_count(f->dict[FACT_ATTRIBUTE]), ages[TYPES_MAX] = { 0 };

	for (uint32_t i = 0; i < count; i++)
		if (age_of(facts_text(f, fact_word(FACT_ATTRIBUTE, i))) >= 0 &&
		    ++ages[f->type[FACT_ATTRIBUTE][i]] == VALUES)
			return true;
	return false;
}

void
ages_align(struct store *s, const struct types *attributes)
{
	bool is_age[TYPES_MAX];
	struct ages *a;

	if (map_size(s->sources) < 2 || map_size(s->sources) > SOURCES || !may_have_ages(&s->facts))
		return;
	find_types(s, is_age);
	a = mem_zero(1, sizeof *a);
	a->s = s;
	a->sources = (unsigned)map_size(s->sources);
	list_names(a);
	for (unsigned t = 0; t < types_count(attributes); t++) {
		a->type = (uint8_t)t;
		if (!is_age[t])
			continue;
		count_apart(a);
		if (!find_moves(a))
			continue;
		list_words(a);
		rewrite(a);
	}
	mem_free(a->name);
	mem_free(a);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/scorer.c: the tables that scoring looks up: what the frequency of each value adds, and what
 * the levels of two fields add up to. */
#include "base/alloc.h"
#include "base/pipeline.h"
#include "resolve/dict.h"
#include "resolve/fx.h"
#include "resolve/joint.h"
#include "resolve/level.h"
#include "resolve/model.h"
#include "resolve/score.h"
#include "resolve/view.h"

enum {
	GIVEN_SWAPPED = 2,		/* a level of given names */
	TF_FLOOR = 4,				/* of holders, where no model says it */
	FEW_HOLDERS = 256,		/* of a value, as most have */
	FLOOR_OWN = 2,			/* holders of what a person has for himself */
	AGREEING = 2			/* records of a pair */
};

static int32_t
less(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static int32_t
more(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* −log2 of the share of others who hold a value among records. Most values have few holders, so that the logarithms
 * of small numbers serve nearly all of them. */
struct logs {
	int32_t		few[FEW_HOLDERS];
	int32_t		own;			/* of what one person has alone: see own_rarity */
	uint64_t	records;
};

/* Holders beside the two records that agree: whether a value is rare is for the others to say. One
 * is taken for granted. */
static uint32_t
others(uint32_t holders)
{
	return holders > AGREEING ? holders - AGREEING : 1;
}

/* Of a file that teaches nothing nobody knows how rare is what no other record holds: as rare as a value may
 * be, that is, since it has no say then. */
static void
logs_make(struct logs *l, uint64_t records, bool guessed)
{
	l->records = records;
	for (uint32_t i = 0; i < FEW_HOLDERS; i++)
		l->few[i] = guessed && i <= AGREEING ? WEIGHT_MOST : fx_log2_ratio(records, others(i));
	l->own = more(l->few[AGREEING], fx_log2_ratio(2 * records, 1));
}

static int32_t
rarity(const struct logs *l, uint32_t holders)
{
	return holders < FEW_HOLDERS ? l->few[holders] :
	    fx_log2_ratio(l->records, others(holders));
}

static int32_t *
rarities(const uint32_t *holders, uint32_t count, uint64_t records, bool guessed)
{
	int32_t *out = mem_alloc(((size_t)count + 1) * sizeof *out);
	struct logs logs;

	logs_make(&logs, records, guessed);
	for (uint32_t i = 0; i < count; i++)
		out[i] = rarity(&logs, holders[i]);
	return out;
}

static uint64_t
records_of(const struct view *w, enum field_type t)
{
	return w->of_type[t] < 0 ? 1 : w->field[w->of_type[t]].records;
}

/* There are as many numbers and mailboxes as people, however few of them are known. */
static bool
own_value(enum field_type t)
{
	return t == FIELD_IDENTIFIER || t == FIELD_EMAIL || t == FIELD_PHONE || t == FIELD_MAILBOX ||
	    t == FIELD_TELEPHONE;
}

/* Things and their like, as titles of one album, may be the only ones of their kind in a file. */
static bool
is_attribute(enum field_type t)
{
	return t >= FIELD_STRING;
}

/* Records whose values a frequency is a share of. */
static uint64_t
counted(const struct view *w, const struct field *f)
{
	return own_value(f->type) ? w->counted : f->records;
}

/* A category holds few values, and what a group has in common, names among it, goes with them:
 * a rare one is no evidence beyond that of its level. */
static int32_t
most_of(enum field_type t)
{
	return t == FIELD_CATEGORY ? 0 : SCORE_TF_MOST;
}

int
score_rarer(const struct field *f, double share, uint64_t holders, uint64_t records)
{
	uint64_t n = own_value(f->type) ? records : f->records;
	uint64_t least = own_value(f->type) ? FLOOR_OWN : TF_FLOOR;
	double agree = share * (double)n;	/* with a record, by chance */
	int32_t most, w;

	if (agree < 1 && !is_attribute(f->type))
		agree = 1;		/* one of the others is taken for granted among the holders, too */
	most = fx_log2(agree / (double)least);
	w = fx_log2(agree / (double)others((uint32_t)holders));

	most = less(more(most, 0), most_of(f->type));
	w = more(less(w, most), SCORE_TF_LEAST);
	return (w + (w < 0 ? -FX_BIT / 2 : FX_BIT / 2)) / FX_BIT;
}

/* Records that may be one person's: the two, and as many more as a person has on average. */
static uint32_t
of_one_person(const struct model *m)
{
	return AGREEING + (uint32_t)(m->matches_per_record + 0.5);
}

/* A mailbox or number that no more records hold than a person has may be all his (a telephone is a family's or a
 * firm's too often): no stranger was seen to have it, and that half a one may is the least that such a count bears
 * out (Krichevsky and Trofimov 1981). A whole one would make it even odds whether records are one person's that have
 * nothing but their mailbox. */
static int32_t
own_rarity(const struct logs *l, uint32_t holders, uint32_t of_one)
{
	return holders <= of_one ? l->own : rarity(l, holders - of_one + AGREEING);
}

static void
kind_rarity(struct scorer *s, const struct field *f)
{
	const struct values *v = &s->view->values;
	const struct dict *d = v->facts->dict[f->kind];
	struct logs logs;

	/* Attributes and identifiers of all types share a table: each value has one type, so each
	 * place is filled by the field it belongs to. */
	if (d == NULL)
		return;
	if (s->rarity[f->kind] == NULL)
		s->rarity[f->kind] = mem_zero((size_t)dict_count(d) + 1, sizeof **s->rarity);
	logs_make(&logs, counted(s->view, f), s->model->guessed && !is_attribute(f->type));
	for (uint32_t i = 0; i < dict_count(d); i++)
		if (!fact_has_type(f->kind) || v->facts->type[f->kind][i] == f->fact_type)
			s->rarity[f->kind][i] = f->type == FIELD_EMAIL || f->type == FIELD_IDENTIFIER ?
			    own_rarity(&logs, v->holders[f->kind][i], of_one_person(s->model)) :
			    rarity(&logs, v->holders[f->kind][i]);
}

static enum score_how
how_of(enum field_type t, unsigned level)
{
	enum level_tf tf = field_level(t, level)->tf;

	if (tf == TF_NONE || (t == FIELD_GIVEN && level == GIVEN_SWAPPED))
		return SCORE_NOTHING;	/* swapped: the values are of the other field */
	if (t == FIELD_PLACE)
		return SCORE_PLACE;
	if (t == FIELD_FAMILY && tf == TF_RAREST)
		return SCORE_FAMILY_HALF;
	if (t == FIELD_WORDS)
		return SCORE_WORDS;	/* equal texts share all of their words */
	return tf == TF_FULL ? SCORE_VALUE : SCORE_VALUE_HALF;
}

/* What a frequency may add at a level where it stands against u: as much as that of a value that as
 * few hold as can be told apart, and nothing in a file so small that chance does not make as many
 * agree. Words have a bound of their own. */
static int32_t
most_at(const struct scorer *s, const struct field *f, unsigned level, enum score_how how, int32_t u)
{
	int32_t rarest = u + fx_log2_ratio(counted(s->view, f),
	    own_value(f->type) ? FLOOR_OWN : s->model->tf_floor);

	if (how == SCORE_WORDS)
		return words_most(level);
	if (how == SCORE_VALUE_HALF || how == SCORE_FAMILY_HALF)
		rarest /= 2;
	return less(more(rarest, 0), most_of(f->type));
}

/* What a frequency stands against. A few records that taught nothing do not show either that a name is
 * commoner than names are, because one more has it: he may be the same person. */
static int32_t
share_of(const struct scorer *s, const struct field *f, double u)
{
	bool few = s->model->guessed && f->nature == NATURE_PERSONAL && !is_attribute(f->type);

	return few ? more(fx_log2(u), -fx_log2_ratio(counted(s->view, f), 1)) : fx_log2(u);
}

/* The frequency at a level stands against the share of the level, or of the exact one where a
 * part of the frequency is taken. */
static void
field_make(struct scorer *s, unsigned f)
{
	const struct field *of = &s->view->field[f];
	const struct model_field *m = &s->model->field[f];
	bool date = of->kind == FACT_BIRTHDATE;

	for (unsigned l = 0; l < field_levels(of->type); l++) {
		enum score_how how = m->plain >> l & 1 ? SCORE_NOTHING : how_of(of->type, l);
		bool full = field_level(of->type, l)->tf == TF_FULL || how == SCORE_WORDS;
		int32_t u = share_of(s, of, m->level[full ? l : field_top(of->type)].u);

		s->term[f][l] = (struct score_term){
			.rarity = date ? s->day_rarity : s->rarity[of->kind],
			.mask = date ? ~DATE_UNSURE : UINT32_MAX,
			.u = u,
			.most = most_at(s, of, l, how, u),
			.how = (uint8_t)how,
			.half = how != SCORE_VALUE,
			.plain = (how == SCORE_VALUE || how == SCORE_VALUE_HALF) && m->tellers == 0 &&
			    of->nature != NATURE_FREE,
			.nature = (uint8_t)of->nature,
			.context = of->nature == NATURE_FREE || of->type >= FIELD_IDENTIFIER };
	}
	if (m->parent >= 0)
		s->children |= 1u << f;
	if (m->tellers != 0)
		s->told |= 1u << f;
}

static void
two_add(const struct scorer *s, score_two *out, unsigned f, unsigned level)
{
	const struct model_level *l;

	if (f >= s->model->fields || level >= LEVELS_MAX || s->children >> f & 1)
		return;
	l = &s->model->field[f].level[level];
	(*out)[TWO_WEIGHT] += l->weight[ROW_ALONE];
	(*out)[TWO_HOUSEHOLD] += l->household[ROW_ALONE];
	if (s->view->field[f].nature == NATURE_FREE)
		(*out)[TWO_FREE] += l->weight[ROW_ALONE];
	if (s->term[f][level].how != SCORE_NOTHING)
		(*out)[TWO_TERMS] |= 1 << f;
}

/* All pairs of levels of all pairs of neighbours, so that half as many sums are left for each pair
 * of records. */
static void
twos_make(struct scorer *s)
{
	s->twos = (s->model->fields + 1) / 2;
	for (unsigned i = 0; i < SCORE_TWOS; i++)
		for (unsigned levels = 0; levels < SCORE_TWO_LEVELS; levels++) {
			two_add(s, &s->two[i][levels], 2 * i, levels & 15);
			two_add(s, &s->two[i][levels], 2 * i + 1, levels >> LEVEL_BITS);
		}
}

static int32_t *
family_rarities(const struct scorer *s)
{
	const struct values *v = &s->view->values;
	int32_t *out = mem_alloc(((size_t)v->token_count + 1) * sizeof *out);
	struct logs logs;

	logs_make(&logs, records_of(s->view, FIELD_FAMILY), s->model->guessed);
	for (uint32_t i = 0; i < v->token_count; i++)
		out[i] = rarity(&logs, v->token[i].holders);
	return out;
}

static int32_t *
day_rarities(const struct scorer *s)
{
	const struct values *v = &s->view->values;
	int32_t *out = mem_zero(FACT_YEARS * FACT_YEAR, sizeof *out);
	struct logs logs;

	logs_make(&logs, records_of(s->view, FIELD_BIRTHDATE), s->model->guessed);
	for (unsigned year = facts_next_year(v->facts, 0); year < FACT_YEARS;
	    year = facts_next_year(v->facts, year + 1))
		for (uint32_t i = year * FACT_YEAR; i < (year + 1) * FACT_YEAR; i++)
			if (v->days[i] > 0)
				out[i] = rarity(&logs, v->days[i]);
	return out;
}

/* Tables of rarities, each by one thread; fields of one kind share one. */
enum { TABLE_PARTS = FACT_KINDS, TABLE_FAMILY, TABLE_DAYS, TABLES };

static void
make_table(void *arg, unsigned table)
{
	struct scorer *s = arg;
	const struct view *w = s->view;
	const struct values *v = &w->values;

	if (table == TABLE_PARTS)
		s->part_rarity = rarities(v->part_holders, v->part_count,
		    records_of(w, w->of_type[FIELD_PLACE] >= 0 ? FIELD_PLACE : FIELD_EMAIL),
		    s->model->guessed);
	else if (table == TABLE_DAYS)
		s->day_rarity = day_rarities(s);
	else if (table == TABLE_FAMILY)
		s->family_rarity = family_rarities(s);
	else
		for (unsigned f = 0; f < w->fields; f++)
			if (w->field[f].kind == (enum fact_kind)table)
				kind_rarity(s, &w->field[f]);
}

void
scorer_make(struct scorer *s, const struct view *w, const struct model *m, unsigned threads)
{
	*s = (struct scorer){ .view = w, .model = m };
	parallel_each(threads, TABLES, make_table, s);
	s->joint = joint_make(w, m, threads);
	for (unsigned f = 0; f < w->fields; f++)
		field_make(s, f);
	twos_make(s);
}

void
scorer_done(struct scorer *s)
{
	for (int k = 0; k < FACT_KINDS; k++)
		mem_free(s->rarity[k]);
	mem_free(s->part_rarity);
	mem_free(s->family_rarity);
	mem_free(s->day_rarity);
	joint_free(s->joint);
	*s = (struct scorer){ 0 };
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/tallies.c: each task counts its pairs in a table of its own; what the tables hold is
 * put in order and added up. */
#include "base/alloc.h"
#include "base/attr.h"
#include "resolve/dict.h"
#include "resolve/estimate.h"
#include "resolve/facts.h"
#include "resolve/fx.h"
#include "resolve/level.h"
#include "resolve/score.h"
#include "resolve/sort.h"
#include "resolve/tallies.h"
#include "resolve/words_chance.h"
#include "resolve/view.h"

enum {
	SLOTS_FIRST = 1 << 8,
	GIVEN_SWAPPED = 2,		/* a level of given names */
	PLACE_NO_CODE = 4, PLACE_SAME_HOUSE = 6, PLACE_SAME_DOOR = 7,	/* of addresses: one home */
	RARER_MOST = 40,		/* bits: beyond it nothing is in doubt */
	HOLDERS_FEW = 256		/* what so many hold is as rare as a table says */
};

/* One bit for each field, in the lowest of its level. */
#define EACH_LEVEL	UINT64_C(0x1111111111111111)

/* The tallies of one task, in the order of arrival, and a table over them. */
struct piece {
	struct tally	*list;
	size_t		 count, cap;
	uint32_t	*slot;		/* place in list and one; 0: empty */
	size_t		 slots;
};

struct tallying {
	const struct view	*w;
	unsigned		 classes;
	double			 share[FIELDS_MAX];
	int			 place;		/* the field of addresses whose homes tell, or -1 */
	uint64_t		 exact;		/* the pattern that agrees exactly on every field */
	uint16_t		 half[FIELDS_MAX];	/* by field: bit l, at level l it tells by half */
	uint64_t		 alike;		/* of EACH_LEVEL: fields with such levels */
	bool			 words;		/* the only field is one of words, */
	int32_t			 chance[LEVELS_MAX];	/* whose levels are as frequent: words_chance */
	uint64_t		 telling;	/* of EACH_LEVEL: the rarity of what agrees there tells */
	int8_t			 rarer[FIELDS_MAX][HOLDERS_FEW];	/* bits, by holders */
	struct piece		*piece;		/* by task */
	unsigned		 pieces;
	bool			 records;	/* and not nodes are what pairs are of */
};

/* ---- how rare what agrees is ---- */

/* How many linked records hold a value. */
static uint32_t
held(const struct view *w, const struct field *f, uint32_t number)
{
	return f->kind == FACT_BIRTHDATE ? values_day(&w->values, number) :
	    w->values.holders[f->kind][number];
}

/* Of two values that agree without being the same, as a number with its country and without, the
 * one that more hold counts: as pairs are scored, and whichever record is first. */
static uint32_t
holders(const struct view *w, const struct field *f, uint32_t a, uint32_t b)
{
	uint32_t of_a = held(w, f, a), of_b = a == b ? of_a : held(w, f, b);

	return of_a > of_b ? of_a : of_b;
}

static int8_t
few_bits(int n)
{
	return (int8_t)(n < -RARER_MOST ? -RARER_MOST : n > RARER_MOST ? RARER_MOST : n);
}

static int
rarer_by_holders(const struct tallying *y, unsigned f, uint32_t holders)
{
	return holders < HOLDERS_FEW ? y->rarer[f][holders] :
	    score_rarer(&y->w->field[f], y->share[f], holders, y->w->records);
}

/* As struct rarity, before it is bounded. */
struct rare_bits {
	int	all, shared, free;
};

static void
add_bits(struct rare_bits *sum, enum nature nature, int bits)
{
	sum->all += bits;
	sum->shared += nature == NATURE_SHARED ? bits : 0;
	sum->free += nature == NATURE_FREE ? bits : 0;
}

static void
add_field(const struct tallying *y, const struct comparison *c, unsigned f, int share,
    struct rare_bits *sum)
{
	const struct field *field = &y->w->field[f];

	if ((c->a[f] & DATE_UNSURE) != 0 && field->type == FIELD_BIRTHDATE)
		return;
	/* who has a number or a name in common has it whatever it is, as one person has */
	add_bits(sum, field->type == FIELD_IDENTIFIER || field->lent ? NATURE_SHARED : field->nature,
	    rarer_by_holders(y, f, holders(y->w, field, c->a[f], c->b[f])) / share);
}

/* Of two addresses of one home. One where hundreds live, such as a hostel, would else make more households
 * than all families do, and what a household has in common would be learnt from it. */
static void
add_home(const struct tallying *y, const struct comparison *c, struct rare_bits *sum)
{
	const struct values *v = &y->w->values;
	unsigned f = (unsigned)y->place, level = pattern_level(c->pattern, f);
	uint32_t a, b, of_a, of_b;

	if (level != PLACE_SAME_DOOR && level != PLACE_SAME_HOUSE && level != PLACE_NO_CODE)
		return;
	a = v->place[c->a[f]].home;
	b = v->place[c->b[f]].home;
	if (a == VALUE_NONE || b == VALUE_NONE)
		return;
	of_a = v->part_holders[a];
	of_b = v->part_holders[b];
	add_bits(sum, y->w->field[f].nature, rarer_by_holders(y, f, of_a > of_b ? of_a : of_b));
}

/* Of EACH_LEVEL: levels that are neither different, which is 0, nor null, which is all bits. */
static uint64_t
between(uint64_t pattern)
{
	uint64_t any = pattern | pattern >> 1 | pattern >> 2 | pattern >> 3;
	uint64_t all = pattern & pattern >> 1 & pattern >> 2 & pattern >> 3;

	return any & ~all & EACH_LEVEL;
}

/* What two texts share says how often two strangers share it, whatever their level says. */
static int
rarer_words(const struct tallying *y, const struct comparison *c)
{
	unsigned level = pattern_level(c->pattern, 0);
	int32_t w;

	if (level == LEVEL_NULL || field_level(FIELD_WORDS, level)->tf == TF_NONE)
		return 0;
	w = words_rarity(&y->w->values, c->a[0], c->b[0], y->chance[level], level);
	return (w + (w < 0 ? -FX_BIT / 2 : FX_BIT / 2)) / FX_BIT;
}

/* It counts when weights are learnt as it does when pairs are scored, or common names would pass for
 * matches: in full where values are equal, by half where they are alike. */
static void
rarer(const struct tallying *y, const struct comparison *c, struct tally *t)
{
	uint64_t differ = c->pattern ^ y->exact, agree;
	struct rare_bits sum = { 0, 0, 0 };

	differ |= differ >> 1 | differ >> 2 | differ >> 3;
	for (agree = ~differ & y->telling; agree != 0; agree &= agree - 1)
		add_field(y, c, (unsigned)__builtin_ctzll(agree) / LEVEL_BITS, 1, &sum);
	for (uint64_t left = y->alike & between(c->pattern); left != 0; left &= left - 1) {
		unsigned f = (unsigned)__builtin_ctzll(left) / LEVEL_BITS;

		if (y->half[f] >> pattern_level(c->pattern, f) & 1)
			add_field(y, c, f, 2, &sum);
	}
	if (y->place >= 0)
		add_home(y, c, &sum);
	if (y->words)
		sum.all += rarer_words(y, c);
	t->rare = (struct rarity){ few_bits(sum.all), few_bits(sum.shared), few_bits(sum.free) };
}

/* Levels at which a frequency counts by half. A name in the place of the other is none of its field's
 * values, and dates the wrong way round are too few to teach. */
static void
find_halves(struct tallying *y, unsigned f)
{
	enum field_type t = y->w->field[f].type;

	for (unsigned l = 0; l < field_top(t); l++)
		if (field_level(t, l)->tf == TF_HALF && t != FIELD_BIRTHDATE &&
		    !(t == FIELD_GIVEN && l == GIVEN_SWAPPED))
			y->half[f] |= (uint16_t)(1U << l);
	y->alike |= y->half[f] != 0 ? UINT64_C(1) << (LEVEL_BITS * f) : 0;
}

/* The share of the pairs of records that have a home in common. */
static double
share_of_homes(const struct view *w, const struct field *f)
{
	const struct values *v = &w->values;
	double same = 0, all = (double)f->records;

	for (uint32_t i = 0; i < dict_count(v->facts->dict[FACT_PLACE]); i++)
		if (v->place[i].home != VALUE_NONE && v->holders[FACT_PLACE][i] > 0)
			same += v->holders[FACT_PLACE][i] * (v->part_holders[v->place[i].home] - 1.0);
	return all < 2 ? 0 : same / (all * (all - 1));
}

static void
prepare_rarities(struct tallying *y, unsigned f)
{
	for (uint32_t n = 0; n < HOLDERS_FEW; n++)
		y->rarer[f][n] = few_bits(score_rarer(&y->w->field[f], y->share[f], n, y->w->records));
}

static void
prepare_homes(struct tallying *y, unsigned f)
{
	y->share[f] = share_of_homes(y->w, &y->w->field[f]);
	if (y->share[f] <= 0)
		return;
	y->place = (int)f;
	prepare_rarities(y, f);
}

static void
prepare_field(struct tallying *y, unsigned f)
{
	const struct field *field = &y->w->field[f];
	unsigned top = field_top(field->type);

	y->exact = pattern_set(y->exact, f, top);
	if (field->type == FIELD_WORDS) {
		y->words = true;
		words_chance(y->chance, y->w, f);
		return;
	}
	if (field->type == FIELD_PLACE) {
		prepare_homes(y, f);
		return;
	}
	if (y->share[f] <= 0 || field->registered || field_level(field->type, top)->tf != TF_FULL)
		return;
	y->telling |= UINT64_C(1) << (LEVEL_BITS * f);
	find_halves(y, f);
	prepare_rarities(y, f);
}

/* ---- counting ---- */

static int
by_look(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;

	if (x->pattern != y->pattern)
		return x->pattern < y->pattern ? -1 : 1;
	if (x->mask != y->mask)
		return x->mask < y->mask ? -1 : 1;
	if (x->class != y->class)
		return x->class - y->class;
	if (x->rare.all != y->rare.all)
		return x->rare.all - y->rare.all;
	if (x->rare.shared != y->rare.shared)
		return x->rare.shared - y->rare.shared;
	return x->rare.free - y->rare.free;
}

static size_t
slot_of(const struct tally *t, size_t slots)
{
	uint64_t h = t->pattern * UINT64_C(0x9e3779b97f4a7c15) ^ t->mask;

	h ^= (uint64_t)t->class << 56 ^ (uint64_t)(uint8_t)t->rare.all << 48 ^
	    (uint64_t)(uint8_t)t->rare.shared << 40 ^ (uint64_t)(uint8_t)t->rare.free << 32;
	h *= UINT64_C(0xd6e8feb86659fd93);
	return (h ^ h >> 32) & (slots - 1);
}

static void
widen(struct piece *p)
{
	mem_free(p->slot);
	p->slots = p->slots == 0 ? SLOTS_FIRST : p->slots * 2;
	p->slot = mem_zero(p->slots, sizeof *p->slot);
	for (size_t i = 0; i < p->count; i++) {
		size_t at = slot_of(&p->list[i], p->slots);

		while (p->slot[at] != 0)
			at = (at + 1) & (p->slots - 1);
		p->slot[at] = (uint32_t)i + 1;
	}
}

static void
count_one(struct piece *p, const struct tally *t)
{
	size_t at;

	if (2 * p->count >= p->slots)
		widen(p);
	for (at = slot_of(t, p->slots); p->slot[at] != 0; at = (at + 1) & (p->slots - 1)) {
		struct tally *old = &p->list[p->slot[at] - 1];

		if (by_look(old, t) == 0) {
			old->weight += t->weight;
			old->pairs += t->pairs;
			return;
		}
	}
	p->list = mem_grow(p->list, p->count + 1, &p->cap, sizeof *p->list);
	p->list[p->count] = *t;
	p->slot[at] = (uint32_t)++p->count;
}

static void
start(void *arg, unsigned tasks)
{
	struct tallying *y = arg;

	y->piece = mem_zero((size_t)tasks + 1, sizeof *y->piece);
	y->pieces = tasks;
}

static uint64_t
weight_of(const struct tallying *y, const struct sampled *s)
{
	return y->records ? s->weight * view_counted(y->w, s->a) * view_counted(y->w, s->b) : s->weight;
}

static void
visit_some(const struct tallying *y, struct piece *p, const struct sampled *pair, unsigned count)
{
	const uint32_t *source = y->w->source;
	UNCLEARED struct comparison c[COMPARE_MOST];
	struct node_pair nodes[COMPARE_MOST] = { { 0, 0 } };

	for (unsigned i = 0; i < count; i++)
		nodes[i] = (struct node_pair){ pair[i].a, pair[i].b };
	compare_pairs(y->w, nodes, count, c);
	for (unsigned i = 0; i < count; i++) {
		const struct sampled *s = &pair[i];
		struct tally t = { .mask = s->mask, .weight = weight_of(y, s), .pairs = 1,
		    .class = (uint8_t)model_class(y->classes, source[s->a], source[s->b]),
		    .pattern = c[i].pattern };

		rarer(y, &c[i], &t);
		count_one(p, &t);
	}
}

static void
visit(void *arg, unsigned task, const struct sampled *pair, size_t count)
{
	const struct tallying *y = arg;

	for (size_t i = 0; i < count; i += COMPARE_MOST)
		visit_some(y, &y->piece[task], pair + i,
		    count - i < COMPARE_MOST ? (unsigned)(count - i) : COMPARE_MOST);
}

/* ---- making, and what was counted ---- */

struct tallying *
tallying_new(const struct view *w, unsigned classes, const double share[FIELDS_MAX])
{
	struct tallying *y = mem_zero(1, sizeof *y);

	y->w = w;
	y->classes = classes;
	y->place = -1;
	for (unsigned f = 0; f < w->fields; f++) {
		y->share[f] = share[f];
		prepare_field(y, f);
	}
	return y;
}

void
tallying_by_records(struct tallying *y)
{
	y->records = true;
}

struct sample_visitor
tallying_visitor(struct tallying *y)
{
	return (struct sample_visitor){ start, visit, y };
}

static void
drop_pieces(struct tallying *y)
{
	for (unsigned i = 0; i < y->pieces; i++) {
		mem_free(y->piece[i].list);
		mem_free(y->piece[i].slot);
	}
	mem_free(y->piece);
	y->piece = NULL;
	y->pieces = 0;
}

/* Tasks see much the same, so what they saw is added up before it is put in order. */
void
tallying_take(struct tallying *y, struct tallies *t, unsigned threads)
{
	struct piece all = { 0 };

	for (unsigned i = 0; i < y->pieces; i++)
		for (size_t k = 0; k < y->piece[i].count; k++)
			count_one(&all, &y->piece[i].list[k]);
	drop_pieces(y);
	mem_free(all.slot);
	t->copies = 0;
	t->count = all.count;
	t->list = mem_resize(all.list, (all.count + 1) * sizeof *t->list);
	sort_array(t->list, t->count, sizeof *t->list, by_look, threads);
}

/* The rules that hold for a pair of copies: those all of whose fields have a value. */
static uint64_t
rules_of_copies(const struct compared *node, const uint16_t *fields, unsigned rules)
{
	uint16_t without = 0;
	uint64_t mask = 0;

	for (unsigned f = 0; f < FIELDS_MAX; f++)
		if (node->slot[f] == 0)
			without |= (uint16_t)(1U << f);
	for (unsigned r = 0; r < rules; r++)
		if ((fields[r] & without) == 0)
			mask |= UINT64_C(1) << r;
	return mask;
}

void
tallying_copies(const struct tallying *y, struct tallies *t, const uint16_t *fields, unsigned rules)
{
	struct piece p = { 0 };

	for (uint32_t i = 0; i < y->w->nodes; i++) {
		uint64_t n = view_counted(y->w, i);
		struct comparison c;
		struct tally of = { .mask = rules_of_copies(&y->w->node[i], fields, rules), .pairs = 1,
		    .weight = SAMPLE_ONE * (n * (n - 1) / 2),
		    .class = (uint8_t)model_class(y->classes, y->w->source[i], y->w->source[i]) };

		if (n < 2)
			continue;
		compare_nodes(y->w, i, i, &c);
		of.pattern = c.pattern;
		rarer(y, &c, &of);
		count_one(&p, &of);
	}
	sort_array(p.list, p.count, sizeof *p.list, by_look, 1);
	t->list = mem_resize(t->list, (t->count + p.count + 1) * sizeof *t->list);
	if (p.count > 0)
		memcpy(t->list + t->count, p.list, p.count * sizeof *p.list);
	t->copies = p.count;
	mem_free(p.list);
	mem_free(p.slot);
}

void
tallying_free(struct tallying *y)
{
	if (y == NULL)
		return;
	drop_pieces(y);
	mem_free(y);
}

void
tallies_done(struct tallies *t)
{
	mem_free(t->list);
	*t = (struct tallies){ 0 };
}

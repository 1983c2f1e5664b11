/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/atom_values.c: the keys of every distinct value under each atom. */
#include "base/alloc.h"
#include "base/hash.h"
#include "base/pipeline.h"
#include "normal/contact_parts.h"
#include "resolve/atoms.h"
#include "resolve/dict.h"
#include "resolve/fx.h"
#include "resolve/level.h"
#include "resolve/streets.h"

enum {
	LOCAL_LEAST = 4,	/* bytes of a mailbox's local part that tells people apart */
	LAST_DIGITS = 8, LAST_LEAST = 7,	/* of a phone number; fewer than the least tell nothing */
	PREFIX_ATTRIBUTE = 4,
	PREFIX_TAIL = 3,	/* characters of a postcode after its district */
	TOKEN_PAIRS = 10,	/* pairs a record that tokens of one field may make ... */
	TOKEN_PAIRS_FEW = 2000000,	/* ... or all together, where records are few */
	TOKEN_HOLDERS = 5000,	/* most records of one token */
	TASK = 1 << 14		/* parts of one task */
};

/* log2 of 10 ÷ 9 and of 100 ÷ 99, rounded up: the levels of a number (resolve 4.5). */
#define STEP_TENTH	0.1521
#define STEP_HUNDREDTH	0.0145

struct making {
	struct atoms	*a;
	struct streets	 streets;
	uint64_t	*part;		/* by number, of those of places: hash */
	uint32_t	 parts;
};

/* Keys of one value, before they are sorted. */
struct found {
	uint64_t	key[ATOM_KEYS];
	unsigned	n;
};

static void
find(struct found *f, uint64_t key)
{
	if (f->n < ATOM_KEYS)
		f->key[f->n++] = key == 0 ? 1 : key;
}

static uint32_t
values_of(const struct view *w, enum fact_kind kind)
{
	const struct facts *f = w->values.facts;

	return f->dict[kind] == NULL ? 0 : dict_count(f->dict[kind]);
}

/* The first characters of a text; all if it has fewer. */
static struct span
prefix(struct span text, unsigned chars)
{
	size_t at = 0;

	for (; at < text.len; at++)
		if (((unsigned char)text.p[at] & 0xc0) != 0x80 && chars-- == 0)
			break;
	return span_head(text, at);
}

static void
find_prefix(struct found *f, struct span text, unsigned chars)
{
	if (text.p != NULL && text.len > 0)
		find(f, hash64(prefix(text, chars), chars));
}

/* ---- names ---- */

static void
name_token(struct found *f, enum pair_atom atom, const struct token *t)
{
	switch (atom) {
	case PAIR_GIVEN_FIRST:
	case PAIR_FAMILY_TOKEN:
		find(f, t->hash);
		break;
	case PAIR_GIVEN_SOUND:
	case PAIR_FAMILY_SOUND:
		if (t->sound != 0)
			find(f, key_spread(t->sound));
		break;
	case PAIR_GIVEN_P3:
		find_prefix(f, t->text, 3);
		break;
	case PAIR_FAMILY_P4:
		find_prefix(f, t->text, 4);
		break;
	case PAIR_FAMILY_P2:
		find_prefix(f, t->text, 2);
		break;
	default:
		find_prefix(f, t->text, 1);
	}
}

/* Of given names the first token counts: the second is left out as often as not. Of family names
 * any may be left out, so each makes a key; an initial would make too common ones. */
static void
name_keys(struct found *f, enum pair_atom atom, const struct values *v, const struct name_row *row)
{
	bool each = atom == PAIR_FAMILY_TOKEN || atom == PAIR_FAMILY_SOUND || atom == PAIR_FAMILY_P4;

	for (unsigned i = 0; i < row->count && (i == 0 || each); i++)
		name_token(f, atom, &v->token[row->token[i]]);
}

/* The sum of the tokens' hashes: the same for any order of them. */
static uint64_t
name_sum(const struct values *v, const struct name_row *row)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < row->count; i++)
		sum += key_spread(v->token[row->token[i]].hash);
	return sum;
}

/* ---- contact points and places ---- */

static void
last_digits(struct found *f, uint64_t digits, unsigned count)
{
	uint64_t last = 1;

	for (int i = 0; i < LAST_DIGITS; i++)
		last *= 10;
	if (count >= LAST_LEAST)
		find(f, key_spread(digits % last + 1));
}

static uint64_t
part_hash(const struct making *m, uint32_t part)
{
	return part == VALUE_NONE ? 0 : m->part[part];
}

static void
part_key(struct found *f, const struct making *m, uint32_t part)
{
	if (part != VALUE_NONE)
		find(f, m->part[part]);
}

/* Where a street has no name or no number, the other must do. */
static void
place_key(struct found *f, const struct making *m, const struct place_row *row, uint32_t area)
{
	if (area == VALUE_NONE || (row->street == VALUE_NONE && row->house == VALUE_NONE))
		return;
	find(f, key_join(part_hash(m, area),
	    key_join(part_hash(m, row->house), streets_key(&m->streets, row->street))));
}

static void
place_keys(struct found *f, const struct making *m, enum pair_atom atom, uint32_t value)
{
	const struct place_row *row = &m->a->view->values.place[value];

	switch (atom) {
	case PAIR_PLACE:
		place_key(f, m, row, row->postcode);
		break;
	case PAIR_PLACE_LOCALITY:
		place_key(f, m, row, row->locality);
		break;
	case PAIR_POSTCODE:
		part_key(f, m, row->postcode);
		break;
	case PAIR_POSTCODE_PREFIX:
		part_key(f, m, row->prefix);
		break;
	default:
		part_key(f, m, row->locality);
	}
}

/* ---- attributes ---- */

static bool
of_field(const struct view *w, const struct field *f, uint32_t value)
{
	return facts_type(w->values.facts, fact_word(f->kind, value)) == f->fact_type;
}

/* Records that hold each word of the field's values. */
static uint32_t *
count_words(const struct view *w, const struct field *f)
{
	const struct values *v = &w->values;
	uint32_t *holders = mem_zero((size_t)v->token_count + 1, sizeof *holders);

	for (uint32_t i = 0; i < values_of(w, f->kind); i++) {
		const struct words_row *row = &v->attribute[i].words;

		for (uint32_t n = 0; of_field(w, f, i) && n < row->count; n++)
			holders[v->word[row->at + n]] += v->present[f->kind][i];
	}
	return holders;
}

/* The most holders of a word with which the words that have no more make few enough pairs. */
static uint32_t
rare_enough(const uint32_t *holders, uint32_t words, uint64_t records)
{
	uint64_t *of = mem_zero(TOKEN_HOLDERS + 1, sizeof *of);
	uint64_t pairs = 0, most = records * TOKEN_PAIRS;
	uint32_t n = 1;

	if (most < TOKEN_PAIRS_FEW)
		most = TOKEN_PAIRS_FEW;
	for (uint32_t i = 0; i < words; i++)
		if (holders[i] <= TOKEN_HOLDERS)
			of[holders[i]]++;
	while (n < TOKEN_HOLDERS) {
		uint64_t size = n + 1;

		pairs += of[size] * (size * (size - 1) / 2);
		if (pairs > most)
			break;
		n++;
	}
	mem_free(of);
	return n;
}

/* A step of a ladder and the next one: two values that are no more than a step apart share one. */
static void
find_steps(struct found *f, int64_t step, bool negative)
{
	find(f, key_join((uint64_t)step, negative));
	find(f, key_join((uint64_t)(step + 1), negative));
}

static void
number_keys(struct found *f, int64_t number, double step)
{
	if (number == 0)
		find(f, key_spread(0));
	else if (number != INT64_MIN)
		find_steps(f, (int64_t)(fx_log2_double(number < 0 ? -(double)number : (double)number) / step),
		    number < 0);
}

static void
local_key(struct found *f, struct span local)
{
	if (local.len >= LOCAL_LEAST)
		find(f, hash64(local, 0));
}

static void
date_keys(struct found *f, int32_t date)
{
	if ((date >> 5 & 15) != 0 && (date & 31) != 0)
		find_steps(f, date_days((uint32_t)date) / DATE_DAYS, false);
}

static void
attribute_keys(struct found *f, const struct view *w, const struct atom_keys *k, uint32_t value,
    const uint32_t *holders, uint32_t rare)
{
	const struct values *v = &w->values;
	const struct field *field = &w->field[k->of.field];
	const struct words_row *row = &v->attribute[value].words;

	if (!of_field(w, field, value))
		return;
	if (k->of.atom == PAIR_ATTRIBUTE_P4)
		find_prefix(f, values_text(v, field->kind, value), PREFIX_ATTRIBUTE);
	else if (field->type == FIELD_NUMBER)
		number_keys(f, v->attribute[value].number,
		    k->of.atom == PAIR_ATTRIBUTE_NEAR ? STEP_TENTH : STEP_HUNDREDTH);
	else if (field->type == FIELD_DATE)
		date_keys(f, v->attribute[value].day);
	else if (field->type == FIELD_MAILBOX)
		local_key(f, email_parts(values_text(v, field->kind, value)).local);
	else if (field->type == FIELD_TELEPHONE)
		last_digits(f, v->attribute[value].phone.digits, v->attribute[value].phone.count);
	else
		for (uint32_t n = 0; n < row->count; n++)
			if (holders[v->word[row->at + n]] <= rare)
				find(f, v->token[v->word[row->at + n]].hash);
}

/* ---- tables ---- */

static void
keys_of_value(const struct making *m, const struct atom_keys *k, uint32_t value, struct found *f)
{
	const struct view *w = m->a->view;
	const struct values *v = &w->values;
	struct span text;

	f->n = 0;
	switch (w->field[k->of.field].type) {
	case FIELD_GIVEN:
		name_keys(f, k->of.atom, v, &v->given[value]);
		break;
	case FIELD_FAMILY:
		name_keys(f, k->of.atom, v, &v->family[value]);
		break;
	case FIELD_EMAIL:
		if (values_part(v, v->email[value].local).len >= LOCAL_LEAST)
			find(f, values_part_hash(v, v->email[value].local));
		break;
	case FIELD_PHONE:
		last_digits(f, v->phone[value].digits, v->phone[value].count);
		break;
	case FIELD_PLACE:
		place_keys(f, m, k->of.atom, value);
		break;
	case FIELD_NUMBER:
		if (of_field(w, &w->field[k->of.field], value))
			find(f, key_spread((uint64_t)v->attribute[value].number));
		break;
	case FIELD_DATE:
		if (of_field(w, &w->field[k->of.field], value))
			find(f, key_spread((uint64_t)v->attribute[value].day));
		break;
	case FIELD_TELEPHONE:
		if (of_field(w, &w->field[k->of.field], value) && v->attribute[value].phone.count > 0)
			find(f, key_spread(v->attribute[value].phone.digits));
		break;
	default:
		text = values_text(v, FACT_POSTCODE, value);
		if (text.len > PREFIX_TAIL)
			find(f, hash64(span_head(text, text.len - PREFIX_TAIL), 0));
	}
}

static void
sort_keys(struct found *f)
{
	unsigned n = 0;

	for (unsigned i = 0; i < f->n; i++) {
		uint64_t k = f->key[i];
		unsigned at = n;

		while (at > 0 && f->key[at - 1] > k)
			at--;
		if (at > 0 && f->key[at - 1] == k)
			continue;
		memmove(f->key + at + 1, f->key + at, (n - at) * sizeof k);
		f->key[at] = k;
		n++;
	}
	f->n = n;
}

static void
make_single(const struct making *m, struct atom_keys *k)
{
	uint32_t count = values_of(m->a->view, m->a->view->field[k->of.field].kind);
	struct found f;

	k->owned = mem_alloc(((size_t)count + 1) * sizeof *k->owned);
	for (uint32_t i = 0; i < count; i++) {
		keys_of_value(m, k, i, &f);
		k->owned[i] = f.n == 0 ? 0 : f.key[0];
	}
	k->key = k->owned;
}

static void
make_several(const struct making *m, struct atom_keys *k)
{
	const struct view *w = m->a->view;
	const struct field *field = &w->field[k->of.field];
	uint32_t count = values_of(w, field->kind), rare = 0, *holders = NULL;
	size_t used = 0, cap = 0;
	struct found f;

	if (k->of.atom == PAIR_ATTRIBUTE_TOKEN) {
		holders = count_words(w, field);
		rare = rare_enough(holders, w->values.token_count, field->present);
	}
	k->at = mem_alloc(((size_t)count + 1) * sizeof *k->at);
	for (uint32_t i = 0; i < count; i++) {
		k->at[i] = (uint32_t)used;
		f.n = 0;
		if (field->kind == FACT_ATTRIBUTE)
			attribute_keys(&f, w, k, i, holders, rare);
		else
			keys_of_value(m, k, i, &f);
		if (f.n == 0)
			continue;
		sort_keys(&f);
		k->owned = mem_grow(k->owned, used + f.n, &cap, sizeof *k->owned);
		memcpy(k->owned + used, f.key, f.n * sizeof *f.key);
		used += f.n;
	}
	k->at[count] = (uint32_t)used;
	k->key = k->owned;
	mem_free(holders);
}

static uint64_t *
name_sums(const struct view *w, enum fact_kind kind, const struct name_row *row)
{
	uint32_t count = values_of(w, kind);
	uint64_t *sum = mem_alloc(((size_t)count + 1) * sizeof *sum);

	for (uint32_t i = 0; i < count; i++)
		sum[i] = name_sum(&w->values, &row[i]);
	return sum;
}

/* The key is the hash of the text, which the view has. */
static bool
whole_value(enum pair_atom atom, enum field_type type)
{
	switch (atom) {
	case PAIR_GIVEN:
	case PAIR_EMAIL:
	case PAIR_PHONE:
	case PAIR_IDENTIFIER:
		return true;
	case PAIR_ATTRIBUTE:
		return type != FIELD_NUMBER && type != FIELD_DATE && type != FIELD_TELEPHONE;
	case PAIR_POSTCODE:
	case PAIR_LOCALITY:
		return type != FIELD_PLACE;
	default:
		return false;
	}
}

static void
make_atom(void *arg, unsigned i)
{
	const struct making *m = arg;
	const struct view *w = m->a->view;
	struct atom_keys *k = &m->a->list[i];

	switch (k->of.atom) {
	case PAIR_BIRTHDATE:
	case PAIR_BIRTHDATE_YM:
	case PAIR_BIRTHDATE_MD:
	case PAIR_BIRTHDATE_YEAR:
		k->shape = KEY_OF_DATE;
		break;
	case PAIR_NAME_SET:
		k->shape = KEY_OF_NAMES;
		k->family_field = (uint8_t)w->of_type[FIELD_FAMILY];
		k->owned = name_sums(w, FACT_GIVEN, w->values.given);
		k->family = name_sums(w, FACT_FAMILY, w->values.family);
		k->key = k->owned;
		break;
	case PAIR_FAMILY_TOKEN:
	case PAIR_FAMILY_SOUND:
	case PAIR_FAMILY_P4:
	case PAIR_ATTRIBUTE_P4:
	case PAIR_ATTRIBUTE_TOKEN:
	case PAIR_ATTRIBUTE_NEAR:
	case PAIR_ATTRIBUTE_CLOSE:
		k->shape = KEYS_OF_VALUE;
		make_several(m, k);
		break;
	default:
		k->shape = KEY_OF_VALUE;
		if (whole_value(k->of.atom, w->field[k->of.field].type))
			k->key = w->values.hash[w->field[k->of.field].kind];
		else
			make_single(m, k);
	}
}

/* The streets, then the hashes of some parts. */
static void
prepare_places(void *arg, unsigned task)
{
	struct making *m = arg;
	const struct view *w = m->a->view;
	uint32_t from = (task - 1) * TASK, to;

	if (task == 0) {
		streets_make(&m->streets, &w->values, values_of(w, FACT_PLACE));
		return;
	}
	to = m->parts - from < TASK ? m->parts : from + TASK;
	for (uint32_t i = from; i < to; i++)
		m->part[i] = values_part_hash(&w->values, i);
}

/* Each part is one of many places, and each place is asked for by several atoms. */
static void
prepare(struct making *m, unsigned threads)
{
	const struct view *w = m->a->view;
	bool any = false;

	for (unsigned i = 0; i < m->a->count; i++)
		any |= w->field[m->a->list[i].of.field].type == FIELD_PLACE;
	if (!any)
		return;
	m->parts = dict_count(w->values.parts);
	m->part = mem_alloc(((size_t)m->parts + 1) * sizeof *m->part);
	parallel_each(threads, 1 + (m->parts + TASK - 1) / TASK, prepare_places, m);
}

void
atoms_make(struct atoms *a, const struct view *w, const struct pair_atom_of *list, unsigned count,
    unsigned threads)
{
	struct making m = { .a = a };

	*a = (struct atoms){ w, mem_zero(count + 1, sizeof *a->list), count, false };
	for (unsigned i = 0; i < count; i++)
		a->list[i].of = list[i];
	prepare(&m, threads);
	parallel_each(threads, count, make_atom, &m);
	streets_done(&m.streets);
	mem_free(m.part);
}

static bool
same_atom(struct pair_atom_of a, struct pair_atom_of b)
{
	return a.atom == b.atom && a.field == b.field;
}

void
atoms_pick(struct atoms *a, const struct atoms *from, const struct view *w,
    const struct pair_atom_of *list, unsigned count)
{
	*a = (struct atoms){ w, mem_zero(count + 1, sizeof *a->list), count, true };
	for (unsigned i = 0; i < count; i++)
		for (unsigned k = 0; k < from->count; k++)
			if (same_atom(from->list[k].of, list[i]))
				a->list[i] = from->list[k];
}

static void
drop_keys(struct atom_keys *k)
{
	mem_free(k->owned);
	mem_free(k->at);
	mem_free(k->family);
	*k = (struct atom_keys){ .of = k->of };
}

void
atoms_keep(struct atoms *a, const struct pair_atom_of *list, unsigned count)
{
	for (unsigned k = 0; k < a->count; k++) {
		bool kept = false;

		for (unsigned i = 0; i < count && !kept; i++)
			kept = same_atom(a->list[k].of, list[i]);
		if (!kept)
			drop_keys(&a->list[k]);
	}
}

bool
atoms_use(const struct atoms *a, const uint64_t *key)
{
	for (unsigned i = 0; i < a->count; i++)
		if (a->list[i].key == key)
			return true;
	return false;
}

void
atoms_done(struct atoms *a)
{
	for (unsigned i = 0; i < a->count && !a->picked; i++)
		drop_keys(&a->list[i]);
	mem_free(a->list);
	*a = (struct atoms){ 0 };
}

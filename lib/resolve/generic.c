/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/generic.c: generic, default and household values. */
#include "base/alloc.h"
#include "base/crypto.h"
#include "base/error.h"
#include "base/map.h"
#include "io/source.h"
#include "normal/table.h"
#include "resolve/facts.h"
#include "resolve/frozen_generic.h"
#include "resolve/generic.h"
#include "resolve/groups.h"
#include "resolve/keys.h"
#include "resolve/model_table.h"
#include "resolve/rules.h"
#include "resolve/sort.h"
#include "resolve/store.h"
#include "resolve/types.h"

enum {
	CAP_EMAIL = 8, CAP_PHONE = 10, CAP_IDENTIFIER = 20,	/* holders that are never too many */
	CAP_MOST = 1 << 20,
	Q_ONE = 1 << 20,		/* 1 in the fixed point of the fit */
	YEARS = 10000,
	LIST_BYTES = 64 << 20,		/* of allow_file and deny_file */
	HOUSEHOLD_MOST = 6
};

static const struct join family_join[VALUE_FAMILIES] = {
	{ .atom = { ATOM_IDENTIFIER }, .count = 1 },
	{ .atom = { ATOM_EMAIL }, .count = 1 },
	{ .atom = { ATOM_PHONE }, .count = 1 },
};

struct finding {
	struct generic		*g;
	struct store		*s;
	const struct rules	*rules;
	const struct types	*types;
	struct map		*allow, *deny;
};

/* How many holders a value of the body of the distribution has at most: values held twice are a
 * share q of those held once, so the count falls by q with each further holder; the cap is where
 * less than one value is left. */
static uint64_t
fitted_cap(const struct groups *groups, uint64_t floor)
{
	uint64_t q = groups->once == 0 ? Q_ONE : groups->twice * Q_ONE / groups->once;
	uint64_t left = groups->distinct << 20, c = 1;

	if (q < Q_ONE / 50)
		q = Q_ONE / 50;
	if (q > Q_ONE / 5 * 4)
		q = Q_ONE / 5 * 4;
	for (; left >= Q_ONE && c < CAP_MOST; c++)
		left = (left >> 20) * q + (((left & (Q_ONE - 1)) * q) >> 20);
	return c > floor ? c : floor;
}

static uint64_t
cap_of(const struct finding *f, enum value_family v, const struct group *g, uint64_t fitted)
{
	const struct rules *r = f->rules;

	if (v == VALUE_EMAIL)
		return r->email_cap > 0 ? r->email_cap : fitted > CAP_EMAIL ? fitted : CAP_EMAIL;
	if (v == VALUE_PHONE)
		return r->phone_cap > 0 ? r->phone_cap : fitted > CAP_PHONE ? fitted : CAP_PHONE;
	if (types_at(f->types, g->type)->exclusive || types_at(f->types, g->type)->limit > 0) {
		uint64_t least = 1 + (uint64_t)types_at(f->types, g->type)->limit;

		return fitted > least ? fitted : least;
	}
	return fitted > CAP_IDENTIFIER ? fitted : CAP_IDENTIFIER;
}

/* Distinct (family name, birth year) of the holders, and how many share the commonest family. */
static uint64_t
people_of(const struct finding *f, const uint32_t *member, size_t count, uint64_t *commonest)
{
	struct map *people = map_new(), *families = map_new();
	uint64_t distinct;

	*commonest = 0;
	for (size_t i = 0; i < count; i++) {
		const uint32_t *row = rec_row(f->s, member[i]);
		uint32_t person[2] = { facts_find(row, FACT_FAMILY),
		    fact_number(facts_find(row, FACT_BIRTHDATE)) >> 9 };
		uint64_t n = ++*map_slot(families, span_make((char *)person, sizeof *person));

		if (n > *commonest)
			*commonest = n;
		map_add(people, span_make((char *)person, sizeof person));
	}
	distinct = map_size(people);
	map_free(people);
	map_free(families);
	return distinct;
}

static bool
all_one_digit(struct span v)
{
	if (v.len < 4 || v.p[0] < '0' || v.p[0] > '9')
		return false;
	for (size_t i = 1; i < v.len; i++)
		if (v.p[i] != v.p[0])
			return false;
	return true;
}

/* Values that ship as generic. Reserved domains are not among them: sample data live there. */
static bool
pattern(enum value_family v, struct span value)
{
	struct span local = span_head(value, span_index(value, '@'));

	if (v == VALUE_EMAIL)
		return table_has(TABLE_ROLES, local) || span_is(local, "test") ||
		    span_is(local, "unknown") || span_is(local, "anonymous");
	if (v == VALUE_PHONE)
		return all_one_digit(span_skip(value, 1)) || span_ends(value, SPAN("123456789"));
	return all_one_digit(value) || span_is(value, "123456789") ||
	    table_has(TABLE_GENERIC_IDS, value);
}

/* So many people may share a value without a doubt: where a person has few values, the cap on
 * holders is low, and several records of one person must not use it up. */
static uint64_t
people_most(const struct finding *f, enum value_family v, const struct group *g)
{
	const struct type *t = v == VALUE_IDENTIFIER ? types_at(f->types, g->type) : NULL;

	return t != NULL && t->limit > 0 ? 1 + (uint64_t)t->limit : 1;
}

/* NULL: the value stays. "household": it stays, but is no one's alone. */
static const char *
judge(const struct finding *f, enum value_family v, const struct group *g, struct span value,
    const uint32_t *member, uint64_t fitted, uint64_t *people)
{
	uint64_t commonest;

	*people = 0;
	if (map_has(f->allow, value))
		return NULL;
	if (map_has(f->deny, value))
		return "listed";
	if (pattern(v, value))
		return "pattern";
	if (f->g->frozen != NULL)
		return NULL;
	if (g->count <= cap_of(f, v, g, fitted))
		return NULL;
	*people = people_of(f, member, g->count, &commonest);
	if (*people <= people_most(f, v, g))
		return NULL;
	if (10 * *people >= 3 * (uint64_t)g->count)
		return "holders";
	if (*people <= HOUSEHOLD_MOST && 10 * commonest >= 6 * (uint64_t)g->count)
		return "household";
	return NULL;
}

static struct span
field_name(struct finding *f, enum value_family v, const struct group *g)
{
	struct buf name = { 0 };
	struct span copy;

	if (v == VALUE_EMAIL)
		return SPAN("email");
	if (v == VALUE_PHONE)
		return SPAN("phone_number");
	buf_text(&name, "identifiers.");
	buf_add(&name, types_at(f->types, g->type)->name);
	copy = arena_copy(&f->g->arena, buf_span(&name));
	buf_done(&name);
	return copy;
}

static void
remember(struct finding *f, struct generic_value value)
{
	struct generic *g = f->g;

	value.value = arena_copy(&g->arena, value.value);
	g->list = mem_grow(g->list, g->count + 1, &g->cap, sizeof *g->list);
	g->list[g->count++] = value;
}

static void
take_out(struct finding *f, const uint32_t *member, uint32_t count, uint32_t word)
{
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t *at = f->s->facts.word + f->s->rec[member[i]].row; *at != 0; at++)
			if (*at == word)
				facts_drop(at);
}

/* A value found wanting; word 0: it stays in play. */
struct out_of_play {
	size_t		group;
	uint32_t	word;
};

/* Judges every shared value; returns whether one was taken out. All are judged before the
 * first goes, because a key is known by its place among the keys of its record. */
static bool
judge_all(struct finding *f, enum value_family v, const struct groups *groups)
{
	uint64_t fitted = fitted_cap(groups, 0);
	struct keys k;
	struct out_of_play *out = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < groups->count; i++) {
		const struct group *g = &groups->list[i];
		const uint32_t *member = groups->members + g->at;
		struct generic_value found = { .holders = g->count };
		uint32_t word;

		keys_prepare(&k, &family_join[v], &f->s->facts, rec_row(f->s, member[0]), f->types);
		word = keys_word(&k, g->key);
		found.value = facts_text(&f->s->facts, word);
		found.reason = judge(f, v, g, found.value, member, fitted, &found.people);
		if (found.reason == NULL)
			continue;
		found.field = field_name(f, v, g);
		found.action = strcmp(found.reason, "household") == 0 ? "shared" : "null";
		remember(f, found);
		out = mem_grow(out, n + 1, &cap, sizeof *out);
		out[n++] = (struct out_of_play){ i, found.action[0] == 'n' ? word : 0 };
	}
	for (size_t i = 0; i < n; i++)
		if (out[i].word != 0)
			take_out(f, groups->members + groups->list[out[i].group].at,
			    groups->list[out[i].group].count, out[i].word);
	mem_free(out);
	return n > 0;
}

static void
one_family(struct finding *f, enum value_family v, unsigned threads)
{
	struct groups *groups = groups_build(f->s, &family_join[v], f->types, threads);

	if (judge_all(f, v, groups)) {
		groups_free(groups);
		groups = groups_build(f->s, &family_join[v], f->types, threads);
	}
	f->g->values[v] = groups;
}

static int
by_field(const void *a, const void *b)
{
	const struct generic_value *x = a, *y = b;
	int r = span_cmp(x->field, y->field);

	return r != 0 ? r : span_cmp(x->value, y->value);
}

/* ---- birth dates ---- */

static size_t
slot_of(uint32_t date)
{
	return ((size_t)(fact_number(date) >> 9) * 12 + (date >> 5 & 15) - 1) * 31 + (date & 31) - 1;
}

static int
by_count(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t
root(uint64_t n)
{
	uint64_t r = 0;

	while ((r + 1) * (r + 1) <= n)
		r++;
	return r;
}

/* More holders than this and a day of the decade is a default, not a birthday. */
static uint64_t
decade_cap(const uint32_t *count, size_t days)
{
	uint32_t *held = mem_alloc((days + 1) * sizeof *held);
	size_t n = 0;
	uint64_t middle;

	for (size_t i = 0; i < days; i++)
		if (count[i] > 0)
			held[n++] = count[i];
	sort_array(held, n, sizeof *held, by_count, 1);
	middle = n == 0 ? 1 : held[(n - 1) / 2];
	mem_free(held);
	return middle + 8 * root(middle);
}

/* A default first of January keeps its year; any other default says nothing. */
static void
drop_defaults(struct store *s, const bool *is_default)
{
	for (size_t i = 0; i < s->count; i++) {
		uint32_t *at = s->facts.word + s->rec[i].row;

		for (; s->rec[i].flags & REC_LINKED && *at != 0; at++) {
			if (!fact_full_date(*at) || !is_default[slot_of(*at)])
				continue;
			if ((*at >> 5 & 15) == 1 && (*at & 31) == 1)
				*at &= ~(uint32_t)0x1ff;
			else
				facts_drop(at);
		}
	}
}

/* Whether a day that so many hold is a default; a model says it of any number. */
static bool
judge_date(struct finding *f, size_t slot, uint32_t count)
{
	struct span field = SPAN("birthdate");
	struct buf date = { 0 };
	bool is_default;

	buf_print(&date, "%04zu-%02zu-%02zu", slot / 372, slot / 31 % 12 + 1, slot % 31 + 1);
	is_default = f->g->frozen == NULL ||
	    model_generic_find(f->g->frozen, field, buf_span(&date)) != NULL;
	if (is_default)
		remember(f, (struct generic_value){ field, buf_span(&date), count, 0, "default",
		    slot % 372 == 0 ? "year" : "null" });
	buf_done(&date);
	return is_default;
}

static void
birthdates(struct finding *f)
{
	enum { DECADE = 10 * 12 * 31, SLOTS = YEARS * 12 * 31 };
	uint32_t *count = mem_zero(SLOTS, sizeof *count);
	bool *is_default = mem_zero(SLOTS, 1);
	bool any = false;

	for (size_t i = 0; i < f->s->count; i++) {
		uint32_t b = !(f->s->rec[i].flags & REC_LINKED) ? 0 :
		    facts_find(rec_row(f->s, (uint32_t)i), FACT_BIRTHDATE);

		if (fact_full_date(b))
			count[slot_of(b)]++;
	}
	for (size_t decade = 0; decade < SLOTS; decade += DECADE) {
		uint64_t cap = 0;

		for (size_t i = decade; i < decade + DECADE; i++) {
			if (f->g->frozen == NULL && count[i] <= 9)	/* no cap is below 1 + 8 */
				continue;
			if (f->g->frozen == NULL && cap == 0)
				cap = decade_cap(count + decade, DECADE);
			if (count[i] > cap && judge_date(f, i, count[i]))
				is_default[i] = any = true;
		}
	}
	if (any)
		drop_defaults(f->s, is_default);
	mem_free(count);
	mem_free(is_default);
}

/* ---- lists of the rules ---- */

/* The digest of what was there and of the text. */
static void
add_digest(unsigned char digest[GENERIC_DIGEST], struct span text)
{
	struct span part[2] = { { (const char *)digest, GENERIC_DIGEST }, text };
	unsigned char both[GENERIC_DIGEST];

	blake2b(both, sizeof both, NULL, part, 2);
	memcpy(digest, both, sizeof both);
}

static int
load_list(struct span path, struct map *list, unsigned char digest[GENERIC_DIGEST],
    struct error *e)
{
	struct buf name = { 0 };
	struct byte_source *source;
	struct span text, line;
	int r = -1;

	if (path.p == NULL)
		return 0;
	buf_add(&name, path);
	buf_byte(&name, 0);
	source = source_open(name.p, NULL, e);
	if (source != NULL) {
		struct buf all = { 0 };
		ssize_t got;

		do {
			buf_room(&all, 1 << 16);
			got = source_read(source, all.p + all.len, 1 << 16, e);
			all.len += got > 0 ? (size_t)got : 0;
		} while (got > 0 && all.len <= LIST_BYTES);
		r = got < 0 ? -1 : got > 0 ?
		    error_set(e, USAGE, "E_RULES", "a list of values is larger than 64 MiB") : 0;
		text = buf_span(&all);
		add_digest(digest, text);
		while (r == 0 && span_split(&text, '\n', &line)) {
			if (line.len > 0 && line.p[line.len - 1] == '\r')
				line.len--;
			if (line.len > 0)
				map_add(list, line);
		}
		buf_done(&all);
	}
	if (r < 0)
		e->status = STATUS_USAGE;
	source_close(source);
	buf_done(&name);
	return r;
}

int
generic_find(struct generic *g, struct store *s, const struct rules *rules,
    const struct types *types, unsigned threads, struct error *e)
{
	struct finding f = { g, s, rules, types, map_new(), map_new() };
	int r = load_list(rules->allow_file, f.allow, g->lists, e);

	if (r == 0)
		r = load_list(rules->deny_file, f.deny, g->lists, e);
	if (r == 0) {
		if (g->frozen != NULL)
			frozen_generic(g, s, types, f.allow);
		for (int v = 0; v < VALUE_FAMILIES; v++)
			one_family(&f, (enum value_family)v, threads);
		birthdates(&f);
		sort_array(g->list, g->count, sizeof *g->list, by_field, 1);
	}
	map_free(f.allow);
	map_free(f.deny);
	return r;
}

void
generic_drop_groups(struct generic *g)
{
	for (int v = 0; v < VALUE_FAMILIES; v++) {
		groups_free(g->values[v]);
		g->values[v] = NULL;
	}
}

void
generic_done(struct generic *g)
{
	generic_drop_groups(g);
	mem_free(g->list);
	arena_done(&g->arena);
	*g = (struct generic){ 0 };
}

void
generic_write(const struct generic *g, bool show, struct buf *out)
{
	buf_text(out, show ? "field\tholders\tpeople\treason\taction\tvalue\n" :
	    "field\tholders\tpeople\treason\taction\n");
	for (size_t i = 0; i < g->count; i++) {
		const struct generic_value *v = &g->list[i];

		visible(out, v->field, v->field.len);
		buf_print(out, "\t%llu\t%llu\t%s\t%s", (unsigned long long)v->holders,
		    (unsigned long long)v->people, v->reason, v->action);
		if (show) {
			buf_byte(out, '\t');
			visible(out, v->value, v->value.len);
		}
		buf_byte(out, '\n');
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/generic.c: generic, default and household values. */
#include "base/alloc.h"
#include "base/crypto.h"
#include "base/error.h"
#include "base/map.h"
#include "base/pipeline.h"
#include "io/source.h"
#include "normal/table.h"
#include "resolve/dict.h"
#include "resolve/facts.h"
#include "resolve/generic.h"
#include "resolve/generic_priv.h"
#include "resolve/groups.h"
#include "resolve/model_file.h"
#include "resolve/model_table.h"
#include "resolve/rules.h"
#include "resolve/sort.h"
#include "resolve/store.h"
#include "resolve/types.h"

enum {
	CAP_EMAIL = 8, CAP_PHONE = 10, CAP_IDENTIFIER = 20,	/* holders that are never too many */
	CAP_MOST = 1 << 20,
	Q_ONE = 1 << 20,		/* 1 in the fixed point of the fit */
	LIST_BYTES = 64 << 20,		/* of allow_file and deny_file */
	HOUSEHOLD_MOST = 6,
	TASK = 1 << 14			/* records of one task */
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
	struct family		 of[VALUE_FAMILIES];
	uint32_t		*dates;		/* of generic_count */
};

/* How many holders a value of the body of the distribution has at most: values held twice are a
 * share q of those held once, so the count falls by q with each further holder; the cap is where
 * less than one value is left. */
static uint64_t
fitted_cap(const struct family *y)
{
	uint64_t q = y->once == 0 ? Q_ONE : y->twice * Q_ONE / y->once;
	uint64_t left = y->distinct << 20, c = 1;

	if (q < Q_ONE / 50)
		q = Q_ONE / 50;
	if (q > Q_ONE / 5 * 4)
		q = Q_ONE / 5 * 4;
	for (; left >= Q_ONE && c < CAP_MOST; c++)
		left = (left >> 20) * q + (((left & (Q_ONE - 1)) * q) >> 20);
	return c;
}

static uint64_t
cap_of(const struct finding *f, enum value_family v, const struct type *type)
{
	const struct rules *r = f->rules;
	uint64_t fitted = f->of[v].fitted;

	if (v == VALUE_EMAIL)
		return r->email_cap > 0 ? r->email_cap : fitted > CAP_EMAIL ? fitted : CAP_EMAIL;
	if (v == VALUE_PHONE)
		return r->phone_cap > 0 ? r->phone_cap : fitted > CAP_PHONE ? fitted : CAP_PHONE;
	if (type->exclusive || type->limit > 0) {
		uint64_t least = 1 + (uint64_t)type->limit;

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
people_most(enum value_family v, const struct type *type)
{
	return v == VALUE_IDENTIFIER && type->limit > 0 ? 1 + (uint64_t)type->limit : 1;
}

static uint32_t
word_of(const struct family *y, uint32_t number)
{
	return fact_word(y->kind, number);
}

/* NULL for e-mails and phones, which have none. */
static const struct type *
type_of(const struct finding *f, const struct family *y, uint32_t number)
{
	return y->kind != FACT_IDENTIFIER ? NULL :
	    types_at(f->types, facts_type(&f->s->facts, word_of(y, number)));
}

/* ---- what is judged ---- */

/* Whether the value is not plainly somebody's; *reason: what is known without a look at people. */
static bool
suspicious(const struct finding *f, enum value_family v, uint32_t number, const char **reason)
{
	const struct family *y = &f->of[v];
	struct span value = facts_text(&f->s->facts, word_of(y, number));

	*reason = NULL;
	if (map_size(f->allow) > 0 && map_has(f->allow, value))
		return false;
	if (map_size(f->deny) > 0 && map_has(f->deny, value))
		*reason = "listed";
	else if (pattern(v, value))
		*reason = "pattern";
	return *reason != NULL || y->holders[number] > cap_of(f, v, type_of(f, y, number));
}

static struct span
field_name(const struct finding *f, const struct family *y, uint32_t number, struct buf *room)
{
	if (y->kind == FACT_EMAIL)
		return SPAN("email");
	if (y->kind == FACT_PHONE)
		return SPAN("phone_number");
	buf_reset(room);
	buf_text(room, "identifiers.");
	buf_add(room, type_of(f, y, number)->name);
	return buf_span(room);
}

/* Whether a model says it of the value, or what holds without any count: of the latter, as where
 * values are judged, if two records share it. */
static bool
named(const struct finding *f, enum value_family v, uint32_t number, const char **reason)
{
	const struct family *y = &f->of[v];
	struct span value = facts_text(&f->s->facts, word_of(y, number));
	const struct model_generic *found = NULL;
	struct buf room = { 0 };

	if (y->holders[number] > 0 && !map_has(f->allow, value))
		found = model_generic_find(f->g->frozen, field_name(f, y, number, &room), value);
	buf_done(&room);
	if (found != NULL)
		*reason = found->reason.p;
	return found != NULL || (y->holders[number] > 1 && suspicious(f, v, number, reason) &&
	    *reason != NULL);
}

static void
suspect(struct family *y, uint32_t number, const char *reason)
{
	y->list = mem_grow(y->list, y->listed + 1, &y->list_cap, sizeof *y->list);
	y->list[y->listed++] = (struct suspect){ number, y->holders[number], y->members, 0, reason };
	y->mark[number] = reason == NULL ? MARK_SUSPECT :
	    strcmp(reason, "household") == 0 ? MARK_STAYS : MARK_OUT;
	if (reason == NULL)
		y->members += y->holders[number];
}

/* NULL: the value stays. "household": it stays, but is no one's alone. */
static const char *
judge(const struct finding *f, enum value_family v, struct suspect *x)
{
	const struct family *y = &f->of[v];
	uint64_t commonest;

	x->people = people_of(f, y->member + x->at, x->holders, &commonest);
	if (x->people <= people_most(v, type_of(f, y, x->number)))
		return NULL;
	if (10 * x->people >= 3 * (uint64_t)x->holders)
		return "holders";
	if (x->people <= HOUSEHOLD_MOST && 10 * commonest >= 6 * (uint64_t)x->holders)
		return "household";
	return NULL;
}

static void
sum_up(struct family *y)
{
	for (uint32_t i = 0; i < y->count; i++) {
		y->once += y->holders[i] == 1;
		y->twice += y->holders[i] == 2;
		y->distinct += y->holders[i] > 0;
	}
	y->fitted = fitted_cap(y);
}

/* The values that two records share at least, and are not plainly somebody's. */
static void
find_suspects(void *arg, unsigned v)
{
	struct finding *f = arg;
	struct family *y = &f->of[v];
	const char *reason;

	sum_up(y);
	y->mark = mem_zero((size_t)y->count + 1, 1);
	for (uint32_t i = 0; i < y->count; i++)
		if (f->g->frozen != NULL ? named(f, (enum value_family)v, i, &reason) :
		    y->holders[i] > 1 && suspicious(f, (enum value_family)v, i, &reason))
			suspect(y, i, reason);
}

/* Looks at rows and changes none. */
static void
judge_family(void *arg, unsigned v)
{
	struct finding *f = arg;
	struct family *y = &f->of[v];

	for (size_t i = 0; i < y->listed; i++) {
		struct suspect *x = &y->list[i];

		if (x->reason != NULL)
			continue;
		x->reason = judge(f, (enum value_family)v, x);
		y->mark[x->number] = x->reason != NULL && strcmp(x->reason, "holders") == 0 ?
		    MARK_OUT : MARK_STAYS;
	}
}

/* ---- what is done about it ---- */

void
generic_remember(struct generic *g, struct generic_value value)
{
	value.value = arena_copy(&g->arena, value.value);
	g->list = mem_grow(g->list, g->count + 1, &g->cap, sizeof *g->list);
	g->list[g->count++] = value;
}

static void
remember_family(struct finding *f, const struct family *y)
{
	struct buf room = { 0 };

	for (size_t i = 0; i < y->listed; i++) {
		const struct suspect *x = &y->list[i];

		if (x->reason != NULL)
			generic_remember(f->g, (struct generic_value){
			    arena_copy(&f->g->arena, field_name(f, y, x->number, &room)), facts_text(&f->s->facts, word_of(y, x->number)), x->holders, x->people, x->reason,
			    y->mark[x->number] == MARK_OUT ? "null" : "shared" });
	}
	buf_done(&room);
}

static bool
is_out(const struct finding *f, uint32_t word)
{
	for (int v = 0; v < VALUE_FAMILIES; v++)
		if (fact_kind(word) == f->of[v].kind)
			return f->of[v].mark[fact_number(word)] == MARK_OUT;
	return false;
}

static void
take_out(void *arg, unsigned task)
{
	struct finding *f = arg;
	struct store *s = f->s;
	size_t from = (size_t)task * TASK, to = from + TASK < s->count ? from + TASK : s->count;

	for (size_t i = from; i < to; i++)
		for (uint32_t *at = s->facts.word + s->rec[i].row;
		    s->rec[i].flags & REC_LINKED && *at != 0; at++)
			if (is_out(f, *at))
				facts_drop(at);
}

static void
families(struct finding *f, unsigned threads)
{
	bool any = false;

	generic_count(f->of, &f->dates, f->s, f->types, threads);
	parallel_each(threads, VALUE_FAMILIES, find_suspects, f);
	generic_find_members(f->of, f->s, threads);
	parallel_each(threads, VALUE_FAMILIES, judge_family, f);
	for (int v = 0; v < VALUE_FAMILIES; v++) {
		remember_family(f, &f->of[v]);
		any |= f->of[v].listed > 0;
	}
	if (any)
		parallel_each(threads, (unsigned)((f->s->count + TASK - 1) / TASK), take_out, f);
	for (int v = 0; v < VALUE_FAMILIES; v++) {
		mem_free(f->of[v].holders);
		mem_free(f->of[v].mark);
		mem_free(f->of[v].list);
		mem_free(f->of[v].member);
	}
}

static int
by_field(const void *a, const void *b)
{
	const struct generic_value *x = a, *y = b;
	int r = span_cmp(x->field, y->field);

	return r != 0 ? r : span_cmp(x->value, y->value);
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

		r = source_read_all(source, LIST_BYTES, &all, e);
		if (r == 0 && all.len > LIST_BYTES)
			r = error_set(e, USAGE, "E_RULES", "a list of values is larger than 64 MiB");
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
	struct finding f = { .g = g, .s = s, .rules = rules, .types = types,
	    .allow = map_new(), .deny = map_new() };
	int r = load_list(rules->allow_file, f.allow, g->lists, e);

	if (r == 0)
		r = load_list(rules->deny_file, f.deny, g->lists, e);
	if (r == 0) {
		families(&f, threads);
		generic_dates(g, s, f.dates);
		mem_free(f.dates);
		sort_array(g->list, g->count, sizeof *g->list, by_field, 1);
	}
	map_free(f.allow);
	map_free(f.deny);
	return r;
}

void
generic_group(struct generic *g, const struct store *s, const struct types *types,
    unsigned threads)
{
	for (int v = 0; v < VALUE_FAMILIES; v++)
		if (g->values[v] == NULL)
			g->values[v] = groups_build(s, &family_join[v], types, threads);
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

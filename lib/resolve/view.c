/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/view.c: the records in 64 bytes each, and those that say the same as one node. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/cache.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/pipeline.h"
#include "normal/check_digit.h"
#include "resolve/dict.h"
#include "resolve/rules.h"
#include "resolve/sort.h"
#include "resolve/store.h"
#include "resolve/types.h"
#include "resolve/view.h"
#include "resolve/view_priv.h"

enum {
	LIST_MOST = 64,			/* values of one record in one field */
	TASK = 1 << 13,			/* records of one task in which they are compared */
	AHEAD = 16,			/* records: how far the cache is told in advance */
	LINE = 64			/* bytes of the cache that are fetched together */
};

struct making {
	struct view		*w;
	const struct store	*store;
	struct view_fields	 fields;
	struct dict		*sets;
};

/* ---- compare records ---- */

/* Several values of one field, until all lists are known. */
struct several {
	uint32_t	 node;
	uint8_t		 field;
	uint32_t	 count;		/* numbers behind it, ascending */
};

/* What one task found; the slots of several values wait for the number of their set. */
struct compared_rows {
	struct making	*m;
	struct buf	*several;	/* by task: struct several and its numbers */
};

static int
field_of(const struct making *m, uint32_t word)
{
	int t = view_typed(fact_kind(word));

	return t < 0 ? m->fields.of_kind[fact_kind(word)] :
	    m->fields.of_type[t][facts_type(&m->store->facts, word)];
}

static uint32_t
compared_number(uint32_t word)
{
	return fact_number(word) | (fact_kind(word) == FACT_BIRTHDATE_ALT ? DATE_UNSURE : 0);
}

/* The slot of several values, which may be the same; those that are not wait in `several`. */
static uint32_t
slot_of(const struct making *m, const uint32_t *row, enum fact_kind kind, int field, uint32_t node,
    struct buf *several)
{
	struct several head = { node, (uint8_t)field, 0 };
	uint32_t list[LIST_MOST];
	size_t n = 0;

	for (; *row != 0 && n < LIST_MOST; row++)
		if (fact_kind(*row) == kind && field_of(m, *row) == field)
			list[n++] = compared_number(*row);
	sort_array(list, n, sizeof *list, sort_by_number, 1);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || list[i] != list[i - 1])
			list[head.count++] = list[i];
	if (head.count == 1)
		return list[0] + 1;
	buf_add(several, span_make((const char *)&head, sizeof head));
	buf_add(several, span_make((const char *)list, head.count * sizeof *list));
	return SLOT_SET;
}

/* Of two kinds in one field, a date and its other readings, the first one counts. */
static void
compare_row(const struct making *m, uint32_t record, struct compared *out, struct buf *several)
{
	const uint32_t *row = rec_row(m->store, record);
	enum fact_kind kind[FIELDS_MAX];
	uint32_t many = 0;		/* bit f: the field has several values */

	*out = (struct compared){ 0 };
	for (const uint32_t *at = row; *at != 0; at++) {
		int f = field_of(m, *at);

		if (f < 0)
			continue;
		if (out->slot[f] == 0) {
			out->slot[f] = compared_number(*at) + 1;
			kind[f] = fact_kind(*at);
		} else if (kind[f] == fact_kind(*at)) {
			many |= (uint32_t)1 << f;
		}
	}
	for (; many != 0; many &= many - 1) {
		int f = __builtin_ctz(many);

		out->slot[f] = slot_of(m, row, kind[f], f, (uint32_t)(out - m->w->node), several);
	}
}

/* Each record as a node of its own, at its own place. */
static void
compare_some(void *arg, unsigned task)
{
	const struct compared_rows *c = arg;
	const struct store *s = c->m->store;
	struct view *w = c->m->w;
	size_t from = (size_t)task * TASK, to = from + TASK < s->count ? from + TASK : s->count;

	for (size_t i = from; i < to; i++) {
		if (i + AHEAD < s->count)
			cache_expect(s->rec[i + AHEAD].cold);
		if (!(s->rec[i].flags & REC_LINKED))
			continue;
		compare_row(c->m, (uint32_t)i, &w->node[i], &c->several[task]);
		w->node_hash[i] = hash64(rec_id(&s->rec[i]), 0);
	}
}

/* Gives each list of one task its set: a list is a set once. */
static void
number_sets(struct making *m, struct span several)
{
	while (several.len > 0) {
		struct several head;
		struct span list;

		memcpy(&head, several.p, sizeof head);
		list = span_head(span_skip(several, sizeof head), head.count * sizeof(uint32_t));
		m->w->node[head.node].slot[head.field] = SLOT_SET |
		    dict_add(m->sets, list, dict_hash(list));
		several = span_skip(several, sizeof head + list.len);
	}
}

static void
compare_records(struct making *m, unsigned threads)
{
	unsigned tasks = (unsigned)((m->store->count + TASK - 1) / TASK);
	struct compared_rows c = { m, mem_zero(tasks, sizeof *c.several) };

	parallel_each(threads, tasks, compare_some, &c);
	for (unsigned t = 0; t < tasks; t++) {
		number_sets(m, buf_span(&c.several[t]));
		buf_done(&c.several[t]);
	}
	mem_free(c.several);
}

static void
take_sets(struct making *m)
{
	struct view *w = m->w;
	size_t used = 0;

	w->sets = dict_count(m->sets);
	w->set_at = mem_alloc(((size_t)w->sets + 1) * sizeof *w->set_at);
	for (uint32_t i = 0; i < w->sets; i++) {
		w->set_at[i] = (uint32_t)used;
		used += dict_text(m->sets, i).len / sizeof(uint32_t);
	}
	w->set_at[w->sets] = (uint32_t)used;
	w->set_value = mem_alloc((used + 1) * sizeof *w->set_value);
	for (uint32_t i = 0; i < w->sets; i++) {
		struct span list = dict_text(m->sets, i);

		memcpy(w->set_value + w->set_at[i], list.p, list.len);
	}
}

/* ---- nodes ---- */

static void
make_nodes(struct making *m, unsigned threads)
{
	struct view *w = m->w;
	size_t count = m->store->count;

	m->sets = dict_new();
	w->node = mem_lines(count + 1, sizeof *w->node);
	w->node_hash = mem_alloc((count + 1) * sizeof *w->node_hash);
	compare_records(m, threads);
	take_sets(m);
	dict_free(m->sets);
	view_fold(w, m->store, threads);
}

static void
add_rows(struct view *w, enum field_type t, const void *row, size_t size)
{
	if (w->of_type[t] >= 0)
		w->rows[w->rows_count++] = (struct view_rows){ (unsigned)w->of_type[t],
		    (uint32_t)size, LINE % size == 0 ? 0 : (uint32_t)size - 1, row };
}

static void
find_rows(struct view *w)
{
	const struct values *v = &w->values;

	add_rows(w, FIELD_GIVEN, v->given, sizeof *v->given);
	add_rows(w, FIELD_FAMILY, v->family, sizeof *v->family);
	add_rows(w, FIELD_EMAIL, v->email, sizeof *v->email);
	add_rows(w, FIELD_PHONE, v->phone, sizeof *v->phone);
	add_rows(w, FIELD_PLACE, v->place, sizeof *v->place);
}

static void
find_tops(struct view *w)
{
	for (unsigned f = 0; f < w->fields; f++) {
		enum field_type t = w->field[f].type;

		if (t != FIELD_BIRTHDATE && t != FIELD_PLACE)
			w->top[f] = field_top(t) << f % 8 * LEVEL_BITS;
	}
}

/* One column of names or texts that nobody has told its type: no other field teaches how far two of
 * one thing may differ, or how often strangers have the same. */
static bool
stands_alone(const struct view *w)
{
	const struct field *f = &w->field[0];

	return w->fields == 1 && (f->type == FIELD_STRING || f->type == FIELD_TEXT) &&
	    w->values.said[f->fact_type] == 0;
}

void
view_make_as(struct view *w, const struct store *s, const struct rules *rules,
    const struct types *types, const struct types *attributes, const struct model_file *model,
    unsigned threads)
{
	const struct view_source from = { s, rules, types, attributes, model };
	struct making m = { .w = w, .store = s };

	w->store = s;
	w->blocking = &rules->blocking;
	view_say_types(w, &from);
	values_make(&w->values, s, threads);
	values_let_go(&w->values);
	for (size_t i = 0; i < types_count(types); i++)
		w->values.checked[i] = types_at(types, i)->check != CHECK_NONE;
	view_find_fields(w, &from, &m.fields, threads);
	if (stands_alone(w)) {
		w->of_type[w->field[0].type] = -1;
		w->field[0].type = FIELD_WORDS;
		w->of_type[FIELD_WORDS] = 0;
	}
	if (w->fields == 1 && w->field[0].type == FIELD_WORDS)
		values_rarity(&w->values, w->field[0].fact_type);
	for (unsigned f = 0; f < w->fields; f++)
		if (w->field[f].kind == FACT_ATTRIBUTE && field_contains(w->field[f].type))
			values_find_telling(&w->values, w->field[f].fact_type);
	find_rows(w);
	find_tops(w);
	make_nodes(&m, threads);
	w->sources = (unsigned)map_size(s->sources);
	w->counted = w->records;
}

void
view_make(struct view *w, const struct store *s, const struct rules *rules,
    const struct types *types, const struct types *attributes, unsigned threads)
{
	view_make_as(w, s, rules, types, attributes, NULL, threads);
}

uint64_t
view_node_hash(const struct view *w, uint32_t node)
{
	if (w->node_hash != NULL)
		return w->node_hash[node];
	return hash64(rec_id(&w->store->rec[w->record[w->record_at[node]]]), 0);
}

void
view_drop_hashes(struct view *w)
{
	mem_free(w->node_hash);
	w->node_hash = NULL;
}

void
view_let_go(struct view *w)
{
	view_drop_hashes(w);
	values_done(&w->values);
	mem_free(w->node);
	mem_free(w->source);
	mem_free(w->record_at);
	mem_free(w->record);
	mem_free(w->set_at);
	mem_free(w->set_value);
	w->node = NULL;
	w->source = w->record_at = w->record = w->set_at = w->set_value = NULL;
}

void
view_done(struct view *w)
{
	view_let_go(w);
	arena_done(&w->names);
	*w = (struct view){ 0 };
}

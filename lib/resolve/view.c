/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/view.c: which fields are compared, and the records in 64 bytes each. */
#include "base/alloc.h"
#include "base/hash.h"
#include "base/map.h"
#include "normal/check_digit.h"
#include "resolve/dict.h"
#include "resolve/rules.h"
#include "resolve/sort.h"
#include "resolve/store.h"
#include "resolve/types.h"
#include "resolve/view.h"

enum {
	TYPES = 256,			/* of identifiers, of attributes */
	FILL_LEAST = 50,		/* a field that fewer than one in so many have is left out */
	LARGEST_MOST = 99,		/* per cent of records with one value: it tells nobody apart */
	REPEATS = 80,			/* per cent of records whose attribute says the name again */
	ENTROPY_MOST = 20,		/* bits beyond which a field is worth no more */
	LIST_MOST = 64			/* values of one record in one field */
};

/* What the linked records hold of one kind and type. */
struct holding {
	uint64_t	records, values, distinct, largest, pairs;	/* pairs: Σ c(c−1) / 2 */
	bool		many;		/* some record has two */
	uint32_t	last;		/* record looked at, and one */
};

struct making {
	struct view		*w;
	const struct store	*store;
	const struct rules	*rules;
	const struct types	*types, *attributes;
	struct holding		 kind[FACT_KINDS];
	struct holding		 type[2][TYPES];	/* of identifiers, of attributes */
	int8_t			 field_of[FACT_KINDS];		/* by kind; -1 none */
	int8_t			 field_of_type[2][TYPES];
	struct dict		*sets;
};

static int
typed(enum fact_kind kind)
{
	return kind == FACT_IDENTIFIER ? 0 : kind == FACT_ATTRIBUTE ? 1 : -1;
}

static struct holding *
holding(struct making *m, uint32_t word)
{
	enum fact_kind kind = fact_kind(word);
	int t = typed(kind);

	return t < 0 ? &m->kind[kind] : &m->type[t][facts_type(&m->store->facts, word)];
}

static void
count_records(struct making *m)
{
	for (uint32_t i = 0; i < m->store->count; i++) {
		if (!(m->store->rec[i].flags & REC_LINKED))
			continue;
		m->w->records++;
		for (const uint32_t *at = rec_row(m->store, i); *at != 0; at++) {
			struct holding *h = holding(m, *at);

			h->values++;
			if (h->last == i + 1)
				h->many = true;
			else
				h->records++;
			h->last = i + 1;
		}
	}
}

static void
count_value(struct holding *h, uint64_t holders)
{
	h->distinct += holders > 0;
	h->pairs += holders * (holders - (holders > 0)) / 2;
	if (holders > h->largest)
		h->largest = holders;
}

static void
count_values(struct making *m)
{
	const struct facts *f = &m->store->facts;

	for (int k = 1; k < FACT_KINDS; k++)
		for (uint32_t i = 0; f->dict[k] != NULL && i < dict_count(f->dict[k]); i++)
			count_value(holding(m, fact_word((enum fact_kind)k, i)),
			    m->w->values.holders[k][i]);
	for (uint32_t i = 0; i < 10000 << 9; i++)
		if (m->w->values.days[i] > 0)
			count_value(&m->kind[FACT_BIRTHDATE], m->w->values.days[i]);
}

/* ---- which fields ---- */

static bool
too_empty(const struct making *m, const struct holding *h)
{
	return h->records == 0 || h->records * FILL_LEAST < m->w->records ||
	    (h->distinct > 0 && h->largest * 100 >= h->records * LARGEST_MOST);
}

/* A number that every record has for itself, as a line number: nothing can agree. */
static bool
serial(const struct making *m, const struct holding *h)
{
	return h->distinct * 1000 >= h->values * 999 && h->pairs * 1000 <= m->w->records;
}

static struct field *
add(struct making *m, enum fact_kind kind, uint8_t type, enum field_type what, enum nature nature,
    const struct holding *h)
{
	struct view *w = m->w;
	struct field *f;
	int t = typed(kind);

	if (w->fields == FIELDS_MAX)
		return NULL;
	f = &w->field[w->fields];
	*f = (struct field){ .type = what, .nature = nature, .kind = kind, .fact_type = type,
	    .records = h->records, .distinct = h->distinct };
	if (t < 0)
		m->field_of[kind] = (int8_t)w->fields;
	else
		m->field_of_type[t][type] = (int8_t)w->fields;
	if (w->of_type[what] < 0)
		w->of_type[what] = (int)w->fields;
	w->fields++;
	return f;
}

static void
add_standard(struct making *m, enum fact_kind kind, enum field_type what, enum nature nature,
    const char *name)
{
	struct holding *h = &m->kind[kind];
	struct field *f = too_empty(m, h) ? NULL : add(m, kind, 0, what, nature, h);

	if (f != NULL)
		f->name = span_from(name);
}

/* An address whose street nobody gives is no place: its town and its postcode are compared. */
static bool
has_streets(const struct making *m)
{
	const struct values *v = &m->w->values;
	const struct dict *d = m->store->facts.dict[FACT_PLACE];
	uint64_t with = 0;

	for (uint32_t i = 0; d != NULL && i < dict_count(d); i++)
		if (v->place[i].street != VALUE_NONE)
			with += v->holders[FACT_PLACE][i];
	return with > 0 && with * FILL_LEAST >= m->w->records;
}

/* With its group: "email" may be an identifier, too. */
static struct span
identifier_name(struct making *m, struct span type)
{
	struct span group = SPAN("identifiers.");
	char *name = arena_alloc(&m->w->names, group.len + type.len);

	memcpy(name, group.p, group.len);
	memcpy(name + group.len, type.p, type.len);
	return span_make(name, group.len + type.len);
}

/* As the rules say, else as it is usually. */
static enum nature
nature_of(const struct making *m, struct span name, enum nature usual)
{
	const struct field_rule *f = rules_field(m->rules, name);

	return f != NULL && f->nature >= 0 ? (enum nature)f->nature : usual;
}

static void
add_identifiers(struct making *m)
{
	uint8_t order[TYPES];

	types_order(m->types, order);
	for (size_t i = 0; i < types_count(m->types); i++) {
		const struct type *t = types_at(m->types, order[i]);
		struct holding *h = &m->type[0][order[i]];
		struct field *f;

		if (too_empty(m, h) || (serial(m, h) && m->w->records > 1000))
			continue;
		f = add(m, FACT_IDENTIFIER, order[i], FIELD_IDENTIFIER, NATURE_PERSONAL, h);
		if (f == NULL)
			continue;
		f->name = identifier_name(m, t->name);
		f->nature = nature_of(m, f->name, NATURE_PERSONAL);
		f->exclusive = t->exclusive;
	}
}

/* Bits that a field tells at most, in thousandths: −log2 of the chance that two agree. */
static uint64_t
worth(const struct holding *h)
{
	uint64_t all = h->values * (h->values - 1) / 2, same = h->pairs + 1, bits = 0;

	for (; same < all && bits < ENTROPY_MOST; bits++)
		same *= 2;
	return bits * h->records;
}

struct attribute {
	uint8_t		type;
	uint64_t	worth;
	struct span	name;
};

static int
by_worth(const void *a, const void *b)
{
	const struct attribute *x = a, *y = b;

	if (x->worth != y->worth)
		return x->worth > y->worth ? -1 : 1;
	return span_cmp(x->name, y->name);
}

static bool
has_word(const struct values *v, const struct words_row *text, uint32_t word)
{
	for (uint32_t i = 0; i < text->count; i++)
		if (v->word[text->at + i] == word)
			return true;
	return false;
}

/* Whether the text holds the first word of each name. */
static bool
holds_names(const struct values *v, uint32_t attribute, uint32_t given, uint32_t family)
{
	const struct words_row *text = &v->attribute[fact_number(attribute)].words;
	const struct name_row *g = &v->given[fact_number(given)];
	const struct name_row *f = &v->family[fact_number(family)];

	return g->count > 0 && f->count > 0 && has_word(v, text, g->token[0]) &&
	    has_word(v, text, f->token[0]);
}

/* Attributes that say the name again, as "full_name" beside its parts does: what agrees in them
 * agrees in the names, and must not count twice. */
static void
find_repeats(struct making *m, bool repeats[TYPES])
{
	const struct values *v = &m->w->values;
	uint64_t both[TYPES] = { 0 }, held[TYPES] = { 0 };

	for (uint32_t i = 0; i < m->store->count; i++) {
		const uint32_t *row = rec_row(m->store, i);
		uint32_t given = facts_find(row, FACT_GIVEN), family = facts_find(row, FACT_FAMILY);

		if (given == 0 || family == 0 || !(m->store->rec[i].flags & REC_LINKED))
			continue;
		for (; *row != 0; row++) {
			uint8_t t;

			if (fact_kind(*row) != FACT_ATTRIBUTE)
				continue;
			t = facts_type(&m->store->facts, *row);
			if (v->attribute_type[t] != FIELD_STRING && v->attribute_type[t] != FIELD_TEXT)
				continue;
			both[t]++;
			held[t] += holds_names(v, *row, given, family);
		}
	}
	for (int t = 0; t < TYPES; t++)
		repeats[t] = held[t] * 100 > both[t] * REPEATS;
}

static void
add_attributes(struct making *m)
{
	bool repeats[TYPES];
	struct attribute list[TYPES];
	size_t n = 0;

	find_repeats(m, repeats);
	for (size_t i = 0; i < types_count(m->attributes); i++) {
		struct holding *h = &m->type[1][i];
		enum field_type what = (enum field_type)m->w->values.attribute_type[i];

		if (too_empty(m, h) || repeats[i] || (m->w->values.said[i] == 0 &&
		    (what == FIELD_CODE || what == FIELD_NUMBER) && serial(m, h)))
			continue;
		list[n++] = (struct attribute){ (uint8_t)i, worth(h), types_at(m->attributes, i)->name };
	}
	sort_array(list, n, sizeof *list, by_worth, 1);
	for (size_t i = 0; i < n; i++) {
		struct holding *h = &m->type[1][list[i].type];
		enum field_type what = h->many ? FIELD_ARRAY :
		    (enum field_type)m->w->values.attribute_type[list[i].type];
		struct field *f = add(m, FACT_ATTRIBUTE, list[i].type, what,
		    nature_of(m, list[i].name, NATURE_FREE), h);

		if (f != NULL)
			f->name = list[i].name;
	}
}

static void
find_fields(struct making *m)
{
	memset(m->field_of, -1, sizeof m->field_of);
	memset(m->field_of_type, -1, sizeof m->field_of_type);
	for (int t = 0; t < FIELD_TYPES; t++)
		m->w->of_type[t] = -1;
	add_standard(m, FACT_GIVEN, FIELD_GIVEN, NATURE_PERSONAL, "given_name");
	add_standard(m, FACT_FAMILY, FIELD_FAMILY, NATURE_SHARED, "family_name");
	add_standard(m, FACT_BIRTHDATE, FIELD_BIRTHDATE, NATURE_PERSONAL, "birthdate");
	add_standard(m, FACT_SEX, FIELD_SEX, NATURE_PERSONAL, "gender");
	add_standard(m, FACT_SUFFIX, FIELD_SUFFIX, NATURE_PERSONAL, "attributes.name_suffix");
	add_standard(m, FACT_EMAIL, FIELD_EMAIL, NATURE_SHARED, "email");
	add_standard(m, FACT_PHONE, FIELD_PHONE, NATURE_SHARED, "phone_number");
	if (has_streets(m)) {
		add_standard(m, FACT_PLACE, FIELD_PLACE, NATURE_SHARED, "address");
	} else {
		add_standard(m, FACT_POSTCODE, FIELD_POSTCODE, NATURE_SHARED, "address.postal_code");
		add_standard(m, FACT_LOCALITY, FIELD_LOCALITY, NATURE_SHARED, "address.locality");
	}
	add_identifiers(m);
	add_attributes(m);
}

/* ---- compare records ---- */

/* The slot of several values: their set, each list once. */
static uint32_t
set_slot(struct making *m, uint32_t *list, size_t n)
{
	size_t distinct = 0;
	uint32_t number;
	struct span key;

	sort_array(list, n, sizeof *list, sort_by_number, 1);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || list[i] != list[i - 1])
			list[distinct++] = list[i];
	if (distinct == 1)
		return list[0] + 1;
	key = span_make((const char *)list, distinct * sizeof *list);
	number = dict_add(m->sets, key, dict_hash(key));
	return SLOT_SET | number;
}

static int
field_of(const struct making *m, uint32_t word)
{
	int t = typed(fact_kind(word));

	return t < 0 ? m->field_of[fact_kind(word)] :
	    m->field_of_type[t][facts_type(&m->store->facts, word)];
}

static void
compare_row(struct making *m, uint32_t record, struct compared *out)
{
	uint32_t list[LIST_MOST];
	const uint32_t *row = rec_row(m->store, record);

	*out = (struct compared){ 0 };
	for (const uint32_t *at = row; *at != 0; at++) {
		int f = field_of(m, *at);
		size_t n = 0;

		if (f < 0 || out->slot[f] != 0)
			continue;
		for (const uint32_t *more = at; *more != 0 && n < LIST_MOST; more++)
			if (fact_kind(*more) == fact_kind(*at) && field_of(m, *more) == f)
				list[n++] = fact_number(*more);
		out->slot[f] = n == 1 ? list[0] + 1 : set_slot(m, list, n);
	}
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

static uint64_t
node_key(const struct compared *c, uint32_t source)
{
	return hash64(span_make((const char *)c, sizeof *c), source);
}

static bool
says_nothing(const struct compared *c)
{
	for (int i = 0; i < FIELDS_MAX; i++)
		if (c->slot[i] != 0)
			return false;
	return true;
}

/* Gives each linked record its node: the first record, in the order of ids, that says the same
 * and comes from the same source. */
static void
fold(struct making *m, uint32_t *node_of)
{
	struct view *w = m->w;
	size_t size = 16, at;
	uint32_t *table;

	while (size < w->records + w->records / 2)
		size *= 2;
	table = mem_zero(size, sizeof *table);		/* node and one */
	for (uint32_t i = 0; i < m->store->count; i++) {
		uint32_t source = m->store->rec[i].source;
		struct compared c;

		node_of[i] = VALUE_NONE;
		if (!(m->store->rec[i].flags & REC_LINKED))
			continue;
		compare_row(m, i, &c);
		at = node_key(&c, source) & (size - 1);
		for (; table[at] != 0 && !says_nothing(&c); at = (at + 1) & (size - 1)) {
			uint32_t other = table[at] - 1;

			if (w->source[other] == source && memcmp(&w->node[other], &c, sizeof c) == 0)
				break;
		}
		if (table[at] == 0 || says_nothing(&c)) {
			w->node[w->nodes] = c;
			w->source[w->nodes] = source;
			w->node_hash[w->nodes] = hash64(rec_id(&m->store->rec[i]), 0);
			if (table[at] == 0)
				table[at] = w->nodes + 1;
			node_of[i] = w->nodes++;
		} else {
			node_of[i] = table[at] - 1;
		}
	}
	mem_free(table);
}

static void
list_records(struct view *w, const uint32_t *node_of, size_t count)
{
	w->record_at = mem_zero((size_t)w->nodes + 2, sizeof *w->record_at);
	w->record = mem_alloc((w->records + 1) * sizeof *w->record);
	for (size_t i = 0; i < count; i++)
		if (node_of[i] != VALUE_NONE)
			w->record_at[node_of[i] + 2]++;
	for (size_t i = 2; i < (size_t)w->nodes + 2; i++)
		w->record_at[i] += w->record_at[i - 1];
	for (size_t i = 0; i < count; i++)
		if (node_of[i] != VALUE_NONE)
			w->record[w->record_at[node_of[i] + 1]++] = (uint32_t)i;
}

/* Types of attributes that the rules give. */
static void
say_types(struct making *m)
{
	for (size_t i = 0; i < types_count(m->attributes); i++) {
		const struct field_rule *f = rules_field(m->rules, types_at(m->attributes, i)->name);

		if (f != NULL && f->type >= 0)
			m->w->values.said[i] = (uint8_t)(f->type + 1);
	}
}

void
view_make(struct view *w, const struct store *s, const struct rules *rules,
    const struct types *types, const struct types *attributes)
{
	struct making m = { .w = w, .store = s, .rules = rules, .types = types,
	    .attributes = attributes };
	uint32_t *node_of = mem_alloc((s->count + 1) * sizeof *node_of);

	w->store = s;
	w->blocking = &rules->blocking;
	say_types(&m);
	values_make(&w->values, s);
	for (size_t i = 0; i < types_count(types); i++)
		w->values.checked[i] = types_at(types, i)->check != CHECK_NONE;
	count_records(&m);
	count_values(&m);
	find_fields(&m);
	m.sets = dict_new();
	w->node = mem_alloc((w->records + 1) * sizeof *w->node);
	w->source = mem_alloc((w->records + 1) * sizeof *w->source);
	w->node_hash = mem_alloc((w->records + 1) * sizeof *w->node_hash);
	fold(&m, node_of);
	take_sets(&m);
	list_records(w, node_of, s->count);
	w->sources = (unsigned)map_size(s->sources);
	dict_free(m.sets);
	mem_free(node_of);
}

void
view_done(struct view *w)
{
	values_done(&w->values);
	mem_free(w->node);
	mem_free(w->source);
	mem_free(w->node_hash);
	mem_free(w->record_at);
	mem_free(w->record);
	mem_free(w->set_at);
	mem_free(w->set_value);
	arena_done(&w->names);
	*w = (struct view){ 0 };
}

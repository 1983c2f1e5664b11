/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/view_fields.c: which fields are compared, by what the linked records hold. */
#include "base/alloc.h"
#include "base/pipeline.h"
#include "resolve/dict.h"
#include "resolve/model_file.h"
#include "resolve/rules.h"
#include "resolve/sort.h"
#include "resolve/store.h"
#include "resolve/types.h"
#include "resolve/view.h"
#include "resolve/view_priv.h"
#include "resolve/whole_names.h"

enum {
	FILL_LEAST = 50,		/* a field that fewer than one in so many have is left out */
	LARGEST_MOST = 99,		/* per cent of records with one value: it tells nobody apart, */
	PAIR = 2,			/* unless so few have it that it is a match and no default */
	REPEATS = 80,			/* per cent of records whose attribute says the name again */
	ENTROPY_MOST = 20,		/* bits beyond which a field is worth no more */
	MILLION = 1000000,		/* a number is counted in millionths */
	TELLS_LITTLE = 2,		/* bits: a quarter of strangers agree */
	CODES_LEAST = 3,		/* one text in so many has a code, or its codes are left out */
	COUNTS = 8			/* tasks in which records are counted */
};

/* What the linked records hold of one kind and type. */
struct holding {
	uint64_t	records, values, distinct, largest, pairs;	/* pairs: Σ c(c−1) / 2 */
	bool		many;		/* some record has two */
	uint32_t	last;		/* record looked at, and one */
};

/* What all of them hold, or those of one task. */
struct holdings {
	uint64_t		 records;
	struct holding		 kind[FACT_KINDS];
	struct holding		 type[2][VIEW_TYPES];	/* of identifiers, of attributes */
	struct whole_names	 names;
	uint64_t		 named[VIEW_TYPES];	/* by type of attribute: texts beside both names ... */
	uint64_t		 naming[VIEW_TYPES];	/* ... and those that say them again */
};

struct counting {
	const struct store	*store;
	const struct values	*values;
	int			 whole;		/* type of the attribute of whole names; -1 none */
	struct holdings		*of;		/* by task */
};

struct making {
	struct view		*w;
	const struct view_source *from;
	struct view_fields	*to;
	struct holdings		 held;
	int			 whole;		/* type of the attribute of whole names; -1 none */
	bool			 organisations;	/* whole names are compared, and not their parts */
};

/* Of one kind, or of one of its types. */
static struct holding *
holding(struct holdings *h, const struct facts *f, uint32_t word)
{
	enum fact_kind kind = fact_kind(word);
	int t = view_typed(kind);

	if (kind == FACT_BIRTHDATE_ALT)
		kind = FACT_BIRTHDATE;
	return t < 0 ? &h->kind[kind] : &h->type[t][facts_type(f, word)];
}

static void
count_row(struct holdings *own, const struct facts *f, const uint32_t *row, uint32_t record)
{
	for (; *row != 0; row++) {
		struct holding *h = holding(own, f, *row);

		h->values++;
		if (h->last == record + 1)
			h->many = true;
		else
			h->records++;
		h->last = record + 1;
	}
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

static void
count_naming(struct holdings *own, const struct values *v, const uint32_t *row)
{
	const uint32_t *at = row;
	uint32_t given, family;

	while (*at != 0 && fact_kind(*at) != FACT_ATTRIBUTE)
		at++;
	given = *at == 0 ? 0 : facts_find(row, FACT_GIVEN);
	family = *at == 0 ? 0 : facts_find(row, FACT_FAMILY);
	if (given == 0 || family == 0)
		return;
	for (; *at != 0; at++) {
		uint8_t t;

		if (fact_kind(*at) != FACT_ATTRIBUTE)
			continue;
		t = facts_type(v->facts, *at);
		if (v->attribute_type[t] != FIELD_STRING && v->attribute_type[t] != FIELD_TEXT)
			continue;
		own->named[t]++;
		own->naming[t] += holds_names(v, *at, given, family);
	}
}

static void
count_some(void *arg, unsigned task)
{
	const struct counting *c = arg;
	const struct store *s = c->store;
	struct holdings *own = &c->of[task];
	size_t from = s->count * task / COUNTS, to = s->count * (task + 1) / COUNTS;

	for (size_t i = from; i < to; i++) {
		const uint32_t *row = rec_row(s, (uint32_t)i);

		if (!(s->rec[i].flags & REC_LINKED))
			continue;
		own->records++;
		count_row(own, &s->facts, row, (uint32_t)i);
		count_naming(own, c->values, row);
		if (c->whole >= 0)
			whole_names_count(&own->names, c->values, row, c->whole);
	}
}

static void
add_holding(struct holding *to, const struct holding *from)
{
	to->records += from->records;
	to->values += from->values;
	to->many |= from->many;
}

static void
add_holdings(struct holdings *to, const struct holdings *from)
{
	to->records += from->records;
	for (int k = 0; k < FACT_KINDS; k++)
		add_holding(&to->kind[k], &from->kind[k]);
	for (int t = 0; t < VIEW_TYPES; t++) {
		add_holding(&to->type[0][t], &from->type[0][t]);
		add_holding(&to->type[1][t], &from->type[1][t]);
		to->named[t] += from->named[t];
		to->naming[t] += from->naming[t];
	}
	whole_names_add(&to->names, &from->names);
}

static void
count_records(struct making *m, unsigned threads)
{
	struct counting c = { m->from->store, &m->w->values, m->whole, mem_zero(COUNTS, sizeof *c.of) };

	parallel_each(threads, COUNTS, count_some, &c);
	for (int task = 0; task < COUNTS; task++)
		add_holdings(&m->held, &c.of[task]);
	m->w->records = m->held.records;
	if (m->whole >= 0)
		whole_names_words(&m->held.names, &m->w->values, m->whole);
	mem_free(c.of);
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
count_days(struct making *m)
{
	const struct facts *f = &m->from->store->facts;
	const uint32_t *days = m->w->values.days;

	for (unsigned year = facts_next_year(f, 0); year < FACT_YEARS; year = facts_next_year(f, year + 1))
		for (uint32_t i = 0; i < FACT_YEAR; i++)
			count_value(&m->held.kind[FACT_BIRTHDATE], days[year * FACT_YEAR + i]);
}

/* The values of one kind, which have a place in `held` that no other kind has; 0: birth dates. */
static void
count_values(void *arg, unsigned kind)
{
	struct making *m = arg;
	const struct facts *f = &m->from->store->facts;
	const struct values *v = &m->w->values;

	for (uint32_t i = 0; f->dict[kind] != NULL && i < dict_count(f->dict[kind]); i++)
		count_value(holding(&m->held, f, fact_word((enum fact_kind)kind, i)), v->holders[kind][i]);
	if (kind == 0)
		count_days(m);
}

/* ---- which fields ---- */

static bool
too_empty(const struct making *m, const struct holding *h)
{
	return h->records == 0 || h->records * FILL_LEAST < m->w->records ||
	    (h->records > PAIR && h->largest * 100 >= h->records * LARGEST_MOST);
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
	int t = view_typed(kind);

	if (w->fields == FIELDS_MAX)
		return NULL;
	f = &w->field[w->fields];
	*f = (struct field){ .type = what, .nature = nature, .kind = kind, .fact_type = type,
	    .records = h->records, .present = h->records, .distinct = h->distinct };
	if (t < 0)
		m->to->of_kind[kind] = (int8_t)w->fields;
	else
		m->to->of_type[t][type] = (int8_t)w->fields;
	if (kind == FACT_BIRTHDATE)
		m->to->of_kind[FACT_BIRTHDATE_ALT] = m->to->of_kind[kind];
	if (w->of_type[what] < 0)
		w->of_type[what] = (int)w->fields;
	w->fields++;
	return f;
}

static void
add_standard(struct making *m, enum fact_kind kind, enum field_type what, enum nature nature,
    const char *name)
{
	struct holding *h = &m->held.kind[kind];
	struct field *f = too_empty(m, h) ? NULL : add(m, kind, 0, what, nature, h);

	if (f != NULL)
		f->name = span_from(name);
}

/* An address whose street nobody gives is no place: its town and its postcode are compared. */
static bool
has_streets(const struct making *m)
{
	const struct values *v = &m->w->values;
	const struct dict *d = m->from->store->facts.dict[FACT_PLACE];
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
	const struct field_rule *f = rules_field(m->from->rules, name);

	return f != NULL && f->nature >= 0 ? (enum nature)f->nature : usual;
}

static void
add_identifiers(struct making *m)
{
	uint8_t order[VIEW_TYPES];

	types_order(m->from->types, order);
	for (size_t i = 0; i < types_count(m->from->types); i++) {
		const struct type *t = types_at(m->from->types, order[i]);
		struct holding *h = &m->held.type[0][order[i]];
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

/* Attributes that say the name again, as "full_name" beside its parts does: what agrees in them
 * agrees in the names, and must not count twice. */
static void
find_repeats(const struct making *m, bool repeats[VIEW_TYPES])
{
	for (int t = 0; t < VIEW_TYPES; t++)
		repeats[t] = m->held.naming[t] * 100 > m->held.named[t] * REPEATS;
}

/* Codes that only some texts happen to have, a flat behind a street, a year behind a name; and those
 * of a text that says the name again. */
static bool
no_codes(const struct making *m, size_t type, const bool repeats[VIEW_TYPES])
{
	struct span name = types_at(m->from->attributes, type)->name, codes = SPAN(FACT_CODES);

	if (!span_ends(name, codes))
		return false;
	name = span_head(name, name.len - codes.len);
	for (size_t i = 0; i < types_count(m->from->attributes); i++)
		if (span_equal(types_at(m->from->attributes, i)->name, name))
			return ((int)i == m->whole ? !m->organisations : repeats[i]) ||
			    m->held.type[1][i].records > CODES_LEAST * m->held.type[1][type].records;
	return false;
}

/* Names that say the same as the whole ones, or the whole ones where these say no more. */
static bool
says_names(const struct making *m, int type, bool repeats)
{
	struct span name = types_at(m->from->attributes, (size_t)type)->name;

	return m->organisations ?
	    type != m->whole && (repeats || span_is(name, FACT_ORGANISATION)) :
	    repeats || type == m->whole;
}

/* Where nobody has a name, a date or a number of his own, records are of organisations or places,
 * and what they are called is their own: the name of an organisation, else the text that tells most
 * apart. A file of attributes alone shares nothing, and needs none, but for names of a register. */
static size_t
own_attribute(const struct making *m, const struct attribute *list, size_t n)
{
	bool may = m->w->fields > 0 || (n > 1 && whole_names_registered(&m->held.names));
	size_t text = n;

	for (unsigned f = 0; f < m->w->fields; f++)
		if (m->w->field[f].nature == NATURE_PERSONAL)
			return n;
	for (size_t i = 0; i < n && may; i++) {
		uint8_t what = m->w->values.attribute_type[list[i].type];

		if ((what != FIELD_STRING && what != FIELD_TEXT) || span_is(list[i].name, FACT_WEBSITE))
			continue;
		if (list[i].type == m->whole || span_is(list[i].name, FACT_ORGANISATION))
			return i;
		text = text < n ? text : i;
	}
	return text;
}

static enum nature
usual_nature(const struct attribute *a, bool own)
{
	return own ? NATURE_PERSONAL : span_is(a->name, FACT_WEBSITE) ? NATURE_SHARED : NATURE_FREE;
}

/* Most of the numbers have something behind the point, which the number of a line has not. */
static bool
measured(const struct making *m, size_t type)
{
	const struct values *v = &m->w->values;
	const uint8_t *of = v->facts->type[FACT_ATTRIBUTE];
	uint64_t all = 0, parts = 0;

	for (uint32_t i = 0; i < dict_count(v->facts->dict[FACT_ATTRIBUTE]); i++)
		if (of[i] == type) {
			all += v->holders[FACT_ATTRIBUTE][i];
			parts += v->attribute[i].number % MILLION != 0 ? v->holders[FACT_ATTRIBUTE][i] : 0;
		}
	return 2 * parts > all;
}

/* A text that has beside it only what a quarter of strangers agree in, as the list that it is from,
 * stands alone: what such a category teaches of a text is too little to say which are alike. */
static size_t
without_little(const struct making *m, struct attribute *list, size_t n)
{
	const uint8_t *type = m->w->values.attribute_type;
	size_t text = n;

	for (size_t i = 0; i < n; i++) {
		bool is_text = type[list[i].type] == FIELD_STRING || type[list[i].type] == FIELD_TEXT;

		if (is_text ? text < n : type[list[i].type] != FIELD_CATEGORY ||
		    list[i].worth > TELLS_LITTLE * m->held.type[1][list[i].type].records)
			return n;
		text = is_text ? i : text;
	}
	if (m->w->fields > 0 || text == n)
		return n;
	list[0] = list[text];
	return 1;
}

static void
add_attributes(struct making *m)
{
	bool repeats[VIEW_TYPES], registered = whole_names_registered(&m->held.names);
	struct attribute list[VIEW_TYPES];
	size_t n = 0, own;

	find_repeats(m, repeats);
	for (unsigned f = 0; f < m->w->fields; f++)	/* an address shows who has the same name and is another */
		registered &= m->w->field[f].nature != NATURE_SHARED;
	for (size_t i = 0; i < types_count(m->from->attributes); i++) {
		struct holding *h = &m->held.type[1][i];
		enum field_type what = (enum field_type)m->w->values.attribute_type[i];

		if (too_empty(m, h) || says_names(m, (int)i, repeats[i]) || no_codes(m, i, repeats) || (m->w->values.said[i] == 0 &&
		    (what == FIELD_CODE || (what == FIELD_NUMBER && !measured(m, i))) && serial(m, h)))
			continue;
		list[n++] = (struct attribute){ (uint8_t)i, worth(h), types_at(m->from->attributes, i)->name };
	}
	sort_array(list, n, sizeof *list, by_worth, 1);
	n = without_little(m, list, n);
	own = own_attribute(m, list, n);
	for (size_t i = 0; i < n; i++) {
		struct holding *h = &m->held.type[1][list[i].type];
		uint8_t what = h->many ? FIELD_ARRAY : m->w->values.attribute_type[list[i].type];
		bool ruled = rules_field(m->from->rules, list[i].name) != NULL;
		struct field *f = add(m, FACT_ATTRIBUTE, list[i].type, what,
		    nature_of(m, list[i].name, usual_nature(&list[i], i == own)), h);

		if (f == NULL)
			break;
		f->name = list[i].name;
		f->registered = i == own && list[i].type == m->whole && registered;
		f->lent = i == own && !f->registered && !ruled;
		f->code = what == FIELD_CODE && i != own && !ruled;
	}
}

static void
add_own(struct making *m)
{
	if (!m->organisations) {
		add_standard(m, FACT_GIVEN, FIELD_GIVEN, NATURE_PERSONAL, "given_name");
		add_standard(m, FACT_FAMILY, FIELD_FAMILY, NATURE_SHARED, "family_name");
	}
	add_standard(m, FACT_BIRTHDATE, FIELD_BIRTHDATE, NATURE_PERSONAL, "birthdate");
	add_standard(m, FACT_SEX, FIELD_SEX, NATURE_PERSONAL, "gender");
	if (!m->organisations)
		add_standard(m, FACT_SUFFIX, FIELD_SUFFIX, NATURE_PERSONAL, "attributes.name_suffix");
	add_standard(m, FACT_EMAIL, FIELD_EMAIL, NATURE_SHARED, "email");
	add_standard(m, FACT_PHONE, FIELD_PHONE, NATURE_SHARED, "phone_number");
	if (!m->from->rules->splink_levels && has_streets(m)) {
		add_standard(m, FACT_PLACE, FIELD_PLACE, NATURE_SHARED, "address");
	} else {
		add_standard(m, FACT_POSTCODE, FIELD_POSTCODE, NATURE_SHARED, "address.postal_code");
		add_standard(m, FACT_LOCALITY, FIELD_LOCALITY, NATURE_SHARED, "address.locality");
	}
	add_identifiers(m);
	add_attributes(m);
}

/* Each keeps its place, also where no record has a value. */
static void
add_of_model(struct making *m, const struct model_file *model)
{
	for (unsigned i = 0; i < model->model.fields; i++) {
		const struct field *said = &model->field[i];
		enum fact_kind kind = field_kind(said->type);
		int t = view_typed(kind);
		uint8_t type = t < 0 ? 0 : view_type_here(m->from, kind, said->name);
		const struct holding *h = t < 0 ? &m->held.kind[kind] : &m->held.type[t][type];
		struct field *f = add(m, kind, type, said->type, said->nature, h);

		f->name = said->name;
		f->exclusive = said->exclusive;
		if (!model->only_weights) {
			f->records = said->records;
			f->distinct = said->distinct;
		}
	}
}

static void
clear_fields(struct making *m)
{
	memset(m->to->of_kind, -1, sizeof m->to->of_kind);
	memset(m->to->of_type, -1, sizeof m->to->of_type);
	for (int t = 0; t < FIELD_TYPES; t++)
		m->w->of_type[t] = -1;
	m->w->fields = 0;
}

/* Names of people are given and family names where anything else stands beside them. Alone they are a
 * text like any other, in which each word counts as it is rare. */
static void
choose_own(struct making *m)
{
	const struct whole_names *n = &m->held.names;

	m->organisations = m->from->rules->splink_levels ? whole_names_compared(n) : whole_names_mostly(n);
	add_own(m);
	if (!m->organisations || m->w->fields == 1 || whole_names_compared(n))
		return;
	m->organisations = false;
	clear_fields(m);
	add_own(m);
}

static void
find_fields(struct making *m)
{
	clear_fields(m);
	if (m->from->model != NULL)
		add_of_model(m, m->from->model);
	else
		choose_own(m);
	for (unsigned f = 0; f < m->w->fields; f++)
		m->w->field[f].few = field_few(m->w->field[f].type, m->w->field[f].records);
}

void
view_find_fields(struct view *w, const struct view_source *from, struct view_fields *to,
    unsigned threads)
{
	struct making *m = mem_zero(1, sizeof *m);

	m->w = w;
	m->from = from;
	m->to = to;
	m->whole = whole_names_type(from->attributes);
	count_records(m, threads);
	parallel_each(threads, FACT_KINDS, count_values, m);
	find_fields(m);
	mem_free(m);
}

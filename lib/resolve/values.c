/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/values.c: derives what comparisons need, once for each distinct value. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/hash.h"
#include "base/number.h"
#include "normal/address_parts.h"
#include "normal/date.h"
#include "normal/key.h"
#include "normal/name_tokens.h"
#include "normal/nickname.h"
#include "normal/phonetic.h"
#include "normal/postcode_parts.h"
#include "resolve/dict.h"
#include "resolve/sort.h"
#include "resolve/store.h"
#include "resolve/values.h"

enum {
	DAYS = 10000 << 9,		/* birth date numbers there can be */
	WORDS_MAX = 64,			/* of one text that are compared */
	CODE_LEN = 16, STRING_WORDS = 4,	/* resolve 3.1 */
	CATEGORY_VALUES = 64, CATEGORY_HOLDERS = 4, CATEGORY_RECORDS = 1000, CATEGORY_LARGEST = 100
};

/* Roles of parts, the first byte of their text in the dictionary. */
enum role { ROLE_STREET = 's', ROLE_HOUSE = 'h', ROLE_UNIT = 'u', ROLE_POSTCODE = 'p',
    ROLE_PREFIX = 'x', ROLE_LOCALITY = 'l', ROLE_REGION = 'r', ROLE_DOOR = 'd', ROLE_HOME = 'o',
    ROLE_LOCAL = '@', ROLE_DOMAIN = '.' };

struct making {
	struct values	*v;
	struct arena	 arena;		/* of one value */
	struct buf	 text;
};

static uint32_t
values_count(const struct values *v, enum fact_kind kind)
{
	return v->facts->dict[kind] == NULL ? 0 : dict_count(v->facts->dict[kind]);
}

static uint32_t
part(struct making *m, enum role role, struct span text)
{
	struct span key;

	if (text.p == NULL || text.len == 0)
		return VALUE_NONE;
	buf_reset(&m->text);
	buf_byte(&m->text, (char)role);
	buf_add(&m->text, text);
	key = buf_span(&m->text);
	return dict_add(m->v->parts, key, dict_hash(key));
}

static uint32_t
word(struct making *m, struct span text)
{
	return dict_add(m->v->words, text, dict_hash(text));
}

static void
name_row(struct making *m, struct name_row *row, struct span name)
{
	struct name_tokens tokens = name_tokens(name);

	for (size_t t = 0; t < tokens.count; t++)
		row->token[row->count++] = word(m, tokens.token[t]);
	for (size_t i = 0; tokens.count > 0 && i < tokens.token[0].len; i++)
		row->chars += row->chars < 255 && ((unsigned char)tokens.token[0].p[i] & 0xc0) != 0x80;
	row->plain = !tokens.particles && tokens.rest.p == NULL && tokens.generation == 0;
	row->one = row->count == 1 && dict_text(m->v->words, row->token[0]).len == name.len;
	row->whole = sketch_make(name);
}

static struct name_row *
names(struct making *m, enum fact_kind kind)
{
	uint32_t count = values_count(m->v, kind);
	struct name_row *row = mem_zero((size_t)count + 1, sizeof *row);

	for (uint32_t i = 0; i < count; i++)
		name_row(m, &row[i], values_text(m->v, kind, i));
	return row;
}

/* The distinct words of a text, in the order of their numbers. */
static struct words_row
words_row(struct making *m, struct span text)
{
	struct values *v = m->v;
	struct words_row row = { (uint32_t)v->word_count, 0 };
	uint32_t list[WORDS_MAX];
	struct span rest = text, token;
	size_t n = 0;

	while (n < WORDS_MAX && span_split(&rest, ' ', &token))
		if (token.len > 0)
			list[n++] = word(m, token);
	sort_array(list, n, sizeof *list, sort_by_number, 1);
	v->word = mem_grow(v->word, v->word_count + n, &v->word_cap, sizeof *v->word);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || list[i] != list[i - 1])
			v->word[v->word_count + row.count++] = list[i];
	v->word_count += row.count;
	return row;
}

static void
emails(struct making *m)
{
	uint32_t count = values_count(m->v, FACT_EMAIL);

	m->v->email = mem_alloc(((size_t)count + 1) * sizeof *m->v->email);
	for (uint32_t i = 0; i < count; i++) {
		struct span text = values_text(m->v, FACT_EMAIL, i);
		size_t at = span_index(text, '@');

		m->v->email[i].local = part(m, ROLE_LOCAL, span_head(text, at));
		m->v->email[i].domain = part(m, ROLE_DOMAIN,
		    at < text.len ? span_skip(text, at + 1) : span_none());
	}
}

static void
phones(struct making *m)
{
	uint32_t count = values_count(m->v, FACT_PHONE);

	m->v->phone = mem_zero((size_t)count + 1, sizeof *m->v->phone);
	for (uint32_t i = 0; i < count; i++) {
		struct span text = values_text(m->v, FACT_PHONE, i);
		struct phone_row *row = &m->v->phone[i];

		row->sure = text.p[0] == '+';
		for (size_t c = 0; c < text.len && row->count < 19; c++)
			if (text.p[c] >= '0' && text.p[c] <= '9') {
				row->digits = row->digits * 10 + (uint64_t)(text.p[c] - '0');
				row->count++;
			}
	}
}

/* ---- places ---- */

static bool
digit_in(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			return true;
	return false;
}

static void
street_parts(struct making *m, struct place_row *row, struct span street, struct span country)
{
	struct address_parts parts = address_parts(street, country, span_none(), &m->arena);
	struct address_key key = address_key(&parts, &m->arena);

	row->street = part(m, ROLE_STREET, key.street.p != NULL ? key.street : key.po_box);
	row->house = part(m, ROLE_HOUSE, key.number);
	row->unit = part(m, ROLE_UNIT, key.unit);
	if (parts.building.p != NULL)
		row->building = part(m, ROLE_STREET, text_fold(parts.building, &m->arena));
}

static struct span
part_text(const struct values *v, uint32_t number)
{
	return number == VALUE_NONE ? span_none() : span_skip(dict_text(v->parts, number), 1);
}

/* Several parts as one. */
static uint32_t
joined(struct making *m, enum role role, const uint32_t *number, size_t count)
{
	struct buf text = { 0 };
	uint32_t all;

	for (size_t i = 0; i < count; i++) {
		buf_add(&text, part_text(m->v, number[i]));
		buf_byte(&text, PLACE_BETWEEN);
	}
	all = part(m, role, buf_span(&text));
	buf_done(&text);
	return all;
}

/* What a neighbour's postcode has too: the district, or where that is the whole code the region. */
static struct span
area_of(struct span postcode, struct span country)
{
	struct span district = postcode_district(postcode, country);

	return district.p != NULL && district.len < postcode.len ? district :
	    postcode_area(postcode, country);
}

static void
place_row(struct making *m, struct place_row *row, struct span text)
{
	struct span field[PLACE_PARTS], postcode = span_none();

	for (int i = 0; i < PLACE_PARTS; i++)
		if (!span_split(&text, PLACE_BETWEEN, &field[i]))
			field[i] = span_none();
	*row = (struct place_row){ VALUE_NONE, VALUE_NONE, VALUE_NONE, VALUE_NONE, VALUE_NONE,
	    VALUE_NONE, VALUE_NONE, VALUE_NONE, VALUE_NONE, VALUE_NONE };
	if (field[PLACE_STREET].len > 0)
		street_parts(m, row, field[PLACE_STREET], field[PLACE_COUNTRY]);
	if (field[PLACE_POSTCODE].len > 0)
		postcode = postcode_key(field[PLACE_POSTCODE], &m->arena);
	row->postcode = part(m, ROLE_POSTCODE, postcode);
	if (postcode.p != NULL)
		row->prefix = part(m, ROLE_PREFIX, area_of(postcode, field[PLACE_COUNTRY]));
	if (field[PLACE_LOCALITY].len > 0)
		row->locality = part(m, ROLE_LOCALITY, locality_key(field[PLACE_LOCALITY], &m->arena));
	if (field[PLACE_REGION].len > 0)
		row->region = part(m, ROLE_REGION, locality_key(field[PLACE_REGION], &m->arena));
	if (row->street != VALUE_NONE && row->house != VALUE_NONE) {
		uint32_t home[] = { row->street, row->house };
		uint32_t door[] = { row->street, row->house, row->unit,
		    row->postcode != VALUE_NONE ? row->postcode : row->locality };

		row->home = joined(m, ROLE_HOME, home, 2);
		row->door = joined(m, ROLE_DOOR, door, 4);
	}
}

static void
places(struct making *m)
{
	uint32_t count = values_count(m->v, FACT_PLACE);

	m->v->place = mem_alloc(((size_t)count + 1) * sizeof *m->v->place);
	for (uint32_t i = 0; i < count; i++) {
		place_row(m, &m->v->place[i], values_text(m->v, FACT_PLACE, i));
		arena_reset(&m->arena);
	}
}

/* ---- attributes ---- */

/* What the values of one attribute look like, over the records that hold them. */
struct shape {
	uint64_t	holders, values, largest;
	uint64_t	chars, words, digits, dates, numbers, many;
};

static bool
as_date(struct span text, struct arena *arena, int32_t *date)
{
	struct date_parts parts;
	char *iso;

	if (text.len < 8 || text.len > 10)
		return false;
	iso = arena_alloc(arena, text.len + 1);
	for (size_t i = 0; i < text.len; i++)
		iso[i] = text.p[i] == ' ' || text.p[i] == '/' ? '-' : text.p[i];
	if (!date_parse(span_make(iso, text.len), &parts) || parts.year == 0)
		return false;
	*date = (int32_t)((uint32_t)parts.year << 9 | (uint32_t)parts.month << 5 | (uint32_t)parts.mday);
	return true;
}

static size_t
count_words(struct span text)
{
	struct span token;
	size_t n = 0;

	while (span_split(&text, ' ', &token))
		n += token.len > 0;
	return n;
}

static void
look_at(struct shape *s, struct span text, uint32_t holders, struct arena *arena)
{
	int64_t number;
	int32_t date;

	s->holders += holders;
	s->values++;
	if (holders > s->largest)
		s->largest = holders;
	s->chars += (uint64_t)text.len * holders;
	s->words += (uint64_t)count_words(text) * holders;
	s->digits += digit_in(text) ? holders : 0;
	s->dates += as_date(text, arena, &date) ? holders : 0;
	s->numbers += fixed_parse(text, 6, &number) ? holders : 0;
	arena_reset(arena);
}

/* The first rule of resolve 3.1 that holds. */
static enum field_type
type_of(const struct shape *s)
{
	if (20 * s->dates >= 19 * s->holders)
		return FIELD_DATE;
	if (20 * s->numbers >= 19 * s->holders && s->values > CATEGORY_VALUES)
		return FIELD_NUMBER;
	if ((s->values <= CATEGORY_VALUES && s->values * CATEGORY_HOLDERS <= s->holders) ||
	    (s->values <= s->holders / CATEGORY_RECORDS &&
	    s->largest * CATEGORY_LARGEST >= s->holders))
		return FIELD_CATEGORY;
	if (s->chars <= CODE_LEN * s->holders && 10 * s->words <= 11 * s->holders &&
	    2 * s->digits >= s->holders)
		return FIELD_CODE;
	return s->words <= STRING_WORDS * s->holders ? FIELD_STRING : FIELD_TEXT;
}

static void
attribute_row(struct making *m, enum field_type type, union attribute_row *row, struct span text)
{
	if (type == FIELD_STRING || type == FIELD_TEXT)
		row->words = words_row(m, text);
	else if (type == FIELD_NUMBER && !fixed_parse(text, 6, &row->number))
		row->number = INT64_MIN;
	else if (type == FIELD_DATE && !as_date(text, &m->arena, &row->day))
		row->day = 0;
	arena_reset(&m->arena);
}

static void
attributes(struct making *m)
{
	enum { TYPES = 256 };
	struct values *v = m->v;
	uint32_t count = values_count(v, FACT_ATTRIBUTE);
	struct shape *shape = mem_zero(TYPES, sizeof *shape);
	const uint8_t *of = v->facts->type[FACT_ATTRIBUTE];

	v->attribute = mem_zero((size_t)count + 1, sizeof *v->attribute);
	v->attribute_type = mem_alloc(TYPES);
	for (uint32_t i = 0; i < count; i++)
		if (v->holders[FACT_ATTRIBUTE][i] > 0)
			look_at(&shape[of[i]], values_text(v, FACT_ATTRIBUTE, i),
			    v->holders[FACT_ATTRIBUTE][i], &m->arena);
	for (int t = 0; t < TYPES; t++)
		v->attribute_type[t] = (uint8_t)(v->said[t] > 0 ? v->said[t] - 1 :
		    shape[t].holders == 0 ? FIELD_CATEGORY : (int)type_of(&shape[t]));
	for (uint32_t i = 0; i < count; i++)
		attribute_row(m, (enum field_type)v->attribute_type[of[i]], &v->attribute[i],
		    values_text(v, FACT_ATTRIBUTE, i));
	mem_free(shape);
}

/* ---- who holds what ---- */

static void
count_holders(struct values *v, const struct store *s)
{
	v->days = mem_zero(DAYS, sizeof *v->days);
	for (int k = 1; k < FACT_KINDS; k++)
		v->holders[k] = mem_zero((size_t)values_count(v, (enum fact_kind)k) + 1, sizeof **v->holders);
	for (uint32_t i = 0; i < s->count; i++) {
		if (!(s->rec[i].flags & REC_LINKED))
			continue;
		for (const uint32_t *at = rec_row(s, i); *at != 0; at++) {
			enum fact_kind kind = fact_kind(*at);

			if (kind == FACT_BIRTHDATE && fact_number(*at) < DAYS)
				v->days[fact_number(*at)]++;
			else if (v->facts->dict[kind] != NULL)
				v->holders[kind][fact_number(*at)]++;
		}
	}
}

static void
hash_values(struct values *v)
{
	for (int k = 1; k < FACT_KINDS; k++) {
		uint32_t count = values_count(v, (enum fact_kind)k);

		v->hash[k] = mem_alloc(((size_t)count + 1) * sizeof **v->hash);
		for (uint32_t i = 0; i < count; i++)
			v->hash[k][i] = hash64(values_text(v, (enum fact_kind)k, i), 0);
	}
}

static void
count_tokens(struct values *v, enum fact_kind kind, struct name_row *row, int role)
{
	for (uint32_t i = 0; i < values_count(v, kind); i++) {
		for (unsigned t = 0; t < row[i].count; t++)
			v->token[row[i].token[t]].holders[role] += v->holders[kind][i];
		row[i].nicknamed = row[i].count > 0 && v->token[row[i].token[0]].nickname[0] != 0;
	}
}

static void
tokens(struct values *v)
{
	v->token_count = dict_count(v->words);
	v->token = mem_zero((size_t)v->token_count + 1, sizeof *v->token);
	for (uint32_t i = 0; i < v->token_count; i++) {
		struct token *t = &v->token[i];

		t->text = dict_text(v->words, i);
		t->hash = hash64(t->text, 0);
		t->sketch = sketch_make(t->text);
		t->sound = phonetic_key(t->text);
		for (size_t n = nickname_classes(t->text, t->nickname); n > 0; n--)
			t->nickname[n - 1]++;
	}
	count_tokens(v, FACT_GIVEN, v->given, 0);
	count_tokens(v, FACT_FAMILY, v->family, 1);
	for (uint32_t i = 0; i < values_count(v, FACT_FAMILY); i++)
		v->families += v->holders[FACT_FAMILY][i];
}

static void
count_parts(struct values *v)
{
	uint32_t count = dict_count(v->parts);
	uint32_t *held = mem_zero((size_t)count + 1, sizeof *held);

	for (uint32_t i = 0; i < values_count(v, FACT_PLACE); i++) {
		const struct place_row *p = &v->place[i];
		const uint32_t all[] = { p->street, p->house, p->unit, p->postcode, p->locality,
		    p->region, p->prefix, p->building == p->street ? VALUE_NONE : p->building,
		    p->door, p->home };

		for (size_t n = 0; n < sizeof all / sizeof *all; n++)
			if (all[n] != VALUE_NONE)
				held[all[n]] += v->holders[FACT_PLACE][i];
	}
	for (uint32_t i = 0; i < values_count(v, FACT_EMAIL); i++) {
		if (v->email[i].local != VALUE_NONE)
			held[v->email[i].local] += v->holders[FACT_EMAIL][i];
		if (v->email[i].domain != VALUE_NONE)
			held[v->email[i].domain] += v->holders[FACT_EMAIL][i];
	}
	v->part_holders = held;
}

void
values_make(struct values *v, const struct store *s)
{
	struct making m = { .v = v };

	v->facts = &s->facts;
	v->words = dict_new();
	v->parts = dict_new();
	count_holders(v, s);
	hash_values(v);
	v->given = names(&m, FACT_GIVEN);
	v->family = names(&m, FACT_FAMILY);
	emails(&m);
	phones(&m);
	places(&m);
	attributes(&m);
	v->locality = mem_zero((size_t)values_count(v, FACT_LOCALITY) + 1, sizeof *v->locality);
	for (uint32_t i = 0; i < values_count(v, FACT_LOCALITY); i++)
		v->locality[i] = words_row(&m, values_text(v, FACT_LOCALITY, i));
	tokens(v);
	count_parts(v);
	dict_close(v->words);
	dict_close(v->parts);
	arena_done(&m.arena);
	buf_done(&m.text);
}

void
values_done(struct values *v)
{
	for (int k = 0; k < FACT_KINDS; k++) {
		mem_free(v->holders[k]);
		mem_free(v->hash[k]);
	}
	mem_free(v->given);
	mem_free(v->family);
	mem_free(v->email);
	mem_free(v->phone);
	mem_free(v->place);
	mem_free(v->locality);
	mem_free(v->attribute);
	mem_free(v->attribute_type);
	mem_free(v->token);
	dict_free(v->words);
	dict_free(v->parts);
	mem_free(v->part_holders);
	mem_free(v->word);
	mem_free(v->days);
	*v = (struct values){ 0 };
}

struct span
values_text(const struct values *v, enum fact_kind kind, uint32_t number)
{
	return number == VALUE_NONE ? span_none() : facts_text(v->facts, fact_word(kind, number));
}

struct span
values_part(const struct values *v, uint32_t number)
{
	return part_text(v, number);
}

uint64_t
values_part_hash(const struct values *v, uint32_t number)
{
	return number == VALUE_NONE ? 0 : hash64(dict_text(v->parts, number), 0);
}

uint32_t
values_day(const struct values *v, uint32_t date)
{
	return date < DAYS ? v->days[date] : 0;
}

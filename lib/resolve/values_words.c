/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/values_words.c: names and texts as numbers of words; the types of attributes. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/ascii.h"
#include "base/hash.h"
#include "base/number.h"
#include "normal/contact_parts.h"
#include "normal/date.h"
#include "normal/name_form.h"
#include "normal/name_tokens.h"
#include "normal/nickname.h"
#include "normal/phonetic.h"
#include "resolve/dict.h"
#include "resolve/sort.h"
#include "resolve/values.h"
#include "resolve/values_priv.h"

enum {
	PHONE_LEAST = 7, PHONE_MOST = 15,	/* digits, as in ingest 4.3 */
	ABROAD = 2,			/* zeros before a country */
	WORDS_MAX = 64,			/* of one text that are compared */
	NAMES = 64,			/* whose words are found before the first gets its number */
	CODE_LEN = 16, STRING_WORDS = 4,	/* resolve 3.1 */
	NUMBERED_LEAST = 7,	/* digits: shorter ones are years, postcodes, amounts of one size */
	CATEGORY_VALUES = 64, CATEGORY_HOLDERS = 4, CATEGORY_RECORDS = 1000, CATEGORY_LARGEST = 100
};

struct making {
	struct values	*v;
	struct arena	 arena;		/* of one value */
	struct dict_wanted wanted[NAMES * NAME_TOKENS];
	size_t		 wanting;
};

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
		m->wanted[m->wanting++] = (struct dict_wanted){ tokens.token[t],
		    dict_hash(tokens.token[t]), &row->token[row->count++] };
	for (size_t i = 0; tokens.count > 0 && i < tokens.token[0].len; i++)
		row->chars += row->chars < 63 && ((unsigned char)tokens.token[0].p[i] & 0xc0) != 0x80;
	row->plain = !tokens.particles && tokens.rest.p == NULL && tokens.generation == 0;
	row->one = row->count == 1 && tokens.token[0].len == name.len;
	row->whole = sketch_make(name);
	row->script = (uint8_t)name_script(name) & 3;
	if (row->script != NAME_LATIN && row->chars == 1)
		row->chars = 2;		/* one letter of Han is a name, and no initial */
}

static struct name_row *
names(struct making *m, enum fact_kind kind)
{
	uint32_t count = values_count(m->v, kind);
	struct name_row *row = mem_zero_lines((size_t)count + 1, sizeof *row);

	for (uint32_t i = 0; i < count; i++) {
		name_row(m, &row[i], values_text(m->v, kind, i));
		if (m->wanting > (NAMES - 1) * NAME_TOKENS || i + 1 == count) {
			dict_add_all(m->v->words, m->wanted, m->wanting);
			m->wanting = 0;
		}
	}
	return row;
}

/* One in sixty-four, of the number of a word. */
static uint64_t
mark_of(uint32_t word)
{
	return UINT64_C(1) << (word * UINT32_C(0x9e3779b9) >> 26);	/* 2^32 over the golden ratio */
}

static void
add_word(struct values *v, struct words_row *row, uint64_t *marks, uint32_t word, struct span text)
{
	v->word[v->word_count++] = word;
	row->count++;
	*marks |= mark_of(word);
	row->initials += text.len == 1 && ascii_lower((unsigned char)text.p[0]);
}

/* The distinct words of a text, in the order of their numbers. */
static struct words_row
words_row(struct making *m, struct span text)
{
	struct values *v = m->v;
	struct words_row row = { .at = (uint32_t)v->word_count + WORDS_MARKS, .telling = true };
	uint32_t list[WORDS_MAX];
	struct span rest = text, token;
	uint64_t marks = 0;
	size_t n = 0;

	while (n < WORDS_MAX && span_split(&rest, ' ', &token))
		if (token.len > 0)
			list[n++] = word(m, token);
	sort_array(list, n, sizeof *list, sort_by_number, 1);
	v->word = mem_grow(v->word, row.at + n, &v->word_cap, sizeof *v->word);
	v->word_count = row.at;
	for (size_t i = 0; i < n; i++)
		if (i == 0 || list[i] != list[i - 1])
			add_word(v, &row, &marks, list[i], dict_text(v->words, list[i]));
	memcpy(v->word + row.at - WORDS_MARKS, &marks, sizeof marks);
	return row;
}

/* ---- attributes ---- */

/* What the values of one attribute look like, over the records that hold them. */
struct shape {
	uint64_t	holders, values, largest;
	uint64_t	chars, words, digits, dates, numbers, mailboxes, telephones, written;
	uint64_t	whole[CODE_LEN + 1];	/* by length: digits and nothing else */
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

/* Written as no other number is: in groups, with its country in front, or with a plus that folding
 * has left. */
static bool
as_telephone(struct span text, struct phone_word *word, bool *written)
{
	unsigned groups = 0, count = 0;
	uint64_t digits = 0;

	*written = false;
	for (size_t i = 0; i < text.len; i++) {
		bool digit = ascii_digit(text.p[i]);

		if (!digit && memchr(" +-/().", text.p[i], 7) == NULL)
			return false;
		if (!digit)
			continue;
		groups += i == 0 || text.p[i - 1] < '0' || text.p[i - 1] > '9';
		digits = digits * 10 + (uint64_t)(text.p[i] - '0');
		if (++count > PHONE_MOST + ABROAD)
			return false;
	}
	*word = (struct phone_word){ .digits = digits, .count = count };
	if (text.len > ABROAD && memcmp(text.p, "00", ABROAD) == 0)
		word->count -= ABROAD;
	*written = groups > 1 || text.p[0] == '+' || word->count < count;
	word->sure = text.p[0] == '+' || word->count < count;
	return word->count >= PHONE_LEAST && word->count <= PHONE_MOST;
}

static void
look_at(struct shape *s, struct span text, uint32_t holders, struct arena *arena)
{
	struct phone_word phone;
	int64_t number;
	int32_t date;
	bool written;

	s->holders += holders;
	s->values++;
	if (holders > s->largest)
		s->largest = holders;
	s->chars += (uint64_t)text.len * holders;
	s->words += (uint64_t)span_words(text) * holders;
	s->digits += ascii_has_digit(text) ? holders : 0;
	s->dates += as_date(text, arena, &date) ? holders : 0;
	s->numbers += fixed_parse(text, 6, &number) ? holders : 0;
	s->mailboxes += email_parts(text).domain.p != NULL ? holders : 0;
	s->telephones += as_telephone(text, &phone, &written) ? holders : 0;
	s->written += written ? holders : 0;
	if (text.len <= CODE_LEN && ascii_digits(text) == text.len)
		s->whole[text.len] += holders;
	arena_reset(arena);
}

/* Amounts differ in length; numbers that somebody gave out, of seven digits and more, do not. */
static bool
numbered(const struct shape *s)
{
	for (unsigned len = NUMBERED_LEAST; len <= CODE_LEN; len++)
		if (20 * s->whole[len] >= 19 * s->holders)
			return true;
	return false;
}

/* The first rule of resolve 3.1 that holds, and the one about numbers beside it. */
static enum field_type
type_of(const struct shape *s)
{
	if (20 * s->dates >= 19 * s->holders)
		return FIELD_DATE;
	if (20 * s->mailboxes >= 19 * s->holders)
		return FIELD_MAILBOX;
	if (20 * s->telephones >= 19 * s->holders && 2 * s->written >= s->holders)
		return FIELD_TELEPHONE;
	if (20 * s->numbers >= 19 * s->holders && s->values > CATEGORY_VALUES)
		return numbered(s) ? FIELD_CODE : FIELD_NUMBER;
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
	bool written;

	if (type == FIELD_STRING || type == FIELD_TEXT || type == FIELD_WORDS)
		row->words = words_row(m, text);
	else if (type == FIELD_NUMBER && !fixed_parse(text, 6, &row->number))
		row->number = INT64_MIN;
	else if (type == FIELD_TELEPHONE && !as_telephone(text, &row->phone, &written))
		row->phone.count = 0;
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

/* ---- words ---- */

static void
localities(struct making *m)
{
	struct values *v = m->v;
	uint32_t count = values_count(v, FACT_LOCALITY);

	v->locality = mem_zero((size_t)count + 1, sizeof *v->locality);
	for (uint32_t i = 0; i < count; i++)
		v->locality[i] = words_row(m, values_text(v, FACT_LOCALITY, i));
}

static void
count_families(struct values *v)
{
	for (uint32_t i = 0; i < values_count(v, FACT_FAMILY); i++) {
		uint32_t holders = v->holders[FACT_FAMILY][i];

		for (unsigned t = 0; t < v->family[i].count; t++)
			v->token[v->family[i].token[t]].holders += holders;
		v->families += holders;
	}
}

void
values_words(struct values *v)
{
	struct making m = { .v = v };

	v->words = dict_new();
	v->given = names(&m, FACT_GIVEN);
	v->family = names(&m, FACT_FAMILY);
	attributes(&m);
	localities(&m);
	dict_close(v->words);
	v->token_count = dict_count(v->words);
	v->token = mem_zero((size_t)v->token_count + 1, sizeof *v->token);
	count_families(v);
	arena_done(&m.arena);
}

void
values_tokens(struct values *v, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		struct token *t = &v->token[i];

		t->text = dict_text(v->words, i);
		t->hash = hash64(t->text, 0);
		t->sketch = sketch_make(t->text);
		t->sound = phonetic_key(t->text);
		for (size_t n = nickname_classes(t->text, t->nickname); n > 0; n--)
			t->nickname[n - 1]++;
	}
}

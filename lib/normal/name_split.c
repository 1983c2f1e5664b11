/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/name_split.c: take off what is no name, group particles, then the rule of the
 * language says which groups are the family name. */
#include "base/arena.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "normal/company.h"
#include "normal/key.h"
#include "normal/name.h"
#include "normal/name_case.h"
#include "normal/name_eastern.h"
#include "normal/name_order.h"
#include "normal/name_split.h"
#include "normal/table.h"
#include "normal/text.h"

enum { WORDS_MAX = 24 };	/* more words than this are no name of one person */
enum rule { RULE_WESTERN, RULE_PORTUGUESE, RULE_SPANISH, RULE_EASTERN, RULE_VIETNAMESE, RULE_PATRONYMIC };

struct words {
	struct span	w[WORDS_MAX];
	size_t		first, end;	/* those that are left */
};

static enum rule
rule_of(struct span locale)
{
	struct span language = span_head(locale, 2);

	if (locale.len > 2 && locale.p[2] != '-' && locale.p[2] != '_')
		return RULE_WESTERN;
	if (span_is(language, "pt"))
		return RULE_PORTUGUESE;
	if (span_is(language, "es"))
		return RULE_SPANISH;
	if (span_is(language, "zh") || span_is(language, "ja") || span_is(language, "ko") ||
	    span_is(language, "hu"))
		return RULE_EASTERN;
	return span_is(language, "vi") ? RULE_VIETNAMESE : RULE_WESTERN;
}

static bool
words_of(struct span s, struct words *w)
{
	struct span word;

	*w = (struct words){ 0 };
	while (span_split(&s, ' ', &word)) {
		if (word.len == 0)
			continue;
		if (w->end == WORDS_MAX)
			return false;
		w->w[w->end++] = word;
	}
	return true;
}

static struct span
join(const struct words *w, size_t from, size_t to, struct arena *arena)
{
	size_t len = 0;
	char *out;

	for (size_t i = from; i < to; i++)
		len += w->w[i].len + 1;
	if (len == 0)
		return span_none();
	out = arena_alloc(arena, len);
	len = 0;
	for (size_t i = from; i < to; i++) {
		if (i > from)
			out[len++] = ' ';
		memcpy(out + len, w->w[i].p, w->w[i].len);
		len += w->w[i].len;
	}
	return name_case(span_make(out, len), arena);
}

/* (Bob) or "Bob" out of the text. */
static struct span
take_nickname(struct span s, struct span *nickname, struct arena *arena)
{
	size_t open = 0, close;
	char *out, end;

	while (open < s.len && s.p[open] != '(' && s.p[open] != '"')
		open++;
	if (open == s.len)
		return s;
	end = s.p[open] == '(' ? ')' : '"';
	close = open + 1;
	while (close < s.len && s.p[close] != end)
		close++;
	if (close == s.len || close == open + 1)
		return s;
	*nickname = name_case(span_trim(span_make(s.p + open + 1, close - open - 1)), arena);
	out = arena_alloc(arena, s.len);
	memcpy(out, s.p, open);
	memcpy(out + open, s.p + close + 1, s.len - close - 1);
	return span_make(out, s.len - (close + 1 - open));
}

/* ---- what the words themselves say of their order ---- */

/* A letter of Han, kana or Hangul: there the family name comes first. */
static bool
is_eastern(struct span word)
{
	size_t at = 0;
	uint32_t c = utf8_next(word, &at);

	return (c >= 0x3040 && c < 0x3100) || (c >= 0xff66 && c < 0xffa0) || (c >= 0x3400 && c < 0xa000) || (c >= 0xac00 && c < 0xd7b0) ||
	    (c >= 0xf900 && c < 0xfb00);
}

/* "Yamada-sama" in Han letters is Mr or Mrs Yamada. */
static void
take_honorific(struct words *w)
{
	static const struct span honorifics[] = { SPAN_INIT("\xe6\xa7\x98"), SPAN_INIT("\xe6\xae\xbf"),
	    SPAN_INIT("\xe3\x81\x95\xe3\x81\xbe"), SPAN_INIT("\xe3\x81\x95\xe3\x82\x93"),
	    SPAN_INIT("\xeb\x8b\x98") };	/* sama, dono, sama and san in kana, nim */
	struct span *last = &w->w[w->end - 1];

	for (size_t i = 0; is_eastern(w->w[w->first]) && i < sizeof honorifics / sizeof *honorifics; i++) {
		if (!span_ends(*last, honorifics[i]) || (last->len == honorifics[i].len && w->end == 1))
			continue;
		last->len -= honorifics[i].len;
		w->end -= last->len == 0;
		return;
	}
}

/* Thai writes "Mr" and the like before the given name without a blank, which a vowel after it belongs to. */
static void
take_thai_title(struct words *w, struct name_parts *p)
{
	static const struct span titles[] = { SPAN_INIT("นางสาว"), SPAN_INIT("น.ส."), SPAN_INIT("นาย"), SPAN_INIT("นาง"),
	    SPAN_INIT("คุณ"), SPAN_INIT("ด.ช."), SPAN_INIT("ด.ญ."), SPAN_INIT("เด็กชาย"), SPAN_INIT("เด็กหญิง") };
	struct span *first = &w->w[w->first];

	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		struct span rest;
		size_t at = 0;
		uint32_t c;

		if (!span_starts(*first, titles[i]))
			continue;
		rest = span_skip(*first, titles[i].len);
		c = rest.len > 0 ? utf8_next(rest, &at) : 0;
		if ((rest.len == 0 && w->end - w->first == 1) ||
		    (rest.len > 0 && !((c >= 0xe01 && c <= 0xe2e) || (c >= 0xe40 && c <= 0xe44))))
			continue;
		p->salutation = titles[i];
		*first = rest;
		w->first += rest.len == 0;
		return;
	}
}

/* -ovich, -ovna: the father's name, in Cyrillic letters; in Latin ones families are called so. */
static bool
is_patronymic(struct span word, struct arena *arena)
{
	static const struct span endings[] = { SPAN_INIT("\xd0\xbe\xd0\xb2\xd0\xb8\xd1\x87"),
	    SPAN_INIT("\xd0\xb5\xd0\xb2\xd0\xb8\xd1\x87"), SPAN_INIT("\xd0\xbe\xd0\xb2\xd0\xbd\xd0\xb0"),
	    SPAN_INIT("\xd0\xb5\xd0\xb2\xd0\xbd\xd0\xb0"), SPAN_INIT("\xd0\xb8\xd1\x87\xd0\xbd\xd0\xb0"),
	    SPAN_INIT("\xd1\x8c\xd0\xb8\xd1\x87") };	/* -ovich -evich -ovna -evna -ichna -yich */
	struct span folded = text_fold(word, arena);

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (folded.len > endings[i].len && span_ends(folded, endings[i]))
			return true;
	return false;
}

/* How many letters the word consists of that stand for names: 2 of "J.R."; 0 if it is another. */
static size_t
initials_of(struct span word)
{
	size_t at = 0, letters = 0;

	while (at < word.len) {
		if (word.p[at] == '.')
			return 0;
		(void)utf8_next(word, &at);
		if (at < word.len && word.p[at] != '.')
			return 0;
		at += at < word.len;
		letters++;
	}
	return letters;
}

/* Where initials begin that end the name, two or more, as in "Smith J. R."; `end` if it does not end so. One
 * alone may as well be that of a family name that is kept back. */
static size_t
initials_at(const struct words *w)
{
	size_t at = w->end, letters = 0;

	while (at > w->first && initials_of(w->w[at - 1]) > 0)
		letters += initials_of(w->w[--at]);
	return letters >= 2 && at > w->first ? at : w->end;
}

/* "Mr Smith", but "Sir Paul" and "Dona Maria", and so in Thai, whose letters begin with 0xe0. */
static bool
is_called_by_family(const struct name_parts *p, enum rule rule)
{
	static const char *const by_given[] = { "Sir", "Dame", "Lady", "Dona", "Ibu", "Bapak" };

	if (rule == RULE_PORTUGUESE || span_starts(p->salutation, SPAN("\xe0")) || (p->salutation.p == NULL && p->title.p == NULL))
		return false;
	for (size_t i = 0; i < sizeof by_given / sizeof *by_given; i++)
		if (span_is(p->title, by_given[i]) || span_is(p->salutation, by_given[i]))
			return false;
	return true;
}

static enum rule
rule_of_words(const struct words *w, enum rule rule, struct span locale, struct arena *arena)
{
	if (is_eastern(w->w[w->first]))
		return RULE_EASTERN;
	if ((rule == RULE_EASTERN || rule == RULE_VIETNAMESE) &&
	    name_order_is_last(w->w[w->first], w->w[w->end - 1], locale, arena))
		return RULE_WESTERN;
	if (w->end - w->first == 3 && is_patronymic(w->w[w->end - 1], arena) &&
	    !is_patronymic(w->w[w->first + 1], arena))
		return RULE_PATRONYMIC;
	return rule;
}

static struct span
look(enum table_id id, struct span word, struct arena *arena)
{
	while (word.len > 0 && word.p[word.len - 1] == ',')
		word.len--;
	return table_find(id, text_fold(word, arena));
}

static void
take_titles(struct words *w, struct name_parts *p, struct arena *arena)
{
	while (w->end - w->first > 1) {
		struct span found = look(TABLE_TITLES, w->w[w->first], arena), kind;

		if (found.p == NULL)
			return;
		(void)span_split(&found, '\t', &kind);
		if (span_is(kind, "title"))
			p->title = p->title.p == NULL ? found : p->title;
		else
			p->salutation = p->salutation.p == NULL ? found : p->salutation;
		w->first++;
	}
}

/* Suffixes need two words before them: "Ana Neto" has a family name. */
static void
take_endings(struct words *w, struct name_parts *p, struct arena *arena)
{
	while (w->end - w->first > 1) {
		struct span degree = look(TABLE_DEGREES, w->w[w->end - 1], arena);
		struct span suffix = look(TABLE_SUFFIXES, w->w[w->end - 1], arena);

		if (degree.p == NULL && (suffix.p == NULL || w->end - w->first < 3))
			break;
		if (suffix.p != NULL && p->suffix.p == NULL)
			p->suffix = suffix;
		w->end--;
	}
	if (w->end > w->first && w->w[w->end - 1].p[w->w[w->end - 1].len - 1] == ',')
		w->w[w->end - 1].len--;
}

/* Start of the group that ends before `end`: a word and the particles in front of it. */
static size_t
group_start(const struct words *w, size_t end, struct arena *arena)
{
	size_t at = end - 1;

	while (at > w->first && table_has(TABLE_PARTICLES, text_fold(w->w[at - 1], arena)))
		at--;
	return at;
}

/* A name without a blank; false if nobody can tell its parts. */
static bool
place_unparted(struct span word, struct span locale, struct name_parts *p)
{
	size_t family = name_eastern_family(word, locale);

	if (family == 0)
		return false;
	p->family = span_head(word, family);
	if (family < word.len)
		p->given = span_skip(word, family);
	return true;
}

static void
place(const struct words *w, struct span locale, struct name_parts *p, struct arena *arena)
{
	enum rule rule = rule_of(locale);
	size_t family = group_start(w, w->end, arena), given = w->first + 1;

	rule = rule_of_words(w, rule, locale, arena);
	if (w->end - w->first == 1 && rule == RULE_EASTERN && place_unparted(w->w[w->first], locale, p))
		return;
	if (w->end - w->first == 1 || family == w->first) {
		*(is_called_by_family(p, rule) ? &p->family : &p->given) = join(w, w->first, w->end, arena);
		return;
	}
	if (initials_at(w) < w->end) {
		given = initials_at(w);
		rule = RULE_EASTERN;
	}
	if (rule == RULE_VIETNAMESE) {
		p->family = join(w, w->first, given, arena);
		p->middle = join(w, given, w->end - 1, arena);
		p->given = join(w, w->end - 1, w->end, arena);
		return;
	}
	if (rule == RULE_EASTERN || rule == RULE_PATRONYMIC) {
		size_t middle = rule == RULE_PATRONYMIC ? given + 1 : w->end;

		p->family = join(w, w->first, given, arena);
		p->given = join(w, given, middle, arena);
		p->middle = join(w, middle, w->end, arena);
		return;
	}
	if (rule == RULE_PORTUGUESE) {
		while (given < family && table_has(TABLE_GIVEN, text_fold(w->w[given], arena)))
			given++;
		family = given;
	} else if (rule == RULE_SPANISH) {
		size_t before = family > w->first ? group_start(w, family, arena) : family;

		family = before > w->first ? before : family;
		given = family;
	}
	p->given = join(w, w->first, given, arena);
	p->middle = join(w, given, family, arena);
	p->family = join(w, family, w->end, arena);
}

/* "SOUZA, ANA MARIA": the family name stands before the comma. */
static bool
by_comma(struct span s, struct name_parts *p, struct arena *arena)
{
	size_t comma = span_index(s, ',');
	struct words family, given;

	if (comma == 0 || comma == s.len || !words_of(span_head(s, comma), &family) ||
	    !words_of(span_skip(s, comma + 1), &given) || given.end == 0)
		return false;
	take_endings(&given, p, arena);
	if (given.end == 1 && (look(TABLE_SUFFIXES, given.w[0], arena).p != NULL ||
	    look(TABLE_DEGREES, given.w[0], arena).p != NULL))
		return false;
	take_titles(&given, p, arena);
	p->family = join(&family, 0, family.end, arena);
	p->given = join(&given, given.first, given.end, arena);
	return true;
}

static bool
in_capitals(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (ascii_lower(s.p[i]))
			return false;
	return true;
}

/* "SOUZA/ANA MARIA MRS", as airlines write it (IATA resolution 722, AIRIMP): in capitals, or with the
 * title at the end. */
static bool
by_slash(struct span s, struct name_parts *p, struct arena *arena)
{
	size_t slash = span_index(s, '/');
	struct words family, given;
	struct span found, kind;

	if (slash == 0 || slash + 1 >= s.len || memchr(s.p + slash + 1, '/', s.len - slash - 1) != NULL ||
	    !words_of(span_head(s, slash), &family) || !words_of(span_skip(s, slash + 1), &given) ||
	    family.end == 0 || given.end == 0)
		return false;
	found = given.end > 1 ? look(TABLE_TITLES, given.w[given.end - 1], arena) : span_none();
	if (found.p == NULL && !in_capitals(s))
		return false;
	if (found.p != NULL) {
		(void)span_split(&found, '\t', &kind);
		*(span_is(kind, "title") ? &p->title : &p->salutation) = found;
		given.end--;
	}
	p->family = join(&family, 0, family.end, arena);
	p->given = join(&given, 0, given.end, arena);
	return true;
}

struct name_parts
name_split(struct span raw, const struct normal_context *c, struct arena *arena)
{
	struct name_parts p = { .name = text_clean(raw, TEXT_NAME, c, arena) };
	struct span s = p.name.value;
	struct words w;

	if (s.p == NULL)
		return p;
	if (company_name(s)) {
		p.organization = s;
		p.name = (struct normal){ .outcome = OUTCOME_CHANGED };
		return p;
	}
	p.name = name_clean(raw, NAME_GIVEN, c, arena);
	if (p.name.value.p == NULL || (p.name.reason != NULL && strcmp(p.name.reason, "joint_name") == 0))
		return p;
	s = take_nickname(s, &p.nickname, arena);
	if (!by_slash(s, &p, arena) && !by_comma(s, &p, arena)) {
		p.suffix = span_none();
		if (!words_of(s, &w) || w.end == 0)
			return p;
		take_titles(&w, &p, arena);
		take_endings(&w, &p, arena);
		take_honorific(&w);
		take_thai_title(&w, &p);
		place(&w, c->locale, &p, arena);
	}
	if (p.name.outcome != OUTCOME_SUSPICIOUS && c->locale.len == 0 && p.family.p != NULL &&
	    span_index(s, ',') == s.len)
		p.name = normal_suspicious(p.name.value, "split_assumed");
	return p;
}

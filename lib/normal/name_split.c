/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/name_split.c: take off what is no name, group particles, then the rule of the
 * language says which groups are the family name. */
#include "base/arena.h"
#include "normal/company.h"
#include "normal/key.h"
#include "normal/name.h"
#include "normal/name_case.h"
#include "normal/name_split.h"
#include "normal/table.h"
#include "normal/text.h"

enum { WORDS_MAX = 24 };	/* more words than this are no name of one person */
enum rule { RULE_WESTERN, RULE_PORTUGUESE, RULE_SPANISH, RULE_EASTERN };

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
	return RULE_WESTERN;
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

static void
place(const struct words *w, enum rule rule, struct name_parts *p, struct arena *arena)
{
	size_t family = group_start(w, w->end, arena), given = w->first + 1;

	if (w->end - w->first == 1 || family == w->first) {
		p->given = join(w, w->first, w->end, arena);
		return;
	}
	if (rule == RULE_EASTERN) {
		p->family = join(w, w->first, given, arena);
		p->given = join(w, given, w->end, arena);
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
	if (!by_comma(s, &p, arena)) {
		p.suffix = span_none();
		if (!words_of(s, &w) || w.end == 0)
			return p;
		take_titles(&w, &p, arena);
		take_endings(&w, &p, arena);
		place(&w, rule_of(c->locale), &p, arena);
	}
	if (p.name.outcome != OUTCOME_SUSPICIOUS && c->locale.len == 0 && p.family.p != NULL &&
	    span_index(s, ',') == s.len)
		p.name = normal_suspicious(p.name.value, "split_assumed");
	return p;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/one_name.c: names with a blank are looked for among all names by their letters, and rows
 * name the spelling that is usual. If most of those who are called so write one word it is one, and one
 * stray blank does not part a thousand others. */
#include "resolve/one_name.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/slots.h"
#include "resolve/dict.h"
#include "resolve/store.h"

struct spelling {
	uint64_t	hash;	/* of the letters */
	uint32_t	first;	/* number of one spelling */
	uint32_t	best;	/* of the usual one */
	bool		several;
};

struct uniting {
	const struct dict *names;
	struct slots	 by_letters;
	struct spelling	*list;
	size_t		 count, cap;
	uint32_t	*of;		/* by number: its spelling + 1, 0: it has one only */
	uint32_t	*holders;	/* by number, of those that have several */
	struct buf	 room;
};

/* Of several words, none of which is an initial; but in front of a family name, as in "O Brien", one letter
 * is a part of it. */
static bool
is_parted(struct span name, enum fact_kind kind)
{
	struct span word;
	size_t n = 0;

	for (; span_split(&name, ' ', &word); n++)
		if (word.len < 2 && (kind == FACT_GIVEN || n > 0))
			return false;
	return n > 1;
}

static void
add_letters(struct buf *out, struct span name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.p[i] != ' ')
			buf_byte(out, name.p[i]);
}

static struct span
letters(struct uniting *u, struct span name)
{
	buf_reset(&u->room);
	add_letters(&u->room, name);
	return buf_span(&u->room);
}

/* The spellings that have these letters, or NULL. */
static struct spelling *
find(struct uniting *u, struct span name)
{
	struct span own = letters(u, name), other;
	uint64_t hash = hash64(own, 0), at = slots_at(hash);
	uint32_t i;

	while (slots_next(&u->by_letters, hash, &at, &i)) {
		size_t n = 0;

		other = dict_text(u->names, u->list[i].first);
		for (size_t k = 0; k < other.len && n <= own.len; k++)
			if (other.p[k] != ' ' && (n == own.len || other.p[k] != own.p[n++]))
				n = own.len + 1;
		if (n == own.len)
			return &u->list[i];
	}
	return NULL;
}

static void
add(struct uniting *u, uint32_t number)
{
	struct span own = letters(u, dict_text(u->names, number));

	u->list = mem_grow(u->list, u->count + 1, &u->cap, sizeof *u->list);
	slots_add(&u->by_letters, hash64(own, 0), (uint32_t)u->count);
	u->list[u->count++] = (struct spelling){ .first = number, .best = number };
}

static void
join(struct uniting *u, struct spelling *s, uint32_t number)
{
	if (number == s->first)
		return;
	s->several = true;
	u->of[number] = u->of[s->first] = (uint32_t)(s - u->list) + 1;
}

/* Whether any name has two spellings. */
static bool
find_spellings(struct uniting *u, enum fact_kind kind)
{
	uint32_t count = dict_count(u->names);
	bool any = false;

	for (uint32_t i = 0; i < count; i++)
		if (is_parted(dict_text(u->names, i), kind)) {
			struct spelling *s = find(u, dict_text(u->names, i));

			if (s == NULL)
				add(u, i);
			else
				join(u, s, i);
		}
	for (uint32_t i = 0; i < count && u->count > 0; i++) {
		struct span name = dict_text(u->names, i);
		struct spelling *s = span_index(name, ' ') < name.len ? NULL : find(u, name);

		if (s != NULL)
			join(u, s, i);
	}
	for (size_t i = 0; i < u->count; i++)
		any |= u->list[i].several;
	return any;
}

/* Their spelling, of a word of a row, or 0. */
static uint32_t
spelling_of(const struct uniting *u, uint32_t word, enum fact_kind kind)
{
	return fact_kind(word) == kind ? u->of[fact_number(word)] : 0;
}

static void
count_holders(struct uniting *u, const struct store *s, enum fact_kind kind)
{
	for (size_t i = 0; i < s->count; i++)
		for (const uint32_t *at = rec_row(s, (uint32_t)i); s->rec[i].flags & REC_LINKED && *at != 0; at++)
			if (spelling_of(u, *at, kind) != 0)
				u->holders[fact_number(*at)]++;
}

/* Numbers show nowhere, so ties go by the texts. */
static void
choose(struct uniting *u)
{
	for (uint32_t i = 0; i < dict_count(u->names); i++) {
		struct spelling *s = u->of[i] == 0 ? NULL : &u->list[u->of[i] - 1];

		if (s != NULL && (u->holders[i] > u->holders[s->best] || (u->holders[i] == u->holders[s->best] &&
		    span_cmp(dict_text(u->names, i), dict_text(u->names, s->best)) < 0)))
			s->best = i;
	}
}

/* Two spellings that one record has are one name of it; names of a kind follow each other. */
static void
rewrite(const struct uniting *u, struct facts *f, enum fact_kind kind)
{
	for (size_t i = 0; i < f->count; i++) {
		uint32_t *word = &f->word[i], *before = word;

		if (spelling_of(u, *word, kind) == 0)
			continue;
		*word = fact_word(kind, u->list[spelling_of(u, *word, kind) - 1].best);
		while (before > f->word && fact_kind(before[-1]) == kind && before[-1] != *word)
			before--;
		if (before > f->word && before[-1] == *word)
			facts_drop(word);
	}
}

static void
unite(struct store *s, enum fact_kind kind)
{
	struct uniting u = { .names = s->facts.dict[kind] };

	if (u.names == NULL)
		return;
	u.of = mem_zero((size_t)dict_count(u.names) + 1, sizeof *u.of);
	if (find_spellings(&u, kind)) {
		u.holders = mem_zero((size_t)dict_count(u.names) + 1, sizeof *u.holders);
		count_holders(&u, s, kind);
		choose(&u);
		rewrite(&u, &s->facts, kind);
	}
	slots_done(&u.by_letters);
	buf_done(&u.room);
	mem_free(u.list);
	mem_free(u.of);
	mem_free(u.holders);
}

void
one_name_letters(struct buf *out, enum fact_kind kind, struct span text)
{
	if ((kind == FACT_GIVEN || kind == FACT_FAMILY) && is_parted(text, kind))
		add_letters(out, text);
	else
		buf_add(out, text);
}

void
one_name_unite(struct store *s)
{
	unite(s, FACT_GIVEN);
	unite(s, FACT_FAMILY);
}

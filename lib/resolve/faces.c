/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/faces.c: from the dictionary of a kind to another, smaller one. */
#include "base/alloc.h"
#include "resolve/dict.h"
#include "resolve/faces.h"
#include "resolve/facts.h"
#include "resolve/rules.h"

struct tokens {
	uint32_t	*at;		/* by number of the name, and one more: place in token */
	uint32_t	*token;
};

struct faces {
	uint32_t	*of[ATOMS];	/* by number of the value: number of the face + 1, or 0 */
	struct dict	*words;		/* of all names */
	struct tokens	 given, family;
};

static void
done(struct tokens *t)
{
	mem_free(t->at);
	mem_free(t->token);
}

void
faces_free(struct faces *faces)
{
	if (faces == NULL)
		return;
	for (int a = 0; a < ATOMS; a++)
		mem_free(faces->of[a]);
	dict_free(faces->words);
	done(&faces->given);
	done(&faces->family);
	mem_free(faces);
}

/* The part of a value that the atom compares; absent if the value is too short for it. */
static struct span
part(enum atom a, struct span v)
{
	size_t n = 1;

	if (a == ATOM_PHONE_LAST8)
		return v.len < 8 ? span_none() : span_skip(v, v.len - 8);
	if (a == ATOM_GIVEN_FIRST)
		return span_head(v, span_index(v, ' '));
	while (n < v.len && ((unsigned char)v.p[n] & 0xc0) == 0x80)
		n++;
	return span_head(v, n);		/* ATOM_GIVEN_INITIAL */
}

static void
prepare_part(struct faces *faces, const struct facts *f, enum atom a, enum fact_kind kind)
{
	const struct dict *values = f->dict[kind];
	struct dict *parts;

	if (values == NULL || faces->of[a] != NULL)
		return;
	parts = dict_new();
	faces->of[a] = mem_zero((size_t)dict_count(values) + 1, sizeof **faces->of);
	for (uint32_t i = 0; i < dict_count(values); i++) {
		struct span p = part(a, dict_text(values, i));

		if (p.p != NULL)
			faces->of[a][i] = dict_add(parts, p, dict_hash(p)) + 1;
	}
	dict_free(parts);
}

static void
split(struct tokens *t, struct dict *words, const struct dict *names)
{
	uint32_t count = names == NULL ? 0 : dict_count(names);
	size_t used = 0, cap = 0;

	t->at = mem_alloc(((size_t)count + 1) * sizeof *t->at);
	for (uint32_t i = 0; i < count; i++) {
		struct span rest = dict_text(names, i), token;

		t->at[i] = (uint32_t)used;
		while (span_split(&rest, ' ', &token)) {
			if (token.len == 0)
				continue;
			t->token = mem_grow(t->token, used + 1, &cap, sizeof *t->token);
			t->token[used] = dict_add(words, token, dict_hash(token));
			if (t->token[used++] == DICT_FULL)
				mem_exhausted();	/* more tokens than 200 GB of names hold */
		}
	}
	t->at[count] = (uint32_t)used;
}

void
faces_prepare(struct facts *f, const struct join *j)
{
	if (f->faces == NULL)
		f->faces = mem_zero(1, sizeof *f->faces);
	for (size_t i = 0; i < j->count; i++) {
		enum atom a = j->atom[i];

		if (a == ATOM_PHONE_LAST8) {
			prepare_part(f->faces, f, a, FACT_PHONE);
		} else if (a == ATOM_GIVEN_FIRST || a == ATOM_GIVEN_INITIAL) {
			prepare_part(f->faces, f, a, FACT_GIVEN);
		} else if (a == ATOM_NAME_SET && f->faces->words == NULL) {
			f->faces->words = dict_new();
			split(&f->faces->given, f->faces->words, f->dict[FACT_GIVEN]);
			split(&f->faces->family, f->faces->words, f->dict[FACT_FAMILY]);
		}
	}
}

uint32_t
faces_of(const struct facts *f, int atom, uint32_t word)
{
	uint32_t number = fact_number(word), month = number >> 5 & 15;

	switch (atom) {
	case ATOM_PHONE_LAST8:
	case ATOM_GIVEN_FIRST:
	case ATOM_GIVEN_INITIAL:
		return f->faces->of[atom][number];
	case ATOM_BIRTHDATE:
		return fact_full_date(word) ? word : 0;
	case ATOM_BIRTHDATE_YM:
		return number >> 9 == 0 || month == 0 ? 0 : number >> 5;
	default:
		return word;
	}
}

size_t
faces_tokens(const struct facts *f, uint32_t word, const uint32_t **token)
{
	const struct tokens *t = fact_kind(word) == FACT_GIVEN ? &f->faces->given : &f->faces->family;
	uint32_t number = fact_number(word);

	*token = t->token + t->at[number];
	return t->at[number + 1] - t->at[number];
}

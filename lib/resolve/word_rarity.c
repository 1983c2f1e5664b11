/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/word_rarity.c: how rare a word is among the texts of its attribute, and which texts have
 * one that few have. */
#include "base/alloc.h"
#include "resolve/dict.h"
#include "resolve/fx.h"
#include "resolve/values.h"
#include "resolve/values_priv.h"

enum {
	AGREEING = 2,		/* holders beside the two who agree count, and at least one */
	LEAST_BITS = 250,	/* of a word that nearly all have: it is a word all the same */
	RARE = 1000		/* one in so many texts, as for words of family names (resolve 4.1) */
};

static bool
is_text(const struct values *v, uint32_t value, unsigned type)
{
	return v->facts->type[FACT_ATTRIBUTE][value] == type;
}

uint64_t
values_count_words(const struct values *v, unsigned type, uint32_t *holders)
{
	uint64_t texts = 0;

	for (uint32_t i = 0; i < values_count(v, FACT_ATTRIBUTE); i++) {
		const struct words_row *row = &v->attribute[i].words;

		if (!is_text(v, i, type))
			continue;
		texts += v->present[FACT_ATTRIBUTE][i];
		for (unsigned n = 0; n < row->count; n++)
			holders[v->word[row->at + n]] += v->present[FACT_ATTRIBUTE][i];
	}
	return texts;
}

static uint16_t
bits(uint32_t holders, uint64_t texts)
{
	int32_t w = fx_log2_ratio(texts, holders > AGREEING ? holders - AGREEING : 1);

	return (uint16_t)(w < LEAST_BITS ? LEAST_BITS : w);	/* at most 32 bits */
}

void
values_weigh_words(struct values *v, unsigned type, const uint32_t *holders, uint64_t texts)
{
	v->texts = texts;
	for (uint32_t i = 0; i < values_count(v, FACT_ATTRIBUTE); i++) {
		const struct words_row *row = &v->attribute[i].words;

		for (unsigned n = 0; n < row->count && is_text(v, i, type); n++)
			v->word_bits[row->at + n] = bits(holders[v->word[row->at + n]], texts);
	}
}

void
values_rarity(struct values *v, unsigned type)
{
	uint32_t *holders = mem_zero((size_t)v->token_count + 1, sizeof *holders);
	uint64_t texts = values_count_words(v, type, holders);

	v->word_bits = mem_zero(v->word_count + 1, sizeof *v->word_bits);
	values_weigh_words(v, type, holders, texts);
	mem_free(holders);
}

/* Few are few, however small the file is. */
uint32_t
values_few_texts(uint64_t texts)
{
	uint32_t few = field_few(FIELD_TEXT, texts);

	return texts / RARE > few ? (uint32_t)(texts / RARE) : few;
}

void
values_set_telling(struct values *v, unsigned type, const uint32_t *holders, uint64_t texts)
{
	uint32_t few = values_few_texts(texts);

	for (uint32_t i = 0; i < values_count(v, FACT_ATTRIBUTE); i++) {
		struct words_row *row = &v->attribute[i].words;

		if (!is_text(v, i, type))
			continue;
		row->telling = false;
		for (unsigned n = 0; n < row->count && !row->telling; n++)
			row->telling = holders[v->word[row->at + n]] <= few;
	}
}

void
values_find_telling(struct values *v, unsigned type)
{
	uint32_t *holders = mem_zero((size_t)v->token_count + 1, sizeof *holders);
	uint64_t texts = values_count_words(v, type, holders);

	values_set_telling(v, type, holders, texts);
	mem_free(holders);
}

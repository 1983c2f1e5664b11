/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/gender.c: words and letters for gender. */
#include "base/arena.h"
#include "base/ascii.h"
#include "normal/gender.h"
#include "normal/key.h"
#include "normal/table.h"
#include "normal/text.h"

static struct span
digit(char c)
{
	switch (c) {
	case '1':
		return SPAN("male");
	case '2':
		return SPAN("female");
	case '0':
	case '9':
		return SPAN("not_stated");
	default:
		return span_none();
	}
}

static struct span
letter(char c, enum gender_letters letters)
{
	if (c == 'h')			/* hombre, homme: male whatever M is */
		return SPAN("male");
	if (letters == GENDER_HM && c == 'm')
		return SPAN("female");
	if (letters == GENDER_MV && (c == 'm' || c == 'v'))
		return c == 'v' ? SPAN("female") : SPAN("male");
	return c == 'm' ? SPAN("male") : span_none();
}

struct normal
gender_clean(struct span raw, const struct normal_context *c, struct arena *arena)
{
	struct normal text = text_clean(raw, TEXT_CODE, c, arena);
	struct span folded, found = span_none();

	if (text.value.p == NULL)
		return text;
	if (span_is(text.value, "not_stated"))
		return normal_value(raw, text.value);
	folded = text_fold(text.value, arena);
	if (folded.p == NULL)
		return normal_placeholder();
	if (folded.len == 1 && ascii_digit((unsigned char)folded.p[0])) {
		found = c->iso5218 ? digit(folded.p[0]) : span_none();
		return found.p != NULL ? normal_value(raw, found) : normal_invalid("undeclared");
	}
	if (folded.len == 1)
		found = letter(folded.p[0], c->gender_letters);
	if (found.p == NULL)
		found = table_find(TABLE_GENDER, folded);
	if (found.p == NULL)
		return normal_invalid("unknown");
	if (found.p[0] == '!')
		return normal_placeholder();
	return normal_value(raw, found);
}

void
gender_evidence_add(struct gender_evidence *g, struct span raw)
{
	raw = span_trim(raw);
	if (raw.len != 1)
		return;
	g->h += (raw.p[0] | 0x20) == 'h';
	g->v += (raw.p[0] | 0x20) == 'v';
	g->f += (raw.p[0] | 0x20) == 'f';
}

enum gender_letters
gender_evidence_letters(const struct gender_evidence *g)
{
	if (g->f >= g->h && g->f >= g->v)
		return GENDER_MF;
	return g->h >= g->v ? GENDER_HM : GENDER_MV;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/impact.c: who loses and who regains permission by a merge or a split. Both
 * resolutions are judged by the same ledger at the same time, so that nothing but the links makes
 * the difference. */
#include "base/map.h"
#include "consent/review.h"
#include "consent/state.h"
#include "io/json_write.h"

#define PERMITTED	(UINT64_C(1) << 63)	/* in an answer; the rest is reason_index + 1 */
enum { QUESTION_BYTES = 4 };			/* before the token in a key */

/* An address that stands in several profiles may be used if one of them lets it; of codes of one
 * kind the first by name is told. */
static void
add_answer(struct map *answers, struct span key, uint64_t answer)
{
	uint64_t *slot = map_slot(answers, key);
	bool better = (answer & PERMITTED) != (*slot & PERMITTED) ? (answer & PERMITTED) != 0 :
	    answer < *slot;

	if (*slot == 0 || better)
		*slot = answer;
}

static void
answer_about(const struct review *r, const struct review_case *c, struct span type,
    const struct token *t)
{
	size_t question = (size_t)(c->judge - r->judges);
	struct buf key = { 0 };

	for (int shift = 8 * (QUESTION_BYTES - 1); shift >= 0; shift -= 8)
		buf_byte(&key, (char)(question >> shift & 0xff));
	buf_add(&key, judge_token_text(c->judge, type, t, c->arena));
	add_answer(r->answers, buf_span(&key), (uint64_t)reason_index(c->ruling->code) + 1 +
	    (c->ruling->permitted ? PERMITTED : 0));
	buf_done(&key);
}

bool
impact_visit(const struct review *r, const struct review_case *c, struct buf *out)
{
	struct facts *f = c->facts;

	(void)out;
	if (f->contact != CONTACT_NONE) {
		struct fact_identifier *id = &f->identifiers[f->contact];

		answer_about(r, c, id->type, intake_token(&c->judge->intake, id, c->arena));
		return false;
	}
	for (size_t i = 0; i < f->member_count && !c->judge->question.needs_contact; i++) {
		struct token t = token_of(&r->state->key, SPAN("record"), f->members[i].id);

		answer_about(r, c, SPAN("record"), &t);
	}
	return false;
}

static size_t
question_of(struct span key)
{
	size_t n = 0;

	for (size_t i = 0; i < QUESTION_BYTES; i++)
		n = n << 8 | (unsigned char)key.p[i];
	return n;
}

static struct span
code_of(uint64_t answer)
{
	return span_from(reason_at((unsigned)((answer & ~PERMITTED) - 1))->code);
}

static void
write_change(struct review *r, struct span key, uint64_t before, uint64_t after, struct buf *out)
{
	size_t at = question_of(key);
	const struct question *q = &r->judges[at].question;
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	json_member_string(&w, "kind", span_from(r->kind));
	json_member_string(&w, "contact", span_skip(key, QUESTION_BYTES));
	json_member_string(&w, "purpose", q->purpose->id);
	json_member_string(&w, "channel", q->channel);
	json_member_string(&w, "controller", q->controller);
	json_member_string(&w, "destination",
	    q->destination == NULL ? span_none() : q->destination->id);
	json_member_string(&w, "change", (after & PERMITTED) != 0 ? SPAN("regained") : SPAN("lost"));
	json_member_string(&w, "before", code_of(before));
	json_member_string(&w, "after", code_of(after));
	review_line_end(&w);
	r->listed[at]++;
	r->lines++;
}

uint64_t
impact_compare(struct review *r, struct map *before, struct map *after, struct buf *out)
{
	uint64_t regained = 0;

	map_sort(before);
	for (size_t i = 0; i < map_size(before); i++) {
		struct span key = map_key(before, i);
		const uint64_t *now = map_find(after, key);
		uint64_t then = map_value(before, i);

		if (now == NULL || (*now & PERMITTED) == (then & PERMITTED))
			continue;
		write_change(r, key, then, *now, out);
		regained += (*now & PERMITTED) != 0;
	}
	return regained;
}

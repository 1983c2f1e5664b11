/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/auto_whose.c: whom a column is about: the one who is asked ("What is your name?"), somebody else
 * of the same row (who bought the ticket, who gets the parcel), or the firm that keeps the list. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/notes.h"
#include "ingest/auto_priv.h"
#include "ingest/intake_priv.h"

/* What forms begin a question with, and whose answer is asked for. Only both together are one: "what" alone
 * may be anything. */
static const char asking[] = "what whats is s please enter provide give us tell and also the "
    "quel quelle est sont merci indiquer indiquez bitte wie lautet ist nennen sie und geben "
    "wat is en vul cual cuales es por favor qual quais e o a il la i jaki jaka jakie jest sa podaj prosze ";
static const char whose[] = "your votre vos ton ta ihr ihre ihren dein deine deinen uw je jouw su sus tu tus "
    "seu sua seus suas tuo tua suo twoj twoja twoje pana panstwa din ditt dit ";

static bool
is_among(const char *words, struct span token)
{
	struct span rest = span_from(words), word;

	while (span_split(&rest, ' ', &word))
		if (word.len > 0 && span_equal(word, token))
			return true;
	return false;
}

bool
auto_take_question(struct span *word)
{
	struct span rest = *word, token, after = rest;
	bool asks = false;

	while (span_split(&rest, ' ', &token)) {
		if (is_among(whose, token)) {
			asks = true;
			after = rest;
			break;
		}
		if (!is_among(asking, token))
			break;
	}
	if (!asks || span_trim(after).len == 0)
		return false;
	*word = span_trim(after);
	return true;
}

bool
auto_is_name(struct span target)
{
	return span_is(target, "name") || span_is(target, "given_name") || span_is(target, "family_name");
}

static bool
is_reached_by(struct span target)
{
	return span_is(target, "email") || span_is(target, "phone_number");
}

static bool
same_head(const struct sheet *s, size_t a, size_t b)
{
	return span_equal(s->meanings[a].head, s->meanings[b].head);
}

/* The first column of a name: that of the person of the row; header_count if there is none. */
static size_t
first_name(const struct sheet *s)
{
	size_t i = 0;

	while (i < s->in->header_count && (s->chosen[i] == NULL || !auto_is_name(s->chosen[i]->target)))
		i++;
	return i;
}

/* Another name under the same head. */
static bool
has_own_name(const struct sheet *s, size_t column)
{
	for (size_t i = 0; i < s->in->header_count; i++)
		if (s->meanings[i].named && same_head(s, i, column) && s->seen[i].filled > 0)
			return true;
	return false;
}

static void
note_other(const struct sheet *s, size_t column)
{
	struct buf name = { 0 };

	visible(&name, s->in->header[column], 100);
	notes_add(s->o->notes, "%s: \"%.*s\" stays an attribute: \"%.*s\" has a name of its own and may be somebody "
	    "else; a mapping can choose", source_name(s->in->source), SPAN_ARG(buf_span(&name)),
	    SPAN_ARG(s->meanings[column].head));
	buf_done(&name);
}

/* As many values as a list has systems, each ten times: those of a firm, or of who works for it. */
static bool
is_of_few(const struct seen *seen)
{
	return seen->value_count <= SYSTEMS_MOST && seen->filled >= UINT64_C(10) * seen->value_count;
}

static bool
is_role(const struct meaning *m)
{
	return m->n > 0 && span_is(m->senses[0].target, "name.role");
}

/* Whether a column is called a name: that says more than "customer", which may be a firm beside it. */
static bool
has_names(const struct sheet *s)
{
	for (size_t i = 0; i < s->in->header_count; i++)
		if (s->chosen[i] != NULL && (auto_is_name(s->chosen[i]->target) || span_is(s->chosen[i]->target, "name.1")))
			return true;
	return false;
}

static void
note_role(const struct sheet *s, size_t column, bool few)
{
	struct buf name = { 0 };

	visible(&name, s->in->header[column], 100);
	notes_add(s->o->notes, "%s: \"%.*s\" stays an attribute: %s; a mapping can choose", source_name(s->in->source),
	    SPAN_ARG(buf_span(&name)), few ? "a few values in many rows are nobody's name" :
	    "another column is the name already");
	buf_done(&name);
}

/* Who is a donor or a customer is called so, if the values are names and no other column has them. A role whose
 * values are none says nothing. */
static void
take_roles(struct sheet *s)
{
	bool called = has_names(s), taken = false;

	for (size_t i = 0; i < s->in->header_count; i++) {
		struct meaning *m = &s->meanings[i];
		struct sense *name;

		if (!is_role(m))
			continue;
		if (s->chosen[i] == NULL) {
			m->n = 0;
			continue;
		}
		if (!called) {	/* of two roles each has his own mailbox */
			m->head = s->chosen[i]->word;
			m->named = true;
		}
		if (called || taken || is_of_few(&s->seen[i])) {
			if (s->seen[i].filled > 0)
				note_role(s, i, !called && !taken);
			s->chosen[i] = NULL;
			continue;
		}
		name = arena_zero(s->m->arena, 1, sizeof *name);
		*name = *s->chosen[i];
		name->target = SPAN("name");
		s->chosen[i] = name;
		taken = true;
	}
}

/* Who bought the ticket and who gets the parcel has a name of his own, which a record has no room for. His
 * mailbox and telephone would join whoever goes to the concert with him to him. */
void
auto_whose(struct sheet *s)
{
	size_t person;

	take_roles(s);
	person = first_name(s);
	for (size_t i = 0; i < s->in->header_count && person < s->in->header_count; i++) {
		if (s->chosen[i] == NULL || !is_reached_by(s->chosen[i]->target) || s->meanings[i].head.len == 0 ||
		    same_head(s, i, person) || !has_own_name(s, i))
			continue;
		s->chosen[i] = NULL;
		if (s->seen[i].filled > 0)
			note_other(s, i);
	}
}

/* The mailbox of a parent would join brothers and sisters, and the parent to them. Where nobody else has a name in
 * the row it is how the one is reached whom the row is about. */
bool
auto_is_of_other(const struct sheet *s, size_t column)
{
	struct buf name = { 0 };

	if (first_name(s) == s->in->header_count || !header_is_of_other(s->in->header[column], &s->in->arena))
		return false;
	visible(&name, s->in->header[column], 100);
	notes_add(s->o->notes, "%s: \"%.*s\" stays an attribute: it names somebody else than the person of the row; a "
	    "mapping can say it does not", source_name(s->in->source), SPAN_ARG(buf_span(&name)));
	buf_done(&name);
	return true;
}

/* "To email" of payments is the shop's in every row, "agent email" that of three people who answer calls, where
 * another column has more than can be counted. */
bool
auto_is_of_firm(const struct sheet *s, size_t column)
{
	if (!is_of_few(&s->seen[column]))
		return false;
	for (size_t i = 0; i < s->in->header_count; i++)
		if (s->seen[i].value_count > SYSTEMS_MOST && s->seen[i].filled > 0 &&
		    auto_confirmed(&s->seen[i], SHAPE_EMAIL, false))
			return true;
	return false;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cold_steps.h: a small machine that makes records of values and of the gaps between them;
 * for cold_record.c and cold_walk.c only. Its state is where the value before a gap stands; the gap and
 * the state tell where the next value goes, and the state behind it. */
#ifndef CDP_RESOLVE_COLD_STEPS_H
#define CDP_RESOLVE_COLD_STEPS_H

#include "base/arena.h"		/* by value */
#include "base/attr.h"
#include "model/record.h"	/* lists, by value */
#include "resolve/cold_priv.h"

#include <string.h>

enum {
	ADDRESSES = 8, LISTS = 8, ATTRIBUTES = 32,	/* of one record; more are left to record_from */
	TEXTS = 192		/* in all lists of one record, the same */
};

/* Where the value before a gap stands. */
enum state { AT_START, IN_TEXT, IN_LIST, IN_ADDRESS, IN_IDENTIFIERS, IN_TAGS, IN_ATTRIBUTE, IN_NUMBER };

/* What becomes of the value behind the gap; there may be none behind the first two. */
enum act { ACT_UNKNOWN, ACT_END, ACT_KIND, ACT_TEXT, ACT_LIST, ACT_NEXT, ACT_ADDRESS, ACT_PART,
    ACT_IDENTIFIER, ACT_TAG, ACT_ATTRIBUTE, ACT_NUMBER };

/* What a gap means in a state. */
struct step {
	struct step		*other;		/* of the same gap, in another state */
	enum state		 from, to;
	enum act		 act;
	size_t			 place;		/* of a text or list in struct record; of a part */
	struct span		 name;		/* of an identifier, tag or attribute */
	struct named_json	*literal;	/* attributes that are true or false, in the gap */
	size_t			 literals;
	bool			 plain;		/* a value follows, and no literals come before it */
	const struct gap	*gap;		/* NULL: contents have the numbers of the gap before */
	struct span		*few;		/* contents behind it that are texts, once they were met */
};

/* What one thread knows of gaps. */
struct cold_steps {
	const struct cold	*cold;
	struct arena		 arena;			/* of the steps and what they have */
	struct step		*step[COLD_GAPS];	/* by number of the gap */
	bool			 contents;		/* steps have room for contents */
};

/* Understands a gap in a state where it was not met before. */
const struct step *cold_step_make(struct cold_steps *all, unsigned number, enum state from);

ALWAYS_INLINE const struct step *
step_of(struct cold_steps *all, unsigned number, enum state from)
{
	const struct step *s = all->step[number];

	while (s != NULL && s->from != from)
		s = s->other;
	return s == NULL ? cold_step_make(all, number, from) : s;
}

/* The record so far; its lists go to the arena when all is known. */
struct making {
	struct record		*to;
	struct arena		*arena;
	struct span		*text;		/* of all lists */
	size_t			 texts;
	struct texts		*list;		/* the one at hand */
	struct address		*address;
	struct named_texts	*identifier, *tag;
	struct named_json	*attribute;
	uint32_t		 quote;		/* a bit for each of them that is a text without quotes */
};

_Static_assert(ATTRIBUTES <= 32, "each has a bit");

ALWAYS_INLINE bool
add_text(struct making *m, struct span value)
{
	if (m->texts == TEXTS || m->list->n == RECORD_LIST_MAX)
		return false;
	m->text[m->texts++] = value;
	m->list->n++;
	return true;
}

ALWAYS_INLINE bool
begin_list(struct making *m, struct texts *list, struct span value)
{
	*list = (struct texts){ m->text + m->texts, 0 };
	m->list = list;
	return add_text(m, value);
}

static inline bool
begin_named_list(struct making *m, struct named_texts *list, size_t *count, struct span name,
    struct span value)
{
	if (*count == LISTS)
		return false;
	list[*count].name = name;
	return begin_list(m, &list[(*count)++].values, value);
}

static inline bool
add_address(struct making *m)
{
	if (m->to->address_count == ADDRESSES)
		return false;
	m->address[m->to->address_count++] = (struct address){ 0 };
	return true;
}

static inline bool
add_attribute(struct making *m, struct span name, struct span json)
{
	if (m->to->attribute_count == ATTRIBUTES)
		return false;
	m->attribute[m->to->attribute_count++] = (struct named_json){ name, json };
	return true;
}

static inline bool
add_literals(struct making *m, const struct step *s)
{
	for (size_t i = 0; i < s->literals; i++)
		if (!add_attribute(m, s->literal[i].name, s->literal[i].json))
			return false;
	return true;
}

ALWAYS_INLINE bool
act(struct making *m, const struct step *s, struct span value)
{
	struct record *to = m->to;
	void *place = (char *)to + s->place;

	if (LIKELY(s->act == ACT_TEXT)) {
		*(struct span *)place = value;
		return true;
	}
	switch (s->act) {
	case ACT_KIND:
		return span_is(value, "record");
	case ACT_LIST:
		return begin_list(m, place, value);
	case ACT_NEXT:
		return add_text(m, value);
	case ACT_ADDRESS:
		if (!add_address(m))
			return false;
		m->address[to->address_count - 1].part[s->place] = value;
		return true;
	case ACT_PART:
		m->address[to->address_count - 1].part[s->place] = value;
		return true;
	case ACT_IDENTIFIER:
		return begin_named_list(m, m->identifier, &to->identifier_count, s->name, value);
	case ACT_TAG:
		return begin_named_list(m, m->tag, &to->tag_count, s->name, value);
	case ACT_ATTRIBUTE:
		m->quote |= (uint32_t)1 << (to->attribute_count % ATTRIBUTES);
		return add_attribute(m, s->name, value);
	case ACT_NUMBER:
		return add_attribute(m, s->name, value);
	default:
		return false;
	}
}

/* The lists go to the arena; those of texts are there. */
static inline void *
list_copy(struct arena *arena, const void *list, size_t bytes)
{
	return bytes == 0 ? NULL : memcpy(arena_alloc(arena, bytes), list, bytes);
}

static inline void
give_lists(struct making *m)
{
	struct record *to = m->to;

	to->has_purposes = to->purposes.n > 0;
	to->addresses = list_copy(m->arena, m->address, to->address_count * sizeof *m->address);
	to->identifiers = list_copy(m->arena, m->identifier,
	    to->identifier_count * sizeof *m->identifier);
	to->tags = list_copy(m->arena, m->tag, to->tag_count * sizeof *m->tag);
	to->attributes = list_copy(m->arena, m->attribute, to->attribute_count * sizeof *m->attribute);
}

#endif

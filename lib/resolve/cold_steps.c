/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cold_steps.c: what a gap means. Lines were accepted by the scanner, so what is read here
 * is JSON without repeated names; what is not known here (escapes, blanks, nulls, lists in attributes,
 * empty values, other members) is left to record_from. */
#include "resolve/cold_steps.h"

#define TEXT(lit, member)	{ SPAN_INIT(lit), ACT_TEXT, offsetof(struct record, member) }
#define LIST(lit, member)	{ SPAN_INIT(lit), ACT_LIST, offsetof(struct record, member) }
static const struct {
	struct span	name;
	enum act	act;		/* of its first value; of an object, of what is in it */
	size_t		place;
} members[] = {
	{ SPAN_INIT("kind"), ACT_KIND, 0 }, TEXT("id", id), TEXT("source", source), TEXT("key", key),
	TEXT("channel", channel), TEXT("observed_at", observed_at), TEXT("collected_at", collected_at),
	TEXT("given_name", one[ONE_GIVEN_NAME]), TEXT("middle_name", one[ONE_MIDDLE_NAME]),
	TEXT("family_name", one[ONE_FAMILY_NAME]), TEXT("name", one[ONE_NAME]),
	TEXT("birthdate", one[ONE_BIRTHDATE]), TEXT("gender", one[ONE_GENDER]),
	TEXT("locale", one[ONE_LOCALE]), TEXT("zoneinfo", one[ONE_ZONEINFO]),
	LIST("nickname", many[MANY_NICKNAME]), LIST("email", many[MANY_EMAIL]),
	LIST("phone_number", many[MANY_PHONE_NUMBER]), LIST("website", many[MANY_WEBSITE]),
	{ SPAN_INIT("address"), ACT_ADDRESS, 0 }, { SPAN_INIT("identifiers"), ACT_IDENTIFIER, 0 },
	{ SPAN_INIT("attributes"), ACT_ATTRIBUTE, 0 }, LIST("purposes", purposes),
	TEXT("controller", controller), TEXT("collected", collected),
	{ SPAN_INIT("tags"), ACT_TAG, 0 }, LIST("flags", flags),
};

static const enum state state_after[] = { [ACT_KIND] = IN_TEXT, [ACT_TEXT] = IN_TEXT,
	[ACT_LIST] = IN_LIST, [ACT_ADDRESS] = IN_ADDRESS, [ACT_PART] = IN_ADDRESS,
	[ACT_IDENTIFIER] = IN_IDENTIFIERS, [ACT_TAG] = IN_TAGS, [ACT_ATTRIBUTE] = IN_ATTRIBUTE,
	[ACT_NUMBER] = IN_NUMBER };

static bool
take(struct span *rest, struct span what)
{
	if (!span_starts(*rest, what))
		return false;
	*rest = span_skip(*rest, what.len);
	return true;
}

/* "name": */
static bool
take_key(struct span *rest, struct span *name)
{
	if (!take(rest, SPAN("\"")))
		return false;
	*name = span_head(*rest, span_index(*rest, '"'));
	*rest = span_skip(*rest, name->len);
	return span_index(*name, '\\') == name->len && take(rest, SPAN("\":"));
}

/* The last bytes before the value. */
static enum act
begin(struct span rest, struct span last, enum act act)
{
	return span_equal(rest, last) ? act : ACT_UNKNOWN;
}

static enum act
begin_part(struct span rest, enum act act, struct step *s)
{
	struct span name;
	int part = take_key(&rest, &name) ? part_find(name) : -1;

	if (part < 0)
		return ACT_UNKNOWN;
	s->place = (size_t)part;
	return begin(rest, SPAN("\""), act);
}

static enum act
begin_named(struct span rest, enum act act, struct step *s)
{
	return take_key(&rest, &s->name) ? begin(rest, SPAN("[\""), act) : ACT_UNKNOWN;
}

static enum act begin_member(struct span rest, struct step *s, struct arena *arena);

/* What follows a member of the record, the comma or the brace included. */
static enum act
after_member(struct span rest, struct step *s, struct arena *arena)
{
	if (span_is(rest, "}"))
		return ACT_END;
	return take(&rest, SPAN(",")) ? begin_member(rest, s, arena) : ACT_UNKNOWN;
}

static void
add_literal(struct step *s, struct span name, struct span json, struct arena *arena)
{
	if (s->literal == NULL)
		s->literal = arena_alloc(arena, ATTRIBUTES * sizeof *s->literal);
	s->literal[s->literals++] = (struct named_json){ name, json };
}

/* At the name of an attribute. */
static enum act
begin_attribute(struct span rest, struct step *s, struct arena *arena)
{
	struct span name;

	while (s->literals < ATTRIBUTES && take_key(&rest, &name)) {
		bool yes = span_starts(rest, SPAN("true"));

		if (yes ? take(&rest, SPAN("true")) : take(&rest, SPAN("false"))) {
			add_literal(s, name, yes ? SPAN("true") : SPAN("false"), arena);
			if (take(&rest, SPAN("}")))
				return after_member(rest, s, arena);
			if (!take(&rest, SPAN(",")))
				return ACT_UNKNOWN;
			continue;
		}
		s->name = name;
		return rest.len == 0 ? ACT_NUMBER : begin(rest, SPAN("\""), ACT_ATTRIBUTE);
	}
	return ACT_UNKNOWN;
}

/* At the name of a member of the record. */
static enum act
begin_member(struct span rest, struct step *s, struct arena *arena)
{
	struct span name;
	size_t i = 0;

	if (!take_key(&rest, &name))
		return ACT_UNKNOWN;
	while (i < sizeof members / sizeof *members && !span_equal(members[i].name, name))
		i++;
	if (i == sizeof members / sizeof *members)
		return ACT_UNKNOWN;
	s->place = members[i].place;
	switch (members[i].act) {
	case ACT_LIST:
		return begin(rest, SPAN("[\""), ACT_LIST);
	case ACT_ADDRESS:
		return take(&rest, SPAN("[{")) ? begin_part(rest, ACT_ADDRESS, s) : ACT_UNKNOWN;
	case ACT_IDENTIFIER:
	case ACT_TAG:
		return take(&rest, SPAN("{")) ? begin_named(rest, members[i].act, s) : ACT_UNKNOWN;
	case ACT_ATTRIBUTE:
		return take(&rest, SPAN("{")) ? begin_attribute(rest, s, arena) : ACT_UNKNOWN;
	default:
		return begin(rest, SPAN("\""), members[i].act);
	}
}

/* Behind the value of a list of texts: the next one, or what follows the list. */
static enum act
after_text_of_list(struct span rest, struct step *s, struct arena *arena)
{
	if (span_is(rest, ",\""))
		return ACT_NEXT;
	if (!take(&rest, SPAN("]")))
		return ACT_UNKNOWN;
	if (s->from == IN_LIST)
		return after_member(rest, s, arena);
	if (take(&rest, SPAN("}")))
		return after_member(rest, s, arena);
	return !take(&rest, SPAN(",")) ? ACT_UNKNOWN :
	    begin_named(rest, s->from == IN_TAGS ? ACT_TAG : ACT_IDENTIFIER, s);
}

static enum act
after_part(struct span rest, struct step *s, struct arena *arena)
{
	if (take(&rest, SPAN("}]")))
		return after_member(rest, s, arena);
	if (take(&rest, SPAN("},{")))
		return begin_part(rest, ACT_ADDRESS, s);
	return take(&rest, SPAN(",")) ? begin_part(rest, ACT_PART, s) : ACT_UNKNOWN;
}

static enum act
after_attribute(struct span rest, struct step *s, struct arena *arena)
{
	if (take(&rest, SPAN("}")))
		return after_member(rest, s, arena);
	return take(&rest, SPAN(",")) ? begin_attribute(rest, s, arena) : ACT_UNKNOWN;
}

static enum act
understand(struct span rest, struct step *s, struct arena *arena)
{
	if (s->from == AT_START)
		return take(&rest, SPAN("{")) ? begin_member(rest, s, arena) : ACT_UNKNOWN;
	if (s->from != IN_NUMBER && !take(&rest, SPAN("\"")))
		return ACT_UNKNOWN;
	switch (s->from) {
	case IN_TEXT:
		return after_member(rest, s, arena);
	case IN_ADDRESS:
		return after_part(rest, s, arena);
	case IN_ATTRIBUTE:
	case IN_NUMBER:
		return after_attribute(rest, s, arena);
	default:
		return after_text_of_list(rest, s, arena);
	}
}

const struct step *
cold_step_make(struct cold_steps *all, unsigned number, enum state from)
{
	const struct gap *g = all->cold->gap[number];
	struct step *s = arena_zero(&all->arena, 1, sizeof *s);

	s->from = from;
	s->act = understand(g->text, s, &all->arena);
	if ((s->act == ACT_END) != g->last)
		s->act = ACT_UNKNOWN;
	s->plain = s->act != ACT_UNKNOWN && s->act != ACT_END && s->literals == 0;
	s->to = s->act == ACT_NEXT ? from : s->act == ACT_UNKNOWN || s->act == ACT_END ? AT_START :
	    state_after[s->act];
	if (!g->inside)
		s->gap = g;
	if (!g->inside && all->contents)
		s->few = arena_zero(&all->arena, FEW, sizeof *s->few);
	s->other = all->step[number];
	all->step[number] = s;
	return s;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cold_record.c: a small machine. Its state is where the value before a gap stands; the
 * gap and the state tell where the next value goes, and the state behind it. Lines were accepted by the
 * scanner, so what is read here is JSON without repeated names; what this machine does not know
 * (escapes, blanks, nulls, lists in attributes, empty values, other members) is left to record_from. */
#include "base/alloc.h"
#include "base/attr.h"
#include "model/record.h"
#include "resolve/cold_priv.h"
#include "resolve/cold_record.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

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
	const struct gap	*gap;		/* NULL: contents have the numbers of the gap before */
	struct span		*few;		/* contents behind it that are texts, once they were met */
};

struct cold_reader {
	const struct cold	*cold;
	struct arena		 arena;			/* of the steps and what they have */
	struct step		*step[COLD_GAPS];	/* by number of the gap */
};

struct cold_reader *
cold_reader_new(const struct cold *c)
{
	struct cold_reader *r = mem_zero(1, sizeof *r);

	r->cold = c;
	return r;
}

void
cold_reader_free(struct cold_reader *r)
{
	if (r == NULL)
		return;
	arena_done(&r->arena);
	mem_free(r);
}

/* ---- understanding a gap ---- */

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

NOINLINE const struct step *
make_step(struct cold_reader *r, unsigned number, enum state from)
{
	const struct gap *g = r->cold->gap[number];
	struct step *s = arena_zero(&r->arena, 1, sizeof *s);

	s->from = from;
	s->act = understand(g->text, s, &r->arena);
	if ((s->act == ACT_END) != g->last)
		s->act = ACT_UNKNOWN;
	s->to = s->act == ACT_NEXT ? from : s->act == ACT_UNKNOWN || s->act == ACT_END ? AT_START :
	    state_after[s->act];
	if (!g->inside) {
		s->gap = g;
		s->few = arena_zero(&r->arena, FEW, sizeof *s->few);
	}
	s->other = r->step[number];
	r->step[number] = s;
	return s;
}

ALWAYS_INLINE const struct step *
step_of(struct cold_reader *r, unsigned number, enum state from)
{
	const struct step *s = r->step[number];

	while (s != NULL && s->from != from)
		s = s->other;
	return s == NULL ? make_step(r, number, from) : s;
}

/* ---- values ---- */

/* Whether it is a text as it stands: not empty, without an escape. */
ALWAYS_INLINE bool
is_text(struct span value)
{
#ifdef __SSE2__
	const __m128i slash = _mm_set1_epi8('\\');
	size_t at = 0;

	for (; value.len - at > 16; at += 16)
		if (_mm_movemask_epi8(_mm_cmpeq_epi8(slash,
		    _mm_loadu_si128((const __m128i *)(const void *)(value.p + at)))) != 0)
			return false;
	return value.len > 0 && ((unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(slash,
	    _mm_loadu_si128((const __m128i *)(const void *)(value.p + at)))) &
	    (((unsigned)1 << (value.len - at)) - 1)) == 0;
#else
	return value.len > 0 && memchr(value.p, '\\', value.len) == NULL;
#endif
}

/* A content that has a number; absent if it is no text as it stands. */
NOINLINE struct span
meet_content(const struct step *behind, unsigned number)
{
	const struct content *v = behind->gap->content[number];
	struct span value = span_make(v->text, v->len);

	if (!is_text(value))
		return span_none();
	behind->few[number] = value;
	return value;
}

/* The value at *from that is not short; absent if it is no text as it stands. */
ALWAYS_INLINE struct span
other_value(const char **from, unsigned code, struct span id, const struct step *behind)
{
	uint32_t len;

	if (LIKELY(code >= VALUE_FEW))
		return LIKELY(behind->few[code - VALUE_FEW].p != NULL) ?
		    behind->few[code - VALUE_FEW] : meet_content(behind, code - VALUE_FEW);
	if (code == VALUE_OF_ID) {
		len = (unsigned char)*(*from)++;
		return len == 0 ? span_none() : span_make(id.p + id.len - len, len);
	}
	memcpy(&len, *from, sizeof len);
	*from += sizeof len + len;
	return is_text(span_make(*from - len, len)) ? span_make(*from - len, len) : span_none();
}

/* The value at *from, behind which it leaves *from; all have ROOM behind them. */
ALWAYS_INLINE struct span
next_value(const char **from, struct span id, const struct step *behind)
{
	unsigned code = (unsigned char)*(*from)++;
	struct span value;

	if (code >= VALUE_OF_ID)
		return other_value(from, code, id, behind);
	value = span_make(*from, code);
	*from += code;
	return LIKELY(is_text(value)) ? value : span_none();
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

static bool
begin_named_list(struct making *m, struct named_texts *list, size_t *count, struct span name,
    struct span value)
{
	if (*count == LISTS)
		return false;
	list[*count].name = name;
	return begin_list(m, &list[(*count)++].values, value);
}

static bool
add_address(struct making *m)
{
	if (m->to->address_count == ADDRESSES)
		return false;
	m->address[m->to->address_count++] = (struct address){ 0 };
	return true;
}

static bool
add_attribute(struct making *m, struct span name, struct span json)
{
	if (m->to->attribute_count == ATTRIBUTES)
		return false;
	m->attribute[m->to->attribute_count++] = (struct named_json){ name, json };
	return true;
}

static bool
add_literals(struct making *m, const struct step *s)
{
	for (size_t i = 0; i < s->literals; i++)
		if (!add_attribute(m, s->literal[i].name, s->literal[i].json))
			return false;
	return true;
}

static struct span
quoted(struct arena *arena, struct span value)
{
	char *text = arena_alloc(arena, value.len + 2);

	text[0] = text[value.len + 1] = '"';
	memcpy(text + 1, value.p, value.len);
	return span_make(text, value.len + 2);
}

ALWAYS_INLINE bool
act(struct making *m, const struct step *s, struct span value)
{
	struct record *to = m->to;
	void *place = (char *)to + s->place;

	switch (s->act) {
	case ACT_KIND:
		return span_is(value, "record");
	case ACT_TEXT:
		*(struct span *)place = value;
		return true;
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

static void *
copy(struct arena *arena, const void *list, size_t bytes)
{
	return bytes == 0 ? NULL : memcpy(arena_alloc(arena, bytes), list, bytes);
}

/* Source and key are the two parts of the id, as was seen when the line was read. */
static bool
settle(struct making *m)
{
	struct record *to = m->to;
	size_t at = span_index(to->id, ':');

	if (to->id.p == NULL)
		return false;
	for (size_t i = 0; m->quote >> i != 0; i++)
		if ((m->quote >> i & 1) != 0)
			m->attribute[i].json = quoted(m->arena, m->attribute[i].json);
	to->source = span_head(to->id, at);
	to->key = span_skip(to->id, at + 1);
	to->has_purposes = to->purposes.n > 0;
	to->addresses = copy(m->arena, m->address, to->address_count * sizeof *m->address);
	to->identifiers = copy(m->arena, m->identifier, to->identifier_count * sizeof *m->identifier);
	to->tags = copy(m->arena, m->tag, to->tag_count * sizeof *m->tag);
	to->attributes = copy(m->arena, m->attribute, to->attribute_count * sizeof *m->attribute);
	return true;
}

bool
cold_record(struct cold_reader *r, const char *packed, struct record *to, struct arena *arena)
{
	UNCLEARED struct address address[ADDRESSES];
	UNCLEARED struct named_texts identifier[LISTS], tag[LISTS];
	UNCLEARED struct named_json attribute[ATTRIBUTES];
	struct making m = { .to = to, .arena = arena,
	    .text = arena_alloc(arena, TEXTS * sizeof *m.text), .address = address,
	    .identifier = identifier, .tag = tag, .attribute = attribute };
	struct span id = cold_id(packed), value;
	const struct step *behind = NULL;
	const char *from = id.p + id.len + sizeof(uint32_t);	/* behind the length of the line */
	enum state state = AT_START;

	if (!is_text(id))
		return false;
	*to = (struct record){ 0 };
	for (;;) {
		unsigned number = (unsigned char)*from++;
		const struct step *s;

		if (UNLIKELY(number == GAP_TEXT))
			return false;
		s = step_of(r, number, state);
		if (UNLIKELY(s->literals > 0) && !add_literals(&m, s))
			return false;
		if (UNLIKELY(s->act == ACT_END))
			break;
		if (UNLIKELY(s->act == ACT_UNKNOWN))
			return false;
		behind = s->gap != NULL ? s : behind;
		value = next_value(&from, id, behind);
		if (UNLIKELY(value.p == NULL) || UNLIKELY(!act(&m, s, value)))
			return false;
		state = s->to;
	}
	arena_trim(arena, m.text, m.texts * sizeof *m.text);
	return settle(&m);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cold_walk.c: a graph of gaps. A node is a gap that was read in one state, and its ways are
 * the gaps that came next in some line. record_plain accepts members in their order alone, and a node says
 * which member is behind it; so whatever way is taken, members are in order and none is there twice.
 * Names of identifiers, tags and attributes have no order and are looked at in the end.
 * From the purposes on a line says what its source says of many records: that tail is known as one text. */
#include "base/alloc.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "io/ndjson_run.h"
#include "resolve/cold_put.h"
#include "resolve/cold_steps.h"
#include "resolve/cold_walk.h"

enum {
	WALK_MOST = 16 << 10,	/* bytes of a line: those of record_plain, so no limit is exceeded */
	NUMBER_MOST = 128,	/* characters, the same */
	WAYS = 8,		/* from one gap on; lines of one source have two or three */
	TAILS = 16		/* behind one gap: two or three for each source */
};

/* The end of a line, from the gap before the purposes on, in which all contents have numbers. */
struct tail {
	struct span	text, packed;
	size_t		most;		/* what cold_pack counts of it */
	struct texts	purposes, flags;
	struct span	controller, collected;
};

struct node {
	struct span		 text;		/* of the gap, with ROOM behind it */
	const struct step	*step;
	struct gap		*behind;	/* by which contents behind it have numbers */
	unsigned		 number, ways;
	struct node		*way[WAYS];
	struct node		*other;		/* of the same gap */
	bool			 begins_tail;
	unsigned		 tails;
	const struct tail	*tail[TAILS];
};

struct cold_walker {
	struct cold_packer	*packer;
	struct cold_steps	 steps;
	struct step		 before;	/* the line */
	struct node		 start;
	struct node		*node[COLD_GAPS];	/* by number of the gap */
};

struct cold_walker *
cold_walker_new(struct cold_packer *p)
{
	struct cold_walker *w = mem_zero(1, sizeof *w);

	w->packer = p;
	w->steps.cold = p->shared;
	w->before.to = AT_START;
	w->start.step = &w->before;
	return w;
}

void
cold_walker_free(struct cold_walker *w)
{
	if (w == NULL)
		return;
	arena_done(&w->steps.arena);
	mem_free(w);
}

/* ---- learning ---- */

/* Where a value is one of a list the list tells nodes apart: what may follow depends on it. */
static struct node *
node_of(struct cold_walker *w, unsigned number, const struct step *step, struct gap *behind)
{
	struct node *n = w->node[number];

	while (n != NULL && (n->step != step || n->behind != behind))
		n = n->other;
	if (n != NULL)
		return n;
	n = arena_zero(&w->steps.arena, 1, sizeof *n);
	n->text = w->steps.cold->gap[number]->text;
	n->step = step;
	n->behind = behind;
	n->number = number;
	n->begins_tail = step->act == ACT_LIST && step->place == offsetof(struct record, purposes);
	n->other = w->node[number];
	w->node[number] = n;
	return n;
}

/* Where there are too many ways, those that came first are kept. */
static void
add_way(struct node *from, struct node *to)
{
	for (unsigned i = 0; i < from->ways; i++)
		if (from->way[i] == to)
			return;
	if (from->ways < WAYS)
		from->way[from->ways++] = to;
}

/* Behind the packed value. */
static const char *
skip_value(const char *from)
{
	unsigned code = (unsigned char)*from++;
	uint32_t len;

	if (code < VALUE_SHORT)
		return from + code;
	if (code >= VALUE_FEW)
		return from;
	if (code == VALUE_OF_ID)
		return from + 1;
	memcpy(&len, from, sizeof len);
	return from + sizeof len + len;
}

void
cold_walk_learn(struct cold_walker *w, const char *packed)
{
	const struct span id = cold_id(packed);
	const char *from = id.p + id.len + sizeof(uint32_t);	/* behind the length of the line */
	struct node *n = &w->start;

	for (;;) {
		unsigned number = (unsigned char)*from;
		const struct step *s;
		struct node *to;

		if (number == GAP_TEXT)
			return;
		s = step_of(&w->steps, number, n->step->to);
		if (s->act == ACT_UNKNOWN)
			return;
		to = node_of(w, number, s, s->gap == NULL ? n->behind : w->steps.cold->gap[number]);
		add_way(n, to);
		if (s->act == ACT_END)
			return;
		n = to;
		from = skip_value(from + 1);
	}
}

/* ---- walking ---- */

ALWAYS_INLINE bool
is_at(struct span text, const char *at, const char *end)
{
	if (LIKELY(text.len <= ROOM && end - at >= ROOM))
		return room_equal(text.p, at, text.len);
	return (size_t)(end - at) >= text.len && memcmp(text.p, at, text.len) == 0;
}

/* The way that the line takes, or NULL. Ways that are taken come to the front, because the next line is
 * mostly of the same source. */
ALWAYS_INLINE struct node *
next_node(struct node *from, const char *at, const char *end)
{
	for (unsigned i = 0; i < from->ways; i++) {
		struct node *to = from->way[i];

		if (!is_at(to->text, at, end))
			continue;
		if (i > 0) {
			from->way[i] = from->way[i - 1];
			from->way[i - 1] = to;
		}
		return to;
	}
	return NULL;
}

/* p is at a byte beyond ASCII of a text that began at `begin`: its end, or NULL. */
NOINLINE const char *
other_text_end(const char *start, const char *end, const char *begin, const char *p)
{
	struct span text;

	while (p < end && (unsigned char)*p >= 0x80)
		p = (const char *)nd_run((const unsigned char *)start, (const unsigned char *)p + 1,
		    (const unsigned char *)end);
	text = span_make(begin, (size_t)(p - begin));
	return p < end && *p == '"' && utf8_bad(text) == text.len ? p : NULL;
}

/* The text that begins at `at`, behind its quote: not empty, without an escape; or absent. */
ALWAYS_INLINE struct span
text_at(const char *start, const char *at, const char *end)
{
	const char *p = (const char *)nd_run((const unsigned char *)start, (const unsigned char *)at,
	    (const unsigned char *)end);

	if (UNLIKELY(p == end))
		return span_none();
	if (UNLIKELY(*p != '"'))
		p = (unsigned char)*p < 0x80 ? NULL : other_text_end(start, end, at, p);
	return UNLIKELY(p == NULL) || UNLIKELY(p == at) ? span_none() :
	    span_make(at, (size_t)(p - at));
}

static const char *
after_digits(const char *p, const char *end)
{
	while (p < end && ascii_digit(*p))
		p++;
	return p;
}

/* The number that begins at `at`, without an exponent; or absent. */
static struct span
number_at(const char *at, const char *end)
{
	const char *digits = at + (at < end && *at == '-'), *p = after_digits(digits, end);

	if (p == digits || (*digits == '0' && p > digits + 1))
		return span_none();
	if (p < end && *p == '.') {
		digits = p + 1;
		p = after_digits(digits, end);
		if (p == digits)
			return span_none();
	}
	return p - at > NUMBER_MOST ? span_none() : span_make(at, (size_t)(p - at));
}

/* Whether one of the names that things begin with is there twice. */
static bool
named_twice(const void *list, size_t count, size_t size)
{
	for (size_t i = 1; i < count; i++)
		for (size_t j = 0; j < i; j++)
			if (span_equal(*(const struct span *)((const char *)list + i * size),
			    *(const struct span *)((const char *)list + j * size)))
				return true;
	return false;
}

/* What record_plain says of a record that is read. */
static bool
settle(struct making *m)
{
	struct record *to = m->to;
	size_t at = span_index(to->id, ':');
	struct span source = span_head(to->id, at), key = span_skip(to->id, at + 1);

	if (source.len == 0 || key.len == 0 ||
	    (to->source.p != NULL && !span_equal(to->source, source)) ||
	    (to->key.p != NULL && !span_equal(to->key, key)) ||
	    named_twice(m->identifier, to->identifier_count, sizeof *m->identifier) ||
	    named_twice(m->tag, to->tag_count, sizeof *m->tag) ||
	    named_twice(m->attribute, to->attribute_count, sizeof *m->attribute))
		return false;
	to->source = source;
	to->key = key;
	for (size_t i = 0; m->quote >> i != 0; i++)
		if ((m->quote >> i & 1) != 0)
			m->attribute[i].json = span_make(m->attribute[i].json.p - 1,
			    m->attribute[i].json.len + 2);
	give_lists(m);
	return true;
}

size_t
cold_walk_room(struct span line)
{
	return cold_room(line, line.len / 3 + 1, line);	/* a gap has three bytes at least */
}

/* A line on its way. */
struct walk {
	struct packing	 pack;
	struct making	 make;
	size_t		 most;		/* what cold_pack counts */
	struct node	*before_tail;	/* NULL: no tail began, or it was known */
	const char	*tail, *packed_tail;
	size_t		 before_most;
};

/* ---- tails ---- */

/* Those that are taken come to the front. */
ALWAYS_INLINE const struct tail *
find_tail(struct node *n, struct span rest)
{
	for (unsigned i = 0; i < n->tails; i++) {
		const struct tail *t = n->tail[i];

		if (t->text.len != rest.len || memcmp(t->text.p, rest.p, rest.len) != 0)
			continue;
		if (i > 0) {
			n->tail[i] = n->tail[i - 1];
			n->tail[i - 1] = t;
		}
		return t;
	}
	return NULL;
}

static bool
take_tail(struct walk *k, const struct tail *t)
{
	struct record *to = k->make.to;

	memcpy(k->pack.to, t->packed.p, t->packed.len);
	k->pack.to += t->packed.len;
	k->most += t->most;
	to->purposes = t->purposes;
	to->controller = t->controller;
	to->collected = t->collected;
	to->flags = t->flags;
	return true;
}

/* Whether all contents of a packed tail have numbers. */
static bool
is_numbered(const char *packed, const char *end)
{
	for (packed++; packed < end; packed += 2)
		if ((unsigned char)*packed < VALUE_FEW)
			return false;
	return true;
}

/* The same place in a copy. */
static struct span
moved(struct span text, const char *from, const char *to)
{
	return text.p == NULL ? text : span_make(to + (text.p - from), text.len);
}

static struct texts
texts_moved(struct texts list, const char *from, const char *to, struct arena *arena)
{
	struct span *v = arena_alloc(arena, list.n * sizeof *v);

	for (size_t i = 0; i < list.n; i++)
		v[i] = moved(list.v[i], from, to);
	return (struct texts){ v, list.n };
}

/* The tail of a line that was walked to its end. */
NOINLINE void
keep_tail(const struct walk *k, struct arena *arena)
{
	const struct record *r = k->make.to;
	struct node *n = k->before_tail;
	struct span text = span_make(k->tail, (size_t)(k->pack.end - k->tail));
	struct span packed = span_make(k->packed_tail, (size_t)(k->pack.to - k->packed_tail));
	struct tail *t;

	if (n->tails == TAILS || r->tag_count > 0 || !is_numbered(packed.p, k->pack.to))
		return;
	t = arena_alloc(arena, sizeof *t);
	t->text = arena_copy(arena, text);
	t->packed = arena_copy(arena, packed);
	t->most = k->most - k->before_most;
	t->purposes = texts_moved(r->purposes, text.p, t->text.p, arena);
	t->flags = texts_moved(r->flags, text.p, t->text.p, arena);
	t->controller = moved(r->controller, text.p, t->text.p);
	t->collected = moved(r->collected, text.p, t->text.p);
	n->tail[n->tails++] = t;
}

/* ---- the walk ---- */

/* From gap to value to gap. */
ALWAYS_INLINE bool
go(struct cold_walker *w, struct span line, struct walk *k)
{
	const char *at = line.p, *end = k->pack.end;
	struct node *n = &w->start;

	for (;;) {
		const struct tail *t = UNLIKELY(n->tails > 0) ?
		    find_tail(n, span_make(at, (size_t)(end - at))) : NULL;
		struct node *before = n;
		struct span value;

		if (t != NULL)
			return take_tail(k, t);
		n = next_node(n, at, end);
		if (UNLIKELY(n == NULL))
			return false;
		if (UNLIKELY(n->begins_tail)) {
			k->before_tail = before;
			k->tail = at;
			k->packed_tail = k->pack.to;
			k->before_most = k->most;
		}
		put_byte(&k->pack, n->number);
		at += n->text.len;
		if (UNLIKELY(n->step->literals > 0) && !add_literals(&k->make, n->step))
			return false;
		if (n->step->act == ACT_END)
			return at == end;
		value = UNLIKELY(n->step->act == ACT_NUMBER) ? number_at(at, end) :
		    text_at(line.p, at, end);
		if (UNLIKELY(value.p == NULL) || UNLIKELY(!act(&k->make, n->step, value)))
			return false;
		k->most += 1 + put_value(&k->pack, n->behind, value);
		at = value.p + value.len;
	}
}

char *
cold_walk(struct cold_walker *w, struct span line, char *to, struct record *record,
    struct arena *arena, uint64_t *bytes)
{
	static const struct span head = SPAN_INIT("{\"kind\":\"record\",\"id\":\"");
	UNCLEARED struct address address[ADDRESSES];
	UNCLEARED struct named_texts identifier[LISTS], tag[LISTS];
	UNCLEARED struct named_json attribute[ATTRIBUTES];
	struct walk k = { .pack = { .p = w->packer, .to = to, .end = line.p + line.len },
	    .make = { .to = record, .arena = arena, .address = address,
	    .identifier = identifier, .tag = tag, .attribute = attribute } };
	struct span id;

	if (line.len > WALK_MOST || !span_starts(line, head))
		return NULL;
	id = span_skip(line, head.len);
	k.pack.id = span_head(id, span_index(id, '"'));
	k.most = sizeof(uint16_t) + k.pack.id.len + sizeof(uint32_t) + 1;
	put_head(&k.pack, line.len);
	*record = (struct record){ 0 };
	k.make.text = arena_alloc(arena, TEXTS * sizeof *k.make.text);
	if (!go(w, line, &k))
		return NULL;
	arena_trim(arena, k.make.text, k.make.texts * sizeof *k.make.text);
	if (!settle(&k.make))
		return NULL;
	if (UNLIKELY(k.before_tail != NULL))
		keep_tail(&k, &w->steps.arena);
	*bytes += k.most;
	return k.pack.to;
}

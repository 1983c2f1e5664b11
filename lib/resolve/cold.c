/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cold.c: lines to their packed form (cold_priv.h) and back.
 * Gaps and contents get their numbers once, under a lock, and are never changed; they are looked up
 * without it. */
#include "base/alloc.h"
#include "base/attr.h"
#include "base/short.h"
#include "model/record_plain.h"
#include "resolve/cold_priv.h"

enum {
	GAP_MOST = 1024,		/* bytes of one that gets a number */
	FEW_MOST = 96,			/* bytes of a content that gets a number */
	FEW_HITS = 8,			/* times that each is met, or they are not few */
	OF_ID_LEAST = 4
};

_Static_assert((int)ROOM >= (int)SHORT_ROOM, "what is kept is compared with its room");

struct cold *
cold_new(void)
{
	struct cold *c = mem_zero(1, sizeof *c);

	pthread_mutex_init(&c->lock, NULL);
	c->other.number = GAP_TEXT;
	atomic_store(&c->other.closed, true);
	return c;
}

void
cold_free(struct cold *c)
{
	if (c == NULL)
		return;
	arena_done(&c->arena);
	pthread_mutex_destroy(&c->lock);
	mem_free(c);
}

/* ---- the table ---- */

/* From the ends of a text: tables are too small for texts that meet in them to cost much. */
ALWAYS_INLINE size_t
mix(struct span text)
{
	uint64_t all = text.len;

	if (text.len >= sizeof all)
		all += span_word(text.p) ^ span_word(text.p + text.len - sizeof all) << 1;
	else if (text.len > 0)
		all += (uint64_t)(unsigned char)text.p[0] << 8 |
		    (uint64_t)(unsigned char)text.p[text.len / 2] << 16 |
		    (uint64_t)(unsigned char)text.p[text.len - 1] << 24;
	return all * UINT64_C(0x9e3779b97f4a7c15) >> 48;
}

/* Whether a text is `kept`, which has ROOM behind it; `end` is where what may be read of the text
 * ends, or before. */
ALWAYS_INLINE bool
is_kept(const char *kept, size_t len, struct span text, const char *end)
{
	if (len != text.len)
		return false;
	if (LIKELY(len <= ROOM && end - text.p >= ROOM))
		return room_equal(kept, text.p, len);
	return span_equal(span_make(kept, len), text);
}

ALWAYS_INLINE bool
is_gap(const struct gap *g, struct span text, bool last, const char *end)
{
	return g->last == last && is_kept(g->text.p, g->text.len, text, end);
}

static struct gap *
find_gap(struct cold *c, struct span text, bool last, size_t *at)
{
	for (*at = mix(text) & (GAP_SLOTS - 1);; *at = (*at + 1) & (GAP_SLOTS - 1)) {
		struct gap *g = atomic_load_explicit(&c->slot[*at], memory_order_acquire);

		if (g == NULL || is_gap(g, text, last, text.p + text.len))
			return g;
	}
}

/* Its text, with ROOM behind it. */
static char *
keep(struct cold *c, struct span text)
{
	char *copy = arena_zero(&c->arena, text.len + ROOM, 1);

	memcpy(copy, text.p, text.len);
	return copy;
}

static struct gap *
add_gap(struct cold *c, struct span text, bool last)
{
	struct gap *g;
	size_t at;

	pthread_mutex_lock(&c->lock);
	g = find_gap(c, text, last, &at);
	if (g == NULL && c->gaps < COLD_GAPS) {
		g = arena_zero(&c->arena, 1, sizeof *g);
		g->text = span_make(keep(c, text), text.len);
		g->last = last;
		g->inside = span_is(text, "\",\"") || span_is(text, ",");
		g->number = c->gaps;
		atomic_store_explicit(&c->gap[c->gaps++], g, memory_order_release);
		atomic_store_explicit(&c->slot[at], g, memory_order_release);
	}
	pthread_mutex_unlock(&c->lock);
	return g;
}

/* Looks for the gap where it was not the one expected, and expects it from now on. */
NOINLINE struct gap *
gap_of(struct cold *c, struct span text, bool last, uint8_t *next)
{
	size_t at;
	struct gap *g = text.len > GAP_MOST ? &c->other : find_gap(c, text, last, &at);

	if (g == NULL && c->gaps < COLD_GAPS)
		g = add_gap(c, text, last);
	if (g == NULL)
		g = &c->other;
	*next = (uint8_t)g->number;
	return g;
}

/* *at: its slot, or the free one where it belongs. */
ALWAYS_INLINE struct content *
find_content(struct gap *g, struct span text, const char *end, size_t *at)
{
	for (*at = mix(text) & (FEW_SLOTS - 1);; *at = (*at + 1) & (FEW_SLOTS - 1)) {
		struct content *v = atomic_load_explicit(&g->slot[*at], memory_order_acquire);

		if (v == NULL || is_kept(v->text, v->len, text, end))
			return v;
	}
}

/* All numbers are taken: where those that have one are hardly ever met again none is looked for. */
static void
all_taken(struct gap *g, uint32_t hits)
{
	if (hits < FEW * FEW_HITS)
		atomic_store_explicit(&g->closed, true, memory_order_relaxed);
}

NOINLINE void
add_content(struct cold *c, struct gap *g, struct span text)
{
	size_t at;

	pthread_mutex_lock(&c->lock);
	if (g->few < FEW && find_content(g, text, text.p + text.len, &at) == NULL) {
		struct content *v = arena_zero(&c->arena, 1, sizeof *v + text.len + ROOM);

		v->len = (uint32_t)text.len;
		memcpy(v->text, text.p, text.len);
		v->number = g->few;
		g->content[g->few++] = v;
		atomic_store_explicit(&g->slot[at], v, memory_order_release);
	}
	pthread_mutex_unlock(&c->lock);
}

/* ---- packing ---- */

struct packing {
	struct cold_packer *p;
	char		*to;		/* where there is room for all that may come */
	const char	*end;		/* of the line */
	struct span	 id;
};

/* Most texts are short, and most have more of the line behind them: what is copied too much is
 * written over by the next one. */
ALWAYS_INLINE void
put(struct packing *k, struct span text)
{
	if (LIKELY(text.len <= ROOM && k->end - text.p >= ROOM))
		memcpy(k->to, text.p, ROOM);
	else
		memcpy(k->to, text.p, text.len);
	k->to += text.len;
}

ALWAYS_INLINE void
put_number(struct packing *k, uint32_t n)
{
	memcpy(k->to, &n, sizeof n);
	k->to += sizeof n;
}

ALWAYS_INLINE void
put_byte(struct packing *k, unsigned byte)
{
	*k->to++ = (char)byte;
}

/* The number of a content that is one of few, or FEW. A new one is kept for the next time. */
ALWAYS_INLINE unsigned
few_number(struct cold_packer *p, struct gap *behind, struct span text, const char *end)
{
	struct content *v;
	size_t at;

	v = find_content(behind, text, end, &at);
	if (LIKELY(v != NULL)) {
		p->hits[behind->number]++;
		return v->number;
	}
	if (behind->few < FEW)
		add_content(p->shared, behind, text);
	else
		all_taken(behind, p->hits[behind->number]);
	return FEW;
}

ALWAYS_INLINE bool
is_of_id(struct span text, struct span id)
{
	return text.len >= OF_ID_LEAST && text.len <= id.len && text.len <= UINT8_MAX &&
	    text.p[text.len - 1] == id.p[id.len - 1] && span_ends(id, text);
}

/* Returns how many bytes it takes, or would take if it were not one of few. */
ALWAYS_INLINE size_t
put_value(struct packing *k, struct gap *behind, struct span text)
{
	unsigned number = FEW;

	if (is_of_id(text, k->id)) {
		put_byte(k, VALUE_OF_ID);
		put_byte(k, (unsigned)text.len);
		return 2;
	}
	if (text.len <= FEW_MOST && !atomic_load_explicit(&behind->closed, memory_order_relaxed))
		number = few_number(k->p, behind, text, k->end);
	if (number < FEW) {
		put_byte(k, VALUE_FEW + number);
	} else if (text.len < VALUE_SHORT) {
		put_byte(k, (unsigned)text.len);
		put(k, text);
	} else {
		put_byte(k, VALUE_LONG);
		put_number(k, (uint32_t)text.len);
		put(k, text);
	}
	return 1 + text.len + (text.len < VALUE_SHORT ? 0 : sizeof(uint32_t));
}

/* What comes after a gap is mostly told by how long it is. */
ALWAYS_INLINE struct gap *
put_gap(struct packing *k, const struct gap *before, struct span text, bool last)
{
	struct cold *c = k->p->shared;
	uint8_t *next = &k->p->next[before->number][text.len % COLD_LENGTHS];
	/* What is expected at first, the gap with the first number, may be in the making. */
	struct gap *g = atomic_load_explicit(&c->gap[*next], memory_order_acquire);

	if (UNLIKELY(g == NULL || !is_gap(g, text, last, k->end)))
		g = gap_of(c, text, last, next);
	put_byte(k, g->number);
	if (UNLIKELY(g->number == GAP_TEXT)) {
		put_byte(k, last);
		put_number(k, (uint32_t)text.len);
		put(k, text);
	}
	return g;
}

ALWAYS_INLINE void
put_head(struct packing *k, size_t line_len)
{
	uint16_t id_len = (uint16_t)k->id.len;

	memcpy(k->to, &id_len, sizeof id_len);
	memcpy(k->to + sizeof id_len, k->id.p, id_len);
	k->to += sizeof id_len + id_len;
	put_number(k, (uint32_t)line_len);
}

char *
cold_pack(struct cold_packer *p, struct span line, const struct line_values *values,
    struct span id, char *to, uint64_t *bytes)
{
	struct gap *gap = &p->shared->other, *behind = gap;
	struct packing k = { .p = p, .to = to, .end = line.p + line.len, .id = id };
	size_t most = sizeof(uint16_t) + id.len + sizeof(uint32_t) + 1;
	const char *at = line.p;

	put_head(&k, line.len);
	for (size_t i = 0; i < values->count; i++) {
		struct span value = values->v[i];

		gap = put_gap(&k, gap, span_make(at, (size_t)(value.p - at)), false);
		if (!gap->inside)
			behind = gap;
		most += 1 + put_value(&k, behind, value);
		at = value.p + value.len;
	}
	put_gap(&k, gap, span_make(at, (size_t)(k.end - at)), true);
	*bytes += most;
	return k.to;
}

/* ---- unpacking ---- */

struct unpacking {
	const char	*from;
	char		*to;
	struct span	 id;
};

/* Most texts are short, and what is copied too much is written over by the next one. */
ALWAYS_INLINE void
give(struct unpacking *u, const char *text, size_t len)
{
	memcpy(u->to, text, ROOM);
	if (UNLIKELY(len > ROOM))
		memcpy(u->to + ROOM, text + ROOM, len - ROOM);
	u->to += len;
}

/* A text in the packed line. */
ALWAYS_INLINE void
give_next(struct unpacking *u, size_t len)
{
	give(u, u->from, len);
	u->from += len;
}

ALWAYS_INLINE void
give_text(struct unpacking *u)
{
	uint32_t len;

	memcpy(&len, u->from, sizeof len);
	u->from += sizeof len;
	give_next(u, len);
}

ALWAYS_INLINE void
give_value(struct unpacking *u, const struct gap *behind)
{
	unsigned code = (unsigned char)*u->from++;

	if (code < VALUE_SHORT) {
		give_next(u, code);
	} else if (code >= VALUE_FEW) {
		const struct content *v = behind->content[code - VALUE_FEW];

		give(u, v->text, v->len);
	} else if (code == VALUE_LONG) {
		give_text(u);
	} else {
		size_t len = (unsigned char)*u->from++;

		give(u, u->id.p + u->id.len - len, len);
	}
}

/* The gap, given; *last: nothing comes after it. */
ALWAYS_INLINE const struct gap *
give_gap(const struct cold *c, struct unpacking *u, bool *last)
{
	unsigned number = (unsigned char)*u->from++;
	const struct gap *g;

	if (UNLIKELY(number == GAP_TEXT)) {
		*last = *u->from++ != 0;
		give_text(u);
		return &c->other;
	}
	g = c->gap[number];
	*last = g->last;
	give(u, g->text.p, g->text.len);
	return g;
}

struct span
cold_line(const struct cold *c, const char *packed, struct arena *arena)
{
	struct unpacking u = { .id = cold_id(packed) };
	const struct gap *behind = &c->other;
	uint32_t len;
	char *line;

	memcpy(&len, u.id.p + u.id.len, sizeof len);
	u.from = u.id.p + u.id.len + sizeof len;
	u.to = line = arena_alloc(arena, (size_t)len + 2 * (size_t)ROOM);
	for (;;) {
		bool last;
		const struct gap *gap = give_gap(c, &u, &last);

		if (last)
			return span_make(line, (size_t)(u.to - line));
		if (!gap->inside)
			behind = gap;
		give_value(&u, behind);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cold.c: lines to their packed form (cold_priv.h) and back.
 * Gaps and contents get their numbers once, under a lock, and are never changed; they are looked up
 * without it. */
#include "base/alloc.h"
#include "model/record_plain.h"
#include "resolve/cold_put.h"

enum {
	GAP_MOST = 1024,		/* bytes of one that gets a number */
	FEW_HITS = 8			/* times that each is met, or they are not few */
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

/* All numbers are taken: where those that have one are hardly ever met again none is looked for. */
static void
all_taken(struct gap *g, uint32_t hits)
{
	if (hits < FEW * FEW_HITS)
		atomic_store_explicit(&g->closed, true, memory_order_relaxed);
}

static void
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

void
cold_content_missed(struct cold_packer *p, struct gap *behind, struct span text)
{
	if (behind->few < FEW)
		add_content(p->shared, behind, text);
	else
		all_taken(behind, p->hits[behind->number]);
}

/* ---- packing ---- */

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

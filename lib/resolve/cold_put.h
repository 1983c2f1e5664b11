/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cold_put.h: the packed form is written; for cold.c and cold_walk.c only. */
#ifndef CDP_RESOLVE_COLD_PUT_H
#define CDP_RESOLVE_COLD_PUT_H

#include "base/attr.h"
#include "base/short.h"		/* room_equal */
#include "resolve/cold_priv.h"

enum {
	FEW_MOST = 96,			/* bytes of a content that gets a number */
	OF_ID_LEAST = 4
};

/* A content behind a gap that has no number: it gets one, or fewer are looked for. */
void cold_content_missed(struct cold_packer *p, struct gap *behind, struct span text);

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
	cold_content_missed(p, behind, text);
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

ALWAYS_INLINE void
put_head(struct packing *k, size_t line_len)
{
	uint16_t id_len = (uint16_t)k->id.len;

	memcpy(k->to, &id_len, sizeof id_len);
	memcpy(k->to + sizeof id_len, k->id.p, id_len);
	k->to += sizeof id_len + id_len;
	put_number(k, (uint32_t)line_len);
}

#endif

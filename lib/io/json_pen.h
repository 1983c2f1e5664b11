/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/json_pen.h: many small texts into JSON, one behind the other. What stands around them is
 * known beforehand, and needs no escape; room is asked for text by text. For writers that know the
 * form of their lines; the others use json_write.h.
 *
 *	struct json_pen p = json_pen(out);
 *	json_pen_text(&p, SPAN("{\"id\":"), id); json_pen_raw(&p, SPAN("}")); json_pen_done(&p); */
#ifndef CDP_IO_JSON_PEN_H
#define CDP_IO_JSON_PEN_H

#include "base/attr.h"
#include "base/buf.h"	/* for what is inline */
#include "base/span.h"	/* passed by value */
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Between json_pen and json_pen_done the buffer is not used by others. */
struct json_pen {
	struct buf	*out;
	char		*at, *end;	/* where the next byte goes; where the room ends */
};

static inline struct json_pen
json_pen(struct buf *out)
{
	return (struct json_pen){ out, out->p + out->len, out->p + out->cap };
}

static inline void
json_pen_done(struct json_pen *p)
{
	p->out->len = (size_t)(p->at - p->out->p);
}

/* A text is ready where it needs no escape and SPAN_ROOM bytes behind it may be read. */

void json_pen_more(struct json_pen *p, size_t more);		/* room for so many bytes */
void json_pen_escaped(struct json_pen *p, struct span text);	/* text and quotes, with escapes */
/* Texts, one or more, with the bracket behind them. */
void json_pen_list(struct json_pen *p, const struct span *texts, size_t n);

/* ---- copying ---- */

#ifdef __SSE2__
ALWAYS_INLINE __m128i
json_load(const char *from)
{
	return _mm_loadu_si128((const __m128i *)(const void *)from);
}

/* All ones in each byte that is not plain, or is 0x80 or above. Moved up by 0x60, what is below a
 * blank or above '~' is what is greater than '~' moved up, by signed comparison. */
ALWAYS_INLINE __m128i
json_not_plain(__m128i v)
{
	const __m128i moved = _mm_add_epi8(v, _mm_set1_epi8(0x60)), most = _mm_set1_epi8('~' - 0xa0);

	return _mm_or_si128(_mm_cmpgt_epi8(moved, most), _mm_or_si128(
	    _mm_cmpeq_epi8(v, _mm_set1_epi8('"')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'))));
}

ALWAYS_INLINE __m128i
json_copy_vector(char *to, const char *from)
{
	__m128i v = json_load(from);

	_mm_storeu_si128((__m128i *)(void *)to, v);
	return json_not_plain(v);
}
#endif

/* Up to seven bytes go to their place; the word holds each of them, and blanks. */
ALWAYS_INLINE uint64_t
json_copy_few(char *to, struct span s)
{
	uint32_t first = 0x20202020, last = 0x20202020;

	if (s.len >= 4) {
		memcpy(&first, s.p, 4);
		memcpy(&last, s.p + s.len - 4, 4);
		memcpy(to, &first, 4);
		memcpy(to + s.len - 4, &last, 4);
	} else
		for (size_t i = 0; i < s.len; i++) {
			first = first << 8 | (unsigned char)s.p[i];
			to[i] = s.p[i];
		}
	return (uint64_t)last << 32 | first;
}

/* Copies the text; true if it is ASCII without anything to escape, as nearly every text is. The
 * last step of a longer text overlaps the one before. */
#ifdef __SSE2__
ALWAYS_INLINE bool
json_copy(char *to, struct span s)
{
	__m128i wrong = _mm_setzero_si128();
	size_t at = 0;

	if (s.len < 8) {
		wrong = json_not_plain(_mm_set_epi64x(0x2020202020202020,
		    (long long)json_copy_few(to, s)));
	} else if (s.len < 16) {
		uint64_t first, last;

		memcpy(&first, s.p, 8);
		memcpy(&last, s.p + s.len - 8, 8);
		memcpy(to, &first, 8);
		memcpy(to + s.len - 8, &last, 8);
		wrong = json_not_plain(_mm_set_epi64x((long long)last, (long long)first));
	} else {
		for (; s.len - at > 16; at += 16)
			wrong = _mm_or_si128(wrong, json_copy_vector(to + at, s.p + at));
		wrong = _mm_or_si128(wrong, json_copy_vector(to + s.len - 16, s.p + s.len - 16));
	}
	return _mm_movemask_epi8(wrong) == 0;
}
#else
/* High bit of each byte that is not plain, or is 0x80 or above; eight bytes at a step. */
ALWAYS_INLINE uint64_t
json_not_plain(uint64_t word)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
	uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\', del = word ^ ones * 0x7f;

	return ((word - ones * 0x20) | (quote - ones) | (slash - ones) | (del - ones) | word) & high;
}

ALWAYS_INLINE uint64_t
json_copy_word(char *to, const char *from)
{
	uint64_t word;

	memcpy(&word, from, 8);
	memcpy(to, &word, 8);
	return json_not_plain(word);
}

ALWAYS_INLINE bool
json_copy(char *to, struct span s)
{
	uint64_t bad = 0;
	size_t at = 0;

	if (s.len < 8)
		return json_not_plain(json_copy_few(to, s)) == 0;
	for (; s.len - at > 8; at += 8)
		bad |= json_copy_word(to + at, s.p + at);
	return (bad | json_copy_word(to + s.len - 8, s.p + s.len - 8)) == 0;
}
#endif

/* The same of a key, which needs no escape. */
ALWAYS_INLINE void
json_copy_key(char *to, struct span key)
{
	if (key.len >= 16) {
		for (size_t at = 0; key.len - at > 16; at += 16)
			memcpy(to + at, key.p + at, 16);
		memcpy(to + key.len - 16, key.p + key.len - 16, 16);
	} else if (key.len >= 8) {
		memcpy(to, key.p, 8);
		memcpy(to + key.len - 8, key.p + key.len - 8, 8);
	} else {
		(void)json_copy_few(to, key);
	}
}

/* ---- writing ---- */

ALWAYS_INLINE void
json_pen_room(struct json_pen *p, size_t more)
{
	if (UNLIKELY((size_t)(p->end - p->at) < more))
		json_pen_more(p, more);
}

ALWAYS_INLINE void
json_pen_raw(struct json_pen *p, struct span ready)
{
	json_pen_room(p, ready.len);
	memcpy(p->at, ready.p, ready.len);
	p->at += ready.len;
}

/* What is ready, and behind it the text with its quotes. */
ALWAYS_INLINE void
json_pen_text(struct json_pen *p, struct span ready, struct span text)
{
	char *at;

	json_pen_room(p, ready.len + text.len + 2);
	memcpy(p->at, ready.p, ready.len);
	at = p->at + ready.len;
	p->at = at;
	if (UNLIKELY(!json_copy(at + 1, text))) {
		json_pen_escaped(p, text);
		return;
	}
	at[0] = at[text.len + 1] = '"';
	p->at = at + text.len + 2;
}

/* A text that is ready is copied in steps that its length has no part in; up to SPAN_ROOM bytes more are
 * written. Returns its end. */
ALWAYS_INLINE char *
json_copy_ready(char *to, struct span text)
{
	memcpy(to, text.p, SPAN_ROOM);
	for (size_t at = SPAN_ROOM; UNLIKELY(at < text.len); at += SPAN_ROOM)
		memcpy(to + at, text.p + at, SPAN_ROOM);
	return to + text.len;
}

ALWAYS_INLINE void
json_pen_ready(struct json_pen *p, struct span before, struct span text)
{
	char *at;

	json_pen_room(p, before.len + text.len + SPAN_ROOM + 2);
	memcpy(p->at, before.p, before.len);
	at = p->at + before.len;
	*at = '"';
	at = json_copy_ready(at + 1, text);
	*at = '"';
	p->at = at + 1;
}

#endif

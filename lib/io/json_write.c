/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/json_write.c: the one serialiser of streams and reports. */
#include "base/attr.h"
#include "base/buf.h"
#include "base/number.h"
#include "base/utf8.h"
#include "io/json_write.h"

#include <assert.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { DEPTH_MAX = 64 };	/* bits in json_writer.comma */

struct json_writer
json_writer(struct buf *out)
{
	return (struct json_writer){ .out = out };
}

static uint64_t
bit(const struct json_writer *w)
{
	return UINT64_C(1) << w->depth;
}

/* What stands before an element: nothing after a key, else a comma from the second on. */
static void
separate(struct json_writer *w)
{
	if (w->after_key) {
		w->after_key = false;
		return;
	}
	assert(w->depth == 0 || (w->array & bit(w)) != 0);
	if ((w->comma & bit(w)) != 0)
		buf_byte(w->out, ',');
	w->comma |= bit(w);
}

static void
open(struct json_writer *w, char c, bool is_array)
{
	separate(w);
	w->depth++;
	assert(w->depth < DEPTH_MAX);
	w->comma &= ~bit(w);
	w->array = is_array ? w->array | bit(w) : w->array & ~bit(w);
	buf_byte(w->out, c);
}

void
json_open_object(struct json_writer *w)
{
	open(w, '{', false);
}

void
json_open_array(struct json_writer *w)
{
	open(w, '[', true);
}

/* The mark of a second top-level value is forgotten here, so that one writer can make
 * one line after another. */
void
json_end(struct json_writer *w)
{
	assert(w->depth > 0 && !w->after_key);
	buf_byte(w->out, (w->array & bit(w)) != 0 ? ']' : '}');
	w->depth--;
	if (w->depth == 0)
		w->comma = 0;
}

void
json_key(struct json_writer *w, struct span key)
{
	assert(w->depth > 0 && (w->array & bit(w)) == 0 && !w->after_key);
	if ((w->comma & bit(w)) != 0)
		buf_byte(w->out, ',');
	w->comma |= bit(w);
	json_quote(w->out, key);
	buf_byte(w->out, ':');
	w->after_key = true;
}

void
json_text(struct json_writer *w, struct span text)
{
	separate(w);
	json_quote(w->out, text);
}

void
json_raw(struct json_writer *w, struct span json)
{
	assert(json.len > 0);
	separate(w);
	buf_add(w->out, json);
}

void
json_u64(struct json_writer *w, uint64_t n)
{
	separate(w);
	buf_u64(w->out, n);
}

void
json_i64(struct json_writer *w, int64_t n)
{
	separate(w);
	buf_i64(w->out, n);
}

void
json_fixed(struct json_writer *w, int64_t n, int places)
{
	separate(w);
	buf_byte(w->out, '"');
	fixed_write(w->out, n, places);
	buf_byte(w->out, '"');
}

void
json_bool(struct json_writer *w, bool yes)
{
	json_raw(w, yes ? SPAN("true") : SPAN("false"));
}

void
json_put_null(struct json_writer *w)
{
	json_raw(w, SPAN("null"));
}

void
json_member_string(struct json_writer *w, const char *key, struct span text)
{
	if (text.p == NULL)
		return;
	json_key(w, span_from(key));
	json_text(w, text);
}

void
json_member_u64(struct json_writer *w, const char *key, uint64_t n)
{
	json_key(w, span_from(key));
	json_u64(w, n);
}

void
json_member_bool(struct json_writer *w, const char *key, bool yes)
{
	json_key(w, span_from(key));
	json_bool(w, yes);
}

void
json_member_raw(struct json_writer *w, const char *key, struct span json)
{
	if (json.p == NULL)
		return;
	json_key(w, span_from(key));
	json_raw(w, json);
}

/* Bytes that may need an escape: C0, '"', '\', DEL, and 0xe2, which begins U+2028. */
static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f && c != 0xe2;
}

#ifdef __SSE2__
ALWAYS_INLINE __m128i
load_vector(const char *from)
{
	return _mm_loadu_si128((const __m128i *)(const void *)from);
}

/* All ones in each byte that is not plain, or is 0x80 or above. Moved up by 0x60, what is below a
 * blank or above '~' is what is greater than '~' moved up, by signed comparison. */
ALWAYS_INLINE __m128i
not_plain_vector(__m128i v)
{
	const __m128i moved = _mm_add_epi8(v, _mm_set1_epi8(0x60)), most = _mm_set1_epi8('~' - 0xa0);

	return _mm_or_si128(_mm_cmpgt_epi8(moved, most), _mm_or_si128(
	    _mm_cmpeq_epi8(v, _mm_set1_epi8('"')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'))));
}

ALWAYS_INLINE __m128i
copy_vector(char *to, const char *from)
{
	__m128i v = load_vector(from);

	_mm_storeu_si128((__m128i *)(void *)to, v);
	return not_plain_vector(v);
}
#endif

size_t
json_plain(struct span s)
{
	size_t at = 0;

#ifdef __SSE2__
	for (; s.len - at >= 16; at += 16) {
		int mask = _mm_movemask_epi8(not_plain_vector(load_vector(s.p + at)));

		if (mask != 0)
			return at + (size_t)__builtin_ctz((unsigned)mask);
	}
#endif
	while (at < s.len && is_plain((unsigned char)s.p[at]) && (unsigned char)s.p[at] < 0x80)
		at++;
	return at;
}

/* Up to seven bytes go to their place; the word holds each of them, and blanks. */
ALWAYS_INLINE uint64_t
copy_few(char *to, struct span s)
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
copy_plain(char *to, struct span s)
{
	__m128i wrong = _mm_setzero_si128();
	size_t at = 0;

	if (s.len < 8) {
		wrong = not_plain_vector(_mm_set_epi64x(0x2020202020202020,
		    (long long)copy_few(to, s)));
	} else if (s.len < 16) {
		uint64_t first, last;

		memcpy(&first, s.p, 8);
		memcpy(&last, s.p + s.len - 8, 8);
		memcpy(to, &first, 8);
		memcpy(to + s.len - 8, &last, 8);
		wrong = not_plain_vector(_mm_set_epi64x((long long)last, (long long)first));
	} else {
		for (; s.len - at > 16; at += 16)
			wrong = _mm_or_si128(wrong, copy_vector(to + at, s.p + at));
		wrong = _mm_or_si128(wrong, copy_vector(to + s.len - 16, s.p + s.len - 16));
	}
	return _mm_movemask_epi8(wrong) == 0;
}
#else
/* High bit of each byte that is not plain, or is 0x80 or above; eight bytes at a step. */
static uint64_t
not_plain(uint64_t word)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
	uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\', del = word ^ ones * 0x7f;

	return ((word - ones * 0x20) | (quote - ones) | (slash - ones) | (del - ones) | word) & high;
}

static uint64_t
copy_word(char *to, const char *from)
{
	uint64_t word;

	memcpy(&word, from, 8);
	memcpy(to, &word, 8);
	return not_plain(word);
}

static bool
copy_plain(char *to, struct span s)
{
	uint64_t bad = 0;
	size_t at = 0;

	if (s.len < 8)
		return not_plain(copy_few(to, s)) == 0;
	for (; s.len - at > 8; at += 8)
		bad |= copy_word(to + at, s.p + at);
	return (bad | copy_word(to + s.len - 8, s.p + s.len - 8)) == 0;
}
#endif

/* The same of a key, which needs no escape. */
ALWAYS_INLINE void
copy_key(char *to, struct span key)
{
	if (key.len >= 16) {
		for (size_t at = 0; key.len - at > 16; at += 16)
			memcpy(to + at, key.p + at, 16);
		memcpy(to + key.len - 16, key.p + key.len - 16, 16);
	} else if (key.len >= 8) {
		memcpy(to, key.p, 8);
		memcpy(to + key.len - 8, key.p + key.len - 8, 8);
	} else {
		(void)copy_few(to, key);
	}
}

/* High bit of a byte that is none of those that may need an escape, if there is one; eight at a step. */
static uint64_t
not_free(uint64_t word)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
	uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\', del = word ^ ones * 0x7f;
	uint64_t line = word ^ ones * 0xe2;

	return (((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
	    ((del - ones) & ~del) | ((line - ones) & ~line)) & high;
}

/* How far a text stays as it is. The last step of one that does overlaps the one before. */
static size_t
plain_run(struct span s)
{
	size_t at = 0;

	while (at < s.len) {
		size_t step = s.len - at < 8 ? s.len - at : 8, end = at + step;

		if (s.len >= 8 && not_free(span_word(s.p + end - 8)) == 0) {
			at = end;
			continue;
		}
		for (; at < end; at++)
			if (!is_plain((unsigned char)s.p[at]))
				return at;
	}
	return at;
}

static void
escape_one(struct buf *out, unsigned char c)
{
	static const char short_form[] = "btn\0fr";	/* 0x08 to 0x0d */
	static const char hex[] = "0123456789abcdef";

	buf_byte(out, '\\');
	if (c == '"' || c == '\\') {
		buf_byte(out, (char)c);
	} else if (c >= 0x08 && c <= 0x0d && c != 0x0b) {
		buf_byte(out, short_form[c - 0x08]);
	} else {
		buf_add(out, SPAN("u00"));
		buf_byte(out, hex[c >> 4]);
		buf_byte(out, hex[c & 15]);
	}
}

static void
escape(struct buf *out, struct span text)
{
	assert(utf8_bad(text) == text.len);
	while (text.len > 0) {
		size_t run = plain_run(text);

		buf_add(out, span_head(text, run));
		text = span_skip(text, run);
		if (text.len == 0)
			return;
		if (span_starts(text, SPAN("\xe2\x80\xa8")) ||
		    span_starts(text, SPAN("\xe2\x80\xa9"))) {
			buf_add(out, text.p[2] == '\xa8' ? SPAN("\\u2028") : SPAN("\\u2029"));
			text = span_skip(text, 3);
			continue;
		}
		if (text.p[0] == '\xe2')
			buf_byte(out, text.p[0]);
		else
			escape_one(out, (unsigned char)text.p[0]);
		text = span_skip(text, 1);
	}
}

void
json_escape(struct buf *out, struct span text)
{
	buf_room(out, text.len);
	if (copy_plain(out->p + out->len, text))
		out->len += text.len;
	else
		escape(out, text);
}

static void
put_escaped(struct buf *out, struct span text)
{
	buf_byte(out, '"');
	escape(out, text);
	buf_byte(out, '"');
}

/* Room for `more` further bytes; where they begin. */
ALWAYS_INLINE char *
room(struct buf *out, size_t more)
{
	if (UNLIKELY(out->cap - out->len < more))
		buf_room(out, more);
	return out->p + out->len;
}

/* Most texts are short and plain: quotes and bytes go out in one step. */
ALWAYS_INLINE void
quote(struct buf *out, struct span text)
{
	char *to = room(out, text.len + 2);

	if (UNLIKELY(!copy_plain(to + 1, text))) {
		put_escaped(out, text);
		return;
	}
	to[0] = to[text.len + 1] = '"';
	out->len += text.len + 2;
}

void
json_quote(struct buf *out, struct span text)
{
	quote(out, text);
}

void
json_ready_open(struct json_writer *w, struct span start)
{
	separate(w);
	w->depth++;
	assert(w->depth < DEPTH_MAX);
	w->comma |= bit(w);
	w->array &= ~bit(w);
	buf_add(w->out, start);
}

/* The members that are there; the first of an object, if it comes, without its comma. True: one
 * came, or one was there before. */
static bool
put_members(struct buf *out, const struct span *keys, const struct span *texts, size_t n,
    bool some)
{
	size_t first = !some;
	char *at = out->p + out->len, *end = out->p + out->cap;

	for (size_t i = 0; i < n; i++) {
		struct span key, text = texts[i];

		if (text.p == NULL)
			continue;
		key = span_make(keys[i].p + first, keys[i].len - first);
		first = 0;
		if (UNLIKELY((size_t)(end - at) < key.len + text.len + 2)) {
			out->len = (size_t)(at - out->p);
			at = room(out, key.len + text.len + 2);
			end = out->p + out->cap;
		}
		copy_key(at, key);
		at += key.len;
		if (LIKELY(copy_plain(at + 1, text))) {
			at[0] = '"';
			at += text.len + 2;
			at[-1] = '"';
			continue;
		}
		out->len = (size_t)(at - out->p);
		put_escaped(out, text);
		at = out->p + out->len;
		end = out->p + out->cap;
	}
	out->len = (size_t)(at - out->p);
	return first == 0;
}

void
json_ready_members(struct json_writer *w, const struct span *keys, const struct span *texts,
    size_t n)
{
	if (put_members(w->out, keys, texts, n, (w->comma & bit(w)) != 0))
		w->comma |= bit(w);
}

void
json_ready_member(struct json_writer *w, struct span key, struct span text)
{
	json_ready_members(w, &key, &text, 1);
}

/* What is ready, and behind it the text with its quotes. */
ALWAYS_INLINE void
put(struct buf *out, struct span ready, struct span text)
{
	char *at = room(out, ready.len + text.len + 2);

	copy_key(at, ready);
	at += ready.len;
	if (UNLIKELY(!copy_plain(at + 1, text))) {
		out->len += ready.len;
		put_escaped(out, text);
		return;
	}
	at[0] = at[text.len + 1] = '"';
	out->len += ready.len + text.len + 2;
}

void
json_put(struct buf *out, struct span ready, struct span text)
{
	put(out, ready, text);
}

void
json_put_list(struct buf *out, struct span ready, const struct span *texts, size_t n)
{
	put(out, ready, texts[0]);
	for (size_t i = 1; i < n; i++)
		put(out, SPAN(","), texts[i]);
	buf_byte(out, ']');
}

static void
put_list(struct buf *out, const struct span *texts, size_t n)
{
	if (n == 0)
		buf_add(out, SPAN("[]"));
	else
		json_put_list(out, SPAN("["), texts, n);
}

void
json_texts(struct json_writer *w, const struct span *texts, size_t n)
{
	separate(w);
	put_list(w->out, texts, n);
}

void
json_ready_list(struct json_writer *w, struct span key, const struct span *texts, size_t n)
{
	json_ready_key(w, key);
	w->after_key = false;
	put_list(w->out, texts, n);
}

void
json_ready_objects(struct json_writer *w, struct span key, const struct span *keys,
    const struct span *texts, size_t n, size_t objects)
{
	struct buf *out = w->out;

	json_ready_key(w, key);
	w->after_key = false;
	buf_byte(out, '[');
	for (size_t i = 0; i < objects; i++) {
		if (i > 0)
			buf_byte(out, ',');
		buf_byte(out, '{');
		put_members(out, keys, texts + i * n, n, false);
		buf_byte(out, '}');
	}
	buf_byte(out, ']');
}

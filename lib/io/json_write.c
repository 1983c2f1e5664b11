/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/json_write.c: the one serialiser of streams and reports. */
#include "base/attr.h"
#include "base/buf.h"
#include "base/number.h"
#include "base/utf8.h"
#include "io/json_pen.h"
#include "io/json_write.h"

#include <assert.h>

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
	json_raw(w, yes ? SPAN("true") : SPAN("false"));
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

size_t
json_plain(struct span s)
{
	size_t at = 0;

#ifdef __SSE2__
	for (; s.len - at >= 16; at += 16) {
		int mask = _mm_movemask_epi8(json_not_plain(json_load(s.p + at)));

		if (mask != 0)
			return at + (size_t)__builtin_ctz((unsigned)mask);
	}
#endif
	while (at < s.len && is_plain((unsigned char)s.p[at]) && (unsigned char)s.p[at] < 0x80)
		at++;
	return at;
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

/* Of a text that was copied already; most are letters beyond ASCII, which stay as they are. */
static void
put_escaped(struct buf *out, struct span text)
{
	char *at = out->p + out->len;

	if (plain_run(text) == text.len) {
		assert(utf8_bad(text) == text.len);
		at[0] = at[text.len + 1] = '"';
		out->len += text.len + 2;
		return;
	}
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

	if (UNLIKELY(!json_copy(to + 1, text))) {
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
		json_copy_key(at, key);
		at += key.len;
		if (LIKELY(json_copy(at + 1, text))) {
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

void
json_pen_more(struct json_pen *p, size_t more)
{
	json_pen_done(p);
	buf_room(p->out, more);
	*p = json_pen(p->out);
}

void
json_pen_escaped(struct json_pen *p, struct span text)
{
	json_pen_done(p);
	put_escaped(p->out, text);
	*p = json_pen(p->out);
}

void
json_pen_list(struct json_pen *p, const struct span *texts, size_t n)
{
	json_pen_text(p, SPAN(""), texts[0]);
	for (size_t i = 1; i < n; i++)
		json_pen_text(p, SPAN(","), texts[i]);
	json_pen_raw(p, SPAN("]"));
}

static void
put_list(struct buf *out, const struct span *texts, size_t n)
{
	struct json_pen p = json_pen(out);

	json_pen_raw(&p, SPAN("["));
	if (n == 0)
		json_pen_raw(&p, SPAN("]"));
	else
		json_pen_list(&p, texts, n);
	json_pen_done(&p);
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

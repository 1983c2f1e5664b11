/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/buf.h: bytes that grow.
 * Always holds: p[0..len) is the content, cap ≥ len, p is NULL only while cap is 0.
 * A zeroed struct is an empty buffer. No NUL is kept at the end. */
#ifndef CDP_BASE_BUF_H
#define CDP_BASE_BUF_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdint.h>
#include <string.h>

struct buf {
	char	*p;
	size_t	 len, cap;
};

void buf_done(struct buf *b);			/* frees; the buffer is empty and usable again */
void buf_room(struct buf *b, size_t more);	/* makes room for `more` further bytes */
void buf_print(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_u64(struct buf *b, uint64_t n);	/* decimal digits */
void buf_i64(struct buf *b, int64_t n);

/* The content; borrowed until the next change of the buffer. Never p == NULL. */
static inline struct span
buf_span(const struct buf *b)
{
	return b->p == NULL ? SPAN("") : (struct span){ b->p, b->len };
}

static inline void
buf_reset(struct buf *b)
{
	b->len = 0;
}

static inline void
buf_add(struct buf *b, struct span s)
{
	if (s.len == 0)
		return;
	if (UNLIKELY(b->cap - b->len < s.len))
		buf_room(b, s.len);
	memcpy(b->p + b->len, s.p, s.len);
	b->len += s.len;
}

static inline void
buf_byte(struct buf *b, char c)
{
	if (UNLIKELY(b->cap == b->len))
		buf_room(b, 1);
	b->p[b->len++] = c;
}

static inline void
buf_text(struct buf *b, const char *text)
{
	buf_add(b, span_from(text));
}

#endif

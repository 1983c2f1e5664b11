/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/buf.c: bytes that grow. */
#include "base/alloc.h"
#include "base/buf.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void
buf_done(struct buf *b)
{
	mem_free(b->p);
	*b = (struct buf){ 0 };
}

void
buf_room(struct buf *b, size_t more)
{
	if (more > SIZE_MAX - b->len)
		mem_exhausted();
	b->p = mem_grow(b->p, b->len + more, &b->cap, 1);
}

/* vsnprintf wants room for a NUL that we do not keep. */
void
buf_print(struct buf *b, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		return;
	buf_room(b, (size_t)n + 1);
	va_start(args, format);
	vsnprintf(b->p + b->len, (size_t)n + 1, format, args);
	va_end(args);
	b->len += (size_t)n;
}

void
buf_u64(struct buf *b, uint64_t n)
{
	char digits[20];
	size_t at = sizeof digits;

	for (; n >= 100; n /= 100) {
		unsigned two = (unsigned)(n % 100);

		digits[--at] = (char)('0' + two % 10);
		digits[--at] = (char)('0' + two / 10);
	}
	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	buf_add(b, span_make(digits + at, sizeof digits - at));
}

void
buf_i64(struct buf *b, int64_t n)
{
	if (n < 0)
		buf_byte(b, '-');
	buf_u64(b, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

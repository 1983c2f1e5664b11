/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/error.c: the first error wins; its text is one visible line. */
#include "base/buf.h"
#include "base/error.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
copy_visible(char *to, size_t size, struct span s)
{
	struct buf b = { 0 };

	visible(&b, s, size - 16);
	memcpy(to, buf_span(&b).p, b.len < size ? b.len : size - 1);
	to[b.len < size ? b.len : size - 1] = '\0';
	buf_done(&b);
}

int
error_put(struct error *e, enum status status, const char *code, const char *format, ...)
{
	char text[ERROR_TEXT_MAX];
	va_list args;

	if (e->status != STATUS_DONE)
		return -1;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	e->status = status;
	e->code = code;
	copy_visible(e->text, sizeof e->text, span_from(text));
	return -1;
}

int
error_system(struct error *e, enum status status, const char *code, const char *path,
    const char *did)
{
	int number = errno;
	struct buf shown = { 0 };

	visible(&shown, span_from(path), ERROR_FILE_MAX - 16);
	buf_byte(&shown, '\0');
	error_put(e, status, code, "cannot %s %s: %s", did, shown.p, strerror(number));
	buf_done(&shown);
	return -1;
}

void
error_place(struct error *e, const char *file, uint64_t line, uint32_t column)
{
	if (e->status == STATUS_DONE)
		return;		/* nothing happened here: a later error is somewhere else */
	if (file != NULL && e->file[0] == '\0')
		copy_visible(e->file, sizeof e->file, span_from(file));
	if (e->line == 0)
		e->line = line;
	if (e->column == 0)
		e->column = column;
}

void
error_clear(struct error *e)
{
	*e = (struct error){ 0 };
}

void
error_format(const struct error *e, struct buf *out)
{
	if (e->file[0] != '\0') {
		buf_text(out, e->file);
		if (e->line > 0) {
			buf_byte(out, ':');
			buf_u64(out, e->line);
		}
		if (e->line > 0 && e->column > 0) {
			buf_byte(out, ':');
			buf_u64(out, e->column);
		}
		buf_text(out, ": ");
	}
	if (e->code != NULL) {
		buf_text(out, e->code);
		buf_text(out, ": ");
	}
	buf_text(out, e->text);
}

static bool
is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x61c || cp == 0x200e ||
	    cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) ||
	    cp == 0xfeff;
}

void
visible(struct buf *out, struct span s, size_t max)
{
	size_t start = out->len, at = 0, good = utf8_whole(s);

	while (at < s.len) {
		if (out->len - start >= max) {
			buf_text(out, "...");
			return;
		}
		if (at < good) {
			size_t from = at;
			uint32_t cp = utf8_next(s, &at);

			if (!is_control(cp))
				buf_add(out, span_make(s.p + from, at - from));
			else if (cp < 0x80)
				buf_print(out, "\\x%02x", (unsigned)cp);
			else
				buf_print(out, "U+%04X", (unsigned)cp);
		} else {
			buf_print(out, "\\x%02x", (unsigned)(unsigned char)s.p[at++]);
			good = at + utf8_whole(span_skip(s, at));
		}
	}
}

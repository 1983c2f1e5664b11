/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/notes.c: a short list of lines. */
#include "base/alloc.h"
#include "base/notes.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
notes_add(struct notes *n, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	for (size_t i = 0; i < n->count; i++)
		if (strcmp(n->text[i], text) == 0)
			return;
	if (n->count == NOTES_MAX)
		return;
	n->text = mem_grow(n->text, n->count + 1, &n->cap, sizeof *n->text);
	n->text[n->count++] = mem_text(text);
}

void
notes_done(struct notes *n)
{
	for (size_t i = 0; i < n->count; i++)
		mem_free(n->text[i]);
	mem_free(n->text);
	*n = (struct notes){ 0 };
}

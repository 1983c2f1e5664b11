/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/json_canonical.c: RFC 8785 text of a document without reals, for digests. Its escapes
 * are fewer than those of json_write: DEL, U+2028 and U+2029 stay as they are. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "io/json_config.h"

#include <assert.h>
#include <stdlib.h>

static void value(const json_t *v, struct buf *out);

static void
escape(struct buf *out, unsigned char c)
{
	static const char short_form[] = "btn\0fr";	/* 0x08 to 0x0d */

	if (c >= 0x08 && c <= 0x0d && c != 0x0b)
		buf_print(out, "\\%c", short_form[c - 0x08]);
	else if (c < 0x20)
		buf_print(out, "\\u%04x", c);
	else
		buf_print(out, "\\%c", c);
}

static void
quote(struct buf *out, struct span s)
{
	buf_byte(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c == '"' || c == '\\')
			escape(out, c);
		else
			buf_byte(out, s.p[i]);
	}
	buf_byte(out, '"');
}

/* UTF-16 order is code point order, except that everything above U+FFFF (surrogates there)
 * comes before U+E000 to U+FFFF. */
static uint32_t
utf16_rank(uint32_t cp)
{
	if (cp > 0xffff)
		return cp - 0x10000 + 0xd800;
	return cp < 0xe000 ? cp : cp + 0x100000;
}

static int
compare_keys(const void *a, const void *b)
{
	struct span x = span_from(*(const char *const *)a), y = span_from(*(const char *const *)b);
	size_t i = 0, j = 0;

	while (i < x.len && j < y.len) {
		uint32_t c = utf16_rank(utf8_next(x, &i)), d = utf16_rank(utf8_next(y, &j));

		if (c != d)
			return c < d ? -1 : 1;
	}
	return i < x.len ? 1 : j < y.len ? -1 : 0;
}

/* Keys hold no NUL (jansson refuses it), so they sort as C strings. */
static const char **
sorted_keys(const json_t *object)
{
	const char **keys = mem_zero(json_object_size(object), sizeof *keys);
	void *at = json_object_iter((json_t *)object);
	size_t n = 0;

	for (; at != NULL; at = json_object_iter_next((json_t *)object, at))
		keys[n++] = json_object_iter_key(at);
	if (n > 0)
		qsort(keys, n, sizeof *keys, compare_keys);
	return keys;
}

static void
object(const json_t *v, struct buf *out)
{
	const char **keys = sorted_keys(v);

	buf_byte(out, '{');
	for (size_t i = 0; i < json_object_size(v); i++) {
		if (i > 0)
			buf_byte(out, ',');
		quote(out, span_from(keys[i]));
		buf_byte(out, ':');
		value(json_object_get(v, keys[i]), out);
	}
	buf_byte(out, '}');
	mem_free(keys);
}

static void
array(const json_t *v, struct buf *out)
{
	buf_byte(out, '[');
	for (size_t i = 0; i < json_array_size(v); i++) {
		if (i > 0)
			buf_byte(out, ',');
		value(json_array_get(v, i), out);
	}
	buf_byte(out, ']');
}

/* The recursion is as deep as the document, which config_parse has bounded. */
static void
value(const json_t *v, struct buf *out)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		object(v, out);
		break;
	case JSON_ARRAY:
		array(v, out);
		break;
	case JSON_STRING:
		quote(out, span_make(json_string_value(v), json_string_length(v)));
		break;
	case JSON_INTEGER:
		buf_i64(out, json_integer_value(v));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		buf_text(out, json_is_true(v) ? "true" : "false");
		break;
	case JSON_NULL:
		buf_text(out, "null");
		break;
	case JSON_REAL:
		assert(!"a document with reals has no canonical form here");
	}
}

void
config_canonical(const json_t *root, struct buf *out)
{
	value(root, out);
}

/* Depth is bounded by the reader. */
bool
config_has_real(const json_t *root)
{
	const char *key;
	json_t *value;
	size_t i;

	json_object_foreach((json_t *)(uintptr_t)root, key, value)
		if (config_has_real(value))
			return true;
	json_array_foreach(root, i, value)
		if (config_has_real(value))
			return true;
	return json_is_real(root);
}

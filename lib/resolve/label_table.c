/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/label_table.c: a row for each member that either record has. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/ndjson.h"
#include "resolve/label_table.h"

enum { NAME_WIDTH = 22, VALUE_WIDTH = 32, VALUE_MOST = 28 };	/* characters; bytes before "..." */

struct table {
	const struct ndjson	*n;
	struct buf		*out;
	struct arena		 arena;
	struct buf		 text;
	uint32_t		 record[2], levels;
};

/* What tells nothing about who somebody is. */
static bool
hidden(struct span name)
{
	static const struct span list[] = { SPAN_INIT("kind"), SPAN_INIT("id"), SPAN_INIT("key"),
	    SPAN_INIT("purposes"), SPAN_INIT("tags"), SPAN_INIT("flags"), SPAN_INIT("collected"),
	    SPAN_INIT("controller"), SPAN_INIT("decisions") };

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (span_equal(name, list[i]))
			return true;
	return false;
}

static int
type_of(const struct table *t, uint32_t node)
{
	return ndjson_nodes(t->n, NULL)[node].type;
}

/* Elements and members one after the other. */
static void
put_value(struct table *t, uint32_t node)
{
	bool object = type_of(t, node) == ND_OBJECT, first = true;

	if (type_of(t, node) < ND_ARRAY) {
		if (type_of(t, node) != ND_NULL)
			buf_add(&t->text, ndjson_text(t->n, node, &t->arena));
		return;
	}
	for (uint32_t at = ndjson_first(t->n, node); at != 0;
	    at = ndjson_sibling(t->n, at + object)) {
		if (!first)
			buf_text(&t->text, object ? ", " : "; ");
		put_value(t, at + object);
		first = false;
	}
}

static void
put_cell(struct table *t, struct span text, size_t width)
{
	size_t from = t->out->len, chars = 0;

	visible(t->out, text, VALUE_MOST);
	for (size_t i = from; i < t->out->len; i++)
		chars += (t->out->p[i] & 0xc0) != 0x80;
	do
		buf_byte(t->out, ' ');
	while (++chars < width);
}

static void
put_node(struct table *t, uint32_t node)
{
	buf_reset(&t->text);
	if (node != 0)
		put_value(t, node);
	put_cell(t, buf_span(&t->text), VALUE_WIDTH);
}

static void
put_row(struct table *t, struct span path, uint32_t a, uint32_t b)
{
	uint32_t level = t->levels == 0 ? 0 : ndjson_find(t->n, t->levels, path);

	put_cell(t, path, NAME_WIDTH);
	put_node(t, a);
	put_node(t, b);
	if (level != 0)
		visible(t->out, ndjson_text(t->n, level, &t->arena), VALUE_MOST);
	while (t->out->p[t->out->len - 1] == ' ')
		t->out->len--;
	buf_byte(t->out, '\n');
}

static uint32_t
find(const struct table *t, uint32_t object, struct span name)
{
	return object == 0 ? 0 : ndjson_find(t->n, object, name);
}

/* The members of two objects, of which one may be missing (0): those of the first, then those
 * that only the second has. */
static void
put_members(struct table *t, struct span head, uint32_t a, uint32_t b)
{
	for (int which = 0; which < 2; which++) {
		uint32_t own = which == 0 ? a : b, other = which == 0 ? b : a;

		for (uint32_t k = own == 0 ? 0 : ndjson_first(t->n, own); k != 0;
		    k = ndjson_sibling(t->n, k + 1)) {
			struct span name = ndjson_text(t->n, k, &t->arena);
			uint32_t there = find(t, other, name);
			uint32_t of_a = which == 0 ? k + 1 : there, of_b = which == 0 ? there : k + 1;
			struct buf path = { 0 };

			if ((which == 1 && there != 0) || (head.len == 0 && hidden(name)))
				continue;
			buf_add(&path, head);
			buf_add(&path, name);
			if (head.len == 0 && type_of(t, k + 1) == ND_OBJECT) {
				buf_byte(&path, '.');
				put_members(t, buf_span(&path), of_a, of_b);
			} else {
				put_row(t, buf_span(&path), of_a, of_b);
			}
			buf_done(&path);
		}
	}
}

void
label_table(const struct ndjson *n, struct buf *out)
{
	struct table t = { .n = n, .out = out,
	    .record = { ndjson_find(n, 0, SPAN("record_a")), ndjson_find(n, 0, SPAN("record_b")) },
	    .levels = ndjson_find(n, 0, SPAN("levels")) };

	put_row(&t, SPAN(""), ndjson_find(n, 0, SPAN("a")), ndjson_find(n, 0, SPAN("b")));
	put_members(&t, SPAN(""), t.record[0], t.record[1]);
	buf_done(&t.text);
	arena_done(&t.arena);
}

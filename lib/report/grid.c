/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/grid.c: tables of figures. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/number.h"
#include "io/json_write.h"
#include "report/grid.h"
#include "report/scores.h"

enum { WORD_BYTES = 200 };	/* of a text in a table for people */

struct grid
grid_new(const char *name, const char *const *heads)
{
	return (struct grid){ .name = name, .heads = heads };
}

void
grid_done(struct grid *g)
{
	mem_free(g->cells);
	arena_done(&g->arena);
	*g = (struct grid){ 0 };
}

static struct grid_cell *
add(struct grid *g)
{
	g->cells = mem_grow(g->cells, g->count + 1, &g->cap, sizeof *g->cells);
	g->cells[g->count] = (struct grid_cell){ 0 };
	return &g->cells[g->count++];
}

void
grid_word(struct grid *g, struct span word)
{
	add(g)->word = arena_copy(&g->arena, word);
}

void
grid_count(struct grid *g, uint64_t n)
{
	grid_value(g, (int64_t)n, 0);
}

void
grid_value(struct grid *g, int64_t value, unsigned char places)
{
	struct grid_cell *c = add(g);

	c->value = value;
	c->places = places;
}

void
grid_ratio(struct grid *g, uint64_t num, uint64_t den)
{
	if (den == 0)
		add(g)->none = true;
	else
		grid_value(g, ratio_of(num, den), RATIO_PLACES);
}

static size_t
width(const struct grid *g)
{
	size_t n = 0;

	while (g->heads[n] != NULL)
		n++;
	return n;
}

static void
cell_json(const struct grid_cell *c, struct json_writer *w)
{
	struct buf number = { 0 };

	if (c->word.p != NULL) {
		json_text(w, c->word);
	} else if (c->none) {
		json_put_null(w);
	} else {
		fixed_write(&number, c->value, c->places);
		json_raw(w, buf_span(&number));
	}
	buf_done(&number);
}

void
grid_json(const struct grid *g, struct json_writer *w)
{
	size_t columns = width(g);

	json_key(w, span_from(g->name));
	json_open_array(w);
	for (size_t i = 0; i < g->count; i++) {
		if (i % columns == 0)
			json_open_object(w);
		json_key(w, span_from(g->heads[i % columns]));
		cell_json(&g->cells[i], w);
		if (i % columns == columns - 1)
			json_end(w);
	}
	json_end(w);
}

static void
cell_text(const struct grid_cell *c, struct buf *out)
{
	if (c->word.p != NULL)
		visible(out, c->word, WORD_BYTES);
	else if (c->none)
		buf_byte(out, '-');
	else
		fixed_write(out, c->value, c->places);
}

/* The first column stands left, the others right. */
static void
padded(struct span text, size_t wide_as, bool left, struct buf *out)
{
	if (left)
		buf_add(out, text);
	for (size_t i = text.len; i < wide_as; i++)
		buf_byte(out, ' ');
	if (!left)
		buf_add(out, text);
}

static size_t
column_width(const struct grid *g, size_t column, size_t columns, struct buf *text)
{
	size_t most = strlen(g->heads[column]);

	for (size_t i = column; i < g->count; i += columns) {
		buf_reset(text);
		cell_text(&g->cells[i], text);
		if (text->len > most)
			most = text->len;
	}
	return most;
}

void
grid_text(const struct grid *g, struct buf *out)
{
	size_t columns = width(g), *wide_as = mem_zero(columns, sizeof *wide_as);
	struct buf text = { 0 };

	for (size_t c = 0; c < columns; c++)
		wide_as[c] = column_width(g, c, columns, &text);
	buf_print(out, "\n%s\n", g->name);
	for (size_t i = 0; i < columns + g->count; i++) {
		size_t c = i % columns;

		buf_reset(&text);
		if (i < columns)
			buf_text(&text, g->heads[c]);
		else
			cell_text(&g->cells[i - columns], &text);
		if (c > 0)
			buf_text(out, "  ");
		padded(buf_span(&text), c == columns - 1 && c == 0 ? 0 : wide_as[c], c == 0, out);
		if (c == columns - 1)
			buf_byte(out, '\n');
	}
	buf_done(&text);
	mem_free(wide_as);
}

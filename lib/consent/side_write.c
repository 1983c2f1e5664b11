/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/side_write.c: rows added, set aside after a crash, and taken away. */
#include "base/error.h"
#include "base/map.h"
#include "consent/side_priv.h"
#include "io/fd.h"
#include "io/out.h"
#include "io/torn.h"

#include <errno.h>
#include <unistd.h>

static void
torn_path(const struct side *s, struct buf *out)
{
	buf_print(out, "%s/torn/side%c", s->dir, 0);
}

/* ---- after a crash ---- */

/* Where the rows of lines from `size` on begin, or a row that was cut. */
static size_t
first_behind(struct span text, uint64_t size)
{
	size_t at = 0;

	while (at < text.len) {
		struct span rest = span_skip(text, at);
		size_t len = span_index(rest, '\n');
		struct side_row row;

		if (len == rest.len || (side_row_read(span_head(rest, len), &row) && row.seq >= size))
			return at;
		at += len + 1;
	}
	return at;
}

static int
set_aside(const char *path, const char *torn, size_t from, struct error *e)
{
	struct grow g;
	int r = grow_open(&g, path, GROW_WRITE, e);

	if (r == 0)
		r = torn_keep(torn, path, g.fd, from, e);
	if (r == 0)
		r = grow_cut(&g, from, e);
	grow_close(&g);
	return r;
}

int
side_recover(struct side *s, uint64_t size, struct error *e)
{
	struct buf path = { 0 }, torn = { 0 }, text = { 0 };
	int r = 0;

	torn_path(s, &torn);
	for (uint64_t number = size / s->segment; r == 0; number++) {
		size_t from;

		side_path(s, number, &path);
		buf_reset(&text);
		r = side_read_file(path.p, &text, e);
		if (r < 0 || text.len == 0)
			break;
		from = first_behind(buf_span(&text), size);
		if (from < text.len)
			r = set_aside(path.p, torn.p, from, e);
	}
	s->loaded = UINT64_MAX;
	buf_done(&path);
	buf_done(&torn);
	buf_done(&text);
	return r;
}

int
side_torn(struct side *s, struct span commit, struct side_row *row, struct error *e)
{
	struct buf path = { 0 }, text = { 0 };
	struct span rest, line;
	int r = 0;

	torn_path(s, &path);
	if (!s->torn_read)
		r = side_read_file(path.p, &s->torn, e);
	s->torn_read = r == 0;
	for (rest = buf_span(&s->torn); r == 0 && span_split(&rest, '\n', &line);) {
		if (!side_row_read(line, row))
			continue;
		buf_reset(&text);
		side_commit_text(row, &text);
		r = span_equal(buf_span(&text), commit);
	}
	buf_done(&path);
	buf_done(&text);
	return r;
}

int
side_settle(struct side *s, struct error *e)
{
	struct buf path = { 0 };
	int r = 0;

	torn_path(s, &path);
	if (unlink(path.p) < 0 && errno != ENOENT)
		r = error_system(e, STATUS_RESOURCES, "E_LEDGER", path.p, "remove");
	buf_done(&path);
	return r;
}

/* ---- adding ---- */

void
side_add(struct side *s, const struct side_row *row)
{
	side_row_write(row, &s->added);
}

/* The rows at the head of `rows` that belong to segment `number`. */
static struct span
rows_of(const struct side *s, struct span rows, uint64_t *number)
{
	struct span line = span_head(rows, span_index(rows, '\n'));
	struct side_row row = { .seq = 0 };
	size_t len = 0;
	bool first = true;

	while (len < rows.len && side_row_read(line, &row) &&
	    (first || row.seq / s->segment == *number)) {
		*number = row.seq / s->segment;
		first = false;
		len += line.len + 1;
		line = span_skip(rows, len);
		line = span_head(line, span_index(line, '\n'));
	}
	return span_head(rows, len);
}

static int
write_rows(struct side *s, uint64_t number, struct span rows, struct error *e)
{
	struct buf path = { 0 };
	uint64_t size = 0;
	struct grow g;
	int r;

	side_path(s, number, &path);
	r = grow_open(&g, path.p, GROW_MAKE, e);
	if (r == 0)
		r = grow_size(&g, &size, e);
	if (r == 0 && (grow_write(&g, size, rows, e) < 0 || grow_sync(&g, e) < 0))
		r = -1;
	grow_close(&g);
	buf_done(&path);
	return r;
}

int
side_write(struct side *s, struct error *e)
{
	struct span left = buf_span(&s->added), rows;
	uint64_t number = 0;

	for (; left.len > 0; left = span_skip(left, rows.len)) {
		rows = rows_of(s, left, &number);
		if (write_rows(s, number, rows, e) < 0)
			return -1;
	}
	buf_reset(&s->added);
	s->loaded = UINT64_MAX;
	return 0;
}

/* ---- taking away ---- */

/* What stays of a file. */
static void
keep_rows(struct span text, const struct map *seqs, struct buf *out, uint64_t *gone)
{
	struct span line;

	while (span_split(&text, '\n', &line)) {
		struct side_row row;

		if (side_row_read(line, &row) &&
		    map_has(seqs, span_make((const char *)&row.seq, sizeof row.seq))) {
			++*gone;
			continue;
		}
		buf_add(out, line);
		if (text.p != NULL)
			buf_byte(out, '\n');
	}
}

static int
erase_file(struct side *s, uint64_t number, const struct map *seqs, uint64_t *gone, struct error *e)
{
	struct buf path = { 0 }, text = { 0 }, kept = { 0 };
	struct out *o;
	int r;

	side_path(s, number, &path);
	r = side_read_file(path.p, &text, e);
	if (r == 0)
		keep_rows(buf_span(&text), seqs, &kept, gone);
	if (r == 0 && kept.len < text.len) {
		o = out_open(path.p, e);
		r = -1;
		if (o != NULL) {
			out_add(o, buf_span(&kept));
			r = out_commit(o, e);
		}
	}
	buf_done(&path);
	buf_done(&text);
	buf_done(&kept);
	return r;
}

int
side_erase(struct side *s, uint64_t size, const struct map *seqs, uint64_t *gone, struct error *e)
{
	uint64_t files = size / s->segment + 1;
	int r = 0;

	for (uint64_t n = 0; n < files && r == 0; n++)
		r = erase_file(s, n, seqs, gone, e);
	s->loaded = UINT64_MAX;
	return r;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/side.c: rows in one spelling, so that they are read from their end without a parser. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/number.h"
#include "consent/side_priv.h"

#include <errno.h>
#include <sys/stat.h>

enum { SALT_TEXT = 43 };

struct side *
side_open(const char *dir, uint64_t segment)
{
	struct side *s = mem_zero(1, sizeof *s);

	s->dir = mem_text(dir);
	s->segment = segment;
	s->loaded = UINT64_MAX;
	return s;
}

void
side_close(struct side *s)
{
	if (s == NULL)
		return;
	buf_done(&s->text);
	buf_done(&s->torn);
	buf_done(&s->added);
	mem_free(s->dir);
	mem_free(s);
}

void
side_commit_text(const struct side_row *r, struct buf *out)
{
	unsigned char hash[SHA256_BYTES];
	struct sha256 h;

	sha256_start(&h);
	sha256_add(&h, span_make((const char *)r->salt, sizeof r->salt));
	sha256_add(&h, r->evidence);
	sha256_end(&h, hash);
	base64url_write(out, span_make((const char *)hash, sizeof hash));
}

void
side_row_write(const struct side_row *r, struct buf *out)
{
	buf_text(out, "{\"evidence\":");
	buf_add(out, r->evidence);
	buf_text(out, ",\"salt\":\"");
	base64url_write(out, span_make((const char *)r->salt, sizeof r->salt));
	buf_text(out, "\",\"seq\":");
	buf_u64(out, r->seq);
	buf_text(out, "}\n");
}

/* Takes `end` off the end of s. */
static bool
drop_end(struct span *s, struct span end)
{
	if (s->len < end.len || memcmp(s->p + s->len - end.len, end.p, end.len) != 0)
		return false;
	s->len -= end.len;
	return true;
}

/* Takes off what stands behind the last `mark`. */
static bool
take_end(struct span *s, char mark, struct span *text)
{
	size_t at = s->len;

	while (at > 0 && s->p[at - 1] != mark)
		at--;
	*text = span_skip(*s, at);
	s->len = at;
	return at > 0;
}

bool
side_row_read(struct span line, struct side_row *r)
{
	struct span digits, salt;

	if (!drop_end(&line, SPAN("}")) || !take_end(&line, ':', &digits) ||
	    !u64_parse(digits, &r->seq) || (digits.len > 1 && digits.p[0] == '0') ||
	    !drop_end(&line, SPAN("\",\"seq\":")) || !take_end(&line, '"', &salt) ||
	    salt.len != SALT_TEXT || !base64url_exact(salt, r->salt, sizeof r->salt) ||
	    !drop_end(&line, SPAN(",\"salt\":\"")) || !span_starts(line, SPAN("{\"evidence\":{")))
		return false;
	r->evidence = span_skip(line, sizeof "{\"evidence\":" - 1);
	return r->evidence.p[r->evidence.len - 1] == '}';
}

void
side_path(const struct side *s, uint64_t number, struct buf *out)
{
	buf_reset(out);
	buf_print(out, "%s/side/%06llu.ndjson%c", s->dir, (unsigned long long)number, 0);
}

int
side_read_file(const char *path, struct buf *out, struct error *e)
{
	struct stat st;
	struct grow g;
	int r;

	if (lstat(path, &st) < 0 && errno == ENOENT)
		return 0;
	r = grow_open(&g, path, GROW_READ, e);
	if (r == 0)
		r = grow_read(&g, 0, UINT64_MAX, out, e);
	grow_close(&g);
	return r;
}

static int
load(struct side *s, uint64_t number, struct error *e)
{
	struct buf path = { 0 };
	int r = 0;

	s->at = 0;
	if (s->loaded == number)
		return 0;
	s->loaded = UINT64_MAX;
	buf_reset(&s->text);
	side_path(s, number, &path);
	r = side_read_file(path.p, &s->text, e);
	buf_done(&path);
	if (r == 0)
		s->loaded = number;
	return r;
}

/* The row at the place reached, which is moved behind it. */
static bool
next_row(struct side *s, struct side_row *row)
{
	struct span rest = span_skip(buf_span(&s->text), s->at), line;

	line = span_head(rest, span_index(rest, '\n'));
	s->at += line.len + (line.len < rest.len);
	return line.len < rest.len && side_row_read(line, row);
}

int
side_find(struct side *s, uint64_t seq, struct side_row *row, struct error *e)
{
	uint64_t number = seq / s->segment;
	size_t from = s->loaded == number && s->last < seq ? s->at : 0;

	if (load(s, number, e) < 0)
		return -1;
	s->at = from;
	s->last = seq;
	while (s->at < s->text.len) {
		size_t here = s->at;

		if (!next_row(s, row) || row->seq < seq)
			continue;
		if (row->seq == seq)
			return 1;
		s->at = here;	/* of a later line */
		return 0;
	}
	return 0;
}

int
side_each(struct side *s, uint64_t number, side_visit *visit, void *arg, struct error *e)
{
	struct side_row row = { .seq = 0 };
	int r = load(s, number, e);

	while (r == 0 && s->at < s->text.len) {
		bool whole = next_row(s, &row);

		r = visit(arg, &row, whole, e);
	}
	return r;
}

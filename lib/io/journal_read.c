/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/journal_read.c: every acknowledged line, verified as it goes by. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/fd.h"
#include "io/journal_priv.h"
#include "io/own.h"

#include <fcntl.h>
#include <unistd.h>

enum { STEP = 1 << 20 };	/* bytes read at once */

/* p[1..len) is what was read and p[at..len) what is not given out; the byte before a line is
 * ours to overwrite, which journal_leaf_inplace needs. */
struct reader {
	const char	*path;
	int		 fd;
	char		*p;
	size_t		 at, len;
	uint64_t	 left;		/* bytes up to the head that were not read yet */
};

struct chain {
	const struct journal_head	*head;
	char				 leaf[JOURNAL_LEAF + 1];	/* of the line before */
	uint64_t			 seq;				/* of the next line */
};

/* `seq` is the first line that cannot be trusted. */
static int
broken(const struct reader *r, uint64_t seq, const char *why, struct error *e)
{
	error_set(e, UNSAFE, "E_LEDGER", "%s: line with seq %llu %s", r->path,
	    (unsigned long long)seq, why);
	error_place(e, NULL, seq + 1, 0);
	return -1;
}

/* Moves what is left to the front and reads up to the head. 1, 0 at the end, -1. */
static int
refill(struct reader *r, struct error *e)
{
	size_t left = r->len - r->at, room = STEP - left;
	ssize_t n;

	if (r->left == 0)
		return 0;
	memmove(r->p + 1, r->p + r->at, left);
	r->at = 1;
	r->len = 1 + left;
	n = fd_read(r->fd, r->p + r->len, room < r->left ? room : (size_t)r->left);
	if (n < 0)
		return error_system(e, STATUS_UNSAFE, "E_LEDGER", r->path, "read");
	r->len += (size_t)n;
	r->left -= (uint64_t)n;
	return n > 0;
}

/* The next line without its LF: 1, 0 when nothing is left, -1. A piece without LF, or one
 * that is too long to be a line, is given as len 0, which no line has. */
static int
next_line(struct reader *r, struct span *line, struct error *e)
{
	for (;;) {
		struct span ahead = span_make(r->p + r->at, r->len - r->at);
		size_t end = span_index(ahead, '\n');
		int more;

		if (end < ahead.len) {
			*line = span_head(ahead, end);
			r->at += end + 1;
			return 1;
		}
		if (ahead.len > JOURNAL_LINE)
			break;
		more = refill(r, e);
		if (more < 0 || (more == 0 && ahead.len == 0))
			return more;
		if (more == 0)
			break;
	}
	*line = span_make(r->p + r->at, 0);
	return 1;
}

/* The chain does not fit between two lines; the one after them says which of both is the
 * original: if that accepts this line, the one before it was changed. */
static int
blame(struct reader *r, const struct chain *c, struct span line, struct error *e)
{
	char leaf[JOURNAL_LEAF + 1];
	struct journal_link next;
	bool intact;
	int got;

	if (c->seq == 0)
		return broken(r, 0, "does not belong to this origin, or was changed", e);
	journal_leaf(line, leaf);
	got = next_line(r, &line, e);
	if (got < 0)
		return -1;
	if (got == 0)
		intact = memcmp(leaf, c->head->leaf, JOURNAL_LEAF) == 0;
	else
		intact = journal_link_find(line, &next) &&
		    memcmp(leaf, next.prev.p, JOURNAL_LEAF) == 0;
	return broken(r, intact ? c->seq - 1 : c->seq, "was changed", e);
}

static int
check_line(struct reader *r, struct chain *c, struct span line, struct error *e)
{
	struct journal_link link;

	if (c->seq >= c->head->lines)
		return broken(r, c->seq, "is more than the head counts", e);
	if (!journal_link_find(line, &link))
		return broken(r, c->seq, "is damaged", e);
	if (link.seq != c->seq)
		return broken(r, c->seq, "is missing or out of place", e);
	if (memcmp(link.prev.p, c->leaf, JOURNAL_LEAF) != 0)
		return blame(r, c, line, e);
	journal_leaf_inplace((char *)line.p, line.len, c->leaf);
	c->seq++;
	return 0;
}

/* The last leaf is known to the head alone, so the last line is what a difference blames. */
static int
check_end(struct reader *r, const struct chain *c, struct error *e)
{
	if (r->left > 0 || c->seq < c->head->lines)
		return broken(r, c->seq, "is missing", e);
	if (memcmp(c->leaf, c->head->leaf, JOURNAL_LEAF) != 0)
		return broken(r, c->seq == 0 ? 0 : c->seq - 1, "was changed, or the head was", e);
	return 0;
}

static int
read_chain(struct reader *r, struct chain *c, journal_visit *visit, void *arg, struct error *e)
{
	for (;;) {
		struct span line;
		int got = next_line(r, &line, e);

		if (got < 0)
			return -1;
		if (got == 0)
			return check_end(r, c, e);
		if (check_line(r, c, line, e) < 0)
			return -1;
		if (visit != NULL && visit(arg, line, c->seq - 1, e) < 0)
			return -1;
	}
}

int
journal_read(const char *path, struct span origin, journal_visit *visit, void *arg,
    struct journal_head *head, struct error *e)
{
	struct journal_head found;
	struct reader r = { .path = path, .fd = -1, .at = 1, .len = 1 };
	struct chain c = { .head = &found };
	int result = -1;

	if (journal_head_read(path, &found, e) < 0)
		return -1;
	r.fd = own_open(path, O_RDONLY, e);
	if (r.fd < 0)
		return -1;
	r.left = found.bytes;
	r.p = mem_alloc(STEP + 1);
	journal_origin_leaf(origin, c.leaf);
	result = read_chain(&r, &c, visit, arg, e);
	if (result == 0 && head != NULL)
		*head = found;
	mem_free(r.p);
	close(r.fd);
	return result;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_cut.c: the segments of a log, as slices of whole lines. */
#include "base/alloc.h"
#include "base/error.h"
#include "io/fd.h"
#include "io/own.h"
#include "io/tlog_origin.h"
#include "io/tlog_read_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	SLICE = 1 << 20,		/* bytes read at once */
	FEW_LINES = 4096		/* less than starting a thread is worth */
};

int
tlog_damage(const char *dir, uint64_t seq, const char *why, struct error *e)
{
	error_set(e, UNSAFE, "E_LEDGER", "%s: line with seq %llu %s", dir, (unsigned long long)seq, why);
	error_place(e, NULL, seq + 1, 0);
	return -1;
}

void
cutter_open(struct cutter *c, const struct tlog_reading *r, uint64_t from)
{
	*c = (struct cutter){ .r = r, .seq = from, .fd = -1,
	    .skip = r->from == NULL ? 0 : r->from->bytes };
}

bool
cutter_is_short(const struct cutter *c)
{
	return c->r->checkpoint->size - c->seq < FEW_LINES;
}

/* One that is not there is the first line that is missing; one that is not ours is another matter. */
static int
open_segment(struct cutter *c, struct error *e)
{
	struct buf path = { 0 };
	struct stat st;
	int r = 0;

	tlog_segment_path(c->r->dir, c->seq / c->r->origin->segment, &path);
	if (lstat(path.p, &st) < 0 && errno == ENOENT)
		tlog_damage(c->r->dir, c->seq, "is missing", e);
	else
		c->fd = own_open(path.p, O_RDONLY, e);
	if (c->fd >= 0 && c->skip > 0 && lseek(c->fd, (off_t)c->skip, SEEK_SET) < 0)
		r = error_system(e, STATUS_UNSAFE, "E_LEDGER", path.p, "read");
	buf_done(&path);
	c->skip = 0;
	c->ended = false;
	return c->fd < 0 ? -1 : r;
}

/* Makes `rest` a slice, if the file has so much. */
static int
fill(struct cutter *c, struct error *e)
{
	while (!c->ended && c->rest.len < SLICE) {
		ssize_t n;

		buf_room(&c->rest, SLICE);
		n = fd_read(c->fd, c->rest.p + c->rest.len, SLICE - c->rest.len);
		if (n < 0) {
			struct buf path = { 0 };

			tlog_segment_path(c->r->dir, c->seq / c->r->origin->segment, &path);
			error_system(e, STATUS_UNSAFE, "E_LEDGER", path.p, "read");
			buf_done(&path);
			return -1;
		}
		c->ended = n == 0;
		c->rest.len += (size_t)n;
	}
	return 0;
}

/* At most `most` whole lines at the head of s; *lines is how many. */
static size_t
whole_lines(struct span s, uint64_t most, uint64_t *lines)
{
	size_t len = 0;

	for (*lines = 0; *lines < most; ++*lines) {
		struct span rest = span_skip(s, len);
		size_t end = span_index(rest, '\n');

		if (end == rest.len)
			break;
		len += end + 1;
	}
	return len;
}

/* Behind a full segment there is nothing. */
static int
end_segment(struct cutter *c, struct error *e)
{
	uint64_t extra = c->rest.len;
	char byte;
	ssize_t n = extra > 0 ? 1 : fd_read(c->fd, &byte, 1);

	if (n != 0)
		return tlog_damage(c->r->dir, c->seq, "is more than its segment holds", e);
	close(c->fd);
	c->fd = -1;
	c->full = false;
	return 0;
}

int
cutter_next(struct cutter *c, struct cut *cut, struct error *e)
{
	uint64_t segment = c->r->origin->segment, left = c->r->checkpoint->size - c->seq, room;
	size_t len;

	if (c->full && end_segment(c, e) < 0)
		return -1;
	if (left == 0)
		return 0;
	if (c->fd < 0 && open_segment(c, e) < 0)
		return -1;
	if (fill(c, e) < 0)
		return -1;
	room = segment - c->seq % segment;
	len = whole_lines(buf_span(&c->rest), left < room ? left : room, &cut->lines);
	if (len == 0)
		return tlog_damage(c->r->dir, c->seq, c->rest.len == 0 ? "is missing" : "is damaged", e);
	cut->first = c->seq;
	cut->len = len;
	cut->p = mem_alloc(len + 1);
	memcpy(cut->p + 1, c->rest.p, len);
	memmove(c->rest.p, c->rest.p + len, c->rest.len - len);
	c->rest.len -= len;
	c->seq += cut->lines;
	c->full = cut->lines == room;
	return 1;
}

void
cutter_close(struct cutter *c)
{
	if (c->fd >= 0)
		close(c->fd);
	buf_done(&c->rest);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/journal.c: appends to a chain of lines, so that what is acknowledged stays.
 *
 * Order of a batch: lines, fdatasync, then the head by an atomic replace. A crash before the
 * last step leaves bytes beyond the head that nobody was told about; the next journal_open
 * sets them aside. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/fd.h"
#include "io/journal_priv.h"
#include "io/own.h"
#include "io/torn.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct journal {
	char			*path;
	int			 fd;
	struct journal_head	 head;		/* acknowledged */
	struct journal_head	 next;		/* after the lines that are held */
	struct buf		 held;
	bool			 broken;	/* a commit failed; nothing may follow */
};

/* Made anew over an empty file, which is what a crash in here leaves. */
int
journal_create(const char *path, struct span origin, struct error *e)
{
	struct journal_head head = { 0 };
	char *name = journal_head_path(path);
	struct stat st;
	bool there = lstat(name, &st) == 0 || (lstat(path, &st) == 0 && st.st_size > 0);
	int fd, r;

	mem_free(name);
	if (there)
		return error_set(e, USAGE, "E_LEDGER", "%s exists already", path);
	if (own_check_parent(path, e) < 0)
		return -1;
	fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_system(e, STATUS_RESOURCES, "E_LEDGER", path, "make");
	r = fchmod(fd, 0600) < 0 || fsync(fd) < 0 ? -1 : 0;
	if (r < 0)
		error_system(e, STATUS_RESOURCES, "E_LEDGER", path, "make");
	close(fd);
	journal_origin_leaf(origin, head.leaf);
	return r < 0 ? -1 : journal_head_write(path, &head, e);
}

/* Reads exactly `bytes` at `at`; a shorter file gives fewer. */
static ssize_t
read_at(int fd, char *p, size_t bytes, uint64_t at)
{
	size_t done = 0;

	while (done < bytes) {
		ssize_t n = pread(fd, p + done, bytes - done, (off_t)(at + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

/* The last line must be the one the head speaks of. The rest is journal_read's work. */
static bool
last_line_fits(const struct journal *j, const char *tail, size_t len)
{
	char leaf[JOURNAL_LEAF + 1];
	struct journal_link link;
	size_t at = len - 1;

	if (tail[len - 1] != '\n')
		return false;
	while (at > 0 && tail[at - 1] != '\n')
		at--;
	if (at == 0 && j->head.bytes > len)
		return false;
	if (!journal_link_find(span_make(tail + at, len - 1 - at), &link))
		return false;
	journal_leaf(span_make(tail + at, len - 1 - at), leaf);
	return link.seq + 1 == j->head.lines && memcmp(leaf, j->head.leaf, JOURNAL_LEAF) == 0;
}

static int
check_tail(const struct journal *j, struct span origin, struct error *e)
{
	char tail[JOURNAL_LINE + 2], leaf[JOURNAL_LEAF + 1];
	size_t len = j->head.bytes < sizeof tail ? (size_t)j->head.bytes : sizeof tail;
	ssize_t n = read_at(j->fd, tail, len, j->head.bytes - len);
	bool fits;

	journal_origin_leaf(origin, leaf);
	if (n < 0)
		return error_system(e, STATUS_UNSAFE, "E_LEDGER", j->path, "read");
	if (len == 0)
		fits = j->head.lines == 0 && memcmp(leaf, j->head.leaf, JOURNAL_LEAF) == 0;
	else
		fits = (size_t)n == len && last_line_fits(j, tail, len);
	if (fits)
		return 0;
	error_set(e, UNSAFE, "E_LEDGER", "%s does not end as its head says", j->path);
	error_place(e, NULL, j->head.lines, 0);
	return -1;
}

static char *
torn_path(const char *path)
{
	struct buf b = { 0 };

	buf_text(&b, path);
	buf_add(&b, SPAN(".torn\0"));
	return b.p;
}

static int
keep_torn(const struct journal *j, struct error *e)
{
	char *name = torn_path(j->path);
	int r = torn_keep(name, j->path, j->fd, j->head.bytes, e);

	mem_free(name);
	return r;
}

/* Never acknowledged: kept beside, then cut off. */
static int
set_aside(struct journal *j, struct error *e)
{
	struct stat st;

	if (fstat(j->fd, &st) < 0)
		return error_system(e, STATUS_RESOURCES, "E_LEDGER", j->path, "look at");
	if ((uint64_t)st.st_size <= j->head.bytes)
		return 0;
	if (keep_torn(j, e) < 0)
		return -1;
	if (ftruncate(j->fd, (off_t)j->head.bytes) < 0 || fsync(j->fd) < 0)
		return error_system(e, STATUS_RESOURCES, "E_LEDGER", j->path, "cut");
	return 0;
}

struct journal *
journal_open(const char *path, struct span origin, struct error *e)
{
	struct journal *j = mem_zero(1, sizeof *j);

	j->fd = -1;
	j->path = mem_text(path);
	if (journal_head_read(path, &j->head, e) == 0)
		j->fd = own_open(path, O_RDWR, e);
	if (j->fd < 0 || check_tail(j, origin, e) < 0 || set_aside(j, e) < 0) {
		journal_close(j);
		return NULL;
	}
	j->next = j->head;
	return j;
}

uint64_t
journal_next_seq(const struct journal *j)
{
	return j->next.lines;
}

const char *
journal_next_prev(const struct journal *j)
{
	return j->next.leaf;
}

int
journal_add(struct journal *j, struct span line, struct error *e)
{
	struct journal_link link;

	if (line.len > JOURNAL_LINE)
		return error_set(e, UNSAFE, "E_LEDGER", "%s: a line of %zu bytes is longer than %d",
		    j->path, line.len, JOURNAL_LINE);
	if (span_index(line, '\n') < line.len || !journal_link_find(line, &link) ||
	    link.seq != j->next.lines || memcmp(link.prev.p, j->next.leaf, JOURNAL_LEAF) != 0)
		return error_set(e, UNSAFE, "E_LEDGER", "%s: a line does not continue the chain",
		    j->path);
	buf_add(&j->held, line);
	buf_byte(&j->held, '\n');
	journal_leaf(line, j->next.leaf);
	j->next.lines++;
	j->next.bytes += line.len + 1;
	return 0;
}

static int
write_lines(const struct journal *j, struct span lines)
{
	if (lseek(j->fd, (off_t)j->head.bytes, SEEK_SET) < 0 ||
	    fd_write_all(j->fd, lines.p, lines.len) < 0)
		return -1;
	return fdatasync(j->fd);
}

int
journal_commit(struct journal *j, struct error *e)
{
	char *torn;
	int settled;

	if (j->broken)
		return error_set(e, RESOURCES, "E_LEDGER", "%s: an earlier write failed", j->path);
	j->broken = true;
	if (j->held.len > 0 && write_lines(j, buf_span(&j->held)) < 0)
		return error_system(e, STATUS_RESOURCES, "E_LEDGER", j->path, "write");
	if (j->held.len > 0 && journal_head_write(j->path, &j->next, e) < 0)
		return -1;
	j->head = j->next;
	torn = torn_path(j->path);
	settled = torn_settle(torn, e);
	mem_free(torn);
	if (settled < 0)
		return -1;
	j->broken = false;
	buf_reset(&j->held);
	return 0;
}

void
journal_close(struct journal *j)
{
	if (j == NULL)
		return;
	if (j->fd >= 0)
		close(j->fd);
	buf_done(&j->held);
	mem_free(j->path);
	mem_free(j);
}

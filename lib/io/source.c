/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/source.c: stored bytes, unpacked bytes, UTF-8: each step pulls from the one before. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/utf8.h"
#include "io/fd.h"
#include "io/gzip.h"
#include "io/magic.h"
#include "io/source.h"
#include "io/transcode.h"
#include "io/zst.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PEEK_MOST = 4 << 20,
	UTF8_HEAD = 64 << 10,		/* what source_check_utf8 looks at */
	EXPAND_RATIO = 200,		/* bytes out per byte in */
	EXPAND_FREE = 1 << 20,		/* bytes out before the ratio counts */
	ALL_BYTES = 64 << 10,		/* asked for at a time where all is wanted */
	PIPE_BYTES = 1 << 20		/* what a pipe may hold: as much as anybody is allowed by itself */
};
#define EXPAND_LIMIT	((uint64_t)1 << 40)

/* Bytes read ahead; content is p[at..len). */
struct ahead {
	struct buf	bytes;
	size_t		at;
};

struct byte_source {
	char			*path, *name;
	int			 fd;		/* -1: memory */
	struct span		 memory;	/* what is left of it */
	struct stat		 before;
	struct source_options	 options;
	struct ahead		 packed, text;	/* looked at, not given out yet */
	struct gzip		*gzip;
	struct zst		*zst;
	struct transcode	*transcode;
	uint64_t		 taken, unpacked, given;
	bool			 drained, ended;	/* of the stored bytes; of the text */
	struct error		 error;		/* the first failure; every later read repeats it */
};

static size_t
ahead_take(struct ahead *a, char *p, size_t room)
{
	size_t n = a->bytes.len - a->at;

	if (n == 0)
		return 0;
	if (n > room)
		n = room;
	memcpy(p, a->bytes.p + a->at, n);
	a->at += n;
	if (a->at == a->bytes.len) {
		buf_done(&a->bytes);
		a->at = 0;
	}
	return n;
}

static ssize_t
stored_read(struct byte_source *s, char *p, size_t room, struct error *e)
{
	ssize_t n;

	if (s->fd < 0) {
		n = (ssize_t)(room < s->memory.len ? room : s->memory.len);
		memcpy(p, s->memory.p, (size_t)n);
		s->memory = span_skip(s->memory, (size_t)n);
	} else if (s->drained) {
		return 0;		/* a terminal would go on */
	} else {
		n = fd_read(s->fd, p, room);
		if (n < 0)
			return error_system(e, STATUS_INPUT, "E_READ", s->path, "read");
		s->drained = n == 0;
	}
	s->taken += (uint64_t)n;
	return n;
}

static ssize_t
packed_read(void *arg, char *p, size_t room, struct error *e)
{
	struct byte_source *s = arg;
	size_t n = ahead_take(&s->packed, p, room);

	return n > 0 ? (ssize_t)n : stored_read(s, p, room, e);
}

/* The ratio is taken from what the unpacker used, so that the size of reads does not show. */
static int
check_expansion(struct byte_source *s, struct error *e)
{
	uint64_t used = s->gzip != NULL ? gzip_used(s->gzip) : zst_used(s->zst);

	if (s->unpacked > s->options.expand_limit)
		return error_set(e, INPUT, "E_EXPANSION",
		    "%s unpacks to more than %llu bytes (--expand-limit)", s->path,
		    (unsigned long long)s->options.expand_limit);
	if (s->unpacked > EXPAND_FREE && s->unpacked / s->options.expand_ratio > used)
		return error_set(e, INPUT, "E_EXPANSION",
		    "%s unpacks to more than %llu bytes for each of its own (--expand-ratio)",
		    s->path, (unsigned long long)s->options.expand_ratio);
	return 0;
}

static ssize_t
unpacked_read(void *arg, char *p, size_t room, struct error *e)
{
	struct byte_source *s = arg;
	ssize_t n;

	if (s->gzip == NULL && s->zst == NULL)
		return packed_read(s, p, room, e);
	if (s->gzip != NULL)
		n = gzip_read(s->gzip, p, room, e);
	else
		n = zst_read(s->zst, p, room, e);
	if (n < 0)
		return -1;
	s->unpacked += (uint64_t)n;
	return check_expansion(s, e) < 0 ? -1 : n;
}

/* A file that was written to while we read it is neither the old nor the new one. */
static int
check_unchanged(struct byte_source *s, struct error *e)
{
	const struct stat *was = &s->before;
	struct stat now, named;
	bool changed;

	if (s->fd < 0 || !S_ISREG(was->st_mode))
		return 0;
	if (fstat(s->fd, &now) < 0)
		return error_system(e, STATUS_INPUT, "E_READ", s->path, "look at");
	changed = now.st_size != was->st_size || now.st_mtim.tv_sec != was->st_mtim.tv_sec ||
	    now.st_mtim.tv_nsec != was->st_mtim.tv_nsec;
	if (s->fd != 0 && stat(s->path, &named) == 0)
		changed = changed || named.st_ino != was->st_ino || named.st_dev != was->st_dev;
	if (changed)
		return error_set(e, INPUT, "E_CHANGED", "%s changed while it was read", s->path);
	return 0;
}

static ssize_t
text_read(struct byte_source *s, char *p, size_t room, struct error *e)
{
	ssize_t n;

	if (s->ended)
		return 0;
	if (s->transcode != NULL)
		n = transcode_read(s->transcode, p, room, e);
	else
		n = unpacked_read(s, p, room, e);
	if (n == 0) {
		s->ended = true;
		n = check_unchanged(s, e);
	}
	return n;
}

static ssize_t
keep_failure(struct byte_source *s, struct error *e)
{
	if (s->error.status == STATUS_DONE)
		s->error = *e;
	else if (e->status == STATUS_DONE)
		*e = s->error;
	return -1;
}

ssize_t
source_read(struct byte_source *s, char *p, size_t room, struct error *e)
{
	ssize_t n = (ssize_t)ahead_take(&s->text, p, room);

	if (n == 0) {
		if (s->error.status != STATUS_DONE)
			return keep_failure(s, e);
		n = text_read(s, p, room, e);
		if (n < 0)
			return keep_failure(s, e);
	}
	s->given += (uint64_t)n;
	return n;
}

typedef ssize_t step_read(void *arg, char *p, size_t room, struct error *e);

static struct span
ahead_span(const struct ahead *a)
{
	return span_skip(buf_span(&a->bytes), a->at);
}

static bool
has_line(struct span s)
{
	return span_index(s, '\n') < s.len;
}

/* Reads on until `want` bytes are there or the input ends; or a line ends behind `seen`. */
static int
fill(struct ahead *a, size_t seen, size_t want, step_read *read_more, void *arg, struct error *e)
{
	while (a->bytes.len - a->at < want && !has_line(span_skip(ahead_span(a), seen))) {
		size_t room = want - (a->bytes.len - a->at);
		ssize_t n;

		buf_room(&a->bytes, room);
		n = read_more(arg, a->bytes.p + a->bytes.len, room, e);
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		a->bytes.len += (size_t)n;
	}
	return 0;
}

static ssize_t
stored_step(void *arg, char *p, size_t room, struct error *e)
{
	return stored_read(arg, p, room, e);
}

static ssize_t
text_step(void *arg, char *p, size_t room, struct error *e)
{
	return text_read(arg, p, room, e);
}

bool
source_by_line(const struct byte_source *s)
{
	return s->options.by_line && s->fd >= 0 && !S_ISREG(s->before.st_mode);
}

struct span
source_peek_line(struct byte_source *s, size_t seen, size_t want, struct error *e)
{
	size_t line;

	assert(want <= PEEK_MOST);
	if (!source_by_line(s) || seen > want)
		seen = want;
	if (s->error.status == STATUS_DONE && fill(&s->text, seen, want, text_step, s, e) < 0)
		keep_failure(s, e);
	if (s->error.status != STATUS_DONE) {
		keep_failure(s, e);
		return span_none();
	}
	line = span_index(span_skip(ahead_span(&s->text), seen), '\n');
	return span_head(ahead_span(&s->text), want - seen > line ? seen + line + 1 : want);
}

struct span
source_peek(struct byte_source *s, size_t want, struct error *e)
{
	return source_peek_line(s, want, want, e);
}

/* Sets up the unpacker and looks behind it; what was looked at goes on to the next step. */
static int
find_packed_kind(struct byte_source *s, enum magic *kind, struct error *e)
{
	struct ahead head = { 0 };
	int r;

	if (*kind == MAGIC_GZIP)
		s->gzip = gzip_new(s->path, packed_read, s);
	else
		s->zst = zst_new(s->path, packed_read, s);
	r = fill(&head, MAGIC_BYTES, MAGIC_BYTES, unpacked_read, s, e);
	*kind = magic_kind(ahead_span(&head));
	if (s->transcode == NULL) {
		s->text = head;
		return r;
	}
	transcode_give(s->transcode, ahead_span(&head));
	buf_done(&head.bytes);
	return r;
}

static int
find_kind(struct byte_source *s, struct error *e)
{
	size_t seen = source_by_line(s) ? 0 : MAGIC_BYTES;
	enum magic kind;
	const char *what;

	if (fill(&s->packed, seen, MAGIC_BYTES, stored_step, s, e) < 0)
		return -1;
	if (s->options.encoding != ENCODING_UTF8)
		s->transcode = transcode_new(s->options.encoding, unpacked_read, s);
	kind = magic_kind(ahead_span(&s->packed));
	if ((kind == MAGIC_GZIP || kind == MAGIC_ZSTD) && find_packed_kind(s, &kind, e) < 0)
		return -1;
	what = magic_refusal(kind, s->options.encoding);
	if (what == NULL)
		return 0;
	return error_set(e, INPUT, "E_FILE_KIND", "%s is %s", s->path, what);
}

static int
open_path(struct byte_source *s, struct error *e)
{
	if (strcmp(s->path, "-") == 0) {
		s->fd = 0;
		if (fd_was_closed(0))
			return error_set(e, INPUT, "E_READ", "standard input is closed");
	} else {
		do
			s->fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		while (s->fd < 0 && errno == EINTR);
	}
	if (s->fd < 0)
		return error_system(e, STATUS_INPUT, "E_READ", s->path, "open");
	if (fstat(s->fd, &s->before) < 0)
		return error_system(e, STATUS_INPUT, "E_READ", s->path, "look at");
	if (S_ISDIR(s->before.st_mode))
		return error_set(e, INPUT, "E_READ", "%s is a directory", s->path);
	/* Fewer turns between the tools of a pipeline; where it is refused, all works as before. */
	if (S_ISFIFO(s->before.st_mode))
		(void)fcntl(s->fd, F_SETPIPE_SZ, PIPE_BYTES);
	return 0;
}

static struct byte_source *
source_new(const char *path, const struct source_options *options)
{
	struct byte_source *s = mem_zero(1, sizeof *s);
	const char *slash = strrchr(path, '/');

	s->fd = -1;
	s->path = mem_text(path);
	s->name = mem_text(slash == NULL ? path : slash + 1);
	if (options != NULL)
		s->options = *options;
	if (s->options.expand_ratio == 0)
		s->options.expand_ratio = EXPAND_RATIO;
	if (s->options.expand_limit == 0)
		s->options.expand_limit = EXPAND_LIMIT;
	return s;
}

struct byte_source *
source_open(const char *path, const struct source_options *options, struct error *e)
{
	struct byte_source *s = source_new(path, options);

	if (open_path(s, e) < 0 || find_kind(s, e) < 0) {
		source_close(s);
		return NULL;
	}
	if (S_ISREG(s->before.st_mode))
		posix_fadvise(s->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return s;
}

struct byte_source *
source_of(struct span bytes, const char *name)
{
	struct byte_source *s = source_new(name, NULL);

	s->memory = bytes;
	return s;
}

/* Where the only sequence at fault may be one that the 64 KiB cut, nothing is said: if it is
 * really broken, its row will be refused. */
int
source_check_utf8(struct byte_source *s, struct error *e)
{
	struct span head = source_peek_line(s, 0, UTF8_HEAD, e);
	size_t bad;

	if (head.p == NULL)
		return -1;
	bad = utf8_bad(head);
	if (bad == head.len || (head.len == UTF8_HEAD && bad + 1 >= head.len))
		return 0;
	bad = utf8_whole(head);		/* the byte that is odd to a reader */
	error_put(e, STATUS_INPUT, "E_ENCODING",
	    "is not UTF-8 at byte %llu: %s", (unsigned long long)(s->given + bad),
	    magic_encoding(head, bad));
	e->byte = s->given + bad;
	keep_failure(s, e);
	return -1;
}

int
source_read_all(struct byte_source *s, size_t most, struct buf *all, struct error *e)
{
	static const struct span mark = SPAN_INIT("\xef\xbb\xbf");
	size_t before = all->len;
	bool first = s->given == 0;
	ssize_t got;

	do {
		buf_room(all, ALL_BYTES);
		got = source_read(s, all->p + all->len, ALL_BYTES, e);
		all->len += got > 0 ? (size_t)got : 0;
	} while (got > 0 && (most == 0 || all->len - before <= most));
	if (first && span_starts(span_skip(buf_span(all), before), mark)) {
		all->len -= mark.len;
		memmove(all->p + before, all->p + before + mark.len, all->len - before);
	}
	return got < 0 ? -1 : 0;
}

const char *
source_name(const struct byte_source *s)
{
	return s->name;
}

uint64_t
source_bytes(const struct byte_source *s)
{
	return s->given;
}

uint64_t
source_size(const struct byte_source *s)
{
	return s->fd >= 0 && S_ISREG(s->before.st_mode) ? (uint64_t)s->before.st_size : 0;
}

uint64_t
source_taken(const struct byte_source *s)
{
	return s->taken;
}

void
source_close(struct byte_source *s)
{
	if (s == NULL)
		return;
	gzip_free(s->gzip);
	zst_free(s->zst);
	transcode_free(s->transcode);
	buf_done(&s->packed.bytes);
	buf_done(&s->text.bytes);
	if (s->fd > 0)
		close(s->fd);
	mem_free(s->path);
	mem_free(s->name);
	mem_free(s);
}

static const char *const encoding_names[] = { [ENCODING_UTF8] = "utf-8",
    [ENCODING_WINDOWS_1252] = "windows-1252", [ENCODING_ISO_8859_1] = "iso-8859-1",
    [ENCODING_UTF_16LE] = "utf-16le", [ENCODING_UTF_16BE] = "utf-16be" };

int
encoding_parse(struct span name, enum encoding *encoding)
{
	for (size_t i = 0; i < sizeof encoding_names / sizeof *encoding_names; i++) {
		if (span_is(name, encoding_names[i])) {
			*encoding = (enum encoding)i;
			return 0;
		}
	}
	return -1;
}

const char *
encoding_name(enum encoding encoding)
{
	return encoding_names[encoding];
}

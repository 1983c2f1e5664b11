/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_history.c: checkpoints one after another, as a file of notes. */
#include "base/alloc.h"
#include "base/error.h"
#include "io/grow.h"
#include "io/tlog_history.h"
#include "io/tlog_key.h"
#include "io/tlog_origin.h"

#include <errno.h>
#include <sys/stat.h>

enum { TAIL = 64 << 10 };	/* bytes that hold the last note, with all its signatures */

#define DASH "\xe2\x80\x94 "	/* em dash and blank, before each signature */

void
tlog_marks_done(struct tlog_marks *m)
{
	mem_free(m->list);
	*m = (struct tlog_marks){ 0 };
}

/* The signature lines at the head of s, each with its LF. */
static size_t
signatures(struct span s)
{
	size_t len = 0;

	for (;;) {
		struct span rest = span_skip(s, len);
		size_t end = span_index(rest, '\n');

		if (!span_starts(rest, SPAN(DASH)) || end == rest.len)
			return len;
		len += end + 1;
	}
}

struct span
tlog_note_next(struct span *rest)
{
	struct span s = *rest;
	const char *gap = s.len == 0 ? NULL : memmem(s.p, s.len, "\n\n", 2);
	size_t at = gap == NULL ? 0 : (size_t)(gap - s.p) + 2, len;

	len = gap == NULL ? 0 : signatures(span_skip(s, at));
	if (len == 0)
		return span_none();
	*rest = span_skip(s, at + len);
	return span_head(s, at + len);
}

static const char *
open_note(struct span bytes, const struct tlog_origin *origin, const struct tlog_keys *trust,
    struct tlog_checkpoint *c)
{
	struct tlog_note note;
	struct tlog_key key;
	const char *wrong = tlog_key_read(span_from(origin->key), &key), *other;

	if (wrong == NULL)
		wrong = tlog_checkpoint_open(bytes, &key, &note, c);
	for (size_t i = 0; wrong != NULL && trust != NULL && i < trust->count; i++) {
		key = trust->list[i];
		if (key.type != TLOG_KEY_ED25519 || !span_is(key.name, origin->name))
			continue;
		other = tlog_checkpoint_open(bytes, &key, &note, c);
		if (other == NULL)
			wrong = NULL;
	}
	return wrong;
}

int
tlog_marks_read(struct tlog_marks *m, struct span text, const struct tlog_origin *origin,
    const struct tlog_keys *trust, const char *where, bool cut, struct error *e)
{
	struct tlog_checkpoint c;
	struct span note;

	while (text.len > 0) {
		const char *wrong;

		note = tlog_note_next(&text);
		if (note.p == NULL && cut)
			return 0;
		wrong = note.p == NULL ? "not a whole note" : open_note(note, origin, trust, &c);
		if (wrong != NULL)
			return error_set(e, UNSAFE, "E_LEDGER", "checkpoint %zu of %s: %s",
			    m->count + 1, where, wrong);
		m->list = mem_grow(m->list, m->count + 1, &m->cap, sizeof *m->list);
		m->list[m->count++] = (struct tlog_mark){ c.size, c.root, where };
	}
	return 0;
}

/* The file, or a descriptor of -1 if it is not there. */
static int
open_history(struct grow *g, const char *dir, struct error *e)
{
	struct buf path = { 0 };
	struct stat st;
	int r = 0;

	*g = (struct grow){ .fd = -1 };
	buf_print(&path, "%s/checkpoints.log%c", dir, 0);
	if (lstat(path.p, &st) == 0 || errno != ENOENT)
		r = grow_open(g, path.p, GROW_READ, e);
	buf_done(&path);
	return r;
}

int
tlog_history_read(struct tlog_marks *m, const char *dir, const struct tlog_origin *origin,
    struct error *e)
{
	struct buf text = { 0 };
	struct grow g;
	int r = open_history(&g, dir, e);

	if (r == 0 && g.fd >= 0)
		r = grow_read(&g, 0, UINT64_MAX, &text, e);
	grow_close(&g);
	if (r == 0)
		r = tlog_marks_read(m, buf_span(&text), origin, NULL, "checkpoints.log", true, e);
	for (size_t i = 1; r == 0 && i < m->count; i++)
		if (m->list[i].size < m->list[i - 1].size)
			r = error_set(e, UNSAFE, "E_LEDGER", "checkpoint %zu of checkpoints.log is "
			    "of fewer lines than the one before", i + 1);
	if (r < 0)
		error_place(e, NULL, m->count > 0 ? m->list[m->count - 1].size + 1 : 1, 0);
	buf_done(&text);
	return r;
}

/* Where the note that holds the byte at `gap`, the empty line of one, begins: three lines before. */
static size_t
note_start(struct span s, size_t gap)
{
	size_t at = gap;

	for (unsigned lines = 0; at > 0; at--)
		if (s.p[at - 1] == '\n' && ++lines == 3)
			break;
	return at;
}

/* The last whole note of a text, which may begin in the middle of one. */
static struct span
last_note(struct span s)
{
	for (size_t at = s.len; at-- > 1;) {
		size_t len = s.p[at] != '\n' || s.p[at - 1] != '\n' ? 0 :
		    signatures(span_skip(s, at + 1));
		size_t start;

		if (len == 0)
			continue;
		start = note_start(s, at - 1);
		return span_make(s.p + start, at + 1 + len - start);
	}
	return span_none();
}

int
tlog_history_last(const char *dir, struct buf *out, uint64_t *end, struct error *e)
{
	struct buf tail = { 0 };
	struct span note = span_none();
	struct grow g;
	uint64_t size = 0, from;
	int r = open_history(&g, dir, e);

	if (r == 0 && g.fd >= 0)
		r = grow_size(&g, &size, e);
	from = size > TAIL ? size - TAIL : 0;
	if (r == 0 && g.fd >= 0)
		r = grow_read(&g, from, size - from, &tail, e);
	if (r == 0)
		note = last_note(buf_span(&tail));
	*end = note.p == NULL ? 0 : from + (uint64_t)(note.p + note.len - tail.p);
	if (note.p != NULL)
		buf_add(out, note);
	buf_done(&tail);
	grow_close(&g);
	return r;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/journal_head.c: how far a journal was acknowledged. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/number.h"
#include "io/journal_priv.h"
#include "io/out.h"
#include "io/own.h"

enum { HEAD_MOST = 256 };	/* three members; two numbers of 20 digits */

char *
journal_head_path(const char *path)
{
	struct buf b = { 0 };

	buf_text(&b, path);
	buf_add(&b, SPAN(".head\0"));
	return b.p;
}

static void
head_text(const struct journal_head *head, struct buf *out)
{
	buf_text(out, "{\"bytes\":");
	buf_u64(out, head->bytes);
	buf_text(out, ",\"lines\":");
	buf_u64(out, head->lines);
	buf_text(out, ",\"leaf\":\"");
	buf_add(out, span_make(head->leaf, JOURNAL_LEAF));
	buf_text(out, "\"}\n");
}

/* Takes `begin`, then the bytes before the next `end`. */
static bool
take_part(struct span *s, struct span begin, char end, struct span *part)
{
	if (!span_starts(*s, begin))
		return false;
	*s = span_skip(*s, begin.len);
	*part = span_head(*s, span_index(*s, end));
	*s = span_skip(*s, part->len);
	return true;
}

/* Whatever we would not have written ourselves, byte for byte, is not a head. */
static bool
head_parse(struct span s, struct journal_head *head)
{
	struct span rest = s, bytes, lines, leaf;
	struct buf again = { 0 };
	bool same;

	if (!take_part(&rest, SPAN("{\"bytes\":"), ',', &bytes) ||
	    !take_part(&rest, SPAN(",\"lines\":"), ',', &lines) ||
	    !take_part(&rest, SPAN(",\"leaf\":\""), '"', &leaf))
		return false;
	if (!u64_parse(bytes, &head->bytes) || !u64_parse(lines, &head->lines) ||
	    leaf.len != JOURNAL_LEAF)
		return false;
	memcpy(head->leaf, leaf.p, JOURNAL_LEAF);
	head->leaf[JOURNAL_LEAF] = '\0';
	head_text(head, &again);
	same = span_equal(buf_span(&again), s);
	buf_done(&again);
	return same;
}

int
journal_head_read(const char *path, struct journal_head *head, struct error *e)
{
	char *name = journal_head_path(path);
	struct buf text = { 0 };
	int r = own_read(name, HEAD_MOST, &text, e);

	if (r == 0 && !head_parse(buf_span(&text), head))
		r = error_set(e, UNSAFE, "E_LEDGER", "%s is not the head of a journal", name);
	buf_done(&text);
	mem_free(name);
	return r;
}

int
journal_head_write(const char *path, const struct journal_head *head, struct error *e)
{
	char *name = journal_head_path(path);
	struct out *o = out_open(name, e);

	mem_free(name);
	if (o == NULL)
		return -1;
	head_text(head, out_buffer(o));
	return out_commit(o, e);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/ndjson_tape.c: reading the tape of the last scan. */
#include "base/alloc.h"
#include "base/arena.h"
#include "io/ndjson_priv.h"

const struct nd_node *
ndjson_nodes(const struct ndjson *n, uint32_t *count)
{
	if (count != NULL)
		*count = n->count;
	return n->nodes;
}

struct span
ndjson_line(const struct ndjson *n)
{
	return span_make((const char *)n->start, (size_t)(n->end - n->start));
}

uint32_t
ndjson_first(const struct ndjson *n, uint32_t parent)
{
	if (parent >= n->count || n->nodes[parent].type < ND_ARRAY ||
	    n->nodes[parent].next == parent + 1)
		return 0;
	return parent + 1;
}

/* What follows a subtree is a sibling when it is as deep and no closer was passed between:
 * the node after the last child of a container is never deeper than the container. */
uint32_t
ndjson_sibling(const struct ndjson *n, uint32_t node)
{
	uint32_t next = n->nodes[node].next;

	if (next >= n->count || n->nodes[next].depth != n->nodes[node].depth)
		return 0;
	return next;
}

static struct span
text_of(const struct ndjson *n, const struct nd_node *node)
{
	return span_make((const char *)n->start + node->at, node->len);
}

/* Out of line, so that what nearly every text needs stays short. */
static __attribute__((noinline)) bool
escaped_is(const struct ndjson *n, const struct nd_node *at, struct span text)
{
	struct buf unescaped = { 0 };
	bool same;

	if (at->len < text.len)
		return false;
	nd_unescape(text_of(n, at), &unescaped);
	same = span_equal(buf_span(&unescaped), text);
	buf_done(&unescaped);
	return same;
}

bool
ndjson_is(const struct ndjson *n, uint32_t node, struct span text)
{
	const struct nd_node *at = &n->nodes[node];

	if (UNLIKELY(at->escaped))
		return escaped_is(n, at, text);
	return span_equal(text_of(n, at), text);
}

uint32_t
ndjson_find(const struct ndjson *n, uint32_t object, struct span key)
{
	if (object >= n->count || n->nodes[object].type != ND_OBJECT)
		return 0;
	for (uint32_t k = ndjson_first(n, object); k != 0; k = ndjson_sibling(n, k + 1))
		if (ndjson_is(n, k, key))
			return k + 1;
	return 0;
}

uint32_t
ndjson_count(const struct ndjson *n, uint32_t parent)
{
	const struct nd_node *nodes = n->nodes;
	uint32_t count = 0, end, key;

	if (ndjson_first(n, parent) == 0)
		return 0;
	end = nodes[parent].next;
	key = nodes[parent].type == ND_OBJECT;	/* before each value */
	for (uint32_t v = parent + 1; v < end; count++)
		v = nodes[v + key].next;
	return count;
}

struct span
ndjson_raw(const struct ndjson *n, uint32_t node)
{
	struct span s = text_of(n, &n->nodes[node]);

	if (n->nodes[node].type == ND_STRING)
		return span_make(s.p - 1, s.len + 2);
	return s;
}

struct span
ndjson_unquote(struct span json, struct arena *arena)
{
	struct span inside = span_make(json.p + 1, json.len - 2);
	struct buf unescaped = { 0 };

	if (span_index(inside, '\\') == inside.len)
		return inside;
	nd_unescape(inside, &unescaped);
	inside = arena_copy(arena, buf_span(&unescaped));
	buf_done(&unescaped);
	return inside;
}

static __attribute__((noinline)) struct span
escaped_text(const struct ndjson *n, const struct nd_node *at, struct arena *arena)
{
	struct buf unescaped = { 0 };
	struct span text;

	nd_unescape(text_of(n, at), &unescaped);
	text = arena_copy(arena, buf_span(&unescaped));
	buf_done(&unescaped);
	return text;
}

struct span
ndjson_text(const struct ndjson *n, uint32_t node, struct arena *arena)
{
	const struct nd_node *at = &n->nodes[node];

	return UNLIKELY(at->escaped) ? escaped_text(n, at, arena) : text_of(n, at);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/ndjson_tape.c: reading the tape of the last scan. */
#include "base/alloc.h"
#include "base/arena.h"
#include "io/ndjson_priv.h"

uint32_t
ndjson_find(const struct ndjson *n, uint32_t object, struct span key)
{
	if (object >= n->tape.count || n->tape.nodes[object].type != ND_OBJECT)
		return 0;
	for (uint32_t k = ndjson_first(n, object); k != 0; k = ndjson_sibling(n, k + 1))
		if (ndjson_is(n, k, key))
			return k + 1;
	return 0;
}

uint32_t
ndjson_count(const struct ndjson *n, uint32_t parent)
{
	const struct nd_node *nodes = n->tape.nodes;
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

struct span
nd_escaped_text(const struct ndjson *n, const struct nd_node *node, struct arena *arena)
{
	struct buf unescaped = { 0 };
	struct span text;

	nd_unescape(nd_inside(n, node), &unescaped);
	text = arena_copy(arena, buf_span(&unescaped));
	buf_done(&unescaped);
	return text;
}

bool
nd_escaped_is(const struct ndjson *n, const struct nd_node *node, struct span text)
{
	struct buf unescaped = { 0 };
	bool same;

	if (node->len < text.len)
		return false;
	nd_unescape(nd_inside(n, node), &unescaped);
	same = span_equal(buf_span(&unescaped), text);
	buf_done(&unescaped);
	return same;
}

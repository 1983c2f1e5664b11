/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/tape.c: texts and lists off a scanned line. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/ndjson.h"
#include "model/tape.h"

enum { NAME_SHOWN = 64 };	/* bytes of a member's name in a message */

int
tape_wrong(const struct tape *t, uint32_t key, const char *wanted)
{
	struct buf name = { 0 };

	visible(&name, ndjson_text(t->n, key, t->arena), NAME_SHOWN);
	error_set(t->e, REFUSED, "E_TYPE", "member \"%.*s\" is not %s",
	    SPAN_ARG(buf_span(&name)), wanted);
	buf_done(&name);
	return -1;
}

int
tape_no_text(const struct tape *t, uint32_t key)
{
	enum nd_type type = ndjson_nodes(t->n, NULL)[key + 1].type;

	return type == ND_NULL || type == ND_STRING ? 0 : tape_wrong(t, key, "a text");
}

int
tape_texts(const struct tape *t, uint32_t key, struct texts *list)
{
	const struct nd_node *nodes = ndjson_nodes(t->n, NULL);
	uint32_t first = key + 2, end = nodes[key + 1].next;
	struct span *v;
	size_t n = 0;

	if (nodes[key + 1].type == ND_NULL)
		return 0;
	if (nodes[key + 1].type != ND_ARRAY)
		return tape_wrong(t, key, "a list of texts");
	if (end - first > t->list_max && ndjson_count(t->n, key + 1) > t->list_max)
		return error_set(t->e, REFUSED, "E_LIST_LONG", "a list has more than %zu values",
		    t->list_max);
	if (end == first)
		return 0;
	v = arena_alloc(t->arena, (end - first) * sizeof *v);
	for (uint32_t x = first; x < end; x = nodes[x].next) {
		if (LIKELY(nodes[x].type == ND_STRING && nodes[x].len > 0))
			v[n++] = ndjson_text(t->n, x, t->arena);
		else if (nodes[x].type != ND_STRING && nodes[x].type != ND_NULL)
			return tape_wrong(t, key, "a list of texts");
	}
	*list = (struct texts){ v, n };
	return 0;
}

int
tape_named_texts(const struct tape *t, uint32_t key, const struct named_texts **list, size_t *count)
{
	const struct nd_node *nodes = ndjson_nodes(t->n, NULL);
	struct named_texts *v;
	size_t n;

	if (nodes[key + 1].type == ND_NULL)
		return 0;
	if (nodes[key + 1].type != ND_OBJECT)
		return tape_wrong(t, key, "an object of lists");
	n = ndjson_count(t->n, key + 1);
	v = arena_zero(t->arena, n, sizeof *v);
	n = 0;
	for (uint32_t k = ndjson_first(t->n, key + 1); k != 0; k = ndjson_sibling(t->n, k + 1)) {
		v[n].name = ndjson_text(t->n, k, t->arena);
		if (tape_texts(t, k, &v[n].values) < 0)
			return -1;
		if (v[n].values.n > 0)
			n++;
	}
	*list = v;
	*count = n;
	return 0;
}

int
tape_raw(const struct tape *t, uint32_t key, int type, struct span *json)
{
	const struct nd_node *value = ndjson_nodes(t->n, NULL) + key + 1;

	if (value->type == ND_NULL)
		return 0;
	if (value->type != type)
		return tape_wrong(t, key, type == ND_ARRAY ? "a list" : "an object");
	*json = ndjson_raw(t->n, key + 1);
	return 0;
}

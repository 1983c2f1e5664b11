/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rules_met.c: which attributes and identifiers of the rules some record has: a slip in a name
 * would leave what is said of it without effect, be it that nobody may compare it. */
#include "resolve/rules_priv.h"

#include <stdatomic.h>

struct named_path {
	struct span	path;
	_Atomic bool	met;
};

bool
rules_name(const struct rules *r, struct span path)
{
	for (size_t i = 0; i < r->named_count; i++)
		if (span_equal(r->named[i].path, path))
			return true;
	return false;
}

static void
name_path(struct rules *r, struct span head, struct span name)
{
	struct span path;
	char *text;

	if (!span_starts(name, SPAN("identifiers.")) && !span_starts(name, SPAN("attributes.")) &&
	    head.len == 0)
		return;		/* one of the standard, which were checked when they were read */
	text = arena_alloc(&r->arena, head.len + name.len + 1);
	memcpy(text, head.p, head.len);
	memcpy(text + head.len, name.p, name.len);
	path = span_make(text, head.len + name.len);
	if (!rules_name(r, path))
		r->named[r->named_count++] = (struct named_path){ .path = path };
}

void
rules_name_paths(struct rules *r)
{
	size_t most = r->identifier_count + r->never_count + r->field_purpose_count + r->field_count +
	    r->chain_count + r->attribute_count;

	for (size_t i = 0; i < r->join_count; i++)
		most += r->joins[i].type.p != NULL;
	r->named = arena_zero(&r->arena, most + 1, sizeof *r->named);
	for (size_t i = 0; i < r->identifier_count; i++)
		name_path(r, SPAN("identifiers."), r->identifiers[i].name);
	for (size_t i = 0; i < r->never_count; i++)
		name_path(r, SPAN(""), r->never[i]);
	for (size_t i = 0; i < r->field_purpose_count; i++)
		name_path(r, SPAN(""), r->field_purposes[i].path);
	for (size_t i = 0; i < r->field_count; i++)
		name_path(r, SPAN(""), r->fields[i].path);
	for (size_t i = 0; i < r->chain_count; i++)
		name_path(r, SPAN(""), r->chains[i].path);
	for (size_t i = 0; i < r->attribute_count; i++)
		name_path(r, SPAN(""), r->attributes[i]);
	for (size_t i = 0; i < r->join_count; i++)
		if (r->joins[i].type.p != NULL)
			name_path(r, SPAN("identifiers."), r->joins[i].type);
}

void
rules_meet(const struct rules *r, struct span head, struct span name)
{
	for (size_t i = 0; i < r->named_count; i++) {
		struct named_path *n = &r->named[i];

		if (!atomic_load_explicit(&n->met, memory_order_relaxed) && span_starts(n->path, head) &&
		    span_equal(span_skip(n->path, head.len), name))
			atomic_store_explicit(&n->met, true, memory_order_relaxed);
	}
}

struct span
rules_unmet(const struct rules *r, size_t *at)
{
	while (*at < r->named_count) {
		const struct named_path *n = &r->named[(*at)++];

		if (!atomic_load_explicit(&n->met, memory_order_relaxed))
			return n->path;
	}
	return span_none();
}

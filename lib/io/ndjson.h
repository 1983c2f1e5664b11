/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/ndjson.h: one line in, a flat tape of nodes out. Nothing is copied or converted.
 * Always holds after a scan that said yes: the line is one JSON value by RFC 8259 (an object,
 * unless limits.any_value), valid UTF-8, without NUL, without duplicate keys, within the limits. */
#ifndef CDP_IO_NDJSON_H
#define CDP_IO_NDJSON_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

struct arena;
struct buf;
struct error;
struct ndjson;

enum nd_type { ND_NULL, ND_FALSE, ND_TRUE, ND_NUMBER, ND_STRING, ND_ARRAY, ND_OBJECT };

struct nd_node {			/* 16 bytes, in document order */
	uint32_t	at, len;	/* raw text inside the line; strings without their quotes */
	uint32_t	next;		/* index of the node after this subtree */
	uint8_t		type, escaped;	/* enum nd_type; the string holds a backslash */
	uint8_t		is_key, depth;	/* object members: key node, value node, key node, ... */
};

/* 0 in a member is its default: depth 64, keys of an object 1000, nodes 10000, key 1 KiB,
 * number 128 characters. any_value lets the line be any JSON value (for conformance tests). */
struct nd_limits {
	uint32_t	depth, keys, nodes, key_len, number_len;
	bool		any_value;
};

struct ndjson *ndjson_new(const struct nd_limits *limits);	/* one per thread; NULL: defaults */
void ndjson_free(struct ndjson *n);
/* Scans one line (without its LF). 0, or -1: e has status REFUSED, the code of ingest 1.2, a
 * text and a column; *at is the index of the first byte that cannot be right. The tape
 * borrows the line. */
MUST_USE int ndjson_scan(struct ndjson *n, struct span line, size_t *at, struct error *e);

/* The same, but an object may have as many keys and the line as many values as stand in it. */
MUST_USE int ndjson_scan_all(struct ndjson *n, struct span line, size_t *at, struct error *e);

/* What the last scan left: the begin of struct ndjson. Walking a tape is a few loads a node, so
 * that calls would be most of it; use the functions, not this. */
struct nd_tape {
	const unsigned char	*start, *end;	/* the line */
	struct nd_node		*nodes;
	uint32_t		 count;
};

static inline const struct nd_tape *
nd_tape(const struct ndjson *n)
{
	return (const struct nd_tape *)(const void *)n;
}

/* Root is 0; count may be NULL. */
static inline const struct nd_node *
ndjson_nodes(const struct ndjson *n, uint32_t *count)
{
	if (count != NULL)
		*count = nd_tape(n)->count;
	return nd_tape(n)->nodes;
}

static inline struct span
ndjson_line(const struct ndjson *n)
{
	const struct nd_tape *t = nd_tape(n);

	return span_make((const char *)t->start, (size_t)(t->end - t->start));
}

/* First child (the key node of the first member of an object), or 0 if there is none. */
static inline uint32_t
ndjson_first(const struct ndjson *n, uint32_t parent)
{
	const struct nd_tape *t = nd_tape(n);

	if (parent >= t->count || t->nodes[parent].type < ND_ARRAY ||
	    t->nodes[parent].next == parent + 1)
		return 0;
	return parent + 1;
}

/* 0 after the last. What follows a subtree is a sibling when it is as deep and no closer was passed
 * between: the node after the last child of a container is never deeper than the container. */
static inline uint32_t
ndjson_sibling(const struct ndjson *n, uint32_t node)
{
	const struct nd_tape *t = nd_tape(n);
	uint32_t next = t->nodes[node].next;

	return next < t->count && t->nodes[next].depth == t->nodes[node].depth ? next : 0;
}

/* To walk the members of object o:
 *	for (uint32_t k = ndjson_first(n, o); k != 0; k = ndjson_sibling(n, k + 1)) { key k, value k+1 }
 * and the elements of array a:
 *	for (uint32_t v = ndjson_first(n, a); v != 0; v = ndjson_sibling(n, v)) { ... } */

/* Value node of the member, keys compared unescaped, or 0 if it is not there. */
uint32_t ndjson_find(const struct ndjson *n, uint32_t object, struct span key);
/* The number of elements of an array or members of an object. */
uint32_t ndjson_count(const struct ndjson *n, uint32_t parent);

/* As it stands in the line, strings without their quotes. */
static inline struct span
nd_inside(const struct ndjson *n, const struct nd_node *node)
{
	return span_make((const char *)nd_tape(n)->start + node->at, node->len);
}

/* Exact source bytes: a string with its quotes, a number as written, a whole subtree. */
static inline struct span
ndjson_raw(const struct ndjson *n, uint32_t node)
{
	const struct nd_node *at = &nd_tape(n)->nodes[node];
	uint32_t quote = at->type == ND_STRING;

	return span_make((const char *)nd_tape(n)->start + at->at - quote, at->len + 2 * quote);
}

/* For the rare text that holds a backslash. */
struct span nd_escaped_text(const struct ndjson *n, const struct nd_node *node,
    struct arena *arena);
bool nd_escaped_is(const struct ndjson *n, const struct nd_node *node, struct span text);

/* Text of a string or key, unescaped; borrows the line where nothing is escaped, else the
 * arena. Any other type gives its raw bytes. */
static inline struct span
ndjson_text(const struct ndjson *n, uint32_t node, struct arena *arena)
{
	const struct nd_node *at = &nd_tape(n)->nodes[node];

	return UNLIKELY(at->escaped) ? nd_escaped_text(n, at, arena) : nd_inside(n, at);
}

/* Whether a string or key node equals the text, after unescaping. */
static inline bool
ndjson_is(const struct ndjson *n, uint32_t node, struct span text)
{
	const struct nd_node *at = &nd_tape(n)->nodes[node];

	return UNLIKELY(at->escaped) ? nd_escaped_is(n, at, text) :
	    span_equal(nd_inside(n, at), text);
}

/* Text of a JSON string that was valid, quotes included; borrows it where nothing is escaped. */
struct span ndjson_unquote(struct span json, struct arena *arena);

#endif

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

const struct nd_node *ndjson_nodes(const struct ndjson *n, uint32_t *count);	/* root is 0; count may be NULL */
struct span ndjson_line(const struct ndjson *n);
/* First child (the key node of the first member of an object), or 0 if there is none. */
uint32_t ndjson_first(const struct ndjson *n, uint32_t parent);
/* Value node of the member, keys compared unescaped, or 0 if it is not there. */
uint32_t ndjson_find(const struct ndjson *n, uint32_t object, struct span key);
/* The same, giving the number of elements of an array or members of an object. */
uint32_t ndjson_count(const struct ndjson *n, uint32_t parent);
/* Exact source bytes: a string with its quotes, a number as written, a whole subtree. */
struct span ndjson_raw(const struct ndjson *n, uint32_t node);
/* Text of a string or key, unescaped; borrows the line where nothing is escaped, else the
 * arena. Any other type gives its raw bytes. */
struct span ndjson_text(const struct ndjson *n, uint32_t node, struct arena *arena);
/* Text of a JSON string that was valid, quotes included; borrows it where nothing is escaped. */
struct span ndjson_unquote(struct span json, struct arena *arena);
/* Whether a string or key node equals the text, after unescaping. */
bool ndjson_is(const struct ndjson *n, uint32_t node, struct span text);

/* To walk the members of object o:
 *	for (uint32_t k = ndjson_first(n, o); k != 0; k = ndjson_sibling(n, k + 1)) { key k, value k+1 }
 * and the elements of array a:
 *	for (uint32_t v = ndjson_first(n, a); v != 0; v = ndjson_sibling(n, v)) { ... } */
uint32_t ndjson_sibling(const struct ndjson *n, uint32_t node);	/* 0 after the last */

#endif

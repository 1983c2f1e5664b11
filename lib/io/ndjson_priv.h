/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/ndjson_priv.h: what ndjson.c, ndjson_string.c and ndjson_number.c share. */
#ifndef CDP_IO_NDJSON_PRIV_H
#define CDP_IO_NDJSON_PRIV_H

#include "base/attr.h"
#include "base/buf.h"	/* by value */
#include "io/ndjson.h"	/* limits by value */
#include "io/ndjson_run.h"	/* each string is one call */

enum nd_fault {
	FAULT_SYNTAX, FAULT_NUL, FAULT_CONTROL, FAULT_UTF8, FAULT_SURROGATE, FAULT_DUP_KEY,
	FAULT_NOT_OBJECT, FAULT_TRAILING, FAULT_RAW_CR, FAULT_NUMBER, FAULT_BOM, FAULT_DEPTH,
	FAULT_KEYS, FAULT_NODES, FAULT_KEY_LONG
};

enum { PAIRWISE_KEYS = 32 };	/* more keys than this are sorted by hash when the object ends */

/* A key as it is compared: length and first bytes decide nearly always. */
struct nd_key {
	uint64_t	first;		/* its first 8 bytes, unescaped; all of a shorter one */
	uint32_t	len, node;
};

struct nd_level {			/* an open container */
	uint64_t	seen[4];	/* a bit per hash of a key; unset: the key is new */
	uint32_t	node, keys;
	bool		is_object;
	uint8_t		depth;		/* its place among the levels */
	struct nd_key	small[PAIRWISE_KEYS];
};

struct nd_hash {
	uint64_t	hash;
	uint32_t	node;
};

struct ndjson {
	struct nd_tape		 tape;		/* first: ndjson.h reads it */
	struct nd_limits	 limits;
	uint32_t		 depth;		/* open containers */
	struct nd_level		*levels;	/* limits.depth of them, after one for outside */
	size_t			 nodes_cap, hashes_cap;
	struct nd_hash		*hashes;
	struct buf		 text, other;	/* unescaped keys */
	const unsigned char	*fault_at;
	enum nd_fault		 fault;
	uint64_t		 seed;
};

/* Keeps the fault and is NULL, so that it can be returned where a position is. */
static inline const unsigned char *
nd_stop(struct ndjson *n, const unsigned char *at, enum nd_fault fault)
{
	n->fault_at = at;
	n->fault = fault;
	return NULL;
}

/* What the byte at `at` does wrong outside strings, when `otherwise` is the plain answer. */
const unsigned char *nd_stop_outside(struct ndjson *n, const unsigned char *at,
    enum nd_fault otherwise);
/* The same inside a string. */
const unsigned char *nd_stop_inside(struct ndjson *n, const unsigned char *at);

/* p is at a backslash or at a byte of 0x80 or above: the position after the escape or the
 * character, or NULL. */
const unsigned char *nd_escape(struct ndjson *n, const unsigned char *p);
const unsigned char *nd_character(struct ndjson *n, const unsigned char *p);
/* p is at '-' or a digit: the position after the number, or NULL. */
const unsigned char *nd_number(struct ndjson *n, const unsigned char *p);
/* Appends the text of a string that was scanned. */
void nd_unescape(struct span raw, struct buf *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/past.h: the lines that a ledger has, for who adds to them: where each stands and its leaf, 36
 * bytes, by which it is read again when it is asked for; and whose an id is, 8 to 16 bytes. What is read
 * again has the leaf of then, or is damage. One thread, under the lock. */
#ifndef CDP_CONSENT_PAST_H
#define CDP_CONSENT_PAST_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdint.h>

struct buf;
struct cache;
struct error;
struct past;

/* Of the ledger in `dir`, whose segments have so many lines; a compiled state has the first of them, or NULL.
 * Both are borrowed. If the state is not sound, what is found is no answer (cache_broken). */
struct past *past_new(const char *dir, uint64_t segment, const struct cache *base);
void past_free(struct past *p);		/* NULL is fine */
/* Leaf hashes of all lines behind those, in order; whoever reads these adds them, before past_add. */
struct buf *past_leaves(struct past *p);
/* The next line, which begins at byte `at` of its segment. */
void past_add(struct past *p, uint64_t at);
/* What the newest line is known by. -1 UNSAFE E_LEDGER: another line is, too. */
MUST_USE int past_add_id(struct past *p, struct span id, struct error *e);
/* *found: seq + 1 of the line with that id of past_add_id, or 0. -1 UNSAFE E_LEDGER: a line was changed since. */
MUST_USE int past_find(struct past *p, struct span id, uint64_t *found, struct error *e);
/* The line, without LF; borrowed until the next call. -1 as above. */
MUST_USE int past_line(struct past *p, uint64_t seq, struct span *line, struct error *e);
/* Where these lines begin in their segments. */
const uint32_t *past_places(const struct past *p);

#endif

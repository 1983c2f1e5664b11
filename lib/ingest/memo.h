/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/memo.h: what became of the values that came before: names, towns and countries
 * repeat, and cleaning is a pure function of the value and its surroundings.
 * Always holds: an answer is what the normaliser would say; both are compared byte by byte. One
 * memo serves one op of one thread; where values do not repeat it stops by itself. */
#ifndef CDP_INGEST_MEMO_H
#define CDP_INGEST_MEMO_H

#include "normal/outcome.h"	/* struct normal, by value */

struct arena;
struct memo;

struct memo *memo_new(void);
void memo_free(struct memo *m);		/* NULL is fine */
/* The result for a raw value in a country (or none); its value borrows from raw or the arena.
 * False: not known. */
bool memo_find(struct memo *m, struct span raw, struct span country, struct arena *arena,
    struct normal *n);
/* Remembers a result, in the place of another one. */
void memo_keep(struct memo *m, struct span raw, struct span country, const struct normal *n);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/cache.h: the compiled state of a ledger: LEDGER/cache/compiled, all its events as they are
 * in memory once every line was verified, so that the next one need not do it again.
 *
 * It may be deleted at any time, and nothing rests on it: it is believed where its MACs, under a key
 * made of the token key, and its root and size fit the signed checkpoint, and the lines behind it are
 * verified as ever. Whatever else is the case, the ledger is read instead, and who asked is told. */
#ifndef CDP_CONSENT_CACHE_H
#define CDP_CONSENT_CACHE_H

#include "base/attr.h"
#include "base/instant.h"
#include "io/tlog_spot.h"	/* struct tlog_spot, by value */
#include <stdbool.h>

struct buf;
struct cache;
struct error;
struct ledger;
struct map;
struct span;

/* CACHE_WHOLE checks all of it before anything is asked; CACHE_TOUCHED each page when it is touched,
 * for one thread that asks little, and then asks cache_broken before it answers. */
enum cache_use { CACHE_UNUSED, CACHE_WHOLE, CACHE_TOUCHED };

/* Opens the one of a ledger whose origin, key and checkpoint were read. NULL: `why` says why it is of no
 * use, and nothing if there is none. */
struct cache *cache_open(const struct ledger *l, enum cache_use use, struct buf *why);
void cache_close(struct cache *c);		/* NULL is fine */
bool cache_broken(const struct cache *c);	/* something of it was not sound; NULL: false */

uint64_t cache_size(const struct cache *c);	/* lines */
struct tlog_spot cache_spot(const struct cache *c);	/* behind them */
uint64_t cache_vault_rows(const struct cache *c);	/* rows of the vault that it has */
/* How many of its lines were known at K, and the receipt of a line; INSTANT_NONE: not sound. */
uint64_t cache_known(const struct cache *c, instant known_at);
instant cache_recv(const struct cache *c, uint64_t seq);
/* Root of the first n lines. False: not sound. */
bool cache_root(const struct cache *c, uint64_t n, struct tlog_hash *root);
/* Leaf of a line, and where in its segment it begins. False: not sound. */
bool cache_line(const struct cache *c, uint64_t seq, struct tlog_hash *leaf, uint64_t *at);
/* The seq of its i-th policy event; UINT64_MAX: there are no more. */
uint64_t cache_policy(const struct cache *c, uint64_t i);
void cache_add_erased(const struct cache *c, struct map *erased);
/* The i-th row of the vault that leads, or should lead, to nobody; UINT64_MAX: there are no more. */
uint64_t cache_nobody(const struct cache *c, uint64_t i);
/* Lookup token of a subject and the other way round, NULL if it has none. */
const unsigned char *cache_lookup(const struct cache *c, const unsigned char subject[16]);
const unsigned char *cache_subject(const struct cache *c, const unsigned char lookup[16]);

/* Writes DIR/compiled (DIR is made 0700) from a ledger whose events and past were loaded; *bytes is its size.
 * -1: RESOURCES. */
MUST_USE int cache_write(const struct ledger *l, const char *dir, uint64_t *bytes, struct error *e);
/* The bytes of that file, in two parts; of the lines their leaves, and where they begin in their segments. */
void cache_build(const struct ledger *l, struct span leaves, const uint32_t *places, struct buf *front,
    struct buf *data);

#endif

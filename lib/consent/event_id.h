/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/event_id.h: what an event is known by (consent 3.2, 3.4): functions of the
 * producer's words and the key alone, so that they are the same whatever policy is in force. */
#ifndef CDP_CONSENT_EVENT_ID_H
#define CDP_CONSENT_EVENT_ID_H

#include "base/span.h"	/* by value */
#include <stdbool.h>

struct arena;
struct consent_event;
struct random_pool;
struct token_key;

/* All texts live in the arena, or are the event's own. */

/* The producer's id if it may stand in a ledger, else a digest of all that was said. */
struct span event_id(const struct token_key *key, const struct consent_event *c,
    struct arena *arena);
/* Of an event of the ledger itself; nobody without the key could have taken it before. */
struct span event_own_id(const struct token_key *key, struct span type, struct span place,
    struct arena *arena);
/* Letters, digits and . _ : - */
bool event_id_readable(struct span id);
bool identifier_type_known(struct span type);
/* phone_name and name_birth_postcode, which only `suppress` events may name (normal/person_key.h). */
bool identifier_type_for_suppression(struct span type);
/* The form of a value that append tokenises; absent where it is none, or a placeholder. */
struct span identifier_canonical(struct span type, struct span value, struct arena *arena);
/* The token that stands for an identifier: of `suppress` and `unsuppress` the half that outlives an
 * erasure. Absent if its type is unknown or its value cannot be read. */
struct span event_sid(const struct token_key *key, const struct consent_event *c,
    struct arena *arena);
struct span event_token(const struct token_key *key, struct span type, struct span value,
    bool suppression, struct arena *arena);
/* 32 bytes: random, or (keyed subjects) what follows from key and id. */
void event_salt(const struct token_key *key, struct span id, struct random_pool *random,
    unsigned char salt[32]);
/* SHA-256(salt ‖ canonical evidence). Absent, and so is the canonical text, if the evidence has none. */
struct span event_commit(const unsigned char salt[32], struct span evidence, struct span *canonical,
    struct arena *arena);

#endif

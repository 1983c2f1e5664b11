/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/hashed.h: identifiers.email_sha256 beside mailboxes. Lists of advertisers and apps have the
 * SHA-256 of an address in small letters and nothing else; who has the address has its hash. */
#ifndef CDP_RESOLVE_HASHED_H
#define CDP_RESOLVE_HASHED_H

struct rules;
struct store;
struct types;

/* A hash of an address that a linked record has, as it stands there or by its provider's rules, becomes that
 * mailbox in the rows, so that it is compared as one and counts once. Others stay identifiers, and all of them
 * where the rules have an entry for this type. The store is finished; types are those of identifiers. */
void hashed_mailboxes(struct store *s, const struct rules *rules, const struct types *types);

#endif

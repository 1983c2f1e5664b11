/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/proof_vault.h: who the erased were, for as long as something must be proved of them
 * (consent 3.4): DIR/vault.proof, rows of 56 bytes, each a lookup token, the subject token of the lines, the
 * last instant in milliseconds, the lowest byte first, and a MAC over all of it and the number of the row.
 * Only prove and explain read it, if they are told to. A row says nothing unless an `erased` line names its
 * subject, and nothing from its instant on; the next run that appends zeroes it then. */
#ifndef CDP_CONSENT_PROOF_VAULT_H
#define CDP_CONSENT_PROOF_VAULT_H

#include "base/attr.h"
#include "base/instant.h"
#include <stddef.h>

struct error;
struct proof_vault;
struct token_key;

enum { PROOF_TOKEN = 16, PROOF_ROW = 56 };

struct proof_row {
	unsigned char	lookup[PROOF_TOKEN], subject[PROOF_TOKEN];
	instant		until;
};

/* Reads it; none is empty. The key is borrowed until proof_vault_close. NULL: UNSAFE. */
struct proof_vault *proof_vault_open(const char *dir, const struct token_key *key, struct error *e);
void proof_vault_close(struct proof_vault *v);		/* NULL is fine; what was not committed is dropped */
/* Sound rows, the latest of each subject, in order of the file. */
size_t proof_vault_count(const struct proof_vault *v);
struct proof_row proof_vault_at(const struct proof_vault *v, size_t i);
/* The lookup token of a subject before its instant; NULL: none. Borrowed until a row is added. */
const unsigned char *proof_vault_lookup(const struct proof_vault *v,
    const unsigned char subject[PROOF_TOKEN], instant at);

/* ---- writing, under the lock ---- */

void proof_vault_keep(struct proof_vault *v, const struct proof_row *row);	/* in place of an older one */
/* Writes what was kept and syncs; then zeroes what it replaced. -1: RESOURCES. */
MUST_USE int proof_vault_commit(struct proof_vault *v, struct error *e);
/* Zeroes the row of a subject. Durable after proof_vault_sync. -1: RESOURCES. */
MUST_USE int proof_vault_zero(struct proof_vault *v, const unsigned char subject[PROOF_TOKEN],
    struct error *e);
MUST_USE int proof_vault_sync(struct proof_vault *v, struct error *e);

#endif

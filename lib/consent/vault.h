/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/vault.h: who the subjects of a ledger are (consent 3.4): DIR/vault, rows of 48 bytes, each a
 * lookup token, the random subject token that stands for it in the lines, and a MAC over both and the
 * number of the row. A zeroed row leads to nobody; a row whose MAC does not hold is nobody's.
 * Always holds: a row is synced before a line names its subject. */
#ifndef CDP_CONSENT_VAULT_H
#define CDP_CONSENT_VAULT_H

#include "base/attr.h"
#include <stdbool.h>
#include <stdint.h>

struct error;
struct token_key;
struct vault;

enum { VAULT_TOKEN = 16, VAULT_ROW = 48 };

MUST_USE int vault_create(const char *dir, struct error *e);
/* Reads the rows from number `first` on; what is before them is not known. The key is borrowed until
 * vault_close. NULL: UNSAFE, also if there are not so many. */
struct vault *vault_open_from(const char *dir, const struct token_key *key, uint64_t first,
    struct error *e);
/* The rows there were when it was opened, sound or not. */
uint64_t vault_rows(const struct vault *v);
/* What a row had when it was opened. False: it is not sound. */
bool vault_at(const struct vault *v, uint64_t row, const unsigned char **subject,
    const unsigned char **lookup);
/* Whether a row before the first of vault_open_from is sound; the file is asked. */
bool vault_has_sound(const struct vault *v, uint64_t row);
/* The lookup token of a subject; NULL: it has no sound row. Borrowed until a row is added. */
const unsigned char *vault_lookup(const struct vault *v, const unsigned char subject[VAULT_TOKEN]);
/* The subject of a lookup token, a new one if it has none. Borrowed as above. */
const unsigned char *vault_subject(struct vault *v, const unsigned char lookup[VAULT_TOKEN]);
/* The same without making one: NULL if there is none. */
const unsigned char *vault_find(struct vault *v, const unsigned char lookup[VAULT_TOKEN]);
/* Takes over rows that were added to `from`, another reading of the same file, for lookup tokens that have
 * none here. */
void vault_take(struct vault *v, const struct vault *from);
/* Writes and syncs the rows that were added. The caller holds the lock. -1: RESOURCES. */
MUST_USE int vault_commit(struct vault *v, struct error *e);
/* Zeroes the rows of subjects and syncs; 0 as well if one has none. -1: RESOURCES. */
MUST_USE int vault_erase(struct vault *v, const unsigned char subject[VAULT_TOKEN], struct error *e);
MUST_USE int vault_sync(struct vault *v, struct error *e);
void vault_close(struct vault *v);	/* NULL is fine; what was not committed is dropped */

#endif

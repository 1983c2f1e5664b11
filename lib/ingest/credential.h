/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/credential.h: cells that are a password hash or a card number, whatever their
 * column is called. */
#ifndef CDP_INGEST_CREDENTIAL_H
#define CDP_INGEST_CREDENTIAL_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

struct arena;
struct ndjson;
struct secrets;

/* bcrypt, argon2 and crypt forms, salted-hash triples (hex:hex or hash:salt:version), and 13 to
 * 19 digits with the prefix of a card issuer and a good Luhn digit. */
bool credential_cell(struct span cell);

/* Of members of JSON lines: the list of words is long and names are the same line after line, so
 * verdicts are remembered. One per thread. */
struct secrets *secrets_new(void);
void secrets_free(struct secrets *s);		/* NULL is fine */
/* The member, or anything inside it, is a credential by its name or by its look. */
bool secrets_in(struct secrets *s, const struct ndjson *tape, uint32_t key);

#endif

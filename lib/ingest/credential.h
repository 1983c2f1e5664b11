/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/credential.h: cells that are a password hash or a card number, whatever their
 * column is called. */
#ifndef CDP_INGEST_CREDENTIAL_H
#define CDP_INGEST_CREDENTIAL_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>

/* bcrypt, argon2 and crypt forms, salted-hash triples (hex:hex or hash:salt:version), and 13 to
 * 19 digits with the prefix of a card issuer and a good Luhn digit. */
bool credential_cell(struct span cell);

#endif

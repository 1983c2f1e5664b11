/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/receipt.h: the line that says where an event stands in the ledger. */
#ifndef CDP_CONSENT_RECEIPT_H
#define CDP_CONSENT_RECEIPT_H

#include "base/span.h"	/* passed by value */

struct buf;
struct receipt;

/* {"id","seq","leaf"}, and the event's type and its identifier's where they are given: what was
 * written by a command that a person did not write line by line. */
void receipt_write(const struct receipt *r, struct span type, struct span identifier,
    struct buf *out);

#endif

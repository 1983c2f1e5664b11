/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/receipt.h: the line that says where an event stands in the ledger. */
#ifndef CDP_CONSENT_RECEIPT_H
#define CDP_CONSENT_RECEIPT_H

#include "base/span.h"	/* passed by value */
#include <stdint.h>

struct buf;
struct receipt;

/* Appends {"id","seq","leaf", and the event's type and its identifier's where they are given: what was
 * written by a command that a person did not write line by line. Its end is open until the ledger has
 * the line. */
void receipt_write(const struct receipt *r, struct span type, struct span identifier,
    struct buf *out);
/* Ends every receipt in `open` with "size", the lines of the checkpoint that the ledger has now, and
 * appends them; `between` stands after each but the last, '\n' after the last too. */
void receipts_end(struct span open, uint64_t size, char between, struct buf *out);

#endif

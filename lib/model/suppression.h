/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/suppression.h: who must not come back: the list that cdp-consent suppress --list
 * writes and cdp-ingest --suppress reads. A stream of our own form: the header names the key and
 * when the list was made, each line is the suppression half of a token (consent 3.4), the end
 * line is there. */
#ifndef CDP_MODEL_SUPPRESSION_H
#define CDP_MODEL_SUPPRESSION_H

#include "base/attr.h"
#include "base/instant.h"	/* instant */
#include "base/span.h"		/* passed by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct error;
struct token_key;
struct suppression;

/* What counts of rows withheld are kept by. */
enum suppression_kind { SUPPRESSION_EMAIL, SUPPRESSION_PHONE, SUPPRESSION_IDENTIFIER,
    SUPPRESSION_RECORD, SUPPRESSION_PHONE_NAME, SUPPRESSION_NAME_BIRTH_POSTCODE, SUPPRESSION_KINDS };
struct span suppression_kind_name(enum suppression_kind k);	/* "phone_name"; "id" of all id.NAME */
enum suppression_kind suppression_kind_of(struct span type);

/* Reads the list at the path and keeps the key, which must be the one it was made with; made more
 * than `max_age` before `now` it is too old. NULL: UNSAFE E_SUPPRESSION, whatever is wrong. */
struct suppression *suppression_open(const char *path, const struct token_key *key, instant now,
    struct duration max_age, struct error *e);
void suppression_free(struct suppression *s);		/* NULL is fine */
bool suppression_holds(const struct suppression *s, struct span type, struct span value);
uint64_t suppression_count(const struct suppression *s);
struct span suppression_made(const struct suppression *s);	/* as_of of the list, as it says */
struct span suppression_ledger(const struct suppression *s);

/* The list itself. Tokens are texts "type:keyid:...", sorted by the caller. */
void suppression_write_header(struct buf *out, const struct token_key *key, struct span ledger,
    instant made);
void suppression_write(struct buf *out, struct span token);
void suppression_write_end(struct buf *out, uint64_t tokens);

#endif

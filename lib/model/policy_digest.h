/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/policy_digest.h: the name of a policy document: what consent publishes and export
 * compares. */
#ifndef CDP_MODEL_POLICY_DIGEST_H
#define CDP_MODEL_POLICY_DIGEST_H

#include "io/json_config.h"	/* json_t */

struct buf;
struct error;
struct span;

enum { POLICY_DIGEST_HEX = 64, POLICY_BYTES = 16 << 20 };

/* Appends the document in RFC 8785 form, every array of objects that all have an "id" sorted
 * by id, then version, then as it stood. The document must hold no reals. */
void policy_canonical(const json_t *root, struct buf *out);
/* SHA-256 of that text as lower-case hex, and a NUL. */
void policy_digest(const json_t *root, char out[POLICY_DIGEST_HEX + 1]);
/* A policy as a ledger keeps it, in that very form: the bytes of the file must have the digest, so that a
 * change of a blank is one too. NULL: UNSAFE, E_CONFIG or the like if it cannot be read, and `code` if it
 * is another one. */
json_t *policy_published_load(const char *path, struct span digest, const char *code, struct error *e);

#endif

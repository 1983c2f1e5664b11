/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/policy_digest.h: the name of a policy document: what consent publishes and export
 * compares. */
#ifndef CDP_MODEL_POLICY_DIGEST_H
#define CDP_MODEL_POLICY_DIGEST_H

#include "io/json_config.h"	/* json_t */

struct buf;

enum { POLICY_DIGEST_HEX = 64 };

/* Appends the document in RFC 8785 form, every array of objects that all have an "id" sorted
 * by id, then version, then as it stood. The document must hold no reals. */
void policy_canonical(const json_t *root, struct buf *out);
/* SHA-256 of that text as lower-case hex, and a NUL. */
void policy_digest(const json_t *root, char out[POLICY_DIGEST_HEX + 1]);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/seal.h: proof that a decision is as cdp-consent filter wrote it, about that profile:
 * a keyed BLAKE2b-128 over the id of the profile, a zero byte and the decision's bytes, as its
 * last member. */
#ifndef CDP_MODEL_SEAL_H
#define CDP_MODEL_SEAL_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>

struct buf;
struct token_key;

#define SEAL_KEY_USE	"seal"		/* of the key file */

/* `out` ends with the decision, a JSON object that begins at `start`: adds its seal. */
void seal_add(const struct token_key *key, struct span profile, struct buf *out, size_t start);
/* Whether the object, as it stands in its line, ends with the seal of all before it. */
bool seal_holds(const struct token_key *key, struct span profile, struct span decision);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/sha256.h: SHA-256 by the processor's own instructions, for crypto.c alone: chains of
 * millions of lines are hashed at every start. */
#ifndef CDP_BASE_SHA256_H
#define CDP_BASE_SHA256_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>

/* Digest of all bytes; false, and nothing done, where the processor has no such instructions. */
bool sha256_by_processor(struct span s, unsigned char out[32]);

#endif

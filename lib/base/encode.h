/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/encode.h: bytes as text and back: hex, base64, base64url, Crockford base32. */
#ifndef CDP_BASE_ENCODE_H
#define CDP_BASE_ENCODE_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>

struct buf;

void hex_write(struct buf *out, struct span bytes);		/* lower case */
void base64_write(struct buf *out, struct span bytes);		/* RFC 4648, padded */
void base64url_write(struct buf *out, struct span bytes);	/* RFC 4648 §5, unpadded */
/* The same to `to`, which has room for (4 * bytes + 2) / 3 characters. */
void base64url_put(char *to, struct span bytes);
void base32_write(struct buf *out, struct span bytes);		/* Crockford, lower case, no check */
/* Appends the decoded bytes; false (and nothing appended) on any wrong byte, padding or
 * spare bit that is not 0. */
bool base64_read(struct buf *out, struct span text);
/* Unpadded, for exactly so many bytes; out may be half written on false. */
bool base64url_exact(struct span text, unsigned char *out, size_t bytes);
bool hex_read(struct buf *out, struct span text);

#endif

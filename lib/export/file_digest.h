/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/file_digest.h: SHA-256 of a file of any size, in fixed memory. */
#ifndef CDP_EXPORT_FILE_DIGEST_H
#define CDP_EXPORT_FILE_DIGEST_H

#include "base/attr.h"
#include <stdint.h>

struct error;

enum { FILE_DIGEST_HEX = 64 };

/* Digest in lower-case hex and length of a regular file; *bytes may be NULL. -1: INPUT, it cannot
 * be read or is no regular file. */
MUST_USE int file_digest(const char *path, char hex[FILE_DIGEST_HEX + 1], uint64_t *bytes,
    struct error *e);

#endif

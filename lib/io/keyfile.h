/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/keyfile.h: secret keys in files: one line "cdp-key/1 <use> <id> <base64>", a regular file with one
 * name, ours, mode 0400 or 0600; anything else is refused. */
#ifndef CDP_IO_KEYFILE_H
#define CDP_IO_KEYFILE_H

#include "base/attr.h"

struct error;

enum { KEYFILE_ID = 32 };

/* *bytes is KEY_BYTES of secret_new memory that the caller frees with secret_free; id is text.
 * -1: USAGE E_KEY_FILE, and *bytes is NULL. */
MUST_USE int keyfile_read(const char *path, const char *use, unsigned char **bytes,
    char id[KEYFILE_ID], struct error *e);
/* Writes a new random key (0600, synced); never overwrites: USAGE if the file is there. */
MUST_USE int keyfile_make(const char *path, const char *use, const char *id, struct error *e);

#endif

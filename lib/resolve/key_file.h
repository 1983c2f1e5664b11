/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/key_file.h: the key of profile ids. */
#ifndef CDP_RESOLVE_KEY_FILE_H
#define CDP_RESOLVE_KEY_FILE_H

struct error;

/* KEY_BYTES bytes from a file that holds them as they are or as 64 hex digits, and that nobody
 * else can read. The caller calls secret_free; NULL and e (USAGE) on failure. */
unsigned char *key_file_load(const char *path, struct error *e);

#endif

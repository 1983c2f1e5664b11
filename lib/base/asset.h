/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/asset.h: the files of share/, built into the program. */
#ifndef CDP_BASE_ASSET_H
#define CDP_BASE_ASSET_H

#include "base/span.h"	/* passed by value */
#include <stddef.h>

/* Content of share/NAME ("normal/countries.tsv"); span_none() if there is no such file. */
struct span asset_find(const char *name);
/* SHA-256 over names and contents of all, as 64 hex digits; a C string that lives on. */
const char *asset_digest(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/asset.c: look-up in the table that the build makes of share/. */
#include "base/asset.h"

/* Made by the Makefile: names and contents in byte order of names, ended by a NULL name; and their digest. */
struct asset {
	const char	*name, *first, *last;
};
extern const struct asset cdp_assets[];
extern const char cdp_assets_digest[];

struct span
asset_find(const char *name)
{
	for (const struct asset *a = cdp_assets; a->name != NULL; a++)
		if (strcmp(a->name, name) == 0)
			return span_make(a->first, (size_t)(a->last - a->first));
	return span_none();
}

const char *
asset_digest(void)
{
	return cdp_assets_digest;
}

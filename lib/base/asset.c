/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/asset.c: look-up in the table that the build makes of share/. */
#include "base/asset.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"

#include <pthread.h>

/* Made by the Makefile: names and contents in byte order of names, ended by a NULL name. */
struct asset {
	const char	*name, *first, *last;
};
extern const struct asset cdp_assets[];

static pthread_once_t	once = PTHREAD_ONCE_INIT;
static char		digest[2 * SHA256_BYTES + 1];

struct span
asset_find(const char *name)
{
	for (const struct asset *a = cdp_assets; a->name != NULL; a++)
		if (strcmp(a->name, name) == 0)
			return span_make(a->first, (size_t)(a->last - a->first));
	return span_none();
}

static void
compute(void)
{
	unsigned char out[SHA256_BYTES];
	struct buf hex = { 0 };
	struct sha256 h;

	sha256_start(&h);
	for (const struct asset *a = cdp_assets; a->name != NULL; a++) {
		sha256_add(&h, span_make(a->name, strlen(a->name) + 1));
		sha256_add(&h, span_make(a->first, (size_t)(a->last - a->first)));
	}
	sha256_end(&h, out);
	hex_write(&hex, span_make((const char *)out, sizeof out));
	memcpy(digest, hex.p, 2 * SHA256_BYTES);
	buf_done(&hex);
}

const char *
asset_digest(void)
{
	pthread_once(&once, compute);
	return digest;
}

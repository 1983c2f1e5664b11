/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/gzip.c: unpacks gzip, member after member. */
#include "base/alloc.h"
#include "base/error.h"
#include "io/gzip.h"

#include <limits.h>
#include <stdbool.h>
#include <zlib.h>

enum { STEP = 64 << 10 };	/* packed bytes pulled at once */

struct gzip {
	const char	*name;
	pull_bytes	*pull;
	void		*arg;
	z_stream	 z;
	uint64_t	 used;
	bool		 inside;	/* a member has begun and not ended */
	bool		 ended;
	char		 in[STEP];
};

static void *
allocate(void *arg, uInt count, uInt size)
{
	(void)arg;
	return mem_zero(count, size);
}

static void
release(void *arg, void *p)
{
	(void)arg;
	mem_free(p);
}

/* 16 in the window bits: a gzip header and nothing else. */
struct gzip *
gzip_new(const char *name, pull_bytes *pull, void *arg)
{
	struct gzip *g = mem_zero(1, sizeof *g);

	g->name = name;
	g->pull = pull;
	g->arg = arg;
	g->z.zalloc = allocate;
	g->z.zfree = release;
	if (inflateInit2(&g->z, 16 + MAX_WBITS) != Z_OK)
		mem_exhausted();
	return g;
}

void
gzip_free(struct gzip *g)
{
	if (g == NULL)
		return;
	inflateEnd(&g->z);
	mem_free(g);
}

uint64_t
gzip_used(const struct gzip *g)
{
	return g->used;
}

/* 1 with bytes to unpack, 0 at the end of the input. */
static int
refill(struct gzip *g, struct error *e)
{
	ssize_t n;

	if (g->z.avail_in > 0)
		return 1;
	n = g->pull(g->arg, g->in, sizeof g->in, e);
	if (n <= 0)
		return (int)n;
	g->z.next_in = (Bytef *)g->in;
	g->z.avail_in = (uInt)n;
	return 1;
}

static int
unpack(struct gzip *g, struct error *e)
{
	uInt before = g->z.avail_in;
	int r;

	if (!g->inside)
		inflateReset(&g->z);
	g->inside = true;
	r = inflate(&g->z, Z_NO_FLUSH);
	g->used += before - g->z.avail_in;
	if (r == Z_STREAM_END)
		g->inside = false;
	else if (r != Z_OK && r != Z_BUF_ERROR)
		return error_set(e, INPUT, "E_PACKED", "%s: damaged gzip data, or bytes after "
		    "its end, near packed byte %llu", g->name, (unsigned long long)g->used);
	return 0;
}

ssize_t
gzip_read(struct gzip *g, char *p, size_t room, struct error *e)
{
	if (room > INT_MAX)
		room = INT_MAX;
	g->z.next_out = (Bytef *)p;
	g->z.avail_out = (uInt)room;
	while (!g->ended && g->z.avail_out > 0) {
		int r = refill(g, e);

		if (r < 0)
			return -1;
		if (r == 0 && g->inside)
			return error_set(e, INPUT, "E_PACKED", "%s: the gzip data is cut, "
			    "or bytes come after its end", g->name);
		if (r == 0)
			g->ended = true;
		else if (unpack(g, e) < 0)
			return -1;
	}
	return (ssize_t)(room - g->z.avail_out);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/zst.c: unpacks zstd, frame after frame. */
#include "base/alloc.h"
#include "base/error.h"
#include "io/zst.h"

#include <stdbool.h>
#include <zstd.h>
#include <zstd_errors.h>

enum {
	STEP = 128 << 10,	/* packed bytes pulled at once */
	WINDOW_LOG = 27		/* 128 MiB, what zstd itself allows without being asked */
};

struct zst {
	const char	*name;
	pull_bytes	*pull;
	void		*arg;
	ZSTD_DCtx	*context;
	ZSTD_inBuffer	 in;
	uint64_t	 used;
	bool		 inside;	/* a frame has begun and is not fully given out */
	bool		 ended;
	char		 bytes[STEP];
};

struct zst *
zst_new(const char *name, pull_bytes *pull, void *arg)
{
	struct zst *z = mem_zero(1, sizeof *z);

	z->name = name;
	z->pull = pull;
	z->arg = arg;
	z->in.src = z->bytes;
	z->context = ZSTD_createDCtx();
	if (z->context == NULL)
		mem_exhausted();
	ZSTD_DCtx_setParameter(z->context, ZSTD_d_windowLogMax, WINDOW_LOG);
	return z;
}

void
zst_free(struct zst *z)
{
	if (z == NULL)
		return;
	ZSTD_freeDCtx(z->context);
	mem_free(z);
}

uint64_t
zst_used(const struct zst *z)
{
	return z->used;
}

static int
refuse(const struct zst *z, size_t result, struct error *e)
{
	ZSTD_ErrorCode code = ZSTD_getErrorCode(result);

	if (code == ZSTD_error_memory_allocation)
		mem_exhausted();
	if (code == ZSTD_error_frameParameter_windowTooLarge)
		return error_set(e, INPUT, "E_EXPANSION", "%s needs a zstd window above %d MiB",
		    z->name, 1 << (WINDOW_LOG - 20));
	return error_set(e, INPUT, "E_PACKED", "%s: damaged zstd data, or bytes after its end, "
	    "near packed byte %llu", z->name, (unsigned long long)z->used);
}

/* 1 if the unpacker may go on, 0 at the end. Inside a frame it may hold output even when
 * the input is through, so the end is only sure when it gives nothing more. */
static int
refill(struct zst *z, bool *dry, struct error *e)
{
	ssize_t n;

	if (z->in.pos < z->in.size)
		return 1;
	n = z->pull(z->arg, z->bytes, sizeof z->bytes, e);
	if (n < 0)
		return -1;
	z->in.size = (size_t)n;
	z->in.pos = 0;
	*dry = n == 0;
	return n > 0 || z->inside;
}

ssize_t
zst_read(struct zst *z, char *p, size_t room, struct error *e)
{
	ZSTD_outBuffer out = { p, room, 0 };

	while (!z->ended && out.pos < out.size) {
		size_t before = out.pos, used, r;
		bool dry = false;
		int more = refill(z, &dry, e);

		if (more < 0)
			return -1;
		if (more == 0) {
			z->ended = true;
			break;
		}
		used = z->in.pos;
		r = ZSTD_decompressStream(z->context, &out, &z->in);
		z->used += z->in.pos - used;
		if (ZSTD_isError(r))
			return refuse(z, r, e);
		z->inside = r != 0;
		if (dry && z->inside && out.pos == before)
			return error_set(e, INPUT, "E_PACKED", "%s: the zstd data is cut, "
			    "or bytes come after its end", z->name);
	}
	return (ssize_t)out.pos;
}

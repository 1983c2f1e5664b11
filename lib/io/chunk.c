/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/chunk.c: life of a chunk. */
#include "base/alloc.h"
#include "io/chunk.h"

void
chunk_reset(struct chunk *c)
{
	buf_reset(&c->bytes);
	c->count = 0;
	c->first_byte = c->first_line = 0;
	c->tainted = false;
}

void
chunk_done(struct chunk *c)
{
	buf_done(&c->bytes);
	mem_free(c->rows);
	*c = (struct chunk){ 0 };
}

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/pack.h: packed lines one behind the other in a buffer. */
#ifndef CDP_TESTS_PACK_H
#define CDP_TESTS_PACK_H

#include "base/buf.h"
#include "resolve/cold.h"

#include "model/record_plain.h"	/* struct line_values */

static inline void
pack_line(struct cold_packer *p, struct span line, const struct line_values *values, struct span id,
    struct buf *out)
{
	uint64_t bytes = 0;

	buf_room(out, cold_room(line, values->count, id));
	out->len = (size_t)(cold_pack(p, line, values, id, out->p + out->len, &bytes) - out->p);
}

#endif

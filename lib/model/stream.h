/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/stream.h: the first and the last line of every stream we write.
 * {"kind":"stream","schema":"cdp/1","tool":...} … {"kind":"end","in":N,"out":N,...,"ok":true} */
#ifndef CDP_MODEL_STREAM_H
#define CDP_MODEL_STREAM_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct json_writer;

#define STREAM_SCHEMA	"cdp/1"

/* Opens the header object and writes kind, schema, tool, version and as_of (left out when it
 * is span_none()); the caller adds its own members and calls stream_header_end. */
struct json_writer stream_header(struct buf *out, const char *tool, struct span as_of);
void stream_header_end(struct json_writer *w);

/* What the end line says. by_kind counts lines written, in the order given. */
struct stream_end {
	uint64_t	in, out, rejected, suppressed, skipped;
	struct {
		const char	*kind;
		uint64_t	 count;
	} by_kind[12];
	size_t		kinds;
	bool		ok;
	int		code;		/* exit status */
};
void stream_end_write(struct buf *out, const struct stream_end *end);
/* Adds to the count of a kind (a literal). */
void stream_count(struct stream_end *end, const char *kind, uint64_t lines);

#endif

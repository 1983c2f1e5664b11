/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cold.h: lines while nobody reads them, in about two fifths of their bytes.
 * A line is values, strings and numbers, with gaps between them: the names of members and what JSON
 * needs around them. Few gaps differ, and few contents of some values: those are kept once and
 * have numbers. What a line has of its id stands beside it anyway. The rest stays as it is.
 *
 * Always holds: a line comes back byte for byte. How many bytes one takes depends on those that
 * came before it; nothing else does. */
#ifndef CDP_RESOLVE_COLD_H
#define CDP_RESOLVE_COLD_H

#include "base/span.h"	/* passed by value */
#include <stdint.h>

struct arena;
struct cold;
struct line_values;

enum {
	COLD_GAPS = 255,	/* that have a number */
	COLD_LENGTHS = 16,	/* of gaps, told apart where the next one is guessed */
	COLD_ROOM = SPAN_ROOM	/* bytes behind packed lines that are read, whatever they are */
};

/* Packs lines; one for each thread, over one that all share. */
struct cold_packer {
	struct cold	*shared;
	/* By gap, and the length of the one after it: the last that was so long. */
	uint8_t		 next[COLD_GAPS + 1][COLD_LENGTHS];
	uint32_t	 hits[COLD_GAPS + 1];	/* by gap: values behind it that were known */
};

struct cold *cold_new(void);
void cold_free(struct cold *c);			/* NULL is fine */

/* The most that a line with so many values can take: each gap and each value has a byte, or six if it
 * is a text. */
static inline size_t
cold_room(struct span line, size_t values, struct span id)
{
	return sizeof(uint16_t) + id.len + sizeof(uint32_t) + line.len + 12 * (values + 1) + COLD_ROOM;
}

/* Packs a line, of which the values are known, behind an id of at most UINT16_MAX bytes; `to` has
 * cold_room. Returns its end. Adds to *bytes how many both take where gaps have numbers and contents have
 * none: that depends on the line alone. */
char *cold_pack(struct cold_packer *p, struct span line, const struct line_values *values,
    struct span id, char *to, uint64_t *bytes);
/* The id of what begins at `packed`; borrows it. */
static inline struct span
cold_id(const char *packed)
{
	uint16_t len;

	memcpy(&len, packed, sizeof len);
	return span_make(packed + sizeof len, len);
}

/* The line of what begins at `packed`, in the arena; any thread. */
struct span cold_line(const struct cold *c, const char *packed, struct arena *arena);

#endif

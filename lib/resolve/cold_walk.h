/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cold_walk.h: a line that goes like lines before it is read and packed in one walk, from
 * gap to gap. What may follow a gap was seen in lines that record_plain had read; where a line goes on
 * otherwise it is for record_plain and cold_pack, and the next one like it is known. */
#ifndef CDP_RESOLVE_COLD_WALK_H
#define CDP_RESOLVE_COLD_WALK_H

#include "base/span.h"	/* passed by value */
#include <stdint.h>

struct arena;
struct cold_packer;
struct cold_walker;
struct record;

/* One for each thread, over its packer, which it borrows. */
struct cold_walker *cold_walker_new(struct cold_packer *p);
void cold_walker_free(struct cold_walker *w);		/* NULL is fine */

/* The room that packing takes at most, of which cold_walk takes what it needs. */
size_t cold_walk_room(struct span line);
/* The end of what cold_pack would write at `to`, where there is room; *record is what record_plain makes
 * of the line, with lists in the arena, and *bytes grows as by cold_pack. NULL: the line is not known, and
 * nothing else is said of it. */
char *cold_walk(struct cold_walker *w, struct span line, char *to, struct record *record,
    struct arena *arena, uint64_t *bytes);
/* A line that record_plain has read goes like this: what cold_pack made of it. */
void cold_walk_learn(struct cold_walker *w, const char *packed);

#endif

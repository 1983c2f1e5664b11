/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/links.h: lines of kind "link": the evidence of a pair (resolve 10.3). */
#ifndef CDP_RESOLVE_LINKS_H
#define CDP_RESOLVE_LINKS_H

#include "base/span.h"	/* passed by value */
#include <stdint.h>

struct buf;
struct json_writer;
struct scored;
struct stream_end;

enum { LINK_COPIES = 16 };	/* records of a node that are written one by one */

typedef void link_sink(void *arg, struct span lines);

/* A pair: records (by index) and the nodes they belong to, the chosen rules that hold. */
struct link_pair {
	uint32_t	record_a, record_b, a, b;
	uint16_t	rules;
};

/* The members of a line of kind "link" in an object that is open; `verdict` is "link", "below",
 * "review" or "different". Levels and weights are those of the nodes; the weights add up to
 * `weight` exactly. */
void link_members(struct json_writer *w, const struct scored *x, const struct link_pair *p,
    const char *verdict, const char *by);
/* One line. */
void link_write(struct buf *out, const struct scored *x, const struct link_pair *p,
    const char *verdict, const char *by);
/* All kept edges from the weight `least` on, by the ids of their records; returns how many. */
uint64_t links_write(const struct scored *x, int32_t least, link_sink *give, void *arg);

#endif

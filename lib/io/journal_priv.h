/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/journal_priv.h: what reading and appending share: lines, leaves, the head. */
#ifndef CDP_IO_JOURNAL_PRIV_H
#define CDP_IO_JOURNAL_PRIV_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include "io/journal.h"	/* struct journal_head */
#include <stdbool.h>

/* The two members of a line that make the chain; prev is borrowed from the line. */
struct journal_link {
	uint64_t	seq;
	struct span	prev;
};

/* False unless the line is an object whose top level is sound and has both, once each. */
bool journal_link_find(struct span line, struct journal_link *link);
/* Leaf of a line in front of which one byte may be overwritten (with 0x00). */
void journal_leaf_inplace(char *line, size_t len, char leaf[JOURNAL_LEAF + 1]);
/* What line 0 carries as "prev". */
void journal_origin_leaf(struct span origin, char leaf[JOURNAL_LEAF + 1]);

char *journal_head_path(const char *path);		/* owned: PATH.head */
/* Reads PATH.head. -1: UNSAFE. */
MUST_USE int journal_head_read(const char *path, struct journal_head *head, struct error *e);
/* Replaces PATH.head atomically. -1: RESOURCES. */
MUST_USE int journal_head_write(const char *path, const struct journal_head *head,
    struct error *e);

#endif

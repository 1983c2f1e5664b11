/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/accord.h: how often two sources say the same of one person (resolve 9.3). Counted
 * by profile, so that a source with many records of a person weighs no more than one with few:
 * in how many profiles both sources have the field, and in how many of these they share a value
 * in the form of matching. Sums, so the order of profiles does not show. */
#ifndef CDP_RESOLVE_ACCORD_H
#define CDP_RESOLVE_ACCORD_H

#include <stdbool.h>

struct accord;
struct buf;
struct survivor;

struct accord *accord_new(void);
void accord_free(struct accord *a);		/* NULL is fine */
/* Counts the profile that v has at hand. */
void accord_count(struct accord *a, struct survivor *v);
void accord_add(struct accord *into, const struct accord *from);
/* Lines of --conflicts of the class "agreement", by source, other source and field. */
void accord_write(struct accord *a, bool show_values, struct buf *out);

#endif

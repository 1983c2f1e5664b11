/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/address_parts.h: a street address taken apart (ingest 4.6, key face). Nothing is
 * lost: what is no street, number, unit or box is `building`. */
#ifndef CDP_NORMAL_ADDRESS_PARTS_H
#define CDP_NORMAL_ADDRESS_PARTS_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>

struct arena;

struct address_parts {			/* as written; absent: span_none() */
	struct span	street, number, unit, building, po_box;
	bool		numberless;	/* it says that the house has no number: "s/n" */
};

/* What is compared: folded, words of streets in one short form, so that "12 Main St." and
 * "12, Main Street" are equal; absent: span_none(). */
struct address_key {
	struct span	street, number, unit, po_box;
};

/* Of a clean street address, its lines joined by ", ". The number stands before the street where
 * the country does so, else behind it; if neither country (alpha-2) nor locale says where, the
 * address shows it. Spans borrow from the value or are in the arena. */
struct address_parts address_parts(struct span value, struct span country, struct span locale,
    struct arena *arena);
struct address_key address_key(const struct address_parts *p, struct arena *arena);

#endif

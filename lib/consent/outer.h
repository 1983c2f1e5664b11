/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/outer.h: the outermost of many events. Who is later than the last is later than them all, and
 * whoever some are not later than, the first is not: so that a person's thousands of grants need not each be
 * held against thousands of refusals. What a source numbers is so by time and by number (event_later). */
#ifndef CDP_CONSENT_OUTER_H
#define CDP_CONSENT_OUTER_H

#include <stdbool.h>
#include <stddef.h>

struct event;

/* Of one type at one place, of one account, numbered by one source or by none. */
struct outer {
	size_t			 place;		/* index of an identifier */
	const struct event	*by_time;
	const struct event	*by_number;	/* any of them where they have no numbers */
};
enum { OUTERS_MOST = 32 };		/* a person's sources and accounts are few; deciding allocates nothing */
struct outers {				/* all zero: empty */
	struct outer	 list[OUTERS_MOST];
	size_t		 count;
	bool		 full;		/* there are more: all events must be looked at */
};
/* The last of those that grants are held against, or the first of grants. */
enum outer_side { OUTER_LAST, OUTER_FIRST };

/* Place by place: those of one follow each other. */
void outers_add(struct outers *o, enum outer_side side, size_t place, const struct event *e);

#endif

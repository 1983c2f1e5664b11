/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/date_read.h: the numbers in a date and what each can be; for date.c and time.c. */
#ifndef CDP_NORMAL_DATE_READ_H
#define CDP_NORMAL_DATE_READ_H

#include "normal/date.h"	/* struct date_parts, by value */

struct date_text {
	struct date_parts	parts;	/* day first if `pair` */
	bool	pair;		/* day and month stand in an order the text does not tell */
	bool	dotted;		/* 31.12.1985: so writes nobody who puts the month first */
	bool	short_year;	/* two digits: parts.year is 0 to 99 */
	struct span rest;	/* what follows the date: a time; empty without */
};

/* False if s (clean text) does not begin with a date of a known form. */
bool date_read(struct span s, enum date_order order, struct date_text *t);
/* Settles day and month by the order, and the century by the reference. NULL, or the reason. */
const char *date_settle(struct date_text *t, const struct normal_context *c);
/* The days since 1970 of a serial or epoch; false if s is no number in range. */
bool date_serial(struct span s, enum date_format format, instant *t);
struct span date_write(const struct date_parts *p, struct arena *arena);

#endif

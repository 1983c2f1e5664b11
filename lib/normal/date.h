/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/date.h: dates without a time (ingest 4.4).
 * Clean forms: YYYY-MM-DD, YYYY-MM, YYYY, and 0000-MM-DD for a birthday without its year. A birth in
 * the years 2400 to 2600 is one of the Buddhist era, as in Thailand. */
#ifndef CDP_NORMAL_DATE_H
#define CDP_NORMAL_DATE_H

#include "normal/outcome.h"	/* struct normal, by value */
#include <stdint.h>

struct arena;

struct date_parts {
	int	year, month, mday;	/* 0: unknown */
};

/* A birth date. Reasons: age (SUSPICIOUS, over 120 at the reference); order_unknown,
 * order_conflict, no_such_day, century_unknown, future, form, placeholder (INVALID). A time and
 * its zone are cut off, never converted. */
struct normal birthdate_clean(struct span raw, const struct normal_context *c,
    struct arena *arena);
/* Any other date: the same forms; the future, great age and usual defaults are fine. */
struct normal date_clean(struct span raw, const struct normal_context *c, struct arena *arena);
/* A birth date whose parts have a column each; empty or absent ones are unknown. A month may be
 * a name. */
struct normal birthdate_of_parts(struct span year, struct span month, struct span mday,
    const struct normal_context *c, struct arena *arena);
/* The two readings of a date: day first and month first where nobody knows the order; of the
 * years 1900 to 1999 and 2000 to 2099 where nobody knows the century. False unless both are days
 * of the calendar. */
bool date_alternatives(struct span raw, const struct normal_context *c, struct arena *arena,
    struct span alternatives[2]);

/* Reads a clean form; false for anything else. */
bool date_parse(struct span clean, struct date_parts *parts);

/* The order of day and month is a fact of a column: show it the sample, then decide. A zeroed
 * struct is empty; two of them may be added up part by part. */
struct date_evidence {
	uint64_t	pairs, dotted;			/* dates like 31/12/1985; like 31.12.1985 */
	uint64_t	first_gt_12, second_gt_12;	/* of these */
	uint64_t	short_years;			/* of two digits */
	uint64_t	cells, serials;			/* all that is there; five digits, as spreadsheets count days */
	uint64_t	sixes, day_first_sixes, month_first_sixes, year_first_sixes;	/* like 311285; those that
							 * can be read so */
	bool		day_first;			/* the column is named in a language that puts it first */
};

void date_evidence_add(struct date_evidence *d, struct span raw);
/* Whether a value may be a day that a spreadsheet has counted, or a date of six digits: only a whole
 * column can say so. */
bool date_looks_counted(struct span raw);
bool date_looks_packed(struct span raw);
/* Nine in ten are such days. */
bool date_evidence_counted(const struct date_evidence *d);
/* DATE_DMY or DATE_MDY if one side has 3 or more and the other at most one in fifty of it; DATE_DMY
 * also if none is against it and all are written with dots, or the name of the column says so. Of six
 * digits, also DATE_YMD, the one order that nearly all can have; else DATE_INFER. */
enum date_order date_evidence_order(const struct date_evidence *d);

#endif

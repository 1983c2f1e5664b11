/* SPDX-License-Identifier: Apache-2.0 */
/* lib/cli/option.h: options are declared once; parsing, help, completion and the man-page
 * test all read the same table. Long options are never abbreviated. */
#ifndef CDP_CLI_OPTION_H
#define CDP_CLI_OPTION_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_type {
	OPT_END,
	OPT_FLAG,	/* bool: set */
	OPT_TEXT,	/* const char *: the argument, borrowed from argv; given twice: the last */
	OPT_INPUT,	/* like OPT_TEXT, a file that is read: no output but -o may replace it */
	OPT_OUTPUT,	/* like OPT_TEXT, a file that is made: that it can be is known before anything is read */
	OPT_NUMBER,	/* uint64_t: decimal digits */
	OPT_SIZE,	/* uint64_t bytes: 64K, 256M */
	OPT_TIME,	/* struct option_time: RFC 3339, a date, or "now" */
	OPT_CHOICE,	/* const char *: one of the words of `choices`, separated by '|' */
	OPT_LIST,	/* struct option_list: every argument, in order; each FILE is read, as OPT_INPUT */
	OPT_LIMIT,	/* struct option_limit: N or P% */
	OPT_LATER	/* known to the design, refused: exit 2, "not in this version: --name" */
};

struct option_time {
	bool		given;
	int64_t		at;		/* instant; the clock's when the text was "now" */
	const char	*text;
};
/* before[i]: how many operands stood before the i-th argument, so that an option may hold for
 * the files after it. */
struct option_list {
	const char	**v;
	size_t		 *before;
	size_t		  n, cap;
};
struct option_limit {
	bool		given;
	uint64_t	count;
	uint32_t	ppm;		/* parts per million when given as P% (two decimals); else 0 */
	bool		is_share;
};

struct option {
	enum option_type	 type;
	char			 letter;	/* 0: none */
	const char		*name;		/* without "--" */
	size_t			 offset;	/* of the target in the tool's settings */
	const char		*arg;		/* "FILE"; NULL for flags */
	const char		*help;		/* one phrase, lower case, no full stop; defaults in it */
	const char		*choices;	/* OPT_CHOICE: "a|b|c" */
};

#define OPT_LAST	{ OPT_END, 0, NULL, 0, NULL, NULL, NULL }
#define OPT_NOT_YET(name, arg)	{ OPT_LATER, 0, name, 0, arg, "not in this version", NULL }

#endif

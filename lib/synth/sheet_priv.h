/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/sheet_priv.h: the columns of each source, for sheet.c and sheet_map.c. */
#ifndef CDP_SYNTH_SHEET_PRIV_H
#define CDP_SYNTH_SHEET_PRIV_H

#include "synth/channel.h"	/* CHANNELS */
#include <stdbool.h>

enum cell { CELL_KEY, CELL_GIVEN, CELL_FAMILY, CELL_NAME, CELL_SUFFIX, CELL_BIRTHDATE, CELL_GENDER,
    CELL_EMAIL, CELL_PHONE, CELL_STREET, CELL_TOWN, CELL_REGION, CELL_POSTCODE, CELL_COUNTRY,
    CELL_LOCALE, CELL_LOYALTY, CELL_DEVICE, CELL_HANDLE, CELL_SEEN, CELL_SINCE, CELL_NEWSLETTER,
    CELLS };

enum { COLUMNS_MOST = 18 };

struct column {
	const char	*header;	/* NULL: no more columns */
	enum cell	 cell;
};

struct sheet {
	char		 separator;
	bool		 crlf, day_first, country_names, initials;
	char		 date_separator;
	const char	*phone;		/* put between groups of digits */
	unsigned	 upper, lower;	/* of a hundred rows: all in capitals, all small */
	struct column	 columns[COLUMNS_MOST + 1];
};

extern const struct sheet sheets[CHANNELS];

/* A row with a purpose for linking was collected in the last SINCE_YEARS; others before. */
enum { SINCE_YEARS = 10 };

#endif

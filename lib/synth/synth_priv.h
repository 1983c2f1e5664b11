/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/synth_priv.h: shared by synth.c, which runs, and district.c, which makes. */
#ifndef CDP_SYNTH_SYNTH_PRIV_H
#define CDP_SYNTH_SYNTH_PRIV_H

#include "synth/row.h"		/* by value */
#include "synth/synth.h"	/* by value */

enum { PERSON_RECORDS = 1U << 20 };

struct synth {
	struct synth_options	 options;
	struct world		 world;
	struct words		*words;
	unsigned		 name_bits;
	struct row_rates	 rates;
	uint64_t		 end;		/* behind the last person to be made */
	/* Chance, in parts of PERSON_RECORDS, of more than n + 1 records. */
	uint32_t		 more[ROWS_MOST];
};

/* What is made in one go: the people of a district that were asked for, or some copies. */
struct district {
	uint64_t		 first, from, to;
	bool			 copies;
	struct person		 people[HOME_LARGEST];
	struct text		 owner;		/* of the rows being made */
	struct known		 known;
	struct row		 row;		/* the one being made */
	struct synth_batch	 batch;
};

void district_make(const struct synth *s, struct district *d);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/channel.h: the sources of records, each with its habits. */
#ifndef CDP_SYNTH_CHANNEL_H
#define CDP_SYNTH_CHANNEL_H

#include "base/span.h"	/* by value */
#include <stdint.h>

enum { CHANNELS = 8, PURPOSES_OWN = 3 };

/* What a source may know of a person. */
enum fact { FACT_GIVEN, FACT_FAMILY, FACT_BIRTHDATE, FACT_GENDER, FACT_EMAIL, FACT_PHONE,
    FACT_STREET, FACT_TOWN, FACT_LOYALTY, FACT_DEVICE, FACT_HANDLE, FACT_LOCALE, FACT_SUFFIX, FACTS };

struct channel {
	struct span	 source, channel, key;	/* the key's letters before its number */
	unsigned	 weight;		/* share of the records, of a hundred */
	unsigned	 again;			/* of a hundred: holds a person once more */
	unsigned	 errors;		/* percent of the usual */
	unsigned	 delay;			/* days until it hears of a change, at most */
	unsigned char	 fill[FACTS];		/* of a hundred records */
	struct span	 purposes[PURPOSES_OWN];	/* beside that of linking; none: no more */
};

extern const struct channel channels[CHANNELS];
/* The channel of the i-th record of somebody, out of chance; `held` has a bit per channel that
 * holds the person already. */
unsigned channel_draw(uint64_t bits, unsigned held);

#endif

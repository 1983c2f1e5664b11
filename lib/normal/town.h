/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/town.h: a postcode and its town in one text, as the last line of a letter has them. */
#ifndef CDP_NORMAL_TOWN_H
#define CDP_NORMAL_TOWN_H

#include "base/span.h"	/* passed by value */

/* TOWN_WHOLE: all but the postcode. */
enum town_part { TOWN_POSTCODE, TOWN_LOCALITY, TOWN_REGION, TOWN_WHOLE, TOWN_PARTS };

struct town {
	struct span	part[TOWN_PARTS];	/* as written; span_none(): it says none */
};

/* "8001 Zürich", "602 00 Brno", "Leeds LS1 4AB", "Springfield, IL 62704". */
struct town town_split(struct span s);

#endif

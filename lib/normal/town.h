/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/town.h: a postcode and its town in one text, as the last line of a letter has them. */
#ifndef CDP_NORMAL_TOWN_H
#define CDP_NORMAL_TOWN_H

#include "base/span.h"	/* passed by value */

/* TOWN_WHOLE: all but the postcode; TOWN_STREET: what stands before them. */
enum town_part { TOWN_POSTCODE, TOWN_LOCALITY, TOWN_REGION, TOWN_WHOLE, TOWN_STREET, TOWN_PARTS };

struct town {
	struct span	part[TOWN_PARTS];	/* as written; span_none(): it says none */
};

/* "8001 Zürich", "602 00 Brno", "Leeds LS1 4AB", "Springfield, IL 62704". */
struct town town_split(struct span s);
/* A whole address: "98 Park Row, Leeds, LS1 4AB", "Husova 12, 602 00 Brno". One without postcode and town
 * behind a comma is all street. */
struct town town_of_address(struct span s);

#endif

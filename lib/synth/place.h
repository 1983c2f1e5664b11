/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/place.h: doors of towns, and how their addresses are written. */
#ifndef CDP_SYNTH_PLACE_H
#define CDP_SYNTH_PLACE_H

#include "synth/home.h"	/* struct text, struct country */

struct place {
	const struct country	*country;
	const struct town	*town;
	struct span		 street_type, street_short, street_name;
	struct text		 number, unit, postcode;
};

/* Where the person lives on a day; and a number that differs wherever that differs. */
unsigned place_number(const struct person *p, day at);
void place_on(const struct world *w, const struct person *p, day at, struct place *place);
/* The street address in the custom of the country; `brief` abbreviates the kind of street. */
void place_line(const struct place *p, bool brief, struct text *out);
/* Another door of the same house, where the country numbers them. */
void place_wrong_unit(struct place *p, uint64_t bits);

#endif

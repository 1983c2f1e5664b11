/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/postcode_parts.h: the areas that the head of a postcode names (ingest 4.7). */
#ifndef CDP_NORMAL_POSTCODE_PARTS_H
#define CDP_NORMAL_POSTCODE_PARTS_H

#include "base/span.h"	/* passed by value */

/* Both take a key (postcode_key) and give its head; the country (alpha-2) may be absent: the shape
 * then tells. */
/* The part that a post office serves: GB outward code, US five digits, CA first three, BR five,
 * PT, NL, IE, AR, JP, SE, CZ, SK, GR without their last group; elsewhere the whole code. */
struct span postcode_district(struct span key, struct span country);
/* The region: two characters, GB the letters in front. Absent if the code has no more
 * than that. */
struct span postcode_area(struct span key, struct span country);

#endif

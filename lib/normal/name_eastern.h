/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/name_eastern.h: names of China, Japan and Korea, written without a blank. */
#ifndef CDP_NORMAL_NAME_EASTERN_H
#define CDP_NORMAL_NAME_EASTERN_H

#include "base/span.h"	/* passed by value */

/* How many bytes of the word are the family name, all of them if it is nothing else; 0 if that cannot be
 * told. A locale of Chinese or Japanese says how to read Han letters; without one the names that each
 * language has do. */
size_t name_eastern_family(struct span word, struct span locale);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/nickname.h: short and variant forms of given names. Names that stand for one another
 * are a class: bob, bobby, rob and robert; a name may be in several: bert, in those of albert,
 * herbert, robert ...
 * Any thread may ask; the tables (share/names/nicknames_*.tsv) are read at the first use. */
#ifndef CDP_NORMAL_NICKNAME_H
#define CDP_NORMAL_NICKNAME_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NICKNAME_CLASSES_MAX = 8 };	/* of one name; a test holds the tables to it */

/* The classes of a folded word, ascending, in `class`; returns how many, 0 for most words. Numbers
 * count from 0 and depend on the tables only. */
size_t nickname_classes(struct span name, uint16_t class[NICKNAME_CLASSES_MAX]);

#endif

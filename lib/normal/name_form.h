/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/name_form.h: names as they are matched: folded as name_key does, initials that were
 * written together apart ("J.R." is "j r"), Cyrillic and Greek in Latin letters. */
#ifndef CDP_NORMAL_NAME_FORM_H
#define CDP_NORMAL_NAME_FORM_H

#include "base/span.h"		/* passed by value */
#include <stdbool.h>

struct arena;

/* Borrows from the name or the arena; span_none() when nothing is left to compare. */
struct span name_form(struct span name, struct arena *arena);
/* What a name, in its form, is written in, by its first letter: two of them nobody compares who reads
 * one only. Kana are how Han letters are read. */
enum name_script { NAME_LATIN, NAME_FOREIGN, NAME_KANA };
enum name_script name_script(struct span form);

#endif

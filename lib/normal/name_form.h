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
/* The name, in its form, begins with a letter that no table writes in Latin ones: Arabic, Han, Thai. */
bool name_is_foreign(struct span form);

#endif

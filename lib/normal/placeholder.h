/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/placeholder.h: values that people type where they have nothing to say ("n/a", "00000"). */
#ifndef CDP_NORMAL_PLACEHOLDER_H
#define CDP_NORMAL_PLACEHOLDER_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>

struct arena;

/* Whether s, folded, is nothing or stands in share/normal/placeholders.tsv under its kind ("name", "date"). */
bool placeholder_text(struct span kind, struct span s, struct arena *arena);
/* The same of what has digits: zeros alone say nothing either. */
bool placeholder_number(struct span kind, struct span s, struct arena *arena);

#endif

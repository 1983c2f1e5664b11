/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/name_split.h: a whole name into its parts, by the rules of its locale (4.5). */
#ifndef CDP_NORMAL_NAME_SPLIT_H
#define CDP_NORMAL_NAME_SPLIT_H

#include "normal/outcome.h"	/* struct normal, by value */

struct arena;

struct name_parts {
	struct normal	name;		/* the whole, clean; outcome and reason of all.
					 * S: split_assumed (no locale), joint_name (not split) */
	struct span	given, middle, family, nickname;	/* absent: span_none() */
	struct span	title, salutation, suffix;	/* go to attributes; suffix to name_suffix */
	struct span	organization;	/* not a person: nothing else is set but `name`'s outcome,
					 * whose value is absent */
};

/* For records that have only `name`. */
struct name_parts name_split(struct span raw, const struct normal_context *c, struct arena *arena);

#endif

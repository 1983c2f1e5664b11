/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/name.h: names of people, one part in each value (ingest 4.5). */
#ifndef CDP_NORMAL_NAME_H
#define CDP_NORMAL_NAME_H

#include "normal/outcome.h"	/* struct normal, by value */

struct arena;

enum name_role { NAME_GIVEN, NAME_MIDDLE, NAME_FAMILY, NAME_NICKNAME };

/* Text of 4.1, case restored if all upper or all lower. Reasons: digits, joint_name and
 * those of text (SUSPICIOUS); looks_like_email, too_long, placeholder (INVALID). */
struct normal name_clean(struct span raw, enum name_role role, const struct normal_context *c,
    struct arena *arena);

#endif

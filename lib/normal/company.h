/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/company.h: names that belong to an organisation. */
#ifndef CDP_NORMAL_COMPANY_H
#define CDP_NORMAL_COMPANY_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>

struct arena;

/* Whether a clean name holds a legal form as a word of its own: Ltda, S.A., GmbH, Inc, e.V. */
bool company_name(struct span name);
/* The name as it is compared: folded, without legal forms at the end, "the" and "and": "The Smith &
 * Jones Co., Ltd." is "smith jones". A name of nothing else stays. span_none() if nothing is left. */
struct span company_key(struct span name, struct arena *arena);

#endif

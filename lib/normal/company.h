/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/company.h: names that belong to an organisation. */
#ifndef CDP_NORMAL_COMPANY_H
#define CDP_NORMAL_COMPANY_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>

/* Whether a clean name holds a legal form as a word of its own: Ltda, S.A., GmbH, Inc, e.V. */
bool company_name(struct span name);

#endif

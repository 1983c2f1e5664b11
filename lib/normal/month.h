/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/month.h: names of months in English, Portuguese, Spanish, German, French, Italian. */
#ifndef CDP_NORMAL_MONTH_H
#define CDP_NORMAL_MONTH_H

#include "base/span.h"	/* passed by value */

/* 1 to 12 for a name or a usual short form ("dez", "Sept.", "März"), else 0. */
int month_find(struct span word);

#endif

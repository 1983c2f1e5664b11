/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/generic_priv.h: for generic.c and generic_dates.c only. */
#ifndef CDP_RESOLVE_GENERIC_PRIV_H
#define CDP_RESOLVE_GENERIC_PRIV_H

#include "resolve/generic.h"	/* by value */

struct store;

/* Copies the value. */
void generic_remember(struct generic *g, struct generic_value value);
/* Finds default birth dates and takes them out of play. */
void generic_dates(struct generic *g, struct store *s);

#endif

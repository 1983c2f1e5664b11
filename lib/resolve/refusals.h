/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/refusals.h: unions that were not made, as lines of the conflict report. */
#ifndef CDP_RESOLVE_REFUSALS_H
#define CDP_RESOLVE_REFUSALS_H

#include "resolve/resolve.h"	/* resolve_sink */

/* By the two record ids; one line each pair, reason and join; piece by piece. */
void refusals_write(const struct resolve *r, resolve_sink *give, void *arg);

#endif

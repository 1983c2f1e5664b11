/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/event_data.h: the `data` of an event: what a ledger keeps of it, and what it means.
 * No personal values: references in the form of ids, settings, and a year and month of birth. */
#ifndef CDP_CONSENT_EVENT_DATA_H
#define CDP_CONSENT_EVENT_DATA_H

#include "consent/event.h"	/* enum event_type */

struct arena;

/* The canonical text of a producer's data; absent if it holds what its type does not have. */
struct span event_data_canonical(enum event_type type, struct span data, struct arena *arena);
/* Fills in what the data of a line say. False: they are not as append writes them. */
bool event_data_read(struct event *v, struct span data, struct arena *arena);

#endif

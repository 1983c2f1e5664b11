/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/spread.h: the compliance graph (consent 7): records that may not be linked for
 * marketing are still matched to honour what people said. A no at any identifier of a cluster
 * counts for every profile that holds one of its records; a grant, a field or an address of it
 * never does. */
#ifndef CDP_CONSENT_SPREAD_H
#define CDP_CONSENT_SPREAD_H

#include "base/attr.h"
#include <stddef.h>
#include <stdint.h>

struct arena;
struct error;
struct facts;
struct intake;
struct notes;
struct spread;

/* Reads the profiles that cdp-resolve made of `gate --purpose compliance`, and keeps what some
 * event that says no is about. NULL: INPUT if the stream is not whole, USAGE E_SPREAD if it was
 * resolved for a purpose that is none of compliance, or without a gate. */
struct spread *spread_open(const char *path, const struct intake *in, struct notes *notes,
    struct error *e);
void spread_free(struct spread *s);		/* NULL is fine */
/* The identifiers that the graph adds to those of a person with these members, with their refusals
 * and stops only; they are no contact. Read by every thread, and the same for every question. */
void spread_add(const struct spread *s, struct facts *f, struct arena *arena);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/whole_names.h: files of organisations, whose names are no given and family names. */
#ifndef CDP_RESOLVE_WHOLE_NAMES_H
#define CDP_RESOLVE_WHOLE_NAMES_H

#include <stdbool.h>

struct store;
struct types;

/* The type of the attribute of whole names, or -1: nobody has one. */
int whole_names_type(const struct types *attributes);
/* Whether they are compared, and not what they were split into. */
bool whole_names_compared(const struct store *s, int type);

#endif

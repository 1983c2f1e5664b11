/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/egress_who.h: what left about one person, who is a profile line or an object of typed
 * identifiers in a file: never on the command line, where others could read it. */
#ifndef CDP_EXPORT_EGRESS_WHO_H
#define CDP_EXPORT_EGRESS_WHO_H

#include "base/attr.h"

struct error;
struct out;

/* One line for each row of the log that has the id of the profile or one of the addresses. -1: INPUT,
 * the file, or nobody in it who can be looked for; USAGE, the key of the log; UNSAFE, the log. */
MUST_USE int egress_who(const char *state, const char *path, struct out *out, struct error *e);

#endif

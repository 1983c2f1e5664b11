/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/tally_scored.h: the members of the summary that only the scored mode has. */
#ifndef CDP_RESOLVE_TALLY_SCORED_H
#define CDP_RESOLVE_TALLY_SCORED_H

struct json_writer;
struct scored;

void tally_scored(const struct scored *x, struct json_writer *w);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/tally.h: the figures of a run, as members of its summary (resolve 10.3). */
#ifndef CDP_RESOLVE_TALLY_H
#define CDP_RESOLVE_TALLY_H

struct json_writer;
struct rejects;
struct resolve;
struct resolve_events;

void tally_write(const struct resolve *r, const struct resolve_events *v,
    const struct rejects *rejects, struct json_writer *w);

#endif

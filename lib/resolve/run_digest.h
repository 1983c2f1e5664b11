/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/run_digest.h: what tells identical runs from others: the same records, rules,
 * settings, history and version have the same digest, whatever the order of the records, the
 * number of files and threads.
 * Records are their lines as they were read, byte for byte, those that a later version supersedes
 * among them; lines that pass through count as well, refused ones by their number alone. Of them the
 * digest takes sums of hashes that are quick, not strong: lines that differ by chance or mistake have
 * another digest, but whoever wants two files to have one can make them. It is no seal on the input. */
#ifndef CDP_RESOLVE_RUN_DIGEST_H
#define CDP_RESOLVE_RUN_DIGEST_H

struct buf;
struct resolve;
struct resolve_events;

/* Appends hex digits. Keyed with the key of the ids, if there is one. The sums are taken only where
 * r->intake.digest asked for them. */
void run_digest(const struct resolve *r, const struct resolve_events *v, struct buf *out);

#endif

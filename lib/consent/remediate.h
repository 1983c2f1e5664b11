/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/remediate.h: what left the house and, by what is known now, should not have: for
 * notices to the recipients (Art 19). Every export is decided again at its own time; the difference
 * is what was heard since. */
#ifndef CDP_CONSENT_REMEDIATE_H
#define CDP_CONSENT_REMEDIATE_H

#include "base/attr.h"
#include "base/instant.h"	/* instant */
#include <stddef.h>
#include <stdint.h>

struct buf;
struct consent_state;
struct error;
struct feed_options;
struct intake;
struct json_writer;
struct notes;
struct out;
struct remediation;
struct spread;

/* Reads the egress log (cdp-egress(5)) with the rows behind each intent that was not void, written
 * at `since` or later, and the log's key. NULL: UNSAFE, where the log or its rows are not what
 * they were; USAGE, the key. What cannot be decided again is told and counted. */
struct remediation *remediation_open(const struct consent_state *s, const char *egress,
    const char *key, instant since, struct notes *notes, struct error *e);
void remediation_close(struct remediation *r);		/* NULL is fine */
/* For --spread: the intake of an export that is decided again (NULL: none is), and the graph that was
 * read by it, which outlives the run. */
const struct intake *remediation_intake(const struct remediation *r);
void remediation_use_spread(struct remediation *r, const struct spread *s);
/* The profiles of the feed as a stream of `remedy` lines. 0, or -1. */
MUST_USE int remediation_run(struct remediation *r, const struct feed_options *feed,
    struct out *out, struct error *e);
/* Exports that could not be decided again. */
uint64_t remediation_undecided(const struct remediation *r);
uint64_t remediation_lines_in(const struct remediation *r);
/* "exports 3, people 150, to be told 2; Mail Service 2" */
void remediation_text(const struct remediation *r, struct buf *out);
void remediation_summary(const struct remediation *r, struct json_writer *w);

#endif

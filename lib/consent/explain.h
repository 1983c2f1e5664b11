/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/explain.h: a decision in words, or as JSON: what was tested, what was found, which
 * events and notices it rests on, and the article. No value of the person. */
#ifndef CDP_CONSENT_EXPLAIN_H
#define CDP_CONSENT_EXPLAIN_H

#include "base/attr.h"
#include "consent/judge.h"

struct feed_line;

/* One answer per address of the channel, or one for the person. `json` gives a line each. 0, 1
 * (refused) or -1, and e. The verdicts are counted. */
MUST_USE int explain_profile(const struct judge *j, struct bench *b, const struct feed_line *line,
    bool json, struct buf *out, struct tally *t, struct error *e);
MUST_USE int explain_subject(const struct judge *j, struct bench *b, const struct feed_line *line,
    bool json, struct buf *out, struct tally *t, struct error *e);

#endif

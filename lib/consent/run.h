/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/run.h: a whole stream through one of the gates. */
#ifndef CDP_CONSENT_RUN_H
#define CDP_CONSENT_RUN_H

#include "base/attr.h"
#include "consent/judge.h"	/* struct tally, by value */
#include "model/feed.h"		/* struct feed_options, by value */

struct guard;
struct out;

/* The explaining ones write paragraphs or objects for people, without an envelope. */
enum run_command { RUN_FILTER, RUN_GATE, RUN_DECIDE, RUN_EXPLAIN, RUN_EXPLAIN_JSON };

struct run {
	enum run_command	 command;
	const struct judge	*judge;		/* NULL in run_summary: of more than one question */
	struct feed_options	 feed;
	struct out		*out;
	struct out		*side;		/* --denied or --quarantine; NULL without */
	const struct guard	*guard;		/* what may leave is held against it; NULL: not */
	bool			 guarded;	/* result: it said no, and no end line was written */
	struct tally		 tally;		/* results */
	struct feed_counts	 counts;
};

/* 0, or -1 and e. Under a draft policy the streams end not-ok, so that nothing commits them. */
MUST_USE int run_stream(struct run *r, struct error *e);
void run_done(struct run *r);
struct subject;
/* The answers about one person; explain and json as in the commands. 0, or -1 and e. */
MUST_USE int run_subject(const struct judge *j, const struct subject *s, enum run_command command,
    struct buf *out, struct tally *t, struct error *e);
/* "read 150, permitted 0, redacted 80, ...; D_NO_CONSENT 12, ..." */
void run_text(const struct run *r, struct buf *out);
void run_summary(const struct run *r, struct json_writer *w);

#endif

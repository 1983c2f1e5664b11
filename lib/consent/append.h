/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/append.h: the consent lines of a stream into the ledger, the others passed on.
 * The whole input is read and its end line seen before anything is acknowledged. */
#ifndef CDP_CONSENT_APPEND_H
#define CDP_CONSENT_APPEND_H

#include "base/arena.h"		/* by value */
#include "base/attr.h"
#include "base/buf.h"		/* by value */
#include "model/feed.h"		/* struct feed_options, by value */

struct error;
struct json_writer;
struct ledger_writer;
struct ndjson;
struct preparing;

struct append {
	struct ledger_writer	*writer;
	struct feed_options	 feed;		/* strict_counts */
	bool			 pass;		/* keep lines of other kinds */
	uint64_t		 batch;		/* events of one commit, where no stream comes (≥ 1) */
	bool			 tell;		/* receipts are wanted */
	struct preparing	*preparing;	/* one a thread */
	struct ndjson		*scanner;	/* of lines that are looked at again, and their memory */
	struct arena		 memory;
	struct buf		 passed, headers;
	struct buf		 receipts;	/* as receipt_write leaves them */
	uint64_t		 passed_lines, others;	/* of other kinds: kept, and left alone */
	uint64_t		 appended, duplicates;
	uint64_t		 widened;	/* refusals of which something could not be read */
	uint64_t		 no_consent;	/* grants by which nobody consented */
	uint64_t		 refused;
	uint64_t		 lost;		/* refused, and may have been refusals */
	struct feed_counts	 counts;
};

/* Reads all, then commits. 0, or -1 with nothing acknowledged. */
MUST_USE int append_run(struct append *a, struct error *e);
/* The lines that were passed, as one stream whose header names the ones it came from. */
void append_write_passed(const struct append *a, int status, struct buf *out);
/* "appended 3, duplicates 0, ..." */
void append_text(const struct append *a, struct buf *out);
void append_summary(const struct append *a, struct json_writer *w);
void append_done(struct append *a);

#endif

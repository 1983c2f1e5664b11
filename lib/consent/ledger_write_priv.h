/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger_write_priv.h: a ledger that is open for appending, for ledger_write.c and erase.c. */
#ifndef CDP_CONSENT_LEDGER_WRITE_PRIV_H
#define CDP_CONSENT_LEDGER_WRITE_PRIV_H

#include "base/arena.h"		/* by value */
#include "base/buf.h"		/* by value */
#include "consent/ledger.h"	/* by value */
#include "consent/ledger_write.h"
#include "consent/side.h"
#include "io/lock.h"
#include "io/ndjson.h"
#include "io/tlog_write.h"

struct event_opening;
struct ledger_line;

/* A line of this run. */
struct added {
	struct span	content;	/* what was said, with lookup tokens */
	struct span	evidence;	/* canonical; absent: none */
	uint64_t	seq;
	char		leaf[JOURNAL_LEAF + 1];
};

struct ledger_writer {
	struct ledger		 ledger;
	struct lock		*lock;
	struct tlog_writer	*log;
	struct side		*side;
	struct arena		 arena;		/* of the event at hand */
	struct map		*batch;		/* ids of this run, in the order of added */
	struct arena		 kept;		/* their contents */
	struct added		*added;
	size_t			 added_count, added_cap;
	struct ndjson		*scanner;
	struct buf		 line, scratch;
	instant			 recv, now;
	struct writer_torn	 torn;
};

/* Adds a line whose tokens are lookup tokens; seq and prev are made. 1, or -1: REFUSED E_LIMIT. */
MUST_USE int writer_add_line(struct ledger_writer *w, const struct ledger_line *l,
    const struct event_opening *o, struct error *e);

#endif

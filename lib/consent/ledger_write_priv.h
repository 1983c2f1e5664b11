/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger_write_priv.h: a ledger that is open for appending, for ledger_write.c, erase.c and
 * erase_finish.c. */
#ifndef CDP_CONSENT_LEDGER_WRITE_PRIV_H
#define CDP_CONSENT_LEDGER_WRITE_PRIV_H

#include "base/arena.h"		/* by value */
#include "base/buf.h"		/* by value */
#include "base/crypto.h"	/* struct random_pool, by value */
#include "consent/ledger.h"	/* by value */
#include "consent/ledger_write.h"
#include "consent/line.h"	/* struct line_places, by value */
#include "consent/side.h"
#include "io/lock.h"
#include "io/ndjson.h"
#include "io/tlog_write.h"

struct event_context;
struct event_named;
struct event_opening;
struct ledger_line;

/* A line of this run. */
struct added {
	struct span	content;	/* what was said: an open line, with lookup tokens */
	struct line_places at;		/* in it */
	struct span	sid;		/* the lookup token among them; absent: none */
	struct span	evidence;	/* canonical; absent: none */
	uint64_t	seq;
};

struct ledger_writer {
	struct ledger		 ledger;
	struct ledger		 before;	/* what was read at first, if all was read since */
	struct writer_question	 q;
	struct lock		*lock;
	struct tlog_writer	*log;
	struct side		*side;
	struct arena		 arena;		/* of the event at hand */
	struct map		*batch;		/* ids of this run, in the order of added */
	struct arena		 kept;		/* their contents */
	struct added		*added;
	size_t			 added_count, added_cap;
	struct ndjson		*scanner;
	struct random_pool	 salts;
	struct buf		 line, scratch;
	instant			 recv, now;
	const struct policy	*policy;	/* in force at recv, whatever is read again; NULL: none */
	struct writer_torn	 torn;
	bool			 untold;	/* receipts have no leaf */
	struct map		*let_go;	/* subjects that are not kept for proof any more */
};

/* What holds for every event of this run. -1 UNSAFE E_POLICY. */
MUST_USE int writer_context(const struct ledger_writer *w, struct event_context *x, struct event_opening *o,
    struct random_pool *salts, struct error *e);
/* The event that one of type `asking` names by `id`, in the ledger or in this run: 1, 0: there is none, -1. It
 * lends its subject only to one whose sid is the same half of a token. */
MUST_USE int writer_find_named(struct ledger_writer *w, struct span id, struct span asking,
    struct event_named *named, struct error *e);
/* The line of a seq as it was before its subjects were put in: for comparison. */
void writer_look_up(struct ledger_writer *w, struct ledger_line *l);
/* A new line: 1; 0: the same as one of this run. */
MUST_USE int writer_add_new(struct ledger_writer *w, const struct consent_event *c,
    const struct event_context *x, struct receipt *receipt, struct error *e);
/* A line of a tail that was set aside, for torn_each: what says no comes back. */
MUST_USE int writer_bring_back(void *arg, struct span line, uint64_t number, struct error *e);
/* Where the i-th line of this run stands. */
void writer_fill_receipt(struct ledger_writer *w, size_t i, struct receipt *receipt);
/* Adds what was prepared: 1; 2: this run has the id, nothing was done; -1: REFUSED E_LIMIT, or nothing was done
 * and writer_recover has to be asked. */
MUST_USE int writer_add_open(struct ledger_writer *w, const struct open_line *l, struct error *e);
/* Adds a line whose tokens are lookup tokens; seq and prev are made. 1, or -1 as above. */
MUST_USE int writer_add_line(struct ledger_writer *w, const struct ledger_line *l,
    const struct event_opening *o, struct error *e);
/* Whether what was found is no answer, for the compiled state was not sound: 0: it is one; 1: all lines were
 * read instead, e is cleared, and one has to ask again; -1. */
MUST_USE int writer_recover(struct ledger_writer *w, struct error *e);
/* So that ledger.events are there, whatever was asked for. */
MUST_USE int writer_load_events(struct ledger_writer *w, struct error *e);
/* What an erasure took from the lines still lies beside them if it was cut short: the evidence of every
 * subject that an `erased` line names, settled tails, leftovers of writing, the compiled state, and
 * last the rows of the vault and those of the proof vault whose time is over, so that a row that is there
 * tells of the rest. Nothing is looked for if none is, unless `always`. Who is kept for proof keeps his
 * evidence. Adds to *evidence the rows of evidence that went. */
MUST_USE int erasures_finish(struct ledger_writer *w, bool always, uint64_t *evidence,
    struct error *e);
/* Unlinks what is in DIR/cache. */
MUST_USE int erasures_sweep_cache(const struct ledger *l, struct error *e);

/* Removes the files that a killed run had not finished. -1: UNSAFE, RESOURCES. */
MUST_USE int ledger_sweep_temps(const struct ledger *l, struct error *e);

#endif

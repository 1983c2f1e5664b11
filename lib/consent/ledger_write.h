/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger_write.h: new lines for the ledger: consent events and policies.
 * The writer holds the lock; nothing is acknowledged before writer_commit has returned 0. */
#ifndef CDP_CONSENT_LEDGER_WRITE_H
#define CDP_CONSENT_LEDGER_WRITE_H

#include "base/arena.h"		/* by value */
#include "base/attr.h"
#include "base/buf.h"		/* by value */
#include "base/crypto.h"	/* struct random_pool, by value */
#include "base/instant.h"
#include "consent/line.h"	/* struct line_places, by value */
#include "io/journal.h"		/* JOURNAL_LEAF */
#include <stdbool.h>
#include <stdint.h>

struct buf;
struct consent_event;
struct error;
struct ledger;
struct ledger_place;
struct ledger_writer;
struct notes;
struct policy_document;

/* Where an event stands. */
struct receipt {
	uint64_t	 seq;
	char		 leaf[JOURNAL_LEAF + 1];
	const char	*id;		/* borrowed until the next call */
	unsigned	 widened;	/* parts of a refusal that could not be read: event_check.h */
};

/* What a crash left behind the acknowledged lines. */
struct writer_torn {
	uint64_t	bytes;		/* set aside now */
	uint64_t	brought_back;	/* refusals in it that are lines of this run */
	uint64_t	refused;	/* those that cannot be */
	bool		rebuilt;	/* hashes or roots were lost, and made again */
};

struct writer_question {
	const struct ledger_place *place;
	uint64_t	 lock_wait;
	instant		 now;
	bool		 events;	/* the ledger's are asked for; else l->events is NULL */
	struct notes	*notes;		/* gets why a compiled state is of no use; NULL: not wanted */
};
/* Locks the ledger, loads and verifies it, sets aside what a crash left and begins with the
 * refusals that were in it. recv of new lines is max(now, last recv). NULL: LOCKED, UNSAFE,
 * RESOURCES. */
struct ledger_writer *writer_open(const struct writer_question *q, struct error *e);
const struct ledger *writer_ledger(const struct ledger_writer *w);
instant writer_recv(const struct ledger_writer *w);	/* of every line of this run */
/* Validates one event and adds its line: 1; 0: the ledger or this run has it already. *receipt is
 * filled in for both. -1: refused, status REFUSED with its code, or a status that ends the run. */
MUST_USE int writer_add(struct ledger_writer *w, const struct consent_event *c,
    struct receipt *receipt, struct error *e);
/* What can be said of an event before its turn, by any thread: its line but for its place, in a ledger that
 * does not know its id. */
struct open_line {
	struct span	id, text;	/* as line_write_open makes it, with lookup tokens */
	struct line_places at;
	struct span	sid, account;	/* those tokens; absent: none */
	struct span	evidence;	/* canonical; absent: none */
	unsigned char	salt[32];
	bool		suppression;	/* sid is the half that stays as it is */
};
enum { PREPARED_WAITS = -2, PREPARED_REFUSED };

struct prepared {
	int		 said;		/* PREPARED_WAITS, PREPARED_REFUSED, or as of event_check() */
	const char	*code, *why;	/* PREPARED_REFUSED */
	struct open_line line;
};
/* Of one thread; zeroed at the start. */
struct preparing {
	struct arena	arena;
	struct buf	text;
	struct random_pool salts;
};
/* The texts are in the arena. */
void writer_prepare(const struct ledger_writer *w, const struct consent_event *c, struct preparing *p,
    struct arena *arena, struct prepared *out);
void preparing_done(struct preparing *p);
/* As writer_add; 2: the event itself is needed, nothing was done. */
MUST_USE int writer_add_prepared(struct ledger_writer *w, const struct prepared *p,
    struct receipt *receipt, struct error *e);
/* Adds the event of a linted policy and keeps its document. */
MUST_USE int writer_add_policy(struct ledger_writer *w, const struct policy_document *d,
    struct error *e);
/* Adds an event of the ledger itself (`tick`, `erased`). by: who decided, in the form of an id, or
 * absent; data: a canonical object, or absent. */
struct span;
MUST_USE int writer_add_own(struct ledger_writer *w, const char *type, struct span by,
    struct span data, struct receipt *receipt, struct error *e);
/* There is a second thread: what need not be done by the first is not. */
void writer_share(struct ledger_writer *w);
/* Nobody asks for the leaves of receipts: lines are hashed when they are committed. */
void writer_untold(struct ledger_writer *w);
/* Acknowledges after every `batch` lines (≥ 1): each batch is in the ledger or it is not. */
MUST_USE int writer_commit(struct ledger_writer *w, uint64_t batch, struct error *e);
uint64_t writer_size(const struct ledger_writer *w);	/* lines, those not committed too */
struct span writer_checkpoint(const struct ledger_writer *w);	/* the last one; borrowed */
struct writer_torn writer_torn(const struct ledger_writer *w);
/* "set aside 812 bytes ..., brought back 1 refusal", or nothing. */
void writer_torn_text(const struct ledger_writer *w, struct buf *out);
void writer_close(struct ledger_writer *w);	/* NULL is fine; what was not committed is dropped */

#endif

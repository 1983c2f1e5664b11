/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_origin.h: what a log is, written once: DIR/origin, one JSON object in canonical form.
 *
 *	{"key":"north.example/consent+1a2b3c4d+AbCd...","name":"north.example/consent",
 *	 "schema":"cdp-ledger/2","segment":65536,"subjects":"vault","token_key":"0123456789abcdef"}
 *
 * Line 0 of the log carries the digest of these bytes, and every line that of the one before, so
 * another origin is another log. */
#ifndef CDP_IO_TLOG_ORIGIN_H
#define CDP_IO_TLOG_ORIGIN_H

#include "base/attr.h"
#include "base/buf.h"	/* by value */
#include <stdbool.h>

struct error;

enum { TLOG_SEGMENT = 65536, TLOG_FINGERPRINT = 16 };

struct tlog_origin {
	struct buf	 text;		/* the bytes of the file */
	char		*name;		/* of the log: letters, digits and . - _ / */
	char		*key;		/* C2SP verifier key of its checkpoints */
	uint64_t	 segment;	/* lines of a full segment: a power of two */
	bool		 vault;		/* subjects are random tokens (else keyed ones) */
	char		 token_key[TLOG_FINGERPRINT + 1];	/* fingerprint */
};

/* Sets text from the other members. */
void tlog_origin_write(struct tlog_origin *o);
/* Reads DIR/origin. -1: USAGE E_LEDGER_FORMAT for the form of an earlier version; UNSAFE E_LEDGER
 * otherwise, with line 1 if it was changed. Ended by tlog_origin_done in either case. */
MUST_USE int tlog_origin_read(struct tlog_origin *o, const char *dir, struct error *e);
void tlog_origin_done(struct tlog_origin *o);

#endif

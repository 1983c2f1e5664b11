/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/prove.h: lines of the ledger about one person, or at given places, gathered from the
 * verified ledger with all that is needed to prove them (prove_pack.h).
 *
 * Of a person, what was said at the identifiers given, about the purpose, one above it or all of them;
 * and what names such a line or is named by it. With every line comes the line that published the
 * policy under which it was taken, and the one of the policy in force at T. */
#ifndef CDP_CONSENT_PROVE_H
#define CDP_CONSENT_PROVE_H

#include "base/arena.h"		/* by value */
#include "base/attr.h"
#include "base/buf.h"		/* by value */
#include "consent/dpv.h"	/* struct dpv_act */
#include "consent/ledger.h"	/* struct ledger, by value */
#include "io/tlog_proof.h"	/* struct tlog_leaves, by value */

struct error;
struct subject;

struct prove_question {
	const struct ledger_place *place;
	const char	*purpose;	/* NULL: all */
	instant		 as_of, known_at;	/* T; K, INSTANT_NONE: everything */
	bool		 proof_vault;		/* also of who was erased and kept beyond T */
};

/* One line; everything lives until prove_close. */
struct proved {
	uint64_t		 seq;
	struct span		 text;		/* without LF */
	const struct policy	*policy;	/* under which it was taken; NULL: it published the first */
};

struct prove {
	struct ledger			 ledger;
	const struct policy		*policy;	/* in force at T */
	struct span			 purpose;	/* absent: all */
	instant				 as_of;
	struct proved			*list;		/* each once; by seq after prove_read */
	struct dpv_act			*acts;		/* the same lines, read */
	size_t				 count, cap, asked;	/* asked: without the policies' */
	unsigned char			*chosen;	/* a bit for each line of the ledger */
	uint64_t			*published;	/* where policies[i] of the ledger was */
	struct buf			 hashes;	/* leaves of the whole ledger */
	struct tlog_leaves		 leaves;
	struct arena			 arena;
};

/* 0, or -1: as ledger_load; USAGE E_PURPOSE_UNKNOWN; UNSAFE E_POLICY. Ended by prove_close in either
 * case. */
MUST_USE int prove_open(struct prove *p, const struct prove_question *q, struct error *e);
void prove_close(struct prove *p);
/* Asks for the line at seq: USAGE E_SEQ if there is none. */
MUST_USE int prove_line(struct prove *p, uint64_t seq, struct error *e);
/* Asks for what was said by or about the person; that may be nothing. INPUT. */
MUST_USE int prove_person(struct prove *p, const struct subject *s, struct error *e);
/* Reads all lines asked for, and the hashes. */
MUST_USE int prove_read(struct prove *p, struct error *e);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/dpv.h: consent records in the words of the Data Privacy Vocabulary (https://w3id.org/dpv),
 * as JSON-LD; aligned with ISO/IEC TS 27560, after the guide of the vocabulary's group.
 *
 * One record per subject, purpose and controller: who, for what, told what, and what became of the
 * consent over time. A subject is the token that stands in the lines; no value of a person is known
 * here. Only states of consent are told: an objection or a restriction is none. */
#ifndef CDP_CONSENT_DPV_H
#define CDP_CONSENT_DPV_H

#include "base/instant.h"
#include "consent/line.h"	/* struct ledger_line, by value */

struct buf;
struct policy;

/* A line of the ledger and what it says. */
struct dpv_act {
	struct ledger_line	line;
	struct event		event;
};

struct dpv {
	const struct policy	*policy;	/* in force at T */
	struct span		 log;		/* name of the ledger */
	struct span		 purpose;	/* only this one; absent: every purpose of the acts */
	instant			 as_of;		/* T */
	const struct dpv_act	*acts;		/* by seq, known at K */
	size_t			 count;
};

/* One JSON object, LF included; the number of records in it. */
size_t dpv_write(const struct dpv *d, struct buf *out);

#endif

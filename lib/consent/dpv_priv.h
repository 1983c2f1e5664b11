/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/dpv_priv.h: between the records of dpv.c and their states in dpv_status.c. */
#ifndef CDP_CONSENT_DPV_PRIV_H
#define CDP_CONSENT_DPV_PRIV_H

#include "consent/dpv.h"
#include "consent/policy.h"

struct json_writer;

/* What one record is about. */
struct dpv_record {
	const struct dpv		*d;
	struct span			 subject;	/* text of its token */
	const struct policy_purpose	*purpose;
	const struct policy_controller	*controller;
};

/* Whether the act is a state of consent and belongs to the record: a grant to exactly its purpose and
 * controller, a refusal to all it may mean, a revocation to the record of what it names. */
bool dpv_belongs(const struct dpv_record *r, const struct dpv_act *a);
/* "dpv:hasConsentStatus": [...], over time, with what had expired by T. */
void dpv_statuses(const struct dpv_record *r, struct json_writer *w);
void dpv_iri_member(struct json_writer *w, const char *key, const char *kind, struct span name);

#endif

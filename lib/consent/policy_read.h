/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_read.h: policy documents: from files to a typed policy, with every fault. */
#ifndef CDP_CONSENT_POLICY_READ_H
#define CDP_CONSENT_POLICY_READ_H

#include "base/attr.h"
#include "base/instant.h"
#include "model/policy_digest.h"	/* POLICY_DIGEST_HEX */
#include "io/json_config.h"	/* json_t */

struct arena;
struct error;

struct policy;

struct policy_document {
	json_t	*json;				/* merged; owned */
	char	 digest[POLICY_DIGEST_HEX + 1];
};

/* A JSON file, or a directory whose *.json files form one document (consent 2.1), with the law that it
 * uses. -1: USAGE. */
MUST_USE int policy_document_load(struct policy_document *d, const char *path, struct error *e);
/* One that a ledger keeps, byte by byte as it was published. -1: UNSAFE, E_POLICY. */
MUST_USE int policy_document_published(struct policy_document *d, const char *path, struct span digest,
    struct error *e);
void policy_document_done(struct policy_document *d);

/* Builds the typed policy and reports all faults: L101 (form, unknown member, "not in this
 * version"), L102 (reference to an id that is not there). NULL only when the document is no
 * object. A policy with faults must not be used. The caller calls policy_free. */
struct policy *policy_build(const struct policy_document *d, struct faults *f);
/* An importer on its own, in the form of a member of `importers`; its texts borrow from the JSON, its
 * map lives in the arena. Ids are not held against a policy. */
struct policy_importer;
void policy_importer_build(json_t *json, const char *name, struct policy_importer *i,
    struct arena *arena, struct faults *f);

#endif

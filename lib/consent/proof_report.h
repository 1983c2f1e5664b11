/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/proof_report.h: what a check of proofs found, in words and as JSON. Tokens and ids of
 * persons and events stay in the files. */
#ifndef CDP_CONSENT_PROOF_REPORT_H
#define CDP_CONSENT_PROOF_REPORT_H

struct buf;
struct proof_check;
struct proof_found;

/* One object, LF included. */
void proof_report(const struct proof_check *c, struct buf *out);
/* "pack/42.tlog-proof: holds: grant #42 for marketing.newsletter by email to north, received ..." */
void proof_words(const struct proof_found *f, struct buf *out);

#endif

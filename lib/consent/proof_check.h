/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/proof_check.h: proofs of ledger lines, checked by somebody who has neither ledger nor
 * policy nor key, only the public keys he trusts.
 *
 * Of each file: its form; the checkpoint, signed by a trusted key of the log it names, and every
 * other line of a trusted key; that the line is in that log; that it is a ledger line in canonical
 * form with the number it is proved for. Of all files: no two histories of one log. Of what lies
 * beside a file: policies/DIGEST.json for a line that published a policy, notices/SHA256 for the
 * notice a line names, found in a policy so proved. What is missing there is told; what is there
 * and has another digest is a no. */
#ifndef CDP_CONSENT_PROOF_CHECK_H
#define CDP_CONSENT_PROOF_CHECK_H

#include "base/arena.h"		/* by value */
#include "base/attr.h"
#include "base/buf.h"		/* by value */
#include "base/error.h"		/* struct error, by value */
#include "consent/line.h"	/* struct ledger_line, by value */
#include "io/tlog_tree.h"	/* struct tlog_hash, by value */

struct ndjson;
struct tlog_keys;

enum proof_beside { BESIDE_NONE, BESIDE_MISSING, BESIDE_HELD };	/* BESIDE_NONE: nothing to look for */

/* What is known of one file; borrowed from the check. */
struct proof_found {
	const char		*file;
	struct error		 why;		/* STATUS_DONE: it holds; else REFUSED and what is wrong */
	struct span		 log;
	uint64_t		 size;
	struct tlog_hash	 root;
	struct span		*signers;	/* names of the trusted keys whose lines hold */
	size_t			 signer_count;
	struct ledger_line	 line;
	enum proof_beside	 policy;	/* of a line that published one */
	enum proof_beside	 notice;	/* of a line that names one */
	struct span		 notice_digest;	/* hex; absent while no policy here tells it */
};

struct proof_check {
	const struct tlog_keys	*trust;		/* borrowed */
	struct arena		 arena;
	struct buf		 scratch;
	struct ndjson		*tape;
	struct proof_found	*list;
	size_t			 count, cap;
};

void proof_check_begin(struct proof_check *c, const struct tlog_keys *trust);
void proof_check_end(struct proof_check *c);
/* Reads a file ("-": standard input) and checks it by itself. `file` is borrowed. -1: INPUT, it
 * cannot be read; that it does not hold is no error here. */
MUST_USE int proof_check_add(struct proof_check *c, const char *file, struct error *e);
/* What needs all files, and what lies beside them. -1: INPUT. */
MUST_USE int proof_check_finish(struct proof_check *c, struct error *e);
size_t proof_check_held(const struct proof_check *c);	/* files that hold */

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger.h: the state directory of consent, opened, verified and loaded; and made.
 *
 *	STATE/ledger/origin		what it is (io/tlog_origin.h)
 *	STATE/ledger/seg/ hashes roots checkpoint checkpoints.log	its lines (io/tlog_read.h)
 *	STATE/ledger/policies/DIGEST.json	every policy ever published
 *	STATE/ledger/vault		who the subjects are (vault.h); not with keyed subjects
 *	STATE/ledger/vault.proof	who the erased were, for a time (proof_vault.h)
 *	STATE/ledger/side/		evidence (side.h)
 *	STATE/ledger/torn/ lock		what crashes left; held while somebody appends
 *	STATE/keys/token sign		the keys of tokens and of checkpoints
 * Directories are 0700, files 0600 or 0400, all ours, on a disk of this machine; any doubt is UNSAFE. */
#ifndef CDP_CONSENT_LEDGER_H
#define CDP_CONSENT_LEDGER_H

#include "base/attr.h"
#include "base/instant.h"
#include "consent/cache.h"	/* enum cache_use */
#include "consent/token.h"	/* struct token_key, by value */
#include "io/tlog_origin.h"	/* struct tlog_origin, by value */
#include "io/tlog_read.h"	/* struct tlog_now, tlog_end, by value */
#include <stdbool.h>

struct buf;
struct error;
struct events;
struct map;
struct notes;
struct past;
struct policy;
struct policy_document;
struct proof_vault;
struct vault;

struct ledger {
	char			*dir;		/* STATE/ledger */
	struct tlog_origin	 origin;
	struct tlog_now		 now;
	struct tlog_end		 end;
	struct token_key	 key;
	struct cache		*cache;		/* the lines it has were not read; NULL: all were */
	struct vault		*vault;		/* NULL: keyed subjects; with a cache what that has not */
	struct proof_vault	*proof;		/* who the erased were; NULL: not asked for */
	instant			 proof_at;	/* and when it is asked for */
	struct map		*erased;	/* subject tokens (16 bytes) that were erased, beyond K too */
	struct events		*events;	/* visible at K; sids are lookup tokens where known; NULL: not wanted */
	struct past		*past;		/* NULL: not asked for */
	struct policy		**policies;	/* published by K, in order; bases have their clocks */
	size_t			 policy_count;
	struct tlog_hash	 root;		/* of the visible lines */
	instant			 last_recv;	/* of the visible lines; INSTANT_NONE: no event */
	instant			 newest_recv;	/* of all lines, beyond K too */
};

/* Where ledger and keys are: in STATE, or where they were moved to, as keys to a medium of their own. */
struct ledger_place {
	const char	*state, *ledger, *keys;		/* ledger, keys: NULL for STATE/ledger, STATE/keys */
};

struct ledger_question {
	const struct ledger_place *place;
	instant			 known_at;	/* K; INSTANT_NONE: everything */
	bool			 past;		/* lines can be read again (past.h); K must be INSTANT_NONE */
	bool			 ids_only;	/* with past: no events, ledger_find_id alone */
	bool			 proof_vault;	/* lines of the erased lead to them, if kept beyond proof_at */
	instant			 proof_at;
	const struct tlog_mark	*marks;		/* sizes and roots it must have had, by size */
	size_t			 mark_count;
	bool			 unasked;	/* nobody will look anything up in the events */
	enum cache_use		 cache;		/* whether a compiled state may stand for lines */
	struct notes		*notes;		/* gets why there is one that may not; NULL: not wanted */
};

/* Loads what is known at K. 0, or -1; ended by ledger_close in either case. UNSAFE: E_LEDGER, E_KEY,
 * E_POLICY; USAGE: E_KEY_FILE, E_LEDGER_FORMAT. With marks, the proof vault, or the past
 * beside events, a compiled state is not looked at. */
MUST_USE int ledger_load(struct ledger *l, const struct ledger_question *q, struct error *e);
/* Reads the lines once more, with other wishes; what was found in them before lives on in *before, until
 * ledger_drop. The rest of `l` stays. 0, or -1 as above. */
MUST_USE int ledger_reload(struct ledger *l, const struct ledger_question *q, struct ledger *before,
    struct error *e);
void ledger_drop(struct ledger *before);	/* a zeroed one is fine */
/* Everything but the lines: directories, key, origin, checkpoint, and that it was not rolled back. */
MUST_USE int ledger_look(struct ledger *l, const struct ledger_place *place, struct error *e);
void ledger_close(struct ledger *l);
/* Whether something of the compiled state, touched since, was not sound: what was found is no answer then,
 * and that is told (notes NULL: not wanted). */
bool ledger_broken(const struct ledger *l, struct notes *notes);
/* *found: seq + 1 of the line with that id, or 0. -1 UNSAFE E_LEDGER: a line that was read is another one
 * now. */
MUST_USE int ledger_find_id(const struct ledger *l, struct span id, uint64_t *found, struct error *e);
/* The published policy with the greatest effective_from ≤ T, later publication first; NULL if
 * none. *next is the effective_from of the next one, INSTANT_NONE if none. */
const struct policy *ledger_policy(const struct ledger *l, instant as_of, instant *next);

struct ledger_new {
	const struct ledger_place *place;
	const char	*name;
	bool		 new_keys;
	bool		 vault;		/* random subject tokens, which can be erased */
	uint64_t	 segment;	/* lines of a full segment: a power of two ≤ TLOG_SEGMENT */
};
/* Makes both directories; refuses a directory that is not empty, unless what is in it is what a killed run
 * has left that made the same: then it is finished. */
MUST_USE int ledger_make(const struct ledger_new *n, struct error *e);
/* Copies the document to policies/ (synced). */
MUST_USE int ledger_keep_policy(const struct ledger *l, const struct policy_document *d,
    struct error *e);

/* Where a part is ("ledger/lock", "keys/token"; "": the state itself), to be freed. */
char *ledger_path(const struct ledger_place *place, const char *part);
/* For messages: the directory in which there is, or is no, ledger. */
const char *ledger_where(const struct ledger_place *place);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger_subjects.h: from the subjects of a ledger's lines to the lookup tokens that are
 * asked for. With keyed subjects both are the same. */
#ifndef CDP_CONSENT_LEDGER_SUBJECTS_H
#define CDP_CONSENT_LEDGER_SUBJECTS_H

#include "base/attr.h"
#include "base/span.h"		/* passed by value */
#include "consent/event.h"	/* enum event_type */

struct arena;
struct error;
struct ledger;
struct map;

/* If the line is an `erased` event, its subjects are. -1 UNSAFE. */
MUST_USE int subjects_note_erased(struct ledger *l, struct span line, struct error *e);
/* Gives the loaded events the lookup tokens of their subjects and accounts; those of an erased one
 * keep the random token, which leads to nobody. -1 UNSAFE E_LEDGER: a subject has neither a row in
 * the vault nor been erased; a lost row would hide a refusal. */
MUST_USE int subjects_know(struct ledger *l, struct error *e);

/* The same of events that go by and are not kept: notes in `unknown` (subject → seq) whom nothing leads to,
 * and says so once all erasures are known. */
void subjects_note_unknown(const struct ledger *l, const struct event *v, struct map *unknown);
MUST_USE int subjects_check_unknown(const struct ledger *l, const struct map *unknown, struct error *e);

/* The text of a token in another form: the subject (made if need be), or the lookup token. Absent
 * if there is none, or the text is no token. */
struct span subject_of(struct ledger *l, struct span lookup, struct arena *arena);
struct span lookup_of(const struct ledger *l, struct span subject, struct arena *arena);
/* Whether the subject of a line was erased. */
bool subject_is_erased(const struct ledger *l, struct span subject);

#endif

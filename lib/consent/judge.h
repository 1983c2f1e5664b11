/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/judge.h: one question put to every line of a run: what filter, gate and decide share.
 * A struct judge is read by all threads; a struct bench belongs to one of them. */
#ifndef CDP_CONSENT_JUDGE_H
#define CDP_CONSENT_JUDGE_H

#include "base/arena.h"		/* by value */
#include "base/attr.h"
#include "base/buf.h"		/* by value */
#include "consent/ahead.h"	/* struct ahead, by value */
#include "consent/decide.h"	/* struct question, by value */
#include "consent/intake.h"	/* struct intake, by value */
#include "consent/reason.h"	/* REASON_COUNT */
#include "model/decision.h"	/* struct decision */

struct blake2b;
struct consent_state;
struct error;
struct feed_line;
struct json_writer;
struct map;
struct profile;
struct record;

enum { INSTANT_TEXT = 40 };	/* room for an instant, written, and a NUL */

struct judge {
	struct question		 question;
	struct question		*of_controllers; /* gate: the same, asked by each controller of the policy */
	struct intake		 intake;
	const struct consent_state *state;
	struct referrers	*referrers;
	unsigned char		 digest[32];	/* of the run: the key of decision ids */
	struct blake2b		*ids;		/* of them, with the key taken in */
	struct places		*places;
	struct redact_plan	*plan;
	bool			 quarantine;	/* gate: refused records are kept */
	bool			 denied;	/* filter: refusals are told */
	bool			 show_values;	/* and name the profile */
	bool			 all_reasons;	/* a refusal says every code */
	const struct phrases	*phrases;	/* explain: its language; NULL: English */
	const struct token_key	*seal;		/* filter: decisions are sealed; NULL: not */
	struct span		*notices;	/* by source: "notice:privacy@3", an entry of a registry */
	char			 valid_until[INSTANT_TEXT]; /* question.least_validity, written */
	char			 expires_at[INSTANT_TEXT];	/* gate: T + quarantine_days */
	struct arena		 memory;
};

enum { RECENT_CODES = 16 };

/* What one run, or one chunk of it, did. */
struct tally {
	uint64_t	 read, permitted, redacted, skipped, denied, expired, passed_by, left_out;
	uint64_t	 codes[REASON_COUNT];
	struct map	*dropped;		/* path → rows; NULL until the first */
	struct {
		const char	*code;
		unsigned	 index;
	}		 recent[RECENT_CODES];	/* codes told before, by their address */
};

/* The memory of one thread, emptied for every line. */
struct bench {
	struct arena	arena;
	struct ahead	ahead;		/* ahead_look() moves it on */
	struct buf	scratch;
	struct ndjson	*scanner;	/* of lines that came without a tape; NULL until the first */
};
void bench_done(struct bench *b);

/* `q` names what is asked; NULL members are chosen where the policy leaves one choice. -1 with
 * USAGE: not registered, or no single choice. */
struct judge_question {
	const char	*purpose, *channel, *controller, *destination;
	bool		 of_source;	/* the controller is that of each record's source: the gate */
	bool		 preferred_only;
};
MUST_USE int judge_open(struct judge *j, const struct consent_state *s,
    const struct judge_question *q, struct error *e);
void judge_close(struct judge *j);
/* command, gate purpose, policy, checkpoint, known_at ... of the `stream` line. */
void judge_header(const struct judge *j, const char *command, struct json_writer *w);

/* A verdict about a row (or one address of it) as decision; everything lives in the arena. */
void judge_decision(const struct judge *j, const struct ruling *r, struct facts *f, struct span row,
    struct arena *arena, struct decision *d);
/* With j->all_reasons: d->reasons, every code that refuses f->contact, in the order of the steps, once
 * each. `q` is the question that was decided. */
void judge_reasons(const struct judge *j, const struct question *q, struct facts *f,
    struct arena *arena, struct decision *d);
/* "type:keyid:token" in the arena. */
struct span judge_token_text(const struct judge *j, struct span type, const struct token *t,
    struct arena *arena);
/* A `decision` line: the token of the row instead of its id, no personal value. */
void judge_line(const struct judge *j, const struct decision *d, struct span row,
    struct fact_identifier *contact, struct arena *arena, struct buf *out);

/* The lines; NULL for what was read of one: it has a tape. 0, 1 (refused, e says why) or -1 (the run ends), as feed's callback. */
int filter_profile(const struct judge *j, struct bench *b, const struct feed_line *line,
    const struct profile *profile, struct buf *out, struct buf *denied, struct tally *t,
    struct error *e);
int gate_record(const struct judge *j, struct bench *b, const struct feed_line *line,
    const struct record *record, struct buf *out, struct buf *quarantine, struct tally *t,
    struct error *e);
/* Every address of the profile by itself, f->contact, or the row where it has none. 0 or 1. */
typedef void ruling_visit(void *arg, const struct judge *j, const struct ruling *r,
    struct facts *f, struct span row, struct arena *arena);
int judge_profile(const struct judge *j, struct bench *b, const struct feed_line *line,
    ruling_visit *visit, void *arg, struct error *e);
/* decide: one `decision` line per address, or one for the row. */
int decide_profile(const struct judge *j, struct bench *b, const struct feed_line *line,
    struct buf *out, struct tally *t, struct error *e);
/* The same for an object of typed identifiers. */
int decide_subject(const struct judge *j, struct bench *b, const struct ndjson *n, struct buf *out,
    struct tally *t, struct error *e);
/* A `consent` line must not say a no that the ledger has not heard: E_UNAPPENDED, UNSAFE. */
int judge_consent_line(const struct judge *j, struct bench *b, const struct feed_line *line,
    struct error *e);
/* A line that is no profile, for a command that reads profiles only. 0: nobody's row, left out; 1: a
 * record, refused (E_KIND); -1: as above. j NULL: what a consent line says is not looked at. */
int judge_no_profile(const struct judge *j, struct bench *b, const struct feed_line *line,
    struct error *e);

void tally_code(struct tally *t, const char *code);
void tally_drop(struct tally *t, struct span path);
void tally_add(struct tally *sum, const struct tally *part);	/* and ends the part */
void tally_done(struct tally *t);
/* "codes" and "dropped" as members of the summary. */
void tally_summary(const struct tally *t, struct json_writer *w);
/* "; D_NO_CONSENT 12, P_CONSENT 80": codes that occurred, in byte order. */
void tally_text(const struct tally *t, struct buf *out);

#endif

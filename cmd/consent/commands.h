/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/commands.h: what the commands of cdp-consent share. A command is a file here, which
 * defines its options and its run, a COMMAND below, and a line in the table of cdp-consent.c. */
#ifndef CDP_CMD_CONSENT_COMMANDS_H
#define CDP_CMD_CONSENT_COMMANDS_H

#include "base/attr.h"
#include "cli/tool.h"		/* struct tool, by value */
#include "consent/guard.h"	/* struct guard_options, by value */
#include "consent/judging.h"	/* struct judging, by value */
#include "consent/ledger.h"	/* struct ledger_place, by value */
#include "consent/run.h"	/* enum run_command */

enum { BATCH = 1000 };		/* of append */

/* The targets of all options; each command reads those of its own table. */
struct settings {
	struct tool		 tool;
	struct ledger_place	 place;		/* of a command that has run: place_of() */
	const char	*policy, *name, *subjects, *receipts, *trust;
	const char	*sample, *mapping;		/* lint */
	bool		 new_keys, json, pass, accept_widened;
	uint64_t	 batch;

	/* events of a command's own */
	const char		*cause, *by, *list, *source, *map, *set, *within, *notice,
				*before, *after, *accept_reopen, *egress, *lang;
	struct option_time	 written_since;
	bool			 append, show;
	struct option_list	 lifts;
	bool			 no_suppress;		/* erase */
	struct option_time	 keep_proof;
	bool			 proof_vault;		/* prove, explain */

	/* prove, and where compile puts it */
	const char		*out_dir, *format, *notices;
	struct option_list	 lines;

	/* looking at the ledger */
	bool		 full, quick, evidence, tick;
	const char	*since;

	/* judging */
	const char		*purpose, *channel, *controller, *to, *side, *spread, *seal_key, *subject,
				*subject_fd, *max_age;
	bool			 draft, check, all_reasons, preferred_only, all, due;
	struct option_time	 known_at;
	struct judging		 judging;
	struct phrases		*phrases;	/* explain: NULL is English */
	struct guard_options	 guards;
};

#define COMMAND(name) \
	extern const struct option name##_options[]; \
	int run_##name(struct tool *t, struct error *e)

COMMAND(append);
COMMAND(check_proof);
COMMAND(checkpoint);
COMMAND(compile);
COMMAND(conflicts);
COMMAND(decide);
COMMAND(erase);
COMMAND(expire);
COMMAND(explain);
COMMAND(filter);
COMMAND(gate);
COMMAND(impact);
COMMAND(import);
COMMAND(init);
COMMAND(lint);
COMMAND(preference);
COMMAND(print_schema);
COMMAND(prove);
COMMAND(publish);
COMMAND(recheck);
COMMAND(remediate);
COMMAND(state);
COMMAND(suppress);
COMMAND(verify);

/* ---- rows of option tables ---- */

#define AT(member) offsetof(struct settings, member)
#define ELSEWHERE \
	{ OPT_TEXT, 0, "ledger", AT(place.ledger), "DIR", \
	    "where the ledger is, if it is not in --state", NULL }, \
	{ OPT_TEXT, 0, "keys", AT(place.keys), "DIR", "where its keys are, if they are not in --state", NULL }
#define POLICY \
	{ OPT_TEXT, 0, "policy", AT(policy), "PATH", \
	    "the policy: a file, or a directory of its parts", NULL }

enum { JUDGING = TOOL_OUTPUT | TOOL_REJECTS | TOOL_AS_OF | TOOL_SUMMARY | TOOL_STATE };

#define MOMENT \
	POLICY, \
	{ OPT_FLAG, 0, "draft", AT(draft), NULL, \
	    "allow an unpublished --policy; the output ends not-ok", NULL }, KNOWN

#define KNOWN \
	{ OPT_TIME, 0, "known-at", AT(known_at), "TIME", \
	    "what was known then (default: --as-of)", NULL }, \
	{ OPT_TEXT, 0, "max-ledger-age", AT(max_age), "DURATION", \
	    "how old the last ledger line may be (default: the policy's)", NULL }, ELSEWHERE

#define QUESTION \
	MOMENT, \
	{ OPT_FLAG, 0, "all-reasons", AT(all_reasons), NULL, \
	    "a refusal names every code that says no, not only the first", NULL }

#define ASKED \
	{ OPT_TEXT, 0, "purpose", AT(purpose), "ID", \
	    "what the data are to be used for", NULL }, \
	{ OPT_TEXT, 0, "channel", AT(channel), "ID", \
	    "how the person would be reached (default: the only one)", NULL }, \
	{ OPT_TEXT, 0, "controller", AT(controller), "ID", \
	    "who is responsible (default: the only one)", NULL }, \
	{ OPT_TEXT, 0, "to", AT(to), "ID", \
	    "the destination whose contract must cover it", NULL }

#define ACCEPT_WIDENED \
	{ OPT_FLAG, 0, "accept-widened", AT(accept_widened), NULL, \
	    "refusals whose scope could not be read do not give status 1", NULL }

#define SPREAD \
	{ OPT_TEXT, 0, "spread", AT(spread), "FILE", \
	    "a no said anywhere in its clusters counts: resolved for compliance", NULL }

#define PREFERRED_ONLY \
	{ OPT_FLAG, 0, "preferred-only", AT(preferred_only), NULL, \
	    "skip who would rather be reached by another channel", NULL }

#define PERSON \
	{ OPT_TEXT, 0, "subject-file", AT(subject), "FILE", \
	    "one person: typed identifiers or a profile; - is standard input", NULL }, \
	{ OPT_TEXT, 0, "subject-fd", AT(subject_fd), "N", "the same from an open descriptor", NULL }

#define PROOF_VAULT \
	{ OPT_FLAG, 0, "proof-vault", AT(proof_vault), NULL, \
	    "also of the erased, as long as they are kept for proof", NULL }

/* ---- what several commands do ---- */

const struct ledger_place *place_of(struct tool *t);	/* --state, --ledger, --keys */
instant now_of(const struct tool *t);
/* The ledger of the options for writing; `events`: the events of all its lines are asked for. */
struct ledger_writer *open_writer(struct tool *t, bool events, struct error *e);	/* --as-of, else the clock's */
/* Standard output gets to know that this is not all, also when nothing was written yet: no output
 * at all would read as an empty stream, and nobody as an answer. */
void end_not_ok(struct tool *t, const struct error *e);

/* Whether a person is named, by --subject-file or --subject-fd. */
bool has_person(const struct settings *s);
/* Opens it; both are USAGE, and so is a descriptor that is none. Ended by subject_close. */
struct subject;
MUST_USE int open_person(const struct settings *s, struct subject *subject, struct error *e);

/* Whether somebody has put anything on standard input: not a terminal, nor /dev/null, nor a pipe or
 * file without a byte. Waits for a pipe's first. For commands that can do without. */
bool has_input(void);

/* In one pipe, "append --pass | gate": the first byte comes after the commit of append, so a ledger
 * opened, and a clock read, before it would miss what was just said. */
void wait_for_input(const struct tool *t);

/* What the options of MOMENT and QUESTION say. */
struct judging_options judging_options(struct settings *s);
/* The verified state and the question of the options; closed by judging_close. */
MUST_USE int judge_begin(struct settings *s, bool gate, enum cache_use use, struct error *e);
/* Of one person little of a compiled state is looked at, and only that is checked. A graph can be read only
 * once, so with it there is no second try. */
enum cache_use cache_use_for_one(const struct settings *s);
/* The compliance graph of --spread, by the intake of some question of the state, for any of them;
 * *to is NULL without. Ended by spread_free. */
struct intake;
MUST_USE int open_spread(struct settings *s, const struct intake *in, struct spread **to,
    struct error *e);
/* Answers once, or twice: the part of a compiled state that an answer looks at may turn out to be broken,
 * and then all is said again from the ledger alone. Opens the subject if it is not open yet. */
typedef int answer_of_one(struct settings *s, struct subject *subject, enum cache_use use, void *arg,
    bool *broken, struct error *e);
MUST_USE int ask_of_one(struct settings *s, enum cache_use use, answer_of_one *answer, void *arg,
    struct error *e);
/* Every line of the operands. */
MUST_USE int judge_stream(struct settings *s, enum run_command command, struct error *e);
struct review;
/* Sets the graph of --spread for all questions of an open review; ended by spread_free. */
MUST_USE int review_spread(struct settings *s, struct review *r, struct spread **spread,
    struct error *e);
/* Lists what the review's visitor finds under every question that the options leave; profiles of
 * the operands, or without any the identifiers of the ledger. `prepare` may be NULL. */
typedef int review_prepare(struct settings *s, struct review *r, struct error *e);
MUST_USE int review(struct settings *s, struct review *r, bool all_bases, review_prepare *prepare,
    struct error *e);
/* One person from --subject-file: no envelope, one line or paragraph per answer. */
MUST_USE int judge_subject(struct settings *s, enum run_command command, struct error *e);

#endif

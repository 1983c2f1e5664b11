/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/resolve/commands.h: what the commands of cdp-resolve share. A command is a function of a file here, which
 * defines its options, a COMMAND below, and a line in the table of cdp-resolve.c. */
#ifndef CDP_CMD_RESOLVE_COMMANDS_H
#define CDP_CMD_RESOLVE_COMMANDS_H

#include "base/attr.h"
#include "cli/stages.h"			/* by value, as all below */
#include "cli/tool.h"
#include "resolve/events.h"
#include "resolve/label_file.h"
#include "resolve/model_file.h"
#include "resolve/resolve.h"
#include "resolve/scored_options.h"
#include <stddef.h>			/* offsetof */

struct buf;
struct rules;
struct splink;

/* The targets of all options; each command reads those of its own table. */
struct settings {
	struct tool		 tool;
	const char		*rules, *mode, *model, *ids, *previous, *id_key_file, *redirects, *events;
	const char		*conflicts, *generic, *purpose, *assume, *pairs;
	const char		*households, *answers, *review;
	struct option_list	 verdict_files;
	const char		*crosswalk, *links, *blocks, *save_model, *splink_file, *gamma, *label_file;
	const char		*export_splink;
	struct scored_words	 words;
	bool			 require_gate, only_estimate;
	struct option_limit	 max_merged, max_split, max_moved, max_lost;

	struct out		*conflicts_out;
	struct rules		*read_rules;
	struct model_file	*frozen, imported;
	struct splink		*splink;
	struct verdicts		 verdicts;
	struct label_file	 labels;
	unsigned char		*id_key;
	struct resolve		 resolve;
	struct resolve_events	 life;
	struct stages		 stages;
};

#define COMMAND(name) \
	extern const struct option name##_options[]; \
	int run_##name(struct tool *t, struct error *e)

COMMAND(diff);
COMMAND(estimate);
COMMAND(explain);
COMMAND(join);
COMMAND(print_schema);
COMMAND(review);
COMMAND(train);

/* ---- rows of option tables ---- */

#define MATCHING \
	{ OPT_INPUT, 0, "rules", offsetof(struct settings, rules), "FILE", \
	    "identifiers, joins, survivorship: see cdp-rules(5)", NULL }, \
	{ OPT_CHOICE, 0, "mode", offsetof(struct settings, mode), "MODE", \
	    "how records are matched (default auto)", "exact|auto|model" }, \
	{ OPT_TEXT, 0, "purpose", offsetof(struct settings, purpose), "NAME", \
	    "the linking purpose (default: the gate's, else identity_resolution)", NULL }, \
	{ OPT_TEXT, 0, "assume-purpose", offsetof(struct settings, assume), "NAME", \
	    "what records that say nothing were collected for", NULL }, \
	{ OPT_FLAG, 0, "require-gate", offsetof(struct settings, require_gate), NULL, \
	    "refuse input that did not come through cdp-consent gate", NULL }, \
	{ OPT_TEXT, 0, "threshold", offsetof(struct settings, words.threshold), "BITS", \
	    "weight from which two records are linked (default: from the data)", NULL }, \
	{ OPT_TEXT, 0, "review-threshold", offsetof(struct settings, words.review_threshold), "BITS", \
	    "weight from which a pair is worth a look (default: 4 bits below)", NULL }, \
	{ OPT_TEXT, 0, "target-fdr", offsetof(struct settings, words.target_fdr), "X", \
	    "share of the links that may be false (default 0.05, where it costs little)", NULL }, \
	{ OPT_NUMBER, 0, "pairs-per-record", offsetof(struct settings, words.pairs_per_record), "N", \
	    "budget of pairs that are compared (default 30)", NULL }, \
	{ OPT_CHOICE, 0, "compare", offsetof(struct settings, words.compare), "WHAT", \
	    "also pairs inside one source (default all)", "all|across-sources" }, \
	{ OPT_CHOICE, 0, "cluster", offsetof(struct settings, words.cluster), "HOW", \
	    "how links become profiles (default average)", "average|components|best-link" }, \
	{ OPT_NUMBER, 0, "max-size", offsetof(struct settings, words.max_size), "N", \
	    "records of a profile above which its links are looked at again (default 200)", NULL }, \
	{ OPT_NUMBER, 0, "seed", offsetof(struct settings, words.seed), "N", \
	    "of the sample that the weights are learnt from (default 1)", NULL }, \
	{ OPT_INPUT, 0, "model", offsetof(struct settings, model), "FILE", \
	    "decide by what --save-model kept, and learn nothing: see cdp-model(5)", NULL }

#define VERDICTS \
	{ OPT_LIST, 0, "verdicts", offsetof(struct settings, verdict_files), "FILE", \
	    "what people decided about pairs; of several files the last counts", NULL }

#define ID_KEY_FILE \
	{ OPT_INPUT, 0, "id-key-file", offsetof(struct settings, id_key_file), "FILE", \
	    "32-byte key, so that ids cannot be computed outside", NULL }

#define SAVE_MODEL \
	{ OPT_OUTPUT, 0, "save-model", offsetof(struct settings, save_model), "FILE", \
	    "what was learnt, as a document: see cdp-model(5)", NULL }

/* ---- steps ---- */

/* Rules, model, verdicts and keys, which can all refuse. */
MUST_USE int load_settings(struct settings *s, struct error *e);
MUST_USE int read_records(struct settings *s, struct error *e);
MUST_USE int join_records(struct settings *s, struct error *e);	/* reads them first */
void run_notices(const struct settings *s);	/* what a run that went well has to say all the same */
void profile_notices(const struct settings *s);		/* the same of the profiles it wrote */
void finish_run(struct settings *s);

/* ---- what comes out ---- */

/* Text that is all of the output, if the work went well so far (done == 0). Takes the text over. */
MUST_USE int put_text(struct tool *t, int done, struct buf *text, struct error *e);
/* A file beside the output. Takes the text over. */
MUST_USE int write_side(struct settings *s, const char *path, struct buf *text, struct error *e);
MUST_USE int save_model(struct settings *s, struct error *e);
bool beyond(const struct option_limit *limit, uint64_t n, uint64_t of);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/cdp-resolve.c: which records are the same person, why, and the best value of each field. The
 * commands are files of cmd/resolve. */
#include "cmd/resolve/commands.h"
#include "resolve/schema.h"
#include <stdint.h>

static const struct command commands[] = {
	{ .operands = "[FILE...]", .most = SIZE_MAX, .run = run_join, .options = join_options,
	    .line = "join the records of one person",
	    .common = TOOL_OUTPUT | TOOL_REJECTS | TOOL_THREADS | TOOL_MEMORY | TOOL_AS_OF |
	    TOOL_SUMMARY | TOOL_SCHEMA },
	{ .name = "estimate", .operands = "[FILE...]", .most = SIZE_MAX, .run = run_estimate,
	    .options = estimate_options, .line = "say what a run would do, and join nothing",
	    .common = TOOL_OUTPUT | TOOL_REJECTS | TOOL_THREADS | TOOL_MEMORY },
	{ .name = "train", .operands = "[FILE...]", .most = SIZE_MAX, .run = run_train,
	    .options = train_options, .line = "learn the weights and keep them, and join nothing",
	    .common = TOOL_OUTPUT | TOOL_REJECTS | TOOL_THREADS | TOOL_MEMORY },
	{ .name = "explain", .operands = "[FILE...]", .most = SIZE_MAX, .run = run_explain,
	    .options = explain_options, .line = "say why pairs of records are one profile, or not",
	    .common = TOOL_OUTPUT | TOOL_REJECTS | TOOL_THREADS | TOOL_MEMORY },
	{ .name = "diff", .operands = "OLD NEW", .least = 2, .most = 2, .run = run_diff,
	    .options = diff_options, .line = "compare two streams of profiles",
	    .common = TOOL_OUTPUT | TOOL_THREADS },
	{ .name = "review", .operands = "QUEUE", .least = 1, .most = 1, .run = run_review,
	    .options = review_options, .line = "answer the questions of a review queue" },
	{ .name = "print-schema", .operands = "KIND", .least = 1, .most = 1, .run = run_print_schema,
	    .options = print_schema_options,
	    .line = "the JSON Schema of the lines of a kind", .common = TOOL_OUTPUT },
	COMMAND_LAST
};

static const char *const later[] = { "state", "stage", NULL };

static const struct tool_spec spec = {
	.name = "cdp-resolve",
	.line = "one profile per person out of the records of all sources",
	.examples = "  cdp-ingest crm.csv shop.ndjson | cdp-resolve -o profiles.ndjson\n"
	    "  cdp-resolve --rules rules.json --conflicts conflicts.tsv records.ndjson\n"
	    "  cdp-resolve estimate records.ndjson\n"
	    "  cdp-resolve explain --pairs pairs.txt records.ndjson\n",
	.calls = "  cdp-resolve train --save-model model.json records.ndjson\n"
	    "  cdp-resolve diff yesterday.ndjson today.ndjson\n"
	    "  cdp-resolve review --verdicts mine.ndjson queue.ndjson\n"
	    "  cdp-resolve print-schema profile\n",
	.commands = commands,
	.later = later,
	.schema = resolve_schema,
};

int
main(int argc, char **argv)
{
	struct settings s = { .words = SCORED_NO_WORDS };

	return tool_main(&s.tool, &spec, argc, argv);
}

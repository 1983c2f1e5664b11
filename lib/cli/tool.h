/* SPDX-License-Identifier: Apache-2.0 */
/* lib/cli/tool.h: the frame of every tool: start, common options, the one way out.
 *
 *	static const struct option options[] = { { OPT_TEXT, 0, "map", offsetof(...), "FILE", "...", NULL }, OPT_LAST };
 *	static const struct command commands[] = {
 *		{ .options = options, .common = TOOL_OUTPUT | TOOL_REJECTS, .operands = "[FILE...]",
 *		  .line = "what it does", .run = run },
 *		{ .name = "check", ... },
 *		COMMAND_LAST
 *	};
 *	static const struct tool_spec spec = { .name = "cdp-ingest", .line = "...", .commands = commands, .examples = "..." };
 *	int main(int argc, char **argv) { struct settings s = { 0 }; return tool_main(&s.tool, &spec, argc, argv); }
 *
 * `struct tool` is the first member of the tool's settings; option offsets count from there. */
#ifndef CDP_CLI_TOOL_H
#define CDP_CLI_TOOL_H

#include "base/arena.h"		/* by value */
#include "base/attr.h"
#include "base/notes.h"		/* by value */
#include "cli/option.h"		/* by value */

struct buf;
struct error;
struct feed_options;
struct json_writer;
struct lock;
struct out;
struct rejects;
struct tool;

/* Groups of common options; --help --version -q -v --print-options are always there. */
enum tool_common {
	TOOL_OUTPUT = 1,	/* -o FILE --lock-wait SECONDS */
	TOOL_REJECTS = 2,	/* --rejects --rejects-days --max-rejects --strict --show-values */
	TOOL_THREADS = 4,	/* --threads N --memory SIZE */
	TOOL_AS_OF = 8,		/* --as-of T */
	TOOL_SUMMARY = 16,	/* --summary FILE */
	TOOL_STATE = 32,	/* --state DIR --lock-wait SECONDS */
	TOOL_SCHEMA = 64,	/* --print-schema [KIND] is answered by tool_spec.schema */
	TOOL_MEMORY = 128	/* --memory is kept to */
};

enum { TOOL_SIDES = 24,		/* files of one run, beside its main output */
	TOOL_REJECTS_DAYS = 30 };	/* that rejects are kept */

struct command {
	const char		*name;		/* NULL: when no other command is named */
	const char		*line;		/* what it does, one phrase */
	const char		*operands;	/* "[FILE...]", "MAP [FILE]", "" for none */
	size_t			 least, most;	/* operands; most SIZE_MAX for any number */
	unsigned		 common;	/* enum tool_common */
	const struct option	*options;	/* its own; NULL for none */
	/* Does the work: 0, or -1 and e. May set tool->status to 1 for "a check said no". */
	int			(*run)(struct tool *t, struct error *e);
};
#define COMMAND_LAST	{ NULL, NULL, NULL, 0, 0, 0, NULL, NULL }

struct tool_spec {
	const char		*name;		/* "cdp-ingest" */
	const char		*line;		/* one phrase */
	const char		*examples;	/* lines for --help, shown first */
	const char		*calls;		/* further ones, for the --help of the command that each calls; or NULL */
	const struct command	*commands;	/* ended by COMMAND_LAST (run == NULL) */
	const char *const	*later;		/* subcommands of the design that are not built: refused by name; NULL-ended */
	/* Prints the JSON Schema of a kind ("" : the default) to out; false: unknown kind. */
	bool			(*schema)(const char *kind, struct buf *out);
};

struct tool {
	const struct tool_spec	*spec;
	const struct command	*command;
	const char		**operands;	/* borrowed from argv; "-" at most once among them */
	size_t			 operand_count;
	int			 status;	/* 0, or 1 when a check said no */
	struct arena		 arena;	/* lives as long as the tool; for what options need */

	/* common options */
	const char		*output;	/* -o; NULL: standard output */
	bool			 quiet, verbose, strict, show_values;
	const char		*rejects_path, *summary_path, *state;	/* state: option, CDP_STATE, "cdp-state" */
	bool			 state_given;	/* --state stood on the command line */
	uint64_t		 rejects_days, threads, memory, lock_wait;	/* threads ≥ 1; memory 0: not given */
	struct option_limit	 max_rejects;
	struct option_time	 as_of;

	/* made on demand, ended by tool_main */
	struct out		*out;		/* tool_out */
	struct out		*rejects_out;
	struct rejects		*rejects;	/* tool_rejects */
	struct buf		*summary;	/* tool_summary */
	struct out		*sides[TOOL_SIDES];	/* tool_side */
	size_t			 side_count;
	struct notes		 notes;		/* printed by tool_main unless -q */
	bool			 committed;

	/* tool.c's own */
	struct json_writer	*summary_writer;
	struct lock		*output_lock;
	struct span		 end_on_failure;
	bool			 small_stack;	/* of the first thread, for good */
	size_t			 words;		/* of the command line */
	int64_t			 started_ms, progress_ms;
};

/* The whole life of a tool: descriptors, signals, no core dumps, umask 077, parsing (exits on
 * --help, --version, --print-options, --print-schema, bad usage), the command's run, then: on
 * success all outputs are committed together (sides and rejects first, then -o), the summary is
 * written, notes are printed; on failure all are aborted, a stream gets nothing more (unless
 * tool_not_ok was called), the error is printed as "TOOL: FILE:LINE:COL: CODE: text". Returns
 * the exit status. */
int tool_main(struct tool *t, const struct tool_spec *spec, int argc, char **argv);

/* The main output, opened at the first call. NULL and e on failure. */
struct out *tool_out(struct tool *t, struct error *e);
/* Somebody sees it at a terminal: what a line gives must come out before the next is given. */
bool tool_by_line(const struct tool *t);
/* A further output file, which appears together with the main one. */
struct out *tool_side(struct tool *t, const char *path, struct error *e);
/* The rejects, by the common options. NULL and e on failure (its file cannot be opened). */
struct rejects *tool_rejects(struct tool *t, struct error *e);
/* How the streams of the operands are read, by the common options: paths, threads, rejects,
 * notes, progress. -1 and e: the file of rejects cannot be opened. */
MUST_USE int tool_feed(struct tool *t, struct feed_options *feed, struct error *e);
/* The one JSON object of --summary: always built, written if asked. The first call opens the
 * object and writes tool and version; tool_main adds ok and code and closes it. */
struct json_writer *tool_summary(struct tool *t);
/* Commits every output now, before the command does something that must come after
 * (0 or -1); tool_main then has nothing left to commit. */
MUST_USE int tool_commit(struct tool *t, struct error *e);
/* On standard output, when the run fails: this "end" line with ok:false is written if
 * the stream still works (borrowed text, LF included). */
void tool_on_failure(struct tool *t, struct span end_line);

/* Somebody at a terminal who gave no file, and waits for the tool that waits for lines, is told so. */
void tool_tell_waiting(const struct tool *t);

/* Sets status 1 when more lines were refused than --max-rejects allows. */
void tool_check_rejects(struct tool *t, uint64_t lines_in);

/* A line on stderr, "TOOL: text", unless -q; control bytes made visible. */
void tool_notice(const struct tool *t, const char *format, ...) PRINTF_LIKE(2, 3);
/* Status USAGE, "not in this version: WHAT". Always -1. */
int tool_not_yet(struct error *e, const char *what);

/* Since the start, for a summary; no other output may show it. */
int64_t tool_elapsed_ms(const struct tool *t);

/* Progress on a terminal's stderr, after one second, with what is left. */
void tool_progress(void *tool, uint64_t done, uint64_t all);

#endif

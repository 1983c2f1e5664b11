/* SPDX-License-Identifier: Apache-2.0 */
/* lib/cli/parse.h: argument vectors against option tables. */
#ifndef CDP_CLI_PARSE_H
#define CDP_CLI_PARSE_H

#include "base/attr.h"
#include <stdbool.h>

struct error;
struct tool;

/* The options of a command: the common ones its groups ask for, then its own. Calls visit for
 * each until it returns false. */
struct command;
struct option;
typedef bool option_visit(void *arg, const struct option *o, bool common);
void options_each(const struct command *c, option_visit *visit, void *arg);

/* What the words before any file say besides work. */
enum parse_result { PARSE_RUN, PARSE_HELP, PARSE_VERSION, PARSE_OPTIONS, PARSE_COMPLETION,
    PARSE_SCHEMA, PARSE_BAD };
/* Finds the command, fills in the settings. PARSE_BAD: e has status USAGE. For PARSE_SCHEMA
 * *word is the kind asked for, "" for the default. */
MUST_USE enum parse_result parse_arguments(struct tool *t, int argc, char **argv,
    const char **word, struct error *e);

#endif

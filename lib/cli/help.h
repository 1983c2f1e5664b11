/* SPDX-License-Identifier: Apache-2.0 */
/* lib/cli/help.h: what a tool says about itself, all of it from its tables. */
#ifndef CDP_CLI_HELP_H
#define CDP_CLI_HELP_H

struct buf;
struct command;
struct tool_spec;

void help_write(struct buf *out, const struct tool_spec *spec, const struct command *c);
/* One line per option and command, fields separated by TAB: command, letter, long name,
 * argument, help. "later" in the first field marks what this version refuses by name. */
void help_options(struct buf *out, const struct tool_spec *spec);
void help_completion(struct buf *out, const struct tool_spec *spec);	/* for bash */

#endif

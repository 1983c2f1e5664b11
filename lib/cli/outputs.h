/* SPDX-License-Identifier: Apache-2.0 */
/* lib/cli/outputs.h: whether a tool may write what it was asked to write. */
#ifndef CDP_CLI_OUTPUTS_H
#define CDP_CLI_OUTPUTS_H

#include "base/attr.h"	/* MUST_USE */

struct error;
struct tool;

/* Some are written to after an hour's work: what can refuse them now does. 0, or -1 and e says why: a place
 * that takes no file, or an output other than -o that is also read. */
MUST_USE int tool_check_outputs(const struct tool *t, struct error *e);
/* Once it is known that the main output is written, as tool_out knows: without -o that goes to standard output,
 * and nothing else may. 0, or -1 and e says so. */
MUST_USE int tool_check_stream(const struct tool *t, struct error *e);

#endif

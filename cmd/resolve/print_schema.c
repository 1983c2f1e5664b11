/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/resolve/print_schema.c: the JSON Schema of the lines of a kind. */
#include "base/buf.h"
#include "base/error.h"
#include "cmd/resolve/commands.h"
#include "resolve/schema.h"

const struct option print_schema_options[] = { OPT_LAST };

int
run_print_schema(struct tool *t, struct error *e)
{
	struct buf text = { 0 };
	int r = resolve_schema(t->operands[0], &text) ? 0 :
	    error_set(e, USAGE, "E_USAGE", "no schema of this kind");

	return put_text(t, r, &text, e);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/print_schema.c: the JSON Schema of a kind of file or line. */
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "consent/schema.h"
#include "io/out.h"

const struct option print_schema_options[] = { OPT_LAST };

int
run_print_schema(struct tool *t, struct error *e)
{
	struct out *out = tool_out(t, e);

	if (out == NULL)
		return -1;
	if (!consent_schema(t->operands[0], out_buffer(out)))
		return error_set(e, USAGE, "E_USAGE", "no schema of this kind (consent, decision, policy, regime)");
	return 0;
}

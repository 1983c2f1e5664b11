/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/common.c: what several commands need of the frame. */
#include "base/buf.h"
#include "base/error.h"
#include "base/instant.h"
#include "cmd/consent/commands.h"
#include "model/stream.h"

#include <string.h>

instant
now_of(const struct tool *t)
{
	return t->as_of.given ? t->as_of.at : clock_now();
}

void
end_not_ok(struct tool *t, const struct error *e)
{
	struct stream_end end = { .ok = false, .code = (int)e->status };
	struct error ignored = { 0 };
	struct buf line = { 0 };

	if (t->out == NULL && t->output != NULL && strcmp(t->output, "-") != 0)
		return;		/* a file, and none will be made */
	if (tool_out(t, &ignored) == NULL)
		return;
	stream_end_write(&line, &end);
	tool_on_failure(t, arena_copy(&t->arena, buf_span(&line)));
	buf_done(&line);
}

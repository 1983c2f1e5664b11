/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/resolve/diff.c: compares two streams of profiles. */
#include "base/buf.h"
#include "base/error.h"
#include "cmd/resolve/commands.h"
#include "resolve/diff.h"

const struct option diff_options[] = {
	{ OPT_LIMIT, 0, "max-merged", offsetof(struct settings, max_merged), "N|P%",
	    "exit 1 if more old profiles were merged", NULL },
	{ OPT_LIMIT, 0, "max-split", offsetof(struct settings, max_split), "N|P%",
	    "exit 1 if more old profiles were split", NULL },
	{ OPT_LIMIT, 0, "max-moved", offsetof(struct settings, max_moved), "N|P%",
	    "exit 1 if more records changed their profile", NULL },
	OPT_LAST
};

int
run_diff(struct tool *t, struct error *e)
{
	const struct settings *s = (const struct settings *)t;
	struct diff d = { 0 };
	struct buf text = { 0 };
	int r = diff_files(&d, t->operands[0], t->operands[1], (unsigned)t->threads, e);

	if (r == 0) {
		diff_write(&d, &text);
		if (beyond(&s->max_merged, d.merged, d.old_profiles) ||
		    beyond(&s->max_split, d.split, d.old_profiles) ||
		    beyond(&s->max_moved, d.moved, d.old_records))
			t->status = STATUS_REFUSED;
	}
	return put_text(t, r, &text, e);
}

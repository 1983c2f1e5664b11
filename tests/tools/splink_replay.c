/* SPDX-License-Identifier: Apache-2.0 */
/* tests/tools/splink_replay.c: splink_replay SETTINGS TABLE: how far the weights of the settings
 * are from the match_weight of a table, in bits; for make check-splink. */
#include "base/buf.h"
#include "base/error.h"
#include "base/notes.h"
#include "resolve/splink.h"

#include <stdio.h>

int
main(int argc, char **argv)
{
	struct notes notes = { 0 };
	struct error e = { 0 };
	struct splink_replay replay = { 0 };
	struct buf out = { 0 };
	struct splink *s = argc == 3 ? splink_load(argv[1], &notes, &e) : NULL;
	int r = s == NULL ? -1 : splink_gamma(s, argv[2], &out, &replay, &e);

	if (r < 0)
		fprintf(stderr, "splink_replay: %s: %s\n", e.file, e.text);
	else
		printf("%llu %.3e\n", (unsigned long long)replay.rows, replay.furthest);
	buf_done(&out);
	splink_free(s);
	notes_done(&notes);
	return r == 0 && replay.compared ? 0 : 1;
}

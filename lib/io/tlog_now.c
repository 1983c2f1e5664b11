/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_now.c: how far a log was acknowledged, by its own word. */
#include "base/error.h"
#include "io/own.h"
#include "io/tlog_key.h"
#include "io/tlog_origin.h"
#include "io/tlog_read.h"

int
tlog_now_read(struct tlog_now *now, const char *dir, const struct tlog_origin *origin,
    struct error *e)
{
	struct buf path = { 0 };
	struct tlog_key key;
	const char *wrong;
	int r;

	*now = (struct tlog_now){ 0 };
	buf_print(&path, "%s/checkpoint%c", dir, 0);
	r = own_read(path.p, TLOG_NOTE_MOST, &now->bytes, e);
	buf_done(&path);
	if (r < 0)
		return -1;
	wrong = tlog_key_read(span_from(origin->key), &key);
	if (wrong == NULL && !span_is(key.name, origin->name))
		wrong = "the key of the origin is that of another log";
	if (wrong == NULL)
		wrong = tlog_checkpoint_open(buf_span(&now->bytes), &key, &now->note, &now->checkpoint);
	if (wrong == NULL)
		return 0;
	error_set(e, UNSAFE, "E_LEDGER", "%s: the checkpoint: %s", dir, wrong);
	error_place(e, NULL, 1, 0);	/* no line has a signature */
	return -1;
}

void
tlog_now_done(struct tlog_now *now)
{
	buf_done(&now->bytes);
	*now = (struct tlog_now){ .note = { .count = 0 } };
}

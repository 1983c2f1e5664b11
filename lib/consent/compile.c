/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/compile.c: reads the ledger and writes down what it says. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/encode.h"
#include "base/error.h"
#include "consent/compile.h"
#include "consent/ledger.h"
#include "io/json_write.h"
#include "io/lock.h"
#include "io/sweep.h"

#include <sys/stat.h>

static void
write_report(const struct ledger *l, const char *dir, uint64_t bytes, struct buf *report)
{
	struct buf root = { 0 }, file = { 0 };
	struct json_writer w = json_writer(report);

	base64_write(&root, span_make((const char *)l->root.bytes, SHA256_BYTES));
	buf_print(&file, "%s/compiled", dir);
	json_open_object(&w);
	json_member_string(&w, "file", buf_span(&file));
	json_member_u64(&w, "bytes", bytes);
	json_member_string(&w, "name", span_from(l->origin.name));
	json_member_u64(&w, "size", l->now.checkpoint.size);
	json_member_string(&w, "root", buf_span(&root));
	json_end(&w);
	buf_byte(report, '\n');
	buf_done(&root);
	buf_done(&file);
}

/* What one that was killed has left holds tokens of people. In a directory of somebody else's the files may
 * be somebody else's too. */
static int
clear(const struct compile_options *o, const char *dir, struct error *e)
{
	return o->out_dir != NULL ? 0 : sweep(dir, SWEEP_TEMPS, e);
}

static int
compile(const struct compile_options *o, struct buf *report, struct error *e)
{
	struct buf dir = { 0 };
	struct ledger_question q = { .place = o->place, .known_at = INSTANT_NONE, .past = true };
	struct ledger l;
	uint64_t bytes;
	int r = ledger_load(&l, &q, e);

	if (r == 0) {
		if (o->out_dir != NULL)
			buf_print(&dir, "%s%c", o->out_dir, 0);
		else
			buf_print(&dir, "%s/cache%c", l.dir, 0);
		r = clear(o, dir.p, e) < 0 ? -1 : cache_write(&l, dir.p, &bytes, e);
	}
	if (r == 0)
		write_report(&l, dir.p, bytes, report);
	ledger_close(&l);
	buf_done(&dir);
	return r;
}

int
compile_ledger(const struct compile_options *o, struct buf *report, struct error *e)
{
	char *dir = ledger_path(o->place, "ledger"), *path = ledger_path(o->place, "ledger/lock");
	struct lock *lock = NULL;
	struct stat st;
	int r = -1;

	if (stat(dir, &st) < 0)
		error_set(e, UNSAFE, "E_LEDGER", "no ledger in %s (cdp-consent init makes one)",
		    ledger_where(o->place));
	else
		lock = lock_take(path, o->lock_wait, e);
	if (lock != NULL)
		r = compile(o, report, e);
	lock_drop(lock);
	mem_free(path);
	mem_free(dir);
	return r;
}

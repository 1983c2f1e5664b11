/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger_temps.c: what a kill between the last two steps of a file has left. Whoever holds
 * the lock is the only one who makes files in these directories, so none of these is being made. */
#include "base/buf.h"
#include "base/error.h"
#include "consent/ledger_write_priv.h"
#include "io/sweep.h"

int
ledger_sweep_temps(const struct ledger *l, struct error *e)
{
	static const char *const parts[] = { ".", "policies", "side", "torn" };
	struct buf path = { 0 };
	int r = 0;

	for (size_t i = 0; i < sizeof parts / sizeof parts[0] && r == 0; i++) {
		buf_reset(&path);
		buf_print(&path, "%s/%s%c", l->dir, parts[i], 0);
		r = sweep(path.p, SWEEP_TEMPS, e);
	}
	buf_done(&path);
	return r;
}

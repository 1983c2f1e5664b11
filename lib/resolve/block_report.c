/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/block_report.c: what the ladder did (resolve 3.4). */
#include "base/buf.h"
#include "resolve/block_report.h"
#include "resolve/scored.h"

#include <inttypes.h>

void
block_report_write(const struct scored *x, struct buf *out)
{
	const struct chosen *c = &x->chosen;

	buf_text(out, "rule\tkey\tsize\tstep\taction\n");
	for (size_t i = 0; i < c->bigs; i++) {
		const struct big_block *b = &c->big[i];

		rule_name(&x->view, &c->rule[b->rule], out);
		buf_print(out, "\t%016" PRIx64 "\t%u\t%u\t%s\n", b->key, b->size, b->step,
		    b->skipped ? "skipped" : "split");
	}
}

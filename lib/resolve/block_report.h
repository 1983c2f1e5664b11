/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/block_report.h: the blocks that were too large, as tab-separated lines. */
#ifndef CDP_RESOLVE_BLOCK_REPORT_H
#define CDP_RESOLVE_BLOCK_REPORT_H

struct buf;
struct scored;

/* "rule  key  size  step  action": by rule, step and key. The key is a digest, never a value. */
void block_report_write(const struct scored *x, struct buf *out);

#endif

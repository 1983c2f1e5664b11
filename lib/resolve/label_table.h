/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/label_table.h: two records side by side, for a person who compares them. */
#ifndef CDP_RESOLVE_LABEL_TABLE_H
#define CDP_RESOLVE_LABEL_TABLE_H

struct buf;
struct ndjson;

/* Of the review line that was scanned last: its records, member by member, and how alike the
 * engine found them. Control characters are made visible. */
void label_table(const struct ndjson *n, struct buf *out);

#endif

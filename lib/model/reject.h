/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/reject.h: a line refused, with its reason and its bytes.
 * {"kind":"reject","tool":"cdp-ingest","file":"crm.csv","line":17,"lines":1,"byte":10433,
 *  "column":"birth","code":"E_DATE","source":"crm","raw":"17,Ana,31.02.1985"} */
#ifndef CDP_MODEL_REJECT_H
#define CDP_MODEL_REJECT_H

#include "base/span.h"	/* passed by value */
#include <stdint.h>

struct buf;

enum { REJECT_RAW_MAX = 4096 };		/* bytes of an over-long line that are kept */

struct reject {
	const char	*tool, *code;
	struct span	 file;			/* base name */
	uint64_t	 line, lines, byte;	/* line from 1; lines 0 reads as 1 */
	uint32_t	 column;		/* byte column from 1; not written, used in messages; 0 unknown */
	struct span	 field;			/* "column" member: header name or path; may be absent */
	struct span	 source;		/* may be absent */
	struct span	 raw;			/* the bytes; written as raw, or raw_base64 if not UTF-8 */
	uint64_t	 raw_bytes;		/* length in the input when raw was cut, else 0 */
};

void reject_write(const struct reject *r, struct buf *out);	/* one line, LF included */

#endif

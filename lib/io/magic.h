/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/magic.h: what the first bytes of a file say it is. Used by the source alone. */
#ifndef CDP_IO_MAGIC_H
#define CDP_IO_MAGIC_H

#include "base/span.h"	/* passed by value */
#include "io/source.h"	/* enum encoding */

enum { MAGIC_BYTES = 4096 };	/* as many are looked at */

enum magic {
	MAGIC_TEXT,		/* nothing that we know better */
	MAGIC_GZIP, MAGIC_ZSTD,
	MAGIC_UTF_16LE, MAGIC_UTF_16BE, MAGIC_UTF_32,
	MAGIC_XLSX, MAGIC_ODS, MAGIC_ZIP, MAGIC_XLS, MAGIC_PDF, MAGIC_PARQUET, MAGIC_SQLITE,
	MAGIC_ELF, MAGIC_BZIP2, MAGIC_XZ, MAGIC_LZ4, MAGIC_7ZIP, MAGIC_AVRO, MAGIC_ARROW
};

enum magic magic_kind(struct span head);
/* Why it cannot be read as text of that encoding: "an Excel workbook: save as CSV"; or NULL. */
const char *magic_refusal(enum magic kind, enum encoding encoding);
/* For a head that is not UTF-8 at byte `bad`: the likely encoding, as advice. */
const char *magic_encoding(struct span head, size_t bad);

#endif

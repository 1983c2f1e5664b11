/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/magic.c: what the first bytes of a file say it is. */
#include "base/utf8.h"
#include "io/magic.h"

#include <stdint.h>

struct signature {
	struct span	bytes;
	enum magic	kind;
};

/* The longer one first where two begin alike. */
static const struct signature signatures[] = {
	{ SPAN_INIT("\x1f\x8b"), MAGIC_GZIP },
	{ SPAN_INIT("\x28\xb5\x2f\xfd"), MAGIC_ZSTD },
	{ SPAN_INIT("\xff\xfe\0\0"), MAGIC_UTF_32 },
	{ SPAN_INIT("\0\0\xfe\xff"), MAGIC_UTF_32 },
	{ SPAN_INIT("\xff\xfe"), MAGIC_UTF_16LE },
	{ SPAN_INIT("\xfe\xff"), MAGIC_UTF_16BE },
	{ SPAN_INIT("PK\x03\x04"), MAGIC_ZIP },
	{ SPAN_INIT("PK\x05\x06"), MAGIC_ZIP },
	{ SPAN_INIT("PK\x07\x08"), MAGIC_ZIP },
	{ SPAN_INIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), MAGIC_XLS },
	{ SPAN_INIT("%PDF-"), MAGIC_PDF },
	{ SPAN_INIT("PAR1\x15"), MAGIC_PARQUET },
	{ SPAN_INIT("SQLite format 3\0"), MAGIC_SQLITE },
	{ SPAN_INIT("\x7f" "ELF"), MAGIC_ELF },
	{ SPAN_INIT("\xfd" "7zXZ\0"), MAGIC_XZ },
	{ SPAN_INIT("\x04\x22\x4d\x18"), MAGIC_LZ4 },
	{ SPAN_INIT("7z\xbc\xaf\x27\x1c"), MAGIC_7ZIP },
	{ SPAN_INIT("Obj\x01"), MAGIC_AVRO },
	{ SPAN_INIT("ARROW1\0\0"), MAGIC_ARROW }
};

static const char *const refusals[] = {
	[MAGIC_GZIP] = "gzip data inside packed data: unpack it once first",
	[MAGIC_ZSTD] = "zstd data inside packed data: unpack it once first",
	[MAGIC_UTF_16LE] = "UTF-16 text (little endian): give the encoding utf-16le",
	[MAGIC_UTF_16BE] = "UTF-16 text (big endian): give the encoding utf-16be",
	[MAGIC_UTF_32] = "UTF-32 text: convert it to UTF-8 (iconv -f UTF-32 -t UTF-8)",
	[MAGIC_XLSX] = "an Excel workbook (xlsx): save as CSV",
	[MAGIC_ODS] = "an OpenDocument spreadsheet (ods): save as CSV",
	[MAGIC_ZIP] = "a zip archive: unpack it first",
	[MAGIC_XLS] = "an old Excel or Office document (xls): save as CSV",
	[MAGIC_PDF] = "a PDF document: export the data as CSV where it comes from",
	[MAGIC_PARQUET] = "a Parquet file: export it as CSV or NDJSON",
	[MAGIC_SQLITE] = "a SQLite database: export the table as CSV",
	[MAGIC_ELF] = "a program (ELF), not data",
	[MAGIC_BZIP2] = "bzip2 data: pipe it through bzip2 -dc",
	[MAGIC_XZ] = "xz data: pipe it through xz -dc",
	[MAGIC_LZ4] = "lz4 data: pipe it through lz4 -dc",
	[MAGIC_7ZIP] = "a 7z archive: unpack it first",
	[MAGIC_AVRO] = "an Avro file: export it as CSV or NDJSON",
	[MAGIC_ARROW] = "an Arrow file: export it as CSV or NDJSON"
};

static bool
holds(struct span s, struct span part)
{
	for (size_t i = 0; i + part.len <= s.len; i++) {
		i += span_index(span_skip(s, i), part.p[0]);
		if (span_starts(span_skip(s, i), part))
			return true;
	}
	return false;
}

/* Names of the members stand in the archive as they are. */
static enum magic
zip_kind(struct span head)
{
	if (holds(head, SPAN("opendocument.spreadsheet")))
		return MAGIC_ODS;
	if (holds(head, SPAN("xl/")) || holds(head, SPAN("[Content_Types].xml")))
		return MAGIC_XLSX;
	return MAGIC_ZIP;
}

/* Text without a mark: in UTF-16 every second byte of Latin text is NUL, in UTF-32 three of
 * four. Seven in ten are enough, so that some other letters do not hide it. */
static enum magic
wide_kind(struct span head)
{
	size_t units = head.len / 2, low = 0, high = 0, quads = 0;

	for (size_t i = 0; i < units; i++) {
		bool first = head.p[2 * i] == '\0', second = head.p[2 * i + 1] == '\0';

		low += !first && second;
		high += first && !second;
		quads += first && second;
	}
	if (units < 2)
		return MAGIC_TEXT;
	if (quads * 20 >= units * 9 && (low + high) * 20 >= units * 9)
		return MAGIC_UTF_32;
	if (low * 10 >= units * 7)
		return MAGIC_UTF_16LE;
	return high * 10 >= units * 7 ? MAGIC_UTF_16BE : MAGIC_TEXT;
}

/* "BZh", a digit, and the first bytes of pi: a cell could begin like the first four. */
static bool
is_bzip2(struct span head)
{
	return span_starts(head, SPAN("BZh")) &&
	    span_starts(span_skip(head, 4), SPAN("\x31\x41\x59\x26\x53\x59"));
}

/* 0x184D2A50 to 5F, little endian: a frame of zstd that is only skipped. */
static bool
is_skippable(struct span head)
{
	return head.len >= 4 && ((unsigned char)head.p[0] & 0xf0) == 0x50 &&
	    span_equal(span_make(head.p + 1, 3), SPAN("\x2a\x4d\x18"));
}

enum magic
magic_kind(struct span head)
{
	for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
		if (!span_starts(head, signatures[i].bytes))
			continue;
		return signatures[i].kind == MAGIC_ZIP ? zip_kind(head) : signatures[i].kind;
	}
	if (is_bzip2(head))
		return MAGIC_BZIP2;
	if (is_skippable(head))
		return MAGIC_ZSTD;
	return wide_kind(span_head(head, MAGIC_BYTES));
}

const char *
magic_refusal(enum magic kind, enum encoding encoding)
{
	if (kind == MAGIC_UTF_16LE && encoding == ENCODING_UTF_16LE)
		return NULL;
	if (kind == MAGIC_UTF_16BE && encoding == ENCODING_UTF_16BE)
		return NULL;
	return refusals[kind];
}

/* Bytes 0x80 to 0x9F are letters and quotes in windows-1252, controls in iso-8859-1; five of
 * them windows-1252 does not know. Where UTF-8 came first, the byte is damage, not encoding. */
const char *
magic_encoding(struct span head, size_t bad)
{
	bool unknown = false;

	if (!utf8_is_ascii(span_head(head, bad)))
		return "the text before it is UTF-8, so this place is damaged";
	for (size_t i = bad; i < head.len; i++) {
		unsigned char c = (unsigned char)head.p[i];

		unknown |= c == 0x81 || c == 0x8d || c == 0x8f || c == 0x90 || c == 0x9d;
	}
	return unknown ? "it looks like iso-8859-1; give the encoding (--encoding)" :
	    "it looks like windows-1252; give the encoding (--encoding)";
}

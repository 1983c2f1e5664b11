/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/source.h: bytes of a file, a pipe or standard input; unpacked and as UTF-8.
 * Always holds: a read error is never end of input; positions count unpacked bytes. */
#ifndef CDP_IO_SOURCE_H
#define CDP_IO_SOURCE_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct buf;
struct error;
struct byte_source;

enum encoding { ENCODING_UTF8, ENCODING_WINDOWS_1252, ENCODING_ISO_8859_1, ENCODING_UTF_16LE,
    ENCODING_UTF_16BE };

/* A zeroed struct means all defaults. In another encoding than UTF-8 a byte that means nothing
 * (0x81 in windows-1252, half a surrogate pair) becomes the byte 0xFF, which no UTF-8 holds,
 * so that its row is refused. */
struct source_options {
	enum encoding	encoding;
	uint64_t	expand_ratio;	/* 0: 200 bytes out per byte in, after the first MiB */
	uint64_t	expand_limit;	/* bytes unpacked in all; 0: 1 TiB */
	bool		by_line;	/* somebody waits for what each line gives */
};

/* Opens `path` ("-" is standard input), looks at its first bytes and refuses what is not
 * text (E_FILE_KIND), what cannot be opened, directories (status INPUT). gzip and zstd are
 * unpacked. The caller owns the source until source_close; NULL and e says why. */
struct byte_source *source_open(const char *path, const struct source_options *, struct error *e);
/* Bytes of memory that outlive the source, under a name; for tests and configuration. */
struct byte_source *source_of(struct span bytes, const char *name);
/* At most `room` bytes into p: their count, 0 at the end, -1 and e says why. At the end a
 * regular file that changed while it was read is E_CHANGED (INPUT). */
MUST_USE ssize_t source_read(struct byte_source *s, char *p, size_t room, struct error *e);
/* Appends all that is left to `all`; a byte order mark at the beginning of the file is left out, as
 * editors put one there. Stops behind `most` bytes (0: never): the caller sees that by the length.
 * -1 and e says why. */
MUST_USE int source_read_all(struct byte_source *s, size_t most, struct buf *all, struct error *e);
/* The first bytes that source_read would give, up to `want` (at most 4 MiB), fewer only at the end;
 * borrowed until the next call on s. span_none() and e says why on failure. */
struct span source_peek(struct byte_source *s, size_t want, struct error *e);
/* Like source_peek; but by line no further than the first line end behind the first `seen`. */
struct span source_peek_line(struct byte_source *s, size_t seen, size_t want, struct error *e);
/* Lines must be given on as they come: opened so, and no regular file. */
bool source_by_line(const struct byte_source *s);
/* For CSV, whose encoding is one for the whole file: INPUT E_ENCODING with the byte and the
 * likely encoding if the first 64 KiB are not UTF-8. (A line of NDJSON is refused alone.) */
MUST_USE int source_check_utf8(struct byte_source *s, struct error *e);
const char *source_name(const struct byte_source *s);	/* base name, "-" for standard input */
uint64_t source_bytes(const struct byte_source *s);	/* given out so far, unpacked */
uint64_t source_size(const struct byte_source *s);	/* of the file as stored, 0 if unknown */
uint64_t source_taken(const struct byte_source *s);	/* read from the file, still packed */
void source_close(struct byte_source *s);		/* NULL is fine */

/* "utf-8", "windows-1252", ... to its constant: 0, or -1 for an unknown name. */
MUST_USE int encoding_parse(struct span name, enum encoding *encoding);
const char *encoding_name(enum encoding encoding);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/error.h: errors are values; the caller owns them; the first one wins.
 * Always holds: once `status` is not 0 nothing but error_clear changes status, code and
 * text; only places that are still unknown may be filled in on the way up.
 * The text never holds a value of a person: names of fields, files, members and counts only. */
#ifndef CDP_BASE_ERROR_H
#define CDP_BASE_ERROR_H

#include "base/attr.h"
#include "base/span.h"
#include <stdint.h>

struct buf;

/* The exit statuses of every tool (architecture: "Exit statuses"). */
enum status {
	STATUS_DONE = 0,
	STATUS_REFUSED = 1,	/* done, but records were refused, or a check said no */
	STATUS_USAGE = 2,	/* usage, mapping, rules, policy, schema version; nothing was read */
	STATUS_INPUT = 3,	/* input incomplete or unreadable; nothing committed */
	STATUS_UNSAFE = 4,	/* cannot decide safely; fail closed, no output */
	STATUS_LOCKED = 5,	/* state is locked by another run */
	STATUS_RESOURCES = 6	/* disk full, I/O error, out of memory; nothing committed */
};

enum { ERROR_FILE_MAX = 256, ERROR_TEXT_MAX = 512 };

struct error {
	enum status	 status;		/* STATUS_DONE: nothing happened */
	const char	*code;			/* "E_DATE"; a literal */
	uint64_t	 line, byte;		/* line from 1, 0 = unknown; byte of the file from 0 */
	uint32_t	 column;		/* from 1, in bytes; 0 = unknown */
	char		 file[ERROR_FILE_MAX];	/* "" = unknown */
	char		 text[ERROR_TEXT_MAX];	/* one line; control bytes are made visible */
};

/* Sets the error if none is set yet, and is always -1, so that `return error_set(...)`
 * reads well. STATUS is one of the names above without its prefix:
 *	return error_set(e, INPUT, "E_DATE", "column \"%s\" is not a date", name); */
#define error_set(e, STATUS, code, ...) error_put((e), STATUS_##STATUS, (code), __VA_ARGS__)
int error_put(struct error *e, enum status status, const char *code, const char *format, ...)
    PRINTF_LIKE(4, 5);
/* The same for a system call on `path` that failed: appends the text of errno. */
int error_system(struct error *e, enum status status, const char *code, const char *path,
    const char *did);
/* Fills in a place of the error, if there is one, that is not known yet; line or column 0 and file NULL
 * are left alone. */
void error_place(struct error *e, const char *file, uint64_t line, uint32_t column);
void error_clear(struct error *e);

/* "crm.csv:17:33: E_DATE: column \"birth\" is not a date", without tool and LF. */
void error_format(const struct error *e, struct buf *out);

/* Appends at most `max` bytes of s with control bytes, bidi controls and invalid UTF-8 in a
 * visible form (\x1b, U+202E); cut text ends in "...". For names of files and members. */
void visible(struct buf *out, struct span s, size_t max);

#endif

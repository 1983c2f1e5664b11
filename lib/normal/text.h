/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/text.h: text as people typed it (ingest 4.1): NFC, blanks trimmed and collapsed,
 * invisible characters out, and marks beyond the thirtieth on one letter, apostrophes and dashes in
 * one form. Case is never touched. */
#ifndef CDP_NORMAL_TEXT_H
#define CDP_NORMAL_TEXT_H

#include "normal/outcome.h"	/* struct normal, by value */

struct arena;

enum text_kind {
	TEXT_PLAIN,	/* attributes, towns, streets */
	TEXT_NAME,	/* the same, at most 200 bytes */
	TEXT_EMAIL,	/* joiners out, at most 320 bytes */
	TEXT_PHONE,	/* joiners out, wide forms and foreign digits to ASCII, at most 64 bytes */
	TEXT_CODE,	/* ids, dates, postcodes: joiners out, wide forms and digits to ASCII */
	TEXT_KINDS
};

enum { TEXT_MAX_BYTES = 65536, NAME_MAX_BYTES = 200, EMAIL_MAX_BYTES = 320, PHONE_MAX_BYTES = 64 };

/* Reasons: control (CHANGED), replacement_char, mixed_script, mojibake (SUSPICIOUS),
 * too_long (INVALID). The value of an untouched text is raw itself. */
struct normal text_clean(struct span raw, enum text_kind kind, const struct normal_context *c,
    struct arena *arena);

/* Of the tables that texts are folded and composed by: "15.0.0". */
const char *unicode_version(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/phrases.h: what explain says, in the languages of share/explain. Codes, purposes and types
 * of events are no words: they are the same in all of them. */
#ifndef CDP_CONSENT_PHRASES_H
#define CDP_CONSENT_PHRASES_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>

struct phrases;

/* A BCP 47 tag, of which the language decides: "pt-BR" is pt. NULL for English, which is in the
 * code, and with *known false where there is no such language. */
struct phrases *phrases_open(struct span lang, bool *known);
void phrases_free(struct phrases *p);		/* NULL is fine */
/* The phrase of that key, else the English one. */
struct span phrase(const struct phrases *p, const char *key, const char *english);
struct span phrases_lang(const struct phrases *p);	/* "pt"; "en" of NULL */

#endif

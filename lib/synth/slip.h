/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/slip.h: how texts go wrong when people type, hear, scan or shorten them. Each changes
 * the text in place, or leaves it when it offers nothing to get wrong. */
#ifndef CDP_SYNTH_SLIP_H
#define CDP_SYNTH_SLIP_H

#include "synth/text.h"		/* struct text */
#include "synth/words.h"	/* enum locale: layouts and sounds differ */

/* A neighbouring key, two letters exchanged, one doubled, one left out, or one misread by a
 * scanner. Not the first letter. */
void slip_typing(struct text *t, enum locale locale, uint64_t bits);
/* Written by ear. */
void slip_hearing(struct text *t, enum locale locale, uint64_t bits);
void slip_marks(struct text *t, enum locale locale, uint64_t bits);	/* without accents */
void slip_case(struct text *t);				/* the shift key held too long */
void slip_initial(struct text *t);			/* the first letter */
void slip_cut(struct text *t, unsigned most);		/* a field that was too short */
void slip_digit(struct text *t, uint64_t bits);		/* one digit, or two exchanged */

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/consents.h: what people said about the newsletter, and took back. Somebody who likes
 * it mostly agrees and somebody who does not mostly refuses, but not in every source. */
#ifndef CDP_SYNTH_CONSENTS_H
#define CDP_SYNTH_CONSENTS_H

#include "synth/row.h"	/* struct row */

#define LINKING_PURPOSE		"identity_resolution"
#define MARKETING_PURPOSE	"marketing.newsletter"
#define CONTROLLER		"north"	/* of share/examples/policy.json */
#define NOTICE			"newsletter@7/de-DE"
#define METHOD			"web_form"

enum answer { ANSWER_NONE, ANSWER_YES, ANSWER_NO };

enum answer consents_answer(const struct row *r);
/* Appends the consent lines of a row; returns how many. */
unsigned consents_write(const struct world *w, const struct row *r, struct buf *out);

#endif

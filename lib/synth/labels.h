/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/labels.h: what only the maker of the data knows, as CSV for cdp-eval. */
#ifndef CDP_SYNTH_LABELS_H
#define CDP_SYNTH_LABELS_H

#include "synth/row.h"	/* struct row, struct person */

struct buf;

#define TRUTH_HEADER	"id,entity,household\n"
#define GOLDEN_HEADER	"entity,household,given_name,family_name,birthdate,gender,email," \
	"phone_number,street_address,locality,region,postal_code,country\n"

void owner_write(const struct person *p, struct text *out);	/* its entity and household */
void truth_write(const struct row *r, const struct text *owner, struct buf *out);
/* The true values of a person on the day of the data, or on the last day of its life. */
void golden_write(const struct world *w, const struct person *p, const struct text *owner,
    struct buf *out);

#endif

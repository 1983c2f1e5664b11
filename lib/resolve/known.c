/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/known.c: round figures for any file of customers; see known.h. */
#include "resolve/known.h"

#include <string.h>

#define MATCH_EXACT 0.9
#define TEXT_EXACT 0.5		/* of texts that stand alone: other records say other things of one thing */
#define SHARED 0.8		/* of a household's pairs have one name, one door */
#define SHARED_PHONE 0.5	/* one telephone, */
#define SHARED_EMAIL 0.25	/* and one mailbox */
#define MATCH_ALIKE 0.75	/* more than half, and no equality asked for */

static const double strangers[FIELD_TYPES][LEVELS_MAX] = {
	[FIELD_GIVEN] = { 0.95, 0.03, 0.0001, 0.003, 0.003, 0.003, 0.003, 0.0079 },
	[FIELD_FAMILY] = { 0.966, 0.01, 0.015, 0.001, 0.003, 0.002, 0.0001, 0.0029 },
	[FIELD_BIRTHDATE] = { 0.46, 0.44, 0.0967, 0.002, 0.0005, 0.0002, 0.0003, 0.0003 },
	[FIELD_SEX] = { 0.5, 0.5 },
	[FIELD_SUFFIX] = { 0.5, 0.5 },
	[FIELD_EMAIL] = { 0.99968, 0.0001, 0.0001, 0.00001, 0.00001, 0.0001 },
	[FIELD_PHONE] = { 0.99968, 0.0001, 0.0001, 0.00002, 0.0001 },
	[FIELD_PLACE] = { 0.9682, 0.03, 0.001, 0.0003, 0.0001, 0.0001, 0.0001, 0.0002 },
	[FIELD_POSTCODE] = { 0.948, 0.03, 0.02, 0.001, 0.001 },
	[FIELD_LOCALITY] = { 0.96, 0.01, 0.005, 0.005, 0.02 },
	[FIELD_IDENTIFIER] = { 0.99985, 0.0001, 0.00005 },
	[FIELD_STRING] = { 0.965, 0.01, 0.005, 0.005, 0.015 },
	[FIELD_TEXT] = { 0.983, 0.01, 0.003, 0.002, 0.002 },
	[FIELD_WORDS] = { 0.93, 0.04, 0.015, 0.008, 0.003, 0.002, 0.002 },
	[FIELD_NUMBER] = { 0.78, 0.15, 0.05, 0.02 },
	[FIELD_CODE] = { 0.982, 0.01, 0.004, 0.004 },
	[FIELD_CATEGORY] = { 0.8, 0.2 },
	[FIELD_DATE] = { 0.796, 0.15, 0.032, 0.01, 0.002, 0.008, 0.002 },
	[FIELD_ARRAY] = { 0.94, 0.04, 0.01, 0.01 },
	[FIELD_MAILBOX] = { 0.99969, 0.0001, 0.0001, 0.00001, 0.0001 },
	[FIELD_TELEPHONE] = { 0.94868, 0.05, 0.001, 0.0001, 0.0001, 0.00002, 0.0001 },
};

const double *
known_strangers(enum field_type t)
{
	return strangers[t];
}

void
known_matches(enum field_type t, double share[LEVELS_MAX])
{
	unsigned top = field_top(t);

	double exact = t == FIELD_WORDS ? TEXT_EXACT : MATCH_EXACT;

	for (unsigned l = 0; l < top; l++)
		share[l] = (1 - exact) / top;
	share[top] = exact;
}

/* What the records of one person are like in public files of people, on average, by the models that those
 * teach; of what differs altogether less, since half of these files were made by spoiling names and dates
 * at random. */
static const double person[FIELD_TYPES][LEVELS_MAX] = {
	[FIELD_GIVEN] = { 0.005, 0.03, 0.02, 0.03, 0.10, 0.06, 0.06, 0.695 },
	[FIELD_FAMILY] = { 0.03, 0.01, 0.04, 0.005, 0.12, 0.03, 0.005, 0.76 },
	[FIELD_BIRTHDATE] = { 0.001, 0.003, 0.015, 0.02, 0.06, 0.03, 0.03, 0.841 },
	[FIELD_SEX] = { 0.03, 0.97 },
	[FIELD_SUFFIX] = { 0.04, 0.96 },
	[FIELD_EMAIL] = { 0.15, 0.03, 0.06, 0.03, 0.03, 0.7 },
	[FIELD_PHONE] = { 0.15, 0.01, 0.05, 0.03, 0.76 },
	[FIELD_PLACE] = { 0.1, 0.06, 0.03, 0.05, 0.05, 0.05, 0.06, 0.6 },
	[FIELD_POSTCODE] = { 0.15, 0.05, 0.03, 0.04, 0.73 },
	[FIELD_LOCALITY] = { 0.15, 0.02, 0.02, 0.06, 0.75 },
	[FIELD_IDENTIFIER] = { 0.08, 0.05, 0.87 },
};

/* Whether an attribute is of the person or of the occasion nobody knows: one is as likely as the other. */
void
known_person(enum field_type t, double share[LEVELS_MAX])
{
	if (person[t][0] > 0) {
		memcpy(share, person[t], sizeof person[t]);
		return;
	}
	known_matches(t, share);
	for (unsigned l = 0; l < field_levels(t); l++)
		share[l] = (share[l] + strangers[t][l]) / 2;
}

double
known_household(enum field_type t)
{
	return t == FIELD_EMAIL ? SHARED_EMAIL : t == FIELD_PHONE ? SHARED_PHONE : SHARED;
}

void
known_alike(enum field_type t, double share[LEVELS_MAX])
{
	unsigned top = field_top(t);

	share[0] = 1 - MATCH_ALIKE;
	for (unsigned l = 1; l <= top; l++)
		share[l] = MATCH_ALIKE / top;
}

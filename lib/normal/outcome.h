/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/outcome.h: what became of one value, and what is known about its surroundings.
 * Every `..._clean` is a pure function of (raw, context): no clock, no locale; what a
 * context remembers saves work and changes no answer.
 * Always holds: raw is valid UTF-8; clean(clean(x).value) gives the same value again; a value
 * borrows from raw, from the arena or from static text and is span_none() when INVALID. Absent
 * and empty values (or such that only hold blanks) come back CLEAN with span_none(). */
#ifndef CDP_NORMAL_OUTCOME_H
#define CDP_NORMAL_OUTCOME_H

#include "base/instant.h"	/* instant */
#include "base/span.h"		/* passed by value */
#include <stdbool.h>

struct domains;

enum outcome {
	OUTCOME_CLEAN,		/* the value as it came */
	OUTCOME_CHANGED,	/* a new form; `reason` only where the reader should know */
	OUTCOME_SUSPICIOUS,	/* the value, and the flag FIELD:reason */
	OUTCOME_INVALID,	/* no value; the flag, and the raw text is kept aside */
	OUTCOMES
};

struct normal {
	enum outcome	 outcome;
	struct span	 value;
	const char	*reason;	/* a literal like "typo_domain", or NULL */
	struct span	 detail;	/* after the reason: "gmail.com" in typo_domain:gmail.com */
	bool		 placeholder;	/* INVALID because it says "no value": never a reject */
};

enum date_order { DATE_INFER, DATE_YMD, DATE_DMY, DATE_MDY };	/* INFER: not decided */
enum date_format { DATE_TEXT, DATE_EXCEL, DATE_EPOCH_S, DATE_EPOCH_MS };
enum gender_letters { GENDER_MF, GENDER_HM, GENDER_MV };	/* male/female, hombre/mujer, Dutch */

/* What the mapping, the column and the row say. A zeroed struct with reference =
 * INSTANT_NONE says nothing. */
struct normal_context {
	struct span		 region;	/* alpha-2: whose national phone numbers these are */
	struct span		 country;	/* alpha-2: of the address */
	struct span		 locale;	/* BCP 47: "pt-BR" */
	struct span		 postcode;	/* of the same address, for Georgia */
	enum date_order		 date_order;
	enum date_format	 date_format;
	enum gender_letters	 gender_letters;
	bool			 iso5218;	/* gender digits 0 1 2 9 are declared */
	bool			 has_zone;	/* zone_minutes is the zone of times without one */
	int			 zone_minutes;
	instant			 reference;	/* observed_at, else --as-of, else INSTANT_NONE */
	bool			 repair_mojibake;
	bool			 international_without_plus;	/* phones begin with the country code */
	struct domains		*domains;	/* of this thread, see normal/domain.h; or NULL */
};

const char *outcome_name(enum outcome o);	/* "clean", "changed", "suspicious", "invalid" */

static inline struct normal
normal_absent(void)
{
	return (struct normal){ .outcome = OUTCOME_CLEAN };
}

/* CLEAN if value equals raw, else CHANGED. */
static inline struct normal
normal_value(struct span raw, struct span value)
{
	bool same = raw.len == value.len && (raw.p == value.p || span_equal(raw, value));

	return (struct normal){ .value = value,
	    .outcome = same ? OUTCOME_CLEAN : OUTCOME_CHANGED };
}

static inline struct normal
normal_suspicious(struct span value, const char *reason)
{
	return (struct normal){ .outcome = OUTCOME_SUSPICIOUS, .value = value, .reason = reason };
}

static inline struct normal
normal_invalid(const char *reason)
{
	return (struct normal){ .outcome = OUTCOME_INVALID, .reason = reason };
}

static inline struct normal
normal_placeholder(void)
{
	return (struct normal){ .outcome = OUTCOME_INVALID, .reason = "placeholder",
	    .placeholder = true };
}

#endif

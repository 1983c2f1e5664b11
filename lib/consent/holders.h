/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/holders.h: which records of a row hold its values. Few are looked through as they stand, of
 * many there is an index: a profile has any number of records. */
#ifndef CDP_CONSENT_HOLDERS_H
#define CDP_CONSENT_HOLDERS_H

#include "base/attr.h"
#include "consent/facts.h"
#include "model/profile.h"	/* provenance is looked through */

struct arena;

/* Makes the indexes that members and provenance of the row need. */
void holders_index(struct facts *f, const struct profile *p, struct arena *arena);
/* For those of an index. */
int64_t member_of_many(const struct facts *f, struct span record);
const struct provenance *origin_of_many(const struct facts *f, const struct profile *p,
    struct span path, uint32_t index);

/* Index of the member, or -1; of two of one id the first. */
static inline int64_t
member_index(const struct facts *f, struct span record)
{
	if (UNLIKELY(f->members_by_id != NULL))
		return member_of_many(f, record);
	for (size_t i = 0; i < f->member_count; i++)
		if (span_equal(f->members[i].id, record))
			return (int64_t)i;
	return -1;
}

/* Where the value at this place came from; NULL: the profile does not say. */
static inline const struct provenance *
origin_of(const struct facts *f, const struct profile *p, struct span path, uint32_t index)
{
	if (UNLIKELY(f->origins != NULL))
		return origin_of_many(f, p, path, index);
	for (size_t i = 0; i < p->provenance_count; i++)
		if (p->provenance[i].index == index && span_equal(p->provenance[i].path, path))
			return &p->provenance[i];
	return NULL;
}

/* By member: it holds some value of the path. */
const bool *holders_of_path(const struct facts *f, const struct profile *p, struct span path,
    struct arena *arena);
/* The members among these records: ascending, in the arena. */
void holders_set(const struct facts *f, struct fact_identifier *id, const struct texts *records,
    struct arena *arena);
/* Purposes of each member, by its index; NULL: it has none. Of few members there is no such list. */
const struct texts **member_purposes_index(const struct facts *f, const struct profile *p,
    struct arena *arena);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/profile.h: one person, as resolve writes it and consent and export read it.
 * A profile has the members of a record at the same places, holding the surviving values; this
 * module knows its further members by name, and where each lies on the tape. */
#ifndef CDP_MODEL_PROFILE_H
#define CDP_MODEL_PROFILE_H

#include "base/attr.h"
#include "model/record.h"	/* struct record, by value */

/* Where a surviving value came from. */
struct provenance {
	struct span	path;		/* "given_name", "identifiers.loyalty", "attributes.diet" */
	uint32_t	index;		/* position in a list; 0 for single values */
	struct span	record;		/* record id of the surviving form */
	struct texts	records;	/* all that hold the value; at least `record` */
	struct span	rule;
};
struct member_purposes {
	struct span	record;
	struct texts	purposes;
};
struct tie {
	struct span	a, b, by, weight;
};

struct profile {
	struct record			 fields;	/* id is the profile's; source, key are absent */
	struct texts			 members;	/* record ids, in byte order */
	struct texts			 sources, channels;
	struct span			 first_seen, last_seen, household, confidence;
	const struct member_purposes	*member_purposes;
	size_t				 member_purpose_count;
	bool				 has_member_purposes;
	struct texts			 shared;	/* paths of shared values: "phone_number.0" */
	const struct tie		*ties;
	size_t				 tie_count;
	const struct provenance		*provenance;	/* in the order written */
	size_t				 provenance_count;
	/* Of a profile that is to be written: texts need no escape, and SPAN_ROOM bytes behind each of
	 * them may be read. That of id, names, paths, tags and flags is not asked for. */
	bool				 ready;
};

/* A profile names each of its records several times, and has any number of them: its line may have
 * LINE_MOST bytes, where it begins with its kind, and as many keys and values as stand in it. */
bool profile_begins(struct span line);
/* Reads a scanned line of kind "profile": as record_read. */
MUST_USE int profile_read(const struct ndjson *n, struct profile *p, struct arena *arena,
    struct error *e);
/* Appends the profile as one line, LF included. Members: kind, id, members, the fields, first_seen,
 * last_seen, sources, channels, household, confidence, purposes, member_purposes, shared, ties,
 * provenance, tags, flags, decisions. */
void profile_write(const struct profile *p, struct buf *out);

#endif

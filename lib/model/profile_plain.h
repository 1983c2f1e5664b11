/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/profile_plain.h: a profile from its line in one step, where the line is as profile_write
 * makes most of them: no blanks, only members that we know, in the order of profile_write, nothing
 * escaped and nothing empty. There is no tape, and what is not so is left to the scanner. */
#ifndef CDP_MODEL_PROFILE_PLAIN_H
#define CDP_MODEL_PROFILE_PLAIN_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct profile;
struct provenance;

enum { PROFILE_MEMBERS = 30 };		/* names that such a line may have, "kind" left out */

struct span profile_member_name(unsigned i);

/* Where the members of a line stand, in their order; and memory for the next line. */
struct profile_members {
	struct {
		unsigned	name;		/* for profile_member_name */
		struct span	json;		/* "name":value */
	}			 list[PROFILE_MEMBERS];
	size_t			 count;
	struct provenance	*provenance;
	size_t			 provenance_cap;
};
void profile_members_done(struct profile_members *m);

/* True: *p is what ndjson_scan (with the limits it has by itself) and profile_read make of the line,
 * and lives as long as the line, the arena and *m, which has its members. False: the line is not of
 * this form, both are nothing. */
bool profile_plain(struct span line, struct profile *p, struct arena *arena,
    struct profile_members *m);

#endif

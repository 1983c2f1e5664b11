/* SPDX-License-Identifier: Apache-2.0 */
/* lib/cli/stages.h: how long the stages of a run took and the memory it needed: with -v only,
 * because no two runs agree on them. A zeroed struct has seen nothing. */
#ifndef CDP_CLI_STAGES_H
#define CDP_CLI_STAGES_H

#include <stddef.h>
#include <stdint.h>

struct json_writer;

enum { STAGES_MAX = 8 };

struct stages {
	const char	*name[STAGES_MAX];	/* literals */
	uint64_t	 ms[STAGES_MAX];
	size_t		 count;
	uint64_t	 since;
};

void stages_start(struct stages *s);
/* The stage that began with the end of the one before is over. */
void stages_end(struct stages *s, const char *name);
/* Milliseconds of a stage that is over; 0 if there was none of that name. */
uint64_t stages_took(const struct stages *s, const char *name);
/* Members "times" (milliseconds) and "peak_bytes". */
void stages_write(const struct stages *s, struct json_writer *w);

#endif

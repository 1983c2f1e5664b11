/* SPDX-License-Identifier: Apache-2.0 */
/* lib/cli/stages.c: the monotonic clock, and what the kernel says of memory. */
#include "cli/stages.h"
#include "io/json_write.h"

#include <assert.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void
stages_start(struct stages *s)
{
	s->since = now_ms();
}

void
stages_end(struct stages *s, const char *name)
{
	uint64_t now = now_ms();

	assert(s->count < STAGES_MAX);
	s->name[s->count] = name;
	s->ms[s->count++] = now - s->since;
	s->since = now;
}

uint64_t
stages_took(const struct stages *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->name[i], name) == 0)
			return s->ms[i];
	return 0;
}

void
stages_write(const struct stages *s, struct json_writer *w)
{
	struct rusage used;

	json_key(w, SPAN("times"));
	json_open_object(w);
	for (size_t i = 0; i < s->count; i++)
		json_member_u64(w, s->name[i], s->ms[i]);
	json_end(w);
	if (getrusage(RUSAGE_SELF, &used) == 0)
		json_member_u64(w, "peak_bytes", (uint64_t)used.ru_maxrss * 1024);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/plan.c: the need depends on the lines alone, on what they say, and on what their
 * records are to each other, so that a run fits or not whatever the threads do. */
#include "base/error.h"
#include "resolve/plan.h"

enum { MIB = 1 << 20 };

int
plan_limit(uint64_t memory, struct error *e)
{
	if (memory == 0 || memory >= (uint64_t)PLAN_LEAST_MIB * MIB)
		return 0;
	return error_set(e, USAGE, "E_USAGE", "--memory is %dM or more", PLAN_LEAST_MIB);
}

uint64_t
plan_need(uint64_t bytes, uint64_t records, bool scored)
{
	uint64_t keys = records < PLAN_KEYS_MOST ? records : PLAN_KEYS_MOST;

	if (!scored)
		return bytes + records * PLAN_RECORD_BYTES;
	return bytes + records * PLAN_SCORED_BYTES + PLAN_LEARN_BYTES + keys * PLAN_KEYS_BYTES;
}

static uint64_t
beyond(uint64_t bytes, uint64_t usual)
{
	return bytes > usual ? bytes - usual : 0;
}

uint64_t
plan_values(uint64_t records, uint64_t bytes)
{
	return beyond(bytes, records * PLAN_VALUES_BYTES);
}

uint64_t
plan_words(uint64_t records, uint64_t bytes)
{
	return beyond(bytes, records * PLAN_WORDS_BYTES);
}

uint64_t
plan_edges(uint64_t records, uint64_t edges)
{
	return beyond(edges, records * PLAN_EDGES) * PLAN_EDGE_BYTES;
}

uint64_t
plan_left(uint64_t memory, uint64_t bytes, uint64_t records)
{
	uint64_t need = plan_need(bytes, records, true);

	return memory == 0 ? 0 : memory > need ? memory - need : 1;
}

static int
refuse(uint64_t records, uint64_t need, struct error *e)
{
	return error_set(e, RESOURCES, "E_MEMORY", "%llu records need %llu MiB so far, more than "
	    "--memory allows; nothing spills to disk in this version", (unsigned long long)records,
	    (unsigned long long)(need / MIB + 1));
}

int
plan_check(uint64_t memory, uint64_t bytes, uint64_t records, bool scored, struct error *e)
{
	uint64_t need = plan_need(bytes, records, scored);

	return memory == 0 || need <= memory ? 0 : refuse(records, need, e);
}

int
plan_refuse(uint64_t bytes, uint64_t records, uint64_t beside, struct error *e)
{
	return refuse(records, plan_need(bytes, records, true) + beside, e);
}

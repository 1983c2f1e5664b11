/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/stability.c: ids that stayed, came and went between two runs. */
#include "base/map.h"
#include "report/labels.h"
#include "report/scores.h"
#include "report/stability.h"

/* Records of both runs, and those of them whose profile has the same id. */
static void
compare_records(const struct labels *before, const struct labels *after, uint64_t *both,
    uint64_t *same)
{
	for (size_t i = 0; i < map_size(before->ids); i++) {
		const uint64_t *label = map_find(after->ids, map_key(before->ids, i));

		if (label == NULL)
			continue;
		++*both;
		*same += span_equal(map_key(before->names, map_value(before->ids, i) - 1),
		    map_key(after->names, *label - 1));
	}
}

void
stability(const struct labels *before, const struct labels *after, struct scores *out)
{
	uint64_t both = 0, same = 0, survive = 0, old = 0, new = 0;

	if (before->from_profiles && after->from_profiles) {
		compare_records(before, after, &both, &same);
		old = map_size(before->names);
		new = map_size(after->names);
		for (size_t i = 0; i < old; i++)
			survive += map_has(after->names, map_key(before->names, i));
	}
	scores_ratio(out, "records_keeping_id", same, both);
	scores_ratio(out, "ids_surviving", survive, old);
	/* An id that went, an id that came, a record that moved: one event each. */
	scores_ratio(out, "events_per_1000",
	    1000 * (old - survive + new - survive + both - same), both);
}

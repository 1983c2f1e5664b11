/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/splink.c: settings of Splink. Refused with a reason, or read; then every level has a finite
 * weight, and the settings are a model unless a comparison is named that cannot be. */
#include "base/error.h"
#include "base/notes.h"
#include "resolve/model_file.h"
#include "resolve/splink.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
weigh(const struct splink *s)
{
	const double tf[2] = { 0.25, -1 };

	for (unsigned c = 0; c < s->comparisons; c++)
		for (unsigned l = 0; l < s->comparison[c].levels; l++) {
			double w = splink_level_weight(&s->comparison[c].level[l], tf);

			if (!(w > -1e7 && w < 1e7))
				abort();
		}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct notes notes = { 0 };
	struct error e = { 0 };
	struct splink *s = splink_parse(span_make((const char *)data, size), "fuzz", &notes, &e);
	struct model_file f = { .records = 0 };

	if (s == NULL && (e.status != STATUS_USAGE || e.text[0] == '\0'))
		abort();
	if (s != NULL) {
		weigh(s);
		if (splink_to_model(s, &f, 1000, &e) < 0 && e.text[0] == '\0')
			abort();
		arena_done(&f.arena);
	}
	splink_free(s);
	notes_done(&notes);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/report_case.h: a labelling in a few letters, and figures as text. */
#ifndef CDP_TESTS_REPORT_CASE_H
#define CDP_TESTS_REPORT_CASE_H

#include "base/buf.h"
#include "base/number.h"
#include "report/labels.h"
#include "report/scores.h"
#include "tap.h"

/* "aab": records 1 and 2 are of label a, record 3 of label b; a dot leaves a record out. */
static inline void
label(struct labels *l, const char *letters)
{
	labels_init(l);
	for (int i = 0; letters[i] != '\0'; i++) {
		struct buf id = { 0 };

		buf_print(&id, "%d", i + 1);
		if (letters[i] != '.')
			labels_add(l, buf_span(&id), span_make(&letters[i], 1));
		buf_done(&id);
	}
}

/* The figure reads like this; "-" is none. */
static inline void
figure(const struct scores *s, const char *name, const char *want)
{
	const struct score *one = scores_find(s, span_from(name));
	struct buf got = { 0 };

	if (one == NULL)
		buf_text(&got, "missing");
	else if (one->none)
		buf_text(&got, "-");
	else
		fixed_write(&got, one->value, one->places);
	is_text(buf_span(&got).p, got.len, want, name);
	buf_done(&got);
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/synth_case.h: people and rows of a small world, for the tests of lib/synth. */
#ifndef CDP_TESTS_SYNTH_CASE_H
#define CDP_TESTS_SYNTH_CASE_H

#include "synth/row.h"

enum { CASE_SEED = 20261128 };

static inline struct world
case_world(const char *preset, enum locale locale, unsigned bits)
{
	const struct preset *p = preset_find(preset);

	return (struct world){ .seed = CASE_SEED, .preset = p, .words = words_new(bits, p->skew),
	    .locale = locale, .as_of = day_from(2026, 1, 1) };
}

static inline void
case_done(struct world *w)
{
	words_free((struct words *)(uintptr_t)w->words);
}

/* Calls visit with every home of the first `people` and those who live there. */
typedef void case_visit(void *arg, const struct world *w, const struct home *h,
    const struct person *people);

static inline void
case_each_home(const struct world *w, uint64_t people, case_visit *visit, void *arg)
{
	static struct person list[HOME_LARGEST];

	for (uint64_t at = 0; at < people;) {
		struct home h;

		home_make(w, at, (at / DISTRICT + 1) * DISTRICT, &h);
		people_make(w, &h, list);
		visit(arg, w, &h, list);
		at += h.size;
	}
}

#endif

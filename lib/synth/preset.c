/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/preset.c: kinds of data sets. */
#include "synth/world.h"

#include <string.h>

static const struct preset presets[] = {
	{ "retail", 100, 100, 100, 100, 1, false },
	{ "hard", 190, 150, 150, 200, 1, false },
	{ "clean", 0, 0, 0, 0, 1, false },
	{ "household", 100, 100, 250, 100, 1, true },
	{ "skewed", 100, 100, 100, 3000, 4, false },
};

const struct preset *
preset_find(const char *name)
{
	for (size_t i = 0; i < sizeof presets / sizeof *presets; i++)
		if (strcmp(presets[i].name, name) == 0)
			return &presets[i];
	return NULL;
}

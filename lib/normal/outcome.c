/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/outcome.c: names of the outcomes. */
#include "normal/outcome.h"

const char *
outcome_name(enum outcome o)
{
	static const char *const names[OUTCOMES] = { "clean", "changed", "suspicious", "invalid" };

	return names[o];
}

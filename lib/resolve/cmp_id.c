/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cmp_id.c: identifiers (resolve 4.5). */
#include "resolve/characters.h"
#include "resolve/level.h"
#include "resolve/similar.h"
#include "resolve/values.h"

enum { SLIP_LEN = 6 };		/* characters; of shorter ones many are one slip apart by chance */

enum identifier { IDENTIFIER_DIFFERENT, IDENTIFIER_ONE_SLIP, IDENTIFIER_EQUAL };

/* Values that pass a check digit differ for good: one that fails it takes no part at all. */
unsigned
level_identifier(const struct values *v, uint32_t a, uint32_t b)
{
	struct span x, y;

	if (a == b)
		return IDENTIFIER_EQUAL;
	if (!sketch_may_slip(v->identifier[a], v->identifier[b]) ||
	    v->checked[v->facts->type[FACT_IDENTIFIER][a]])
		return IDENTIFIER_DIFFERENT;
	x = values_text(v, FACT_IDENTIFIER, a);
	y = values_text(v, FACT_IDENTIFIER, b);
	return similar_slip(x, y) && characters_at_least(x, SLIP_LEN) ? IDENTIFIER_ONE_SLIP :
	    IDENTIFIER_DIFFERENT;
}

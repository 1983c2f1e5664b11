/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/month.c: names of months. */
#include "base/arena.h"
#include "base/number.h"
#include "normal/key.h"
#include "normal/month.h"
#include "normal/table.h"

int
month_find(struct span word)
{
	struct arena arena = { 0 };
	struct span found = table_find(TABLE_MONTHS, text_fold(word, &arena));
	uint64_t n;

	arena_done(&arena);
	return found.p != NULL && u64_parse(found, &n) ? (int)n : 0;
}

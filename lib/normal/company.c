/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/company.c: legal forms among the words of a name. */
#include "base/arena.h"
#include "normal/company.h"
#include "normal/key.h"
#include "normal/table.h"

/* Forms that are also names or syllables count only as a last word in capitals: "Sa", "Ag". */
static bool
counts(struct span word, bool last)
{
	if (word.len > 3 || memchr(word.p, '.', word.len) != NULL)
		return true;
	for (size_t i = 0; i < word.len; i++)
		if (word.p[i] >= 'a' && word.p[i] <= 'z')
			return last && (span_is(word, "Lda") || span_is(word, "Inc") ||
			    span_is(word, "Ltd"));
	return last;
}

bool
company_name(struct span name)
{
	struct arena arena = { 0 };
	struct span word;
	bool first = true, found = false;

	while (!found && span_split(&name, ' ', &word)) {
		struct span form = word;

		if (form.len > 0 && form.p[form.len - 1] == ',')
			form.len--;
		found = !first && form.len > 0 && counts(form, name.p == NULL) &&
		    table_has(TABLE_COMPANY_FORMS, text_fold(form, &arena));
		first = false;
	}
	arena_done(&arena);
	return found;
}

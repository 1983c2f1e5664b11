/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/tally.c: counts of a run, by verdict, by code and by path taken away */
#include "base/map.h"
#include "consent/judge.h"
#include "io/json_write.h"

enum { PATHS_TOLD = 8 };	/* in a line for people; the summary has all */

/* Codes are literals: the place of each is looked up once. */
void
tally_code(struct tally *t, const char *code)
{
	size_t i = (uintptr_t)code / 8 % RECENT_CODES;

	if (t->recent[i].code != code) {
		t->recent[i].code = code;
		t->recent[i].index = reason_index(code);
	}
	t->codes[t->recent[i].index]++;
}

void
tally_drop(struct tally *t, struct span path)
{
	if (t->dropped == NULL)
		t->dropped = map_new();
	++*map_slot(t->dropped, path);
}

void
tally_done(struct tally *t)
{
	map_free(t->dropped);
	t->dropped = NULL;
}

void
tally_add(struct tally *sum, const struct tally *part)
{
	sum->read += part->read;
	sum->permitted += part->permitted;
	sum->redacted += part->redacted;
	sum->skipped += part->skipped;
	sum->denied += part->denied;
	sum->expired += part->expired;
	sum->passed_by += part->passed_by;
	sum->left_out += part->left_out;
	for (unsigned i = 0; i < REASON_COUNT; i++)
		sum->codes[i] += part->codes[i];
	if (part->dropped == NULL)
		return;
	if (sum->dropped == NULL)
		sum->dropped = map_new();
	for (size_t i = 0; i < map_size(part->dropped); i++)
		*map_slot(sum->dropped, map_key(part->dropped, i)) += map_value(part->dropped, i);
}

void
tally_summary(const struct tally *t, struct json_writer *w)
{
	json_key(w, SPAN("codes"));
	json_open_object(w);
	for (unsigned i = 0; i < REASON_COUNT; i++)
		if (t->codes[i] > 0)
			json_member_u64(w, reason_at(i)->code, t->codes[i]);
	json_end(w);
	json_key(w, SPAN("dropped"));
	json_open_object(w);
	if (t->dropped != NULL)
		map_sort(t->dropped);
	for (size_t i = 0; t->dropped != NULL && i < map_size(t->dropped); i++) {
		json_key(w, map_key(t->dropped, i));
		json_u64(w, map_value(t->dropped, i));
	}
	json_end(w);
}

/* The names of attributes are those of the sources' columns: a line has room for some. */
static void
dropped_text(const struct tally *t, struct buf *out)
{
	size_t n = t->dropped == NULL ? 0 : map_size(t->dropped);

	if (n > 0)
		map_sort(t->dropped);
	for (size_t i = 0; i < n && i < PATHS_TOLD; i++)
		buf_print(out, "%s%.*s %llu", i == 0 ? "; dropped " : ", ", SPAN_ARG(map_key(t->dropped, i)),
		    (unsigned long long)map_value(t->dropped, i));
	if (n > PATHS_TOLD)
		buf_print(out, " and %zu more paths", n - PATHS_TOLD);
}

void
tally_text(const struct tally *t, struct buf *out)
{
	bool first = true;

	for (unsigned i = 0; i < REASON_COUNT; i++) {
		if (t->codes[i] == 0)
			continue;
		buf_print(out, "%s%s %llu", first ? "; " : ", ", reason_at(i)->code,
		    (unsigned long long)t->codes[i]);
		first = false;
	}
	dropped_text(t, out);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/diff.c: two histories side by side. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/map.h"
#include "resolve/diff.h"
#include "resolve/history.h"

#include <inttypes.h>

/* Index of the record's profile, or SIZE_MAX. */
static size_t
profile_of(const struct history *h, struct span record)
{
	const uint64_t *at = map_find(h->of, record);

	return at == NULL ? SIZE_MAX : (size_t)*at;
}

struct parents {
	uint32_t	count;		/* old profiles with records in the new one */
	size_t		last;		/* the last of them, counted from 1 */
};

/* One old profile: where its records are now. */
static void
follow(struct diff *d, const struct history *old, const struct history *now,
    const struct old_profile *o, struct parents *parents)
{
	size_t number = (size_t)(o - old->list) + 1, first = SIZE_MAX, here = 0;
	bool split = false;

	for (size_t i = 0; i < o->count; i++) {
		size_t p = profile_of(now, old->member[o->at + i]);

		if (p == SIZE_MAX) {
			d->removed++;
			continue;
		}
		here++;
		d->moved += !span_equal(now->list[p].id, o->id);
		split |= first != SIZE_MAX && p != first;
		parents[p].count += parents[p].last != number;
		parents[p].last = number;
		first = first == SIZE_MAX ? p : first;
	}
	d->split += split;
	if (!map_has(now->ids, o->id)) {
		d->retired++;
		return;
	}
	if (first != SIZE_MAX && !split && here == o->count &&
	    now->list[first].count == o->count && span_equal(now->list[first].id, o->id)) {
		bool same = span_equal(now->list[first].digest, o->digest);

		d->same += same;
		d->changed += !same;
	}
}

/* Old profiles that lie whole or in part in a new one with another old one. */
static void
count_merged(struct diff *d, const struct history *old, const struct history *now,
    const struct parents *parents)
{
	for (size_t i = 0; i < old->count; i++) {
		const struct old_profile *o = &old->list[i];

		for (size_t m = 0; m < o->count; m++) {
			size_t p = profile_of(now, old->member[o->at + m]);

			if (p != SIZE_MAX && parents[p].count > 1) {
				d->merged++;
				break;
			}
		}
	}
}

static void
compare(struct diff *d, const struct history *old, const struct history *now)
{
	struct parents *parents = mem_zero(now->count + 1, sizeof *parents);

	d->old_profiles = old->count;
	d->new_profiles = now->count;
	d->old_records = old->member_count;
	d->new_records = now->member_count;
	for (size_t i = 0; i < old->count; i++)
		follow(d, old, now, &old->list[i], parents);
	count_merged(d, old, now, parents);
	for (size_t i = 0; i < now->count; i++)
		d->created += !map_has(old->ids, now->list[i].id);
	for (size_t i = 0; i < now->member_count; i++)
		d->added += !map_has(old->of, now->member[i]);
	mem_free(parents);
}

int
diff_files(struct diff *d, const char *old, const char *now, unsigned threads, struct error *e)
{
	struct history a = { 0 }, b = { 0 };
	int r = history_read(&a, old, threads, e);

	if (r == 0)
		r = history_read(&b, now, threads, e);
	if (r == 0)
		compare(d, &a, &b);
	history_done(&a);
	history_done(&b);
	return r;
}

void
diff_write(const struct diff *d, struct buf *out)
{
	const struct {
		const char	*name;
		uint64_t	 n;
	} row[] = {
		{ "old_profiles", d->old_profiles }, { "new_profiles", d->new_profiles },
		{ "old_records", d->old_records }, { "new_records", d->new_records },
		{ "same", d->same }, { "changed", d->changed }, { "created", d->created },
		{ "retired", d->retired }, { "merged", d->merged }, { "split", d->split },
		{ "moved", d->moved }, { "added", d->added }, { "removed", d->removed },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		buf_print(out, "%s\t%" PRIu64 "\n", row[i].name, row[i].n);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/table.c: every table becomes an open-addressed index over the bytes that are built
 * in. The hash only finds the slot; keys are compared. */
#include "base/alloc.h"
#include "base/asset.h"
#include "base/short.h"
#include "normal/table.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

/* Most values are in no table: half a kilobyte that stays near says so. */
enum { SEEN_WORDS = 64, SEEN_SHIFT = 40 };

struct row {
	struct span	key, value;
};

struct table {
	struct row	*rows;		/* in byte order of keys */
	size_t		 count, cap;
	uint32_t	*slots;		/* row + 1, or 0 */
	size_t		 mask;
	uint64_t	 seen[SEEN_WORDS];	/* a bit per hash of a key; unset: not there */
};

static const char *const files[TABLES] = {
	[TABLE_CALLING_CODES] = "normal/calling_codes.tsv",
	[TABLE_COMMON_NAMES] = "names/common_names.tsv",
	[TABLE_COMPANY_ENDINGS] = "names/company_endings.tsv",
	[TABLE_COMPANY_FORMS] = "names/company_forms.tsv",
	[TABLE_COUNTRIES] = "normal/countries.tsv",
	[TABLE_DEGREES] = "names/degrees.tsv",
	[TABLE_EASTERN] = "names/eastern.tsv",
	[TABLE_EMAIL_DOMAINS] = "normal/email_domains.tsv",
	[TABLE_EMAIL_PROVIDERS] = "normal/email_providers.tsv",
	[TABLE_GENDER] = "normal/gender.tsv",
	[TABLE_GENERATIONS] = "names/generations.tsv",
	[TABLE_GENERIC_IDS] = "normal/generic_ids.tsv",
	[TABLE_GIVEN] = "names/given.tsv",
	[TABLE_MONTHS] = "normal/months.tsv",
	[TABLE_PARTICLES] = "names/particles.tsv",
	[TABLE_PLACEHOLDERS] = "normal/placeholders.tsv",
	[TABLE_REGIONS] = "normal/regions.tsv",
	[TABLE_ROLES] = "normal/roles.tsv",
	[TABLE_STREET_WORDS] = "address/street_words.tsv",
	[TABLE_SUFFIXES] = "names/suffixes.tsv",
	[TABLE_TITLES] = "names/titles.tsv",
	[TABLE_UNIT_WORDS] = "address/unit_words.tsv",
};

static pthread_once_t	once = PTHREAD_ONCE_INIT;
static atomic_bool	loaded;		/* asked first: most looks take as long as pthread_once */
static struct table	tables[TABLES];

static int
by_key(const void *a, const void *b)
{
	return span_cmp(((const struct row *)a)->key, ((const struct row *)b)->key);
}

static void
read_rows(struct table *t, struct span text)
{
	struct span line, value;

	while (span_split(&text, '\n', &line)) {
		if (line.len == 0 || line.p[0] == '#')
			continue;
		value = line;
		(void)span_split(&value, '\t', &line);
		if (value.p == NULL)
			value = SPAN("");
		t->rows = mem_grow(t->rows, t->count + 1, &t->cap, sizeof *t->rows);
		t->rows[t->count++] = (struct row){ line, value };
	}
	if (t->count > 1)
		qsort(t->rows, t->count, sizeof *t->rows, by_key);
}

static size_t
seen_word(uint64_t hash)
{
	return (hash >> SEEN_SHIFT) % SEEN_WORDS;
}

static uint64_t
seen_bit(uint64_t hash)
{
	return UINT64_C(1) << (hash >> SEEN_SHIFT) / SEEN_WORDS % 64;
}

static void
index_rows(struct table *t)
{
	size_t size = 16;

	while (size < 2 * t->count)
		size *= 2;
	t->mask = size - 1;
	t->slots = mem_zero(size, sizeof *t->slots);
	for (size_t i = 0; i < t->count; i++) {
		uint64_t hash = short_hash(t->rows[i].key);
		size_t at = hash & t->mask;

		t->seen[seen_word(hash)] |= seen_bit(hash);
		while (t->slots[at] != 0)
			at = (at + 1) & t->mask;
		t->slots[at] = (uint32_t)i + 1;
	}
}

/* All at once: 60 KiB of text, less than a millisecond. */
static void
load(void)
{
	for (size_t i = 0; i < TABLES; i++) {
		read_rows(&tables[i], asset_find(files[i]));
		index_rows(&tables[i]);
	}
	atomic_store_explicit(&loaded, true, memory_order_release);
}

static void
need_tables(void)
{
	if (!atomic_load_explicit(&loaded, memory_order_acquire))
		pthread_once(&once, load);
}

struct span
table_find(enum table_id id, struct span key)
{
	const struct table *t = &tables[id];
	uint64_t hash = short_hash(key);
	size_t at;

	need_tables();
	if ((t->seen[seen_word(hash)] & seen_bit(hash)) == 0)
		return span_none();
	at = hash & t->mask;
	while (t->slots[at] != 0) {
		const struct row *row = &t->rows[t->slots[at] - 1];

		if (short_equal(row->key, key))
			return row->value;
		at = (at + 1) & t->mask;
	}
	return span_none();
}

bool
table_has(enum table_id id, struct span key)
{
	return table_find(id, key).p != NULL;
}

struct span
table_key(enum table_id id, size_t i)
{
	need_tables();
	return i < tables[id].count ? tables[id].rows[i].key : span_none();
}

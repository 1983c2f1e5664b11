/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/cache.c: a compiled state, opened and held against the ledger; look-ups in it. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/cache.h"
#include "base/crypto.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/pipeline.h"
#include "consent/cache.h"
#include "consent/cache_rows.h"
#include "consent/ledger.h"
#include "io/paged.h"

#include <sys/stat.h>

struct cache {
	struct paged		*file;
	struct cache_header	 header;
	const char		*whole;		/* the data, where all before CACHE_LINES was checked; or NULL */
	uint64_t		 id_seed;
};

/* ---- opening ---- */

/* NULL, or why it is not of this ledger as its checkpoint has it. */
static const char *
wrong_ledger(const struct cache *c, const struct ledger *l)
{
	const struct cache_header *h = &c->header;
	const struct tlog_checkpoint *now = &l->now.checkpoint;
	unsigned char digest[32];

	cache_layout(digest);
	if (memcmp(h->layout, digest, sizeof digest) != 0)
		return "was made by another version";
	sha256_of(buf_span(&l->origin.text), digest);
	if (memcmp(h->origin, digest, sizeof digest) != 0 ||
	    strcmp(h->token_key, l->origin.token_key) != 0)
		return "is of another ledger";
	if (h->size > now->size)
		return "is of a ledger with more lines";
	if (h->size == now->size && memcmp(h->root, now->root.bytes, sizeof h->root) != 0)
		return "is of a ledger with other lines";
	return NULL;
}

/* What is sound is as it was written; this holds against mistakes of our own. */
static bool
parts_fit(const struct cache *c)
{
	uint64_t bytes = paged_bytes(c->file);

	for (unsigned i = 0; i < CACHE_PARTS; i++) {
		const struct cache_section *s = &c->header.parts[i];

		if (s->at > bytes || s->count > (bytes - s->at) / cache_sizes[i])
			return false;
	}
	return cache_count(c, CACHE_ROWS) == c->header.size &&
	    cache_count(c, CACHE_PLACES) == c->header.size && cache_count(c, CACHE_LINES) == c->header.size;
}

static bool
read_header(struct cache *c)
{
	struct span header = paged_header(c->file);

	if (header.len != sizeof c->header)
		return false;
	memcpy(&c->header, header.p, sizeof c->header);
	return c->header.token_key[sizeof c->header.token_key - 1] == '\0';
}

/* Lines that are no longer there would go unnoticed, since nobody reads them. */
static bool
lines_are_there(const struct cache *c, const struct ledger *l)
{
	struct buf path = { 0 };
	struct stat st;
	bool there;

	if (c->header.part == 0)
		return true;
	tlog_segment_path(l->dir, c->header.size / l->origin.segment, &path);
	there = stat(path.p, &st) == 0 && (uint64_t)st.st_size >= c->header.bytes;
	buf_done(&path);
	return there;
}

static const char *
look(struct cache *c, const struct ledger *l, enum cache_use use)
{
	const char *wrong = read_header(c) ? wrong_ledger(c, l) : "was made by another version";

	if (wrong != NULL)
		return wrong;
	if (!parts_fit(c))
		return "was altered";
	if (!lines_are_there(c, l))
		return "has lines that the ledger has no longer";
	if (use != CACHE_WHOLE)
		return NULL;
	if (!paged_check(c->file, c->header.parts[CACHE_LINES].at, threads_available()))
		return "was altered";
	c->whole = paged_at(c->file, 0, c->header.parts[CACHE_LINES].at);
	return NULL;
}

struct cache *
cache_open(const struct ledger *l, enum cache_use use, struct buf *why)
{
	struct cache *c = mem_zero(1, sizeof *c);
	struct buf path = { 0 };
	unsigned char key[32];
	const char *wrong = NULL;

	cache_key(l->key.bytes, key);
	c->id_seed = cache_id_seed(key);
	buf_print(&path, "%s/cache/compiled%c", l->dir, 0);
	c->file = paged_open(path.p, key, why);
	secret_wipe(key, sizeof key);
	buf_done(&path);
	if (c->file != NULL)
		wrong = look(c, l, use);
	if (wrong != NULL)
		buf_text(why, wrong);
	if (c->file != NULL && wrong == NULL)
		return c;
	cache_close(c);
	return NULL;
}

void
cache_close(struct cache *c)
{
	if (c == NULL)
		return;
	paged_close(c->file);
	mem_free(c);
}

bool
cache_broken(const struct cache *c)
{
	return c != NULL && paged_broken(c->file);
}

/* ---- parts ---- */

uint64_t
cache_count(const struct cache *c, enum cache_part part)
{
	return c->header.parts[part].count;
}

const void *
cache_part(const struct cache *c, enum cache_part part, uint64_t first, uint64_t n)
{
	const struct cache_section *s = &c->header.parts[part];

	if (first > s->count || n > s->count - first)
		return paged_at(c->file, UINT64_MAX, 1);	/* not sound */
	if (c->whole != NULL && part < CACHE_LINES)
		return c->whole + s->at + first * cache_sizes[part];
	return paged_at(c->file, s->at + first * cache_sizes[part], n * cache_sizes[part]);
}

struct span
cache_text(const struct cache *c, enum cache_part part, uint64_t at, uint64_t len)
{
	const char *p = cache_part(c, part, at, len);

	return p == NULL ? span_none() : span_make(p, (size_t)len);
}

const struct cache_row *
cache_row_of(const struct cache *c, uint64_t seq, uint32_t *number)
{
	const uint32_t *place = cache_part(c, CACHE_PLACES, seq, 1);

	if (place == NULL)
		return NULL;
	*number = *place;
	return cache_part(c, CACHE_ROWS, *place, 1);
}

/* Whether an element is the one that is looked for. */
typedef bool is_it(const struct cache *c, uint32_t element, const void *key);

/* Element + 1, or 0. */
static uint32_t
find(const struct cache *c, enum cache_part slots, uint64_t hash, is_it *is, const void *key)
{
	uint64_t count = cache_count(c, slots);

	for (uint64_t i = 0; i < count; i++) {
		const uint32_t *slot = cache_part(c, slots, (hash + i) & (count - 1), 1);

		if (slot == NULL || *slot == 0)
			return 0;
		if (is(c, *slot - 1, key))
			return *slot;
	}
	return 0;
}

/* The same among slots with tags. */
static uint32_t
find_tagged(const struct cache *c, enum cache_part slots, uint64_t hash, is_it *is, const void *key)
{
	uint64_t count = cache_count(c, slots), at = cache_slot_at(hash, count);

	for (uint64_t i = 0; i < count; i++, at++) {
		const struct cache_slot *slot = cache_part(c, slots, at < count ? at : at - count, 1);

		if (slot == NULL || slot->element == 0)
			return 0;
		if (slot->tag == (uint32_t)hash && is(c, slot->element - 1, key))
			return slot->element;
	}
	return 0;
}

static bool
is_token(const struct cache *c, uint32_t element, const void *key)
{
	const struct cache_row *row = cache_part(c, CACHE_ROWS, element, 1);

	return row != NULL && memcmp(row->token, key, CACHE_TOKEN) == 0;
}

uint32_t
cache_expect_token(const struct cache *c, enum cache_part slots, const unsigned char *token, bool row)
{
	uint64_t count = cache_count(c, slots);
	const uint32_t *slot = count == 0 ? NULL :
	    cache_part(c, slots, cache_token_hash(token) & (count - 1), 1);

	if (slot == NULL || (row && *slot == 0))
		return 0;
	cache_expect(row ? cache_part(c, CACHE_ROWS, *slot - 1, 1) : slot);
	return row ? *slot : 0;
}

uint32_t
cache_find_token(const struct cache *c, enum cache_part slots, const unsigned char *token)
{
	return find(c, slots, cache_token_hash(token), is_token, token);
}

static bool
is_id(const struct cache *c, uint32_t element, const void *key)
{
	uint32_t number;
	const struct cache_row *row = cache_row_of(c, element, &number);
	struct span id = row == NULL ? span_none() : cache_text(c, CACHE_IDS, row->id_at, row->id_len);

	return id.p != NULL && span_equal(id, *(const struct span *)key);
}

uint32_t
cache_find_id(const struct cache *c, struct span id)
{
	return find_tagged(c, CACHE_ID_SLOTS, hash64(id, c->id_seed), is_id, &id);
}

static bool
is_subject(const struct cache *c, uint32_t element, const void *key)
{
	const unsigned char *s = cache_part(c, CACHE_SUBJECTS, element, 1);

	return s != NULL && memcmp(s, key, CACHE_TOKEN) == 0;
}

const unsigned char *
cache_lookup(const struct cache *c, const unsigned char subject[16])
{
	uint32_t at = find(c, CACHE_SUBJECT_SLOTS, cache_token_hash(subject), is_subject, subject);
	const unsigned char *s = at == 0 ? NULL : cache_part(c, CACHE_SUBJECTS, at - 1, 1);

	return s == NULL ? NULL : s + CACHE_TOKEN;
}

static bool
is_lookup(const struct cache *c, uint32_t element, const void *key)
{
	const unsigned char *s = cache_part(c, CACHE_SUBJECTS, element, 1);

	return s != NULL && memcmp(s + CACHE_TOKEN, key, CACHE_TOKEN) == 0;
}

const unsigned char *
cache_subject(const struct cache *c, const unsigned char lookup[16])
{
	uint32_t at = find_tagged(c, CACHE_LOOKUP_SLOTS, cache_token_hash(lookup), is_lookup, lookup);

	return at == 0 ? NULL : cache_part(c, CACHE_SUBJECTS, at - 1, 1);
}

/* ---- the ledger ---- */

uint64_t
cache_size(const struct cache *c)
{
	return c->header.size;
}

uint64_t
cache_vault_rows(const struct cache *c)
{
	return c->header.vault_rows;
}

uint64_t
cache_nobody(const struct cache *c, uint64_t i)
{
	const uint32_t *row = i < cache_count(c, CACHE_NOBODY) ? cache_part(c, CACHE_NOBODY, i, 1) : NULL;

	return row == NULL ? UINT64_MAX : *row;
}

struct tlog_spot
cache_spot(const struct cache *c)
{
	const struct cache_header *h = &c->header;
	struct tlog_spot s = { .full.size = h->full, .part.size = h->part, .bytes = h->bytes };

	memcpy(s.full.perfect, h->full_perfect, sizeof s.full.perfect);
	memcpy(s.part.perfect, h->part_perfect, sizeof s.part.perfect);
	memcpy(s.leaf, h->leaf, sizeof s.leaf);
	s.leaf[JOURNAL_LEAF] = '\0';
	return s;
}

instant
cache_recv(const struct cache *c, uint64_t seq)
{
	uint32_t number;
	const struct cache_row *row = cache_row_of(c, seq, &number);

	return row == NULL ? INSTANT_NONE : row->recv;
}

/* recv never decreases, so every K is a prefix. */
uint64_t
cache_known(const struct cache *c, instant known_at)
{
	uint64_t low = 0, high = c->header.size;

	if (known_at == INSTANT_NONE || c->header.last_recv <= known_at)
		return high;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (cache_recv(c, middle) <= known_at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint64_t
cache_policy(const struct cache *c, uint64_t i)
{
	const uint32_t *seq = i < cache_count(c, CACHE_POLICIES) ?
	    cache_part(c, CACHE_POLICIES, i, 1) : NULL;

	return seq == NULL ? UINT64_MAX : *seq;
}

void
cache_add_erased(const struct cache *c, struct map *erased)
{
	for (uint64_t i = 0; i < cache_count(c, CACHE_ERASED); i++) {
		const char *subject = cache_part(c, CACHE_ERASED, i, 1);

		if (subject != NULL)
			map_add(erased, span_make(subject, CACHE_TOKEN));
	}
}

bool
cache_line(const struct cache *c, uint64_t seq, struct tlog_hash *leaf, uint64_t *at)
{
	const struct cache_line *line = cache_part(c, CACHE_LINES, seq, 1);

	if (line == NULL)
		return false;
	*leaf = line->leaf;
	*at = line->at;
	return true;
}

bool
cache_root(const struct cache *c, uint64_t n, struct tlog_hash *root)
{
	struct tlog_tree tree = { .size = 0 };
	struct tlog_hash leaf;
	unsigned level = 0;
	uint64_t at;
	bool there = true;

	if (n == c->header.size) {
		memcpy(root->bytes, c->header.root, SHA256_BYTES);
		return true;
	}
	while (CACHE_BLOCK >> level > 1)
		level++;
	for (uint64_t i = 0; there && i < n / CACHE_BLOCK; i++) {
		const struct tlog_hash *block = cache_part(c, CACHE_BLOCKS, i, 1);

		there = block != NULL;
		if (there)
			tlog_tree_add_perfect(&tree, block, level);
	}
	for (uint64_t i = n - n % CACHE_BLOCK; there && i < n; i++) {
		there = cache_line(c, i, &leaf, &at);
		if (there)
			tlog_tree_add(&tree, &leaf);
	}
	*root = tlog_tree_root(&tree);
	return there;
}

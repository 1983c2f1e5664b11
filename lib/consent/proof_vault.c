/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/proof_vault.c: few rows, in memory as they stand in the file. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/error.h"
#include "base/map.h"
#include "consent/proof_vault.h"
#include "consent/token.h"
#include "io/grow.h"

#include <errno.h>
#include <sys/stat.h>

enum {
	SUBJECT = PROOF_TOKEN, UNTIL = 2 * PROOF_TOKEN, MAC = UNTIL + 8,	/* where in a row */
	MAC_BYTES = PROOF_ROW - MAC
};

struct proof_vault {
	const struct token_key	*key;
	char			*path;
	struct buf		 rows;		/* all of them, those not written too */
	size_t			 written;
	struct map		*subjects;	/* of sound rows -> the number of the latest; gone: GONE */
	struct grow		 file;		/* once something is written */
};

#define GONE UINT64_MAX

static unsigned char *
row_at(const struct proof_vault *v, uint64_t number)
{
	return (unsigned char *)v->rows.p + number * PROOF_ROW;
}

static size_t
row_count(const struct proof_vault *v)
{
	return v->rows.len / PROOF_ROW;
}

static void
put_u64(unsigned char to[8], uint64_t n)
{
	for (unsigned i = 0; i < 8; i++)
		to[i] = (unsigned char)(n >> (8 * i));
}

static uint64_t
get_u64(const unsigned char from[8])
{
	uint64_t n = 0;

	for (unsigned i = 0; i < 8; i++)
		n |= (uint64_t)from[i] << (8 * i);
	return n;
}

/* Over the number too, as in the vault. */
static void
mac_of(const struct proof_vault *v, uint64_t number, unsigned char mac[MAC_BYTES])
{
	unsigned char place[8];
	struct span parts[] = { SPAN("cdp-vault-proof/1"), span_make((const char *)place, sizeof place),
	    span_make((const char *)row_at(v, number), MAC) };

	put_u64(place, number);
	blake2b(mac, MAC_BYTES, v->key->bytes, parts, 3);
}

static struct span
subject_span(const unsigned char subject[PROOF_TOKEN])
{
	return span_make((const char *)subject, PROOF_TOKEN);
}

static void
know_row(struct proof_vault *v, uint64_t number)
{
	*map_slot(v->subjects, subject_span(row_at(v, number) + SUBJECT)) = number;
}

static int
read_rows(struct proof_vault *v, struct error *e)
{
	struct grow g;
	struct stat st;
	int r;

	if (lstat(v->path, &st) < 0 && errno == ENOENT)
		return 0;
	r = grow_open(&g, v->path, GROW_READ, e);
	if (r == 0)
		r = grow_read(&g, 0, UINT64_MAX, &v->rows, e);
	grow_close(&g);
	v->rows.len -= v->rows.len % PROOF_ROW;		/* a row that a crash has cut is nobody's */
	v->written = row_count(v);
	return r;
}

struct proof_vault *
proof_vault_open(const char *dir, const struct token_key *key, struct error *e)
{
	struct proof_vault *v = mem_zero(1, sizeof *v);
	unsigned char mac[MAC_BYTES];
	struct buf path = { 0 };

	buf_print(&path, "%s/vault.proof%c", dir, 0);
	v->path = path.p;
	v->key = key;
	v->file.fd = -1;
	v->subjects = map_new();
	if (read_rows(v, e) < 0) {
		proof_vault_close(v);
		return NULL;
	}
	for (uint64_t i = 0; i < v->written; i++) {
		mac_of(v, i, mac);
		if (secret_equal(mac, row_at(v, i) + MAC, MAC_BYTES))
			know_row(v, i);
	}
	return v;
}

void
proof_vault_close(struct proof_vault *v)
{
	if (v == NULL)
		return;
	grow_close(&v->file);
	map_free(v->subjects);
	if (v->rows.p != NULL)
		secret_wipe(v->rows.p, v->rows.cap);
	buf_done(&v->rows);
	mem_free(v->path);
	mem_free(v);
}

size_t
proof_vault_count(const struct proof_vault *v)
{
	return map_size(v->subjects);
}

struct proof_row
proof_vault_at(const struct proof_vault *v, size_t i)
{
	struct proof_row row = { .until = INSTANT_NONE };
	uint64_t number = map_value(v->subjects, i);

	memcpy(row.subject, map_key(v->subjects, i).p, sizeof row.subject);
	if (number == GONE)
		return row;
	memcpy(row.lookup, row_at(v, number), sizeof row.lookup);
	row.until = (instant)get_u64(row_at(v, number) + UNTIL);
	return row;
}

const unsigned char *
proof_vault_lookup(const struct proof_vault *v, const unsigned char subject[PROOF_TOKEN], instant at)
{
	const uint64_t *number = map_find(v->subjects, subject_span(subject));

	return number == NULL || *number == GONE ||
	    (instant)get_u64(row_at(v, *number) + UNTIL) <= at ? NULL : row_at(v, *number);
}

/* ---- writing ---- */

void
proof_vault_keep(struct proof_vault *v, const struct proof_row *row)
{
	unsigned char bytes[PROOF_ROW] = { 0 };
	uint64_t number = row_count(v);

	memcpy(bytes, row->lookup, PROOF_TOKEN);
	memcpy(bytes + SUBJECT, row->subject, PROOF_TOKEN);
	put_u64(bytes + UNTIL, (uint64_t)row->until);
	buf_add(&v->rows, span_make((const char *)bytes, sizeof bytes));
	mac_of(v, number, row_at(v, number) + MAC);
	know_row(v, number);
}

static int
open_file(struct proof_vault *v, struct error *e)
{
	return v->file.path != NULL ? 0 : grow_open(&v->file, v->path, GROW_MAKE, e);
}

static int
zero_row(struct proof_vault *v, uint64_t number, struct error *e)
{
	static const char zero[PROOF_ROW];

	memset(row_at(v, number), 0, PROOF_ROW);
	return open_file(v, e) < 0 ? -1 :
	    grow_write(&v->file, number * PROOF_ROW, span_make(zero, PROOF_ROW), e);
}

/* Rows whose subject has a later one. */
static int
zero_replaced(struct proof_vault *v, struct error *e)
{
	bool any = false;

	for (uint64_t i = 0; i < v->written; i++) {
		const uint64_t *latest = map_find(v->subjects, subject_span(row_at(v, i) + SUBJECT));

		if (latest == NULL || *latest == i || *latest == GONE)
			continue;
		if (zero_row(v, i, e) < 0)
			return -1;
		any = true;
	}
	return any ? grow_sync(&v->file, e) : 0;
}

int
proof_vault_commit(struct proof_vault *v, struct error *e)
{
	struct span added = span_skip(buf_span(&v->rows), v->written * PROOF_ROW);

	if (added.len == 0)
		return 0;
	if (open_file(v, e) < 0 || grow_write(&v->file, v->written * PROOF_ROW, added, e) < 0 ||
	    grow_sync(&v->file, e) < 0)
		return -1;
	v->written = row_count(v);
	return zero_replaced(v, e);
}

int
proof_vault_zero(struct proof_vault *v, const unsigned char subject[PROOF_TOKEN], struct error *e)
{
	uint64_t *number = map_find(v->subjects, subject_span(subject)), at;

	if (number == NULL || *number == GONE)
		return 0;
	at = *number;
	*number = GONE;
	return zero_row(v, at, e);
}

int
proof_vault_sync(struct proof_vault *v, struct error *e)
{
	return v->file.path == NULL ? 0 : grow_sync(&v->file, e);
}

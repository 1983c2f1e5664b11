/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/vault.c: rows in memory, found by either token. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/error.h"
#include "base/pipeline.h"
#include "base/slots.h"
#include "consent/token.h"
#include "consent/vault.h"
#include "io/grow.h"
#include "io/out.h"

#include <errno.h>
#include <sys/stat.h>

enum {
	SUBJECT = VAULT_TOKEN, MAC = 2 * VAULT_TOKEN,	/* where in a row */
	MAC_BYTES = 16,
	PIECE = 16384			/* rows whose MACs one thread checks at once */
};

struct vault {
	const struct token_key	*key;
	char			*path;
	struct buf		 rows;		/* all of them, those not written too */
	uint64_t		 written;
	uint64_t		 first;		/* number of the first of them */
	struct slots		 subjects, lookups;	/* numbers of sound rows, by either token */
	bool			 knows_lookups;		/* only who writes asks by them */
	bool			*sound;		/* of those that were read */
	struct grow		 file;		/* once something is written */
	struct random_pool	 random;	/* for subjects */
};

static unsigned char *
row_at(const struct vault *v, uint64_t number)
{
	return (unsigned char *)v->rows.p + number * VAULT_ROW;
}

static uint64_t
row_count(const struct vault *v)
{
	return v->rows.len / VAULT_ROW;
}

/* Of row `number` of the file. Over the number too: a row that was moved is not sound where it stands now. */
static void
mac_of(const struct vault *v, uint64_t number, const unsigned char *row, unsigned char mac[MAC_BYTES])
{
	unsigned char place[8];
	struct span parts[] = { SPAN("cdp-vault/1"), span_make((const char *)place, sizeof place),
	    span_make((const char *)row, MAC) };

	for (unsigned i = 0; i < sizeof place; i++)
		place[i] = (unsigned char)(number >> (8 * i));
	blake2b(mac, MAC_BYTES, v->key->bytes, parts, 3);
}

static bool
is_sound(const struct vault *v, uint64_t number, const unsigned char *row)
{
	unsigned char mac[MAC_BYTES];

	mac_of(v, number, row, mac);
	return secret_equal(mac, row + MAC, MAC_BYTES);
}

static void
check_piece(void *arg, unsigned piece)
{
	const struct vault *v = arg;
	uint64_t end = ((uint64_t)piece + 1) * PIECE;

	for (uint64_t i = (uint64_t)piece * PIECE; i < end && i < row_count(v); i++)
		v->sound[i] = is_sound(v, v->first + i, row_at(v, i));
}

/* Tokens are uniform: random, or keyed hashes. */
static uint64_t
hash_of(const unsigned char *token)
{
	uint64_t hash;

	memcpy(&hash, token, sizeof hash);
	return hash;
}

static void
know_row(struct vault *v, uint64_t number)
{
	const unsigned char *row = row_at(v, number);

	slots_add(&v->subjects, hash_of(row + SUBJECT), (uint32_t)number);
	if (v->knows_lookups)
		slots_add(&v->lookups, hash_of(row), (uint32_t)number);
}

static void
know_lookups(struct vault *v)
{
	if (v->knows_lookups)
		return;
	v->knows_lookups = true;
	for (uint64_t i = 0; i < row_count(v); i++)
		if (i >= v->written || v->sound[i])
			slots_add(&v->lookups, hash_of(row_at(v, i)), (uint32_t)i);
}

int
vault_create(const char *dir, struct error *e)
{
	struct buf path = { 0 };
	struct out *o;

	buf_print(&path, "%s/vault%c", dir, 0);
	o = out_open(path.p, e);
	buf_done(&path);
	return o == NULL ? -1 : out_commit(o, e);
}

static int
read_rows(struct vault *v, struct error *e)
{
	struct grow g;
	struct stat st;
	uint64_t bytes = 0;
	int r;

	if (v->first == 0 && lstat(v->path, &st) < 0 && errno == ENOENT)
		return 0;	/* lost: as no row at all, which the first line that needs one tells */
	r = grow_open(&g, v->path, GROW_READ, e);
	if (r == 0)
		r = grow_size(&g, &bytes, e);
	if (r == 0 && bytes < v->first * VAULT_ROW)
		r = error_set(e, UNSAFE, "E_LEDGER", "%s ends early", v->path);
	if (r == 0)
		r = grow_read(&g, v->first * VAULT_ROW, UINT64_MAX, &v->rows, e);
	grow_close(&g);
	v->rows.len -= v->rows.len % VAULT_ROW;		/* a row that a crash has cut is nobody's */
	v->written = row_count(v);
	return r;
}

struct vault *
vault_open_from(const char *dir, const struct token_key *key, uint64_t first, struct error *e)
{
	struct vault *v = mem_zero(1, sizeof *v);
	struct buf path = { 0 };
	unsigned pieces;

	buf_print(&path, "%s/vault%c", dir, 0);
	v->path = path.p;
	v->key = key;
	v->first = first;
	v->file.fd = -1;
	if (read_rows(v, e) < 0) {
		vault_close(v);
		return NULL;
	}
	v->sound = mem_zero(row_count(v) + 1, sizeof *v->sound);
	pieces = (unsigned)((row_count(v) + PIECE - 1) / PIECE);
	parallel_each(pieces > 1 ? threads_available() : 1, pieces, check_piece, v);
	for (uint64_t i = 0; i < row_count(v); i++)
		if (v->sound[i])
			know_row(v, i);
	return v;
}

uint64_t
vault_rows(const struct vault *v)
{
	return v->first + v->written;
}

bool
vault_at(const struct vault *v, uint64_t row, const unsigned char **subject,
    const unsigned char **lookup)
{
	if (row >= v->written || !v->sound[row])
		return false;
	*subject = row_at(v, row) + SUBJECT;
	*lookup = row_at(v, row);
	return true;
}

bool
vault_has_sound(const struct vault *v, uint64_t row)
{
	struct buf bytes = { 0 };
	struct error ignored = { 0 };
	struct grow g;
	bool sound = grow_open(&g, v->path, GROW_READ, &ignored) == 0 &&
	    grow_read(&g, row * VAULT_ROW, VAULT_ROW, &bytes, &ignored) == 0 && bytes.len == VAULT_ROW &&
	    is_sound(v, row, (const unsigned char *)bytes.p);

	grow_close(&g);
	if (bytes.p != NULL)
		secret_wipe(bytes.p, bytes.len);
	buf_done(&bytes);
	return sound;
}

/* The last row that has the token at this place; NULL: none. A row that was erased in this run has it no
 * longer. */
static unsigned char *
row_of(const struct vault *v, const struct slots *s, const unsigned char *token, size_t place)
{
	uint64_t hash = hash_of(token), at = slots_at(hash);
	unsigned char *row = NULL;
	uint32_t number, last = 0;

	while (slots_next(s, hash, &at, &number))
		if ((row == NULL || number > last) &&
		    memcmp(row_at(v, number) + place, token, VAULT_TOKEN) == 0) {
			row = row_at(v, number);
			last = number;
		}
	return row;
}

const unsigned char *
vault_lookup(const struct vault *v, const unsigned char subject[VAULT_TOKEN])
{
	return row_of(v, &v->subjects, subject, SUBJECT);
}

const unsigned char *
vault_find(struct vault *v, const unsigned char lookup[VAULT_TOKEN])
{
	const unsigned char *row;

	know_lookups(v);
	row = row_of(v, &v->lookups, lookup, 0);
	return row == NULL ? NULL : row + SUBJECT;
}

static const unsigned char *
add_row(struct vault *v, const unsigned char lookup[VAULT_TOKEN], const unsigned char subject[VAULT_TOKEN])
{
	uint64_t number = row_count(v);
	unsigned char row[VAULT_ROW];

	memcpy(row, lookup, VAULT_TOKEN);
	memcpy(row + SUBJECT, subject, VAULT_TOKEN);
	buf_add(&v->rows, span_make((const char *)row, sizeof row));
	mac_of(v, v->first + number, row_at(v, number), row_at(v, number) + MAC);
	know_row(v, number);
	return row_at(v, number) + SUBJECT;
}

const unsigned char *
vault_subject(struct vault *v, const unsigned char lookup[VAULT_TOKEN])
{
	const unsigned char *known = vault_find(v, lookup);
	unsigned char subject[VAULT_TOKEN];

	if (known != NULL)
		return known;
	random_take(&v->random, subject, sizeof subject);
	return add_row(v, lookup, subject);
}

void
vault_take(struct vault *v, const struct vault *from)
{
	for (uint64_t i = from->written; i < row_count(from); i++)
		if (vault_find(v, row_at(from, i)) == NULL)
			add_row(v, row_at(from, i), row_at(from, i) + SUBJECT);
}

static int
open_file(struct vault *v, struct error *e)
{
	return v->file.path != NULL ? 0 : grow_open(&v->file, v->path, GROW_MAKE, e);
}

int
vault_commit(struct vault *v, struct error *e)
{
	struct span added = span_skip(buf_span(&v->rows), v->written * VAULT_ROW);

	if (added.len == 0)
		return 0;
	if (open_file(v, e) < 0 || grow_write(&v->file, (v->first + v->written) * VAULT_ROW, added, e) < 0 ||
	    grow_sync(&v->file, e) < 0)
		return -1;
	v->written = row_count(v);
	return 0;
}

int
vault_erase(struct vault *v, const unsigned char subject[VAULT_TOKEN], struct error *e)
{
	static const char zero[VAULT_ROW];
	unsigned char *row = row_of(v, &v->subjects, subject, SUBJECT);
	uint64_t at;

	if (row == NULL)
		return 0;
	at = v->first * VAULT_ROW + (uint64_t)(row - (unsigned char *)v->rows.p);
	memset(row, 0, VAULT_ROW);
	return open_file(v, e) < 0 ? -1 : grow_write(&v->file, at, span_make(zero, VAULT_ROW), e);
}

int
vault_sync(struct vault *v, struct error *e)
{
	return v->file.path == NULL ? 0 : grow_sync(&v->file, e);
}

void
vault_close(struct vault *v)
{
	if (v == NULL)
		return;
	grow_close(&v->file);
	slots_done(&v->lookups);
	slots_done(&v->subjects);
	mem_free(v->sound);
	if (v->rows.p != NULL)
		secret_wipe(v->rows.p, v->rows.cap);
	buf_done(&v->rows);
	mem_free(v->path);
	mem_free(v);
}

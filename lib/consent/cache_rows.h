/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/cache_rows.h: what the compiled state holds (cache.h), part by part; for those who write
 * and read it. Numbers are as this machine has them: another machine, program or version finds
 * another layout in the header and does not use the file.
 *
 * Rows stand by (kind, token, seq), so that what one identifier has stands together: a group. Kinds are
 * events with a subject, suppressions (by the other half of the token), and those of nobody. Texts
 * that many events have are words, kept once; what events say alike is a form, kept once. */
#ifndef CDP_CONSENT_CACHE_ROWS_H
#define CDP_CONSENT_CACHE_ROWS_H

#include "consent/event.h"	/* struct event */
#include "io/tlog_spot.h"	/* struct tlog_spot, by value */

struct cache;

enum cache_part {
	CACHE_ROWS,		/* struct cache_row */
	CACHE_FORMS,		/* struct cache_form */
	CACHE_EXTRAS,		/* struct cache_extra */
	CACHE_WORDS,		/* struct cache_text: where in the texts; of word 1 on */
	CACHE_TEXTS,		/* bytes */
	CACHE_IDS,		/* bytes: ids in the order of rows */
	CACHE_PLACES,		/* uint32_t by seq: the row */
	CACHE_TOKENS,		/* uint32_t: first row of a group + 1, by token; 0: free */
	CACHE_SUPPRESSIONS,	/* the same */
	CACHE_ID_SLOTS,		/* struct cache_slot: seqs, by id */
	CACHE_REFERRERS,	/* struct cache_referrer by (ref, seq) */
	CACHE_WAITING,		/* struct cache_waiting by seq */
	CACHE_POLICIES,		/* uint32_t: seq of policy events, in order */
	CACHE_TYPES,		/* struct cache_type */
	CACHE_ERASED,		/* 16 bytes: subjects that were erased */
	CACHE_SUBJECTS,		/* subject and lookup token, 32 bytes */
	CACHE_SUBJECT_SLOTS,	/* uint32_t: subject + 1 */
	CACHE_BLOCKS,		/* struct tlog_hash: roots of CACHE_BLOCK leaves each */
	/* For who writes, and not checked before they are touched: */
	CACHE_LINES,		/* struct cache_line by seq */
	CACHE_LOOKUP_SLOTS,	/* struct cache_slot: subjects, by lookup token */
	CACHE_NOBODY,		/* uint32_t: rows of the vault that are not sound, or of who was erased */
	CACHE_PARTS
};
/* Leaves under one root that is kept: few enough to be read for the root of any size, and their
 * roots a hundredth of the leaves. */
enum { CACHE_BLOCK = 256, CACHE_TOKEN = 16 };

struct cache_row {
	unsigned char	token[CACHE_TOKEN];	/* of the sid, the half that its kind has */
	int64_t		recv, lo, hi;
	uint64_t	id_at;			/* in the ids */
	uint32_t	id_len;
	uint32_t	seq, group;		/* group: the first row of its */
	uint32_t	form;
	uint32_t	ref, extra;		/* ref as in struct event; extra + 1, 0: none */
};
enum { CACHE_FORM_WORDS = 15 };
enum cache_flag { CACHE_COVERS_ACCOUNT = 1, CACHE_HAS_COMMIT = 2, CACHE_HAS_SSEQ = 4,
    CACHE_REACH_PERSON = 8 };
struct cache_form {
	int64_t		notice_version;
	uint32_t	words[CACHE_FORM_WORDS];	/* 0: absent */
	uint32_t	type, flags, zero;
};
struct cache_text {
	uint64_t	at, len;
};
/* What few events have. */
struct cache_extra {
	int64_t			until, born;
	uint64_t		sseq;
	unsigned char		account[CACHE_TOKEN];
	struct cache_text	preference;	/* in the texts; len 0: none */
	uint32_t		hard, cleared;
};
struct cache_referrer {
	uint32_t	ref, seq;
};
/* An event that names another one which the ledger does not have yet. */
struct cache_waiting {
	uint64_t		seq;
	struct cache_text	ref;
};
struct cache_type {
	uint32_t	word, seq;	/* the first event that has it as the type of its subject */
};

/* What has the hash: element + 1, 0: free; it stands where the upper half of the hash leads, and the lower
 * half is kept, so that what is not there is missed without a look at what is. */
struct cache_slot {
	uint32_t	element, tag;
};
/* A line in its segment. */
struct cache_line {
	struct tlog_hash	leaf;
	uint32_t		at;
};

struct cache_section {
	uint64_t	at, count;	/* in the data; elements */
};
struct cache_header {
	unsigned char		layout[32];	/* digest of what the numbers mean */
	unsigned char		origin[32];	/* SHA-256 of the ledger's origin */
	char			token_key[24];	/* fingerprint, and zeros */
	uint64_t		size;
	unsigned char		root[32];
	uint64_t		full, part, bytes;	/* struct tlog_spot behind the last line */
	struct tlog_hash	full_perfect[TLOG_LEVELS], part_perfect[TLOG_LEVELS];
	char			leaf[48];
	uint64_t		vault_rows;
	int64_t			last_recv;
	struct cache_section	parts[CACHE_PARTS];
};

/* Where a search in so many slots begins. */
static inline uint64_t
cache_slot_at(uint64_t hash, uint64_t count)
{
	return (hash >> 32) * count >> 32;
}

/* The texts of an event which a form holds as words, in its order. */
extern const size_t cache_words[CACHE_FORM_WORDS];
extern const size_t cache_sizes[CACHE_PARTS];	/* bytes of an element */

void cache_layout(unsigned char digest[32]);
/* Key of the file, made of the token key. */
void cache_key(const unsigned char *token_key, unsigned char key[32]);
uint64_t cache_id_seed(const unsigned char key[32]);
/* Where a search for a token begins: they are uniform, so their first bytes are the hash. */
static inline uint64_t
cache_token_hash(const unsigned char *token)
{
	uint64_t hash;

	memcpy(&hash, token, sizeof hash);
	return hash;
}

/* ---- reading ---- */

/* Elements first … first + n - 1 of a part; NULL: not sound (cache_broken). */
const void *cache_part(const struct cache *c, enum cache_part part, uint64_t first, uint64_t n);
uint64_t cache_count(const struct cache *c, enum cache_part part);
/* The row of a seq, or NULL. */
const struct cache_row *cache_row_of(const struct cache *c, uint64_t seq, uint32_t *number);
/* The first row of the group of a token: its number + 1, or 0. */
/* It will be looked for soon: fetches its slot and gives 0 or, that being there by now
 * (`row`), fetches what it leads to and gives what cache_find_token probably will. */
uint32_t cache_expect_token(const struct cache *c, enum cache_part slots, const unsigned char *token,
    bool row);
uint32_t cache_find_token(const struct cache *c, enum cache_part slots, const unsigned char *token);
uint32_t cache_find_id(const struct cache *c, struct span id);		/* seq + 1, or 0 */
struct span cache_text(const struct cache *c, enum cache_part part, uint64_t at, uint64_t len);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/cache_layout.c: what the numbers of a compiled state mean, and the keys it is made under. */
#include "base/buf.h"
#include "base/crypto.h"
#include "consent/cache_rows.h"

#define AT(member) offsetof(struct event, member)

const size_t cache_words[CACHE_FORM_WORDS] = { AT(sid_type), AT(controller), AT(purpose),
    AT(channel), AT(dest), AT(basis), AT(ctype), AT(method), AT(actor), AT(src), AT(cause), AT(by),
    AT(jur), AT(notice_id), AT(notice_lang) };

const size_t cache_sizes[CACHE_PARTS] = {
	[CACHE_ROWS] = sizeof(struct cache_row), [CACHE_FORMS] = sizeof(struct cache_form),
	[CACHE_EXTRAS] = sizeof(struct cache_extra), [CACHE_WORDS] = sizeof(struct cache_text),
	[CACHE_TEXTS] = 1, [CACHE_IDS] = 1, [CACHE_PLACES] = sizeof(uint32_t),
	[CACHE_TOKENS] = sizeof(uint32_t), [CACHE_SUPPRESSIONS] = sizeof(uint32_t),
	[CACHE_ID_SLOTS] = sizeof(struct cache_slot), [CACHE_REFERRERS] = sizeof(struct cache_referrer),
	[CACHE_WAITING] = sizeof(struct cache_waiting), [CACHE_POLICIES] = sizeof(uint32_t),
	[CACHE_TYPES] = sizeof(struct cache_type), [CACHE_ERASED] = CACHE_TOKEN,
	[CACHE_SUBJECTS] = 2 * CACHE_TOKEN, [CACHE_SUBJECT_SLOTS] = sizeof(uint32_t),
	[CACHE_BLOCKS] = sizeof(struct tlog_hash), [CACHE_LINES] = sizeof(struct cache_line),
	[CACHE_LOOKUP_SLOTS] = sizeof(struct cache_slot), [CACHE_NOBODY] = sizeof(uint32_t)
};

/* A type of event is its number, which another version may give to another type. */
void
cache_layout(unsigned char digest[32])
{
	const uint32_t order = 0x01020304;
	struct buf b = { 0 };
	struct span all;

	buf_text(&b, "cdp-compiled/2 " CDP_VERSION "\n");
	buf_add(&b, span_make((const char *)&order, sizeof order));
	for (unsigned i = 0; i < CACHE_PARTS; i++)
		buf_print(&b, " %zu", cache_sizes[i]);
	for (unsigned i = 0; i < EVENT_TYPES; i++)
		buf_print(&b, " %.*s", SPAN_ARG(event_name((enum event_type)i)));
	all = buf_span(&b);
	blake2b(digest, 32, NULL, &all, 1);
	buf_done(&b);
}

void
cache_key(const unsigned char *token_key, unsigned char key[32])
{
	struct span use = SPAN("cdp-compiled/1");

	blake2b(key, 32, token_key, &use, 1);
}

/* Ids are their producers', who must not be able to make all of them meet in one place. */
uint64_t
cache_id_seed(const unsigned char key[32])
{
	struct span use = SPAN("ids");
	unsigned char digest[32];
	uint64_t seed;

	blake2b(digest, sizeof digest, key, &use, 1);
	memcpy(&seed, digest, sizeof seed);
	return seed;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/memo.h: what became of the values that came before: names, towns and countries
 * repeat, and cleaning is a pure function of the value and its surroundings.
 * Always holds: an answer is what the normaliser would say; both are compared byte by byte. One
 * memo serves one op of one thread; where values do not repeat it stops by itself. */
#ifndef CDP_INGEST_MEMO_H
#define CDP_INGEST_MEMO_H

#include "normal/outcome.h"	/* struct normal, by value */
#include <stdint.h>

struct arena;
struct memo;

struct memo *memo_new(void);
void memo_free(struct memo *m);		/* NULL is fine */
/* What became of one value: struct normal without its detail, in one line of the cache. */
struct remembered {
	const char	*reason;
	uint16_t	 country;	/* both letters, or 0 */
	uint8_t		 raw_len;	/* 0: nothing is remembered here */
	uint8_t		 value_len, outcome;
	bool		 same, there, placeholder;
	bool		 plain;		/* clean as it came, without a reason */
	char		 text[47];	/* raw, then the value unless it is the same */
};

/* What is known of a raw value in a country (or none), or NULL; lives until the next memo_keep. */
const struct remembered *memo_find(struct memo *m, struct span raw, struct span country);
/* The same as the normaliser's result; its value borrows from raw or is copied to the arena. */
struct normal memo_result(const struct remembered *x, struct span raw, struct arena *arena);
/* Remembers a result, in the place of another one. */
void memo_keep(struct memo *m, struct span raw, struct span country, const struct normal *n);

#endif

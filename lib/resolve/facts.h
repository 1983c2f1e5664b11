/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/facts.h: what of a record takes part in matching: folded values, packed.
 * A packed record is a row of facts, each `kind, type, len, bytes`, ended by FACT_END. Records
 * that say the same have the same bytes, because facts are packed in a fixed order. */
#ifndef CDP_RESOLVE_FACTS_H
#define CDP_RESOLVE_FACTS_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

struct arena;
struct buf;
struct record;
struct rules;
struct types;

enum fact_kind {
	FACT_END,
	FACT_IDENTIFIER,	/* type: index into struct types */
	FACT_EMAIL,		/* the mailbox by the provider's rules */
	FACT_PHONE,
	FACT_GIVEN,		/* folded */
	FACT_FAMILY,
	FACT_BIRTHDATE,		/* FACT_BIRTHDATE_BYTES: year (2, high first), month, day */
	FACT_POSTCODE,
	FACT_LOCALITY,
	FACT_SUFFIX,		/* generational, folded */
	FACT_PARTY,		/* 'p' person, 'o' organisation */
	FACT_ATTRIBUTE,		/* type: index into rules.attributes */
	FACT_KINDS
};

enum { FACT_BIRTHDATE_BYTES = 4 };

struct fact {
	enum fact_kind	kind;
	uint8_t		type;
	struct span	value;		/* borrowed from the packed bytes */
};

/* Appends the facts of a record: only fields that the rules let match, and only values that
 * their tags do not forbid. */
void facts_pack(struct buf *out, const struct record *r, const struct rules *rules,
    struct types *types, struct arena *arena);
/* The next fact at *at, which moves on; false at the end. */
bool facts_next(const unsigned char **at, struct fact *f);
/* The first fact of a kind; an absent value if there is none. */
struct span facts_find(const unsigned char *facts, enum fact_kind kind);
/* Bytes of the row, the end mark included. */
uint32_t facts_len(const unsigned char *facts);
/* Takes a value out of play: it is skipped from now on. */
void facts_drop(const struct fact *f);

#endif

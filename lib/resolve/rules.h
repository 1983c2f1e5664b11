/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rules.h: what a rules file (cdp-rules(5)) says, checked; or the defaults. */
#ifndef CDP_RESOLVE_RULES_H
#define CDP_RESOLVE_RULES_H

#include "base/arena.h"		/* by value */
#include "base/attr.h"
#include "base/span.h"		/* passed by value */
#include "base/instant.h"	/* instant */
#include "normal/check_digit.h"	/* enum check_digit */
#include <stdbool.h>
#include <stdint.h>

struct error;
struct named_path;
struct notes;
struct record;

enum { RULES_PRIORITY_NONE = 1000000000, RULES_ATOMS_MAX = 4, RULES_CHAIN_MAX = 8,
	RULES_BLOCKING_ATOMS = 3, RULES_BLOCKING_MAX = 16 };

enum atom {
	ATOM_IDENTIFIER,	/* id.TYPE */
	ATOM_EMAIL,		/* email.canon */
	ATOM_PHONE,		/* phone.e164 */
	ATOM_PHONE_LAST8,	/* phone.last8 */
	ATOM_GIVEN,		/* given.exact */
	ATOM_GIVEN_FIRST,	/* given.first */
	ATOM_GIVEN_INITIAL,	/* given.initial */
	ATOM_GIVEN_COMPATIBLE,	/* given.compatible: alone it makes no key */
	ATOM_NAME_SET,		/* name.set: tokens of the given and the family name, sorted */
	ATOM_BIRTHDATE,		/* birthdate.full */
	ATOM_BIRTHDATE_YM,	/* birthdate.ym */
	ATOM_POSTCODE,		/* postcode.full */
	ATOM_LOCALITY,		/* locality */
	ATOMS,
	/* From here on attr.X: rules.attributes[atom − ATOM_ATTRIBUTE] is "attributes.X". */
	ATOM_ATTRIBUTE = ATOMS
};

/* Records that agree on all atoms are joined. */
struct join {
	enum atom	atom[RULES_ATOMS_MAX];
	size_t		count;
	struct span	type;		/* of ATOM_IDENTIFIER; absent: every type, by its priority */
	struct span	name;		/* "email.canon+given.compatible": what explain prints */
	bool		force;		/* made also where pairs are weighed */
};

struct source_rule {
	struct span	name;
	uint32_t	priority;
	bool		clean, empty_erases;
};

struct identifier_rule {
	struct span	name;
	uint32_t	priority, limit;
	bool		exclusive, has_exclusive, key, match, has_check;
	enum check_digit check;
};

enum strategy {
	STRATEGY_PINNED, STRATEGY_SOURCE_PRIORITY, STRATEGY_TRUST, STRATEGY_RECENCY,
	STRATEGY_OLDEST, STRATEGY_FREQUENCY, STRATEGY_VOTE, STRATEGY_VALID,
	STRATEGY_COMPLETENESS, STRATEGY_LONGEST, STRATEGY_MIN, STRATEGY_MAX, STRATEGY_SUM,
	STRATEGY_ANY, STRATEGY_ALL, STRATEGY_UNION, STRATEGY_MEDOID, STRATEGY_BEST_CONNECTED,
	STRATEGY_GROUP, STRATEGY_RECORD, STRATEGY_USUAL, STRATEGY_LIKE_LATEST, STRATEGIES
};

struct chain {
	struct span	path;		/* "given_name", "attributes.spend", "identifiers.loyalty" */
	enum strategy	step[RULES_CHAIN_MAX];
	size_t		count;
	uint32_t	top;		/* of STRATEGY_UNION: values kept */
	struct span	group;		/* of STRATEGY_GROUP: the field it goes with */
};

enum decay { DECAY_LINEAR, DECAY_SLOW, DECAY_FAST };

struct trust {
	struct span	source;
	uint32_t	most, least, days;	/* per mille */
	enum decay	decay;
};

struct pin {
	struct span	record, path, value;
	instant		until;		/* INSTANT_NONE: for good */
};

struct field_purposes {
	struct span		 path;
	const struct span	*purpose;
	size_t			 count;
};

/* What a file says of the comparison of an attribute or identifier; -1 where it says nothing. */
struct field_rule {
	struct span	path;		/* "attributes.birth_place" */
	int8_t		type;		/* enum field_type */
	int8_t		nature;		/* enum nature */
};

/* Records that agree on all atoms are compared; atoms go by their names: "birthdate.full". */
struct blocking_rule {
	struct span	atom[RULES_BLOCKING_ATOMS];
	unsigned	count;
};

struct blocking {
	struct blocking_rule	*rules;		/* taken whatever they cost */
	size_t			 rule_count;
	struct span		*forbid;	/* atoms of no rule */
	size_t			 forbid_count;
	bool			 only;		/* "auto":false: these rules and no others */
};

#define RULES_NOT_SET	INT32_MIN

/* Of pairs that are weighed: millibits, or RULES_NOT_SET; counts, or 0. */
struct rules_weights {
	int32_t		link, review_band, merge_average, bridge_margin, cap_free, cap_contact;
	uint32_t	target_fdr;		/* in millionths */
	int32_t		namesake, twin;		/* of the pairs of a household, in millionths */
	uint32_t	max_size, pairs_per_record, max_families;
	bool		no_household_class;
};

struct rules {
	struct arena			 arena;
	struct span			 digest;		/* of what the file says; absent: no file */
	struct span			 purpose;		/* absent: not said */
	bool				 require_gate;
	bool				 exact;			/* "mode" */
	struct source_rule		*sources;
	size_t				 source_count;
	struct identifier_rule		*identifiers;
	size_t				 identifier_count;
	struct span			*never;			/* ignore, never_match, match:false */
	size_t				 never_count;
	struct field_purposes		*field_purposes;
	size_t				 field_purpose_count;
	struct join			*joins;
	size_t				 join_count;
	bool				 joins_given;		/* by the file: else the default ones */
	struct span			*attributes;		/* those that joins use, each once */
	size_t				 attribute_count;
	bool				 weighs;		/* says something of pairs that are weighed */
	struct rules_weights		 weights;
	struct blocking			 blocking;
	struct field_rule		*fields;
	size_t				 field_count;
	uint32_t			 limit_default;
	bool				 splink_levels;	/* weigh only what Splink can */
	bool				 soft_exclusive;
	struct span			 allow_file, deny_file;
	uint32_t			 email_cap, phone_cap;	/* 0: from the data */
	bool				 overlap;
	struct chain			*chains;
	size_t				 chain_count;
	struct trust			*trust;
	size_t				 trust_count;
	struct pin			*pins;
	const struct pin		**pins_by_record;	/* those of one in their order */
	size_t				 pin_count;
	struct named_path		*named;		/* attributes and identifiers of the file, each once */
	size_t				 named_count;
};

/* The defaults. */
struct rules *rules_new(void);
void rules_free(struct rules *r);		/* NULL is fine */
/* Reads and checks a file. NULL: e is USAGE and names the first fault with its JSON path; the
 * others are notes. */
struct rules *rules_load(const char *path, struct notes *notes, struct error *e);

const struct source_rule *rules_source(const struct rules *r, struct span name);	/* or NULL */
const struct identifier_rule *rules_identifier(const struct rules *r, struct span type);
/* The check digits that values of the type must have: as the rules say, else those of types
 * that are known. */
enum check_digit rules_check(const struct rules *r, struct span type);
bool rules_exclusive(const struct rules *r, struct span type);
uint32_t rules_source_priority(const struct rules *r, struct span source);
bool rules_never(const struct rules *r, struct span path);	/* ignored, never matched */
/* Whether rules_may_match says no to anything. */
static inline bool
rules_forbid_any(const struct rules *r)
{
	return r->never_count > 0 || r->field_purpose_count > 0;
}
/* Whether the field may be used for matching on this record. */
bool rules_may_match(const struct rules *r, struct span path, const struct record *record);
bool rules_identifier_may_match(const struct rules *r, struct span type,
    const struct record *record);
/* What the file says of the comparison of a field, or NULL. */
const struct field_rule *rules_field(const struct rules *r, struct span path);
/* The chain of a field, or NULL where the default holds. */
const struct chain *rules_chain(const struct rules *r, struct span path);
const struct trust *rules_trust(const struct rules *r, struct span source);
/* A record has "attributes." and the name, or "identifiers."; any thread may say so. */
void rules_meet(const struct rules *r, struct span head, struct span name);
/* Whether the file says something of the attribute or identifier, or joins by it. */
bool rules_name(const struct rules *r, struct span path);
/* The next path of the file, from *at on, that no record has; absent at the end. */
struct span rules_unmet(const struct rules *r, size_t *at);
struct span strategy_name(enum strategy s);	/* with SPAN_ROOM bytes behind it */
const char *atom_name(enum atom a);

#endif

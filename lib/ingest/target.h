/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/target.h: where a column may go, and as what (ingest 2.2). */
#ifndef CDP_INGEST_TARGET_H
#define CDP_INGEST_TARGET_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

struct arena;

enum { ADDRESS_MAX = 8 };	/* address.0 … address.7 */

/* In the order in which a record is built and its flags are written. */
enum target_kind { TARGET_DROP, TARGET_OBSERVED_AT, TARGET_COLLECTED_AT, TARGET_ONE, TARGET_MANY,
    TARGET_ADDRESS, TARGET_IDENTIFIER, TARGET_ATTRIBUTE };

enum value_type { TYPE_TEXT, TYPE_LIST, TYPE_INTEGER, TYPE_DECIMAL, TYPE_BOOLEAN, TYPE_DATE,
    TYPE_TIME, TYPE_COUNTRY, TYPE_CODE, TYPE_JSON };
extern const char *const value_type_names[];	/* in that order, NULL-ended */

struct target {
	enum target_kind	kind;
	int			part;		/* enum one_field, many_field or address_part */
	uint32_t		number;		/* address.NUMBER */
	bool			second_line;	/* street_address.2 */
	struct span		name;		/* TYPE of an identifier, NAME of an attribute */
	struct span		path;		/* "email", "address.0.region", "identifiers.loyalty" */
};

/* False for a target that does not exist. Borrows the text, or the arena. */
bool target_parse(struct span text, struct target *t, struct arena *arena);
/* Several values may go there. */
bool target_is_list(const struct target *t);
bool target_same(const struct target *a, const struct target *b);
/* The family in the summary: "email", "address.locality", "identifiers.loyalty". */
struct span target_family(const struct target *t, struct arena *arena);
/* The tag that every identifier of the type carries, or span_none(). */
struct span identifier_tag(struct span type);
/* A lower-case id of letters, digits, '_', '-' and '.' of at most `most` bytes. */
bool target_name_ok(struct span name, size_t most);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/mapping.h: a mapping (cdp-mapping(5)), read and checked; it knows no file yet.
 * Everything in it is borrowed from the mapping and lives until mapping_free. */
#ifndef CDP_INGEST_MAPPING_H
#define CDP_INGEST_MAPPING_H

#include "base/instant.h"	/* instant */
#include "ingest/target.h"	/* struct target, by value */
#include "io/json_config.h"	/* struct faults, config_at */
#include "io/source.h"		/* enum encoding */
#include "model/record.h"	/* struct texts, by value */
#include "normal/outcome.h"	/* enum date_order, date_format */

struct arena;
struct error;
struct notes;

enum { MAPPING_MAX_BYTES = 4 << 20 };

enum input_type { INPUT_UNKNOWN, INPUT_CSV, INPUT_NDJSON, INPUT_CDP };
enum unmapped { UNMAPPED_ATTRIBUTES, UNMAPPED_DROP, UNMAPPED_ERROR };
enum key_kind { KEY_COLUMN, KEY_COLUMNS, KEY_HASH };
enum consent_result { CONSENT_GRANT, CONSENT_DENY, CONSENT_WITHDRAW, CONSENT_OBJECT,
    CONSENT_OBJECT_DM, CONSENT_OPT_OUT_SALE, CONSENT_GPC, CONSENT_REQUESTED, CONSENT_NONE };
extern const char *const consent_result_names[];	/* in that order, NULL-ended */
enum polarity { POLARITY_VALUES, POLARITY_TRUE_IS_YES, POLARITY_TRUE_IS_NO };

struct source_purpose {
	struct span	id, basis, reference, covers_earlier;
	instant		since;
};

struct mapping_source {
	struct span		 name, name_column, controller, channel, collected, collected_from,
				 clock, default_region, default_country, locale;
	struct source_purpose	*purposes;
	size_t			 purpose_count;
	bool			 has_zone, suppression_required, reject_invalid;
	int			 zone_minutes;
	instant			 collected_since;	/* INSTANT_NONE: not given */
	enum date_order		 date_order;
	struct span		 json;			/* canonical text, for the stream line */
};

struct mapping_format {
	enum input_type	 type;
	char		 delimiter, quote;		/* 0: not given */
	bool		 no_header, has_header, cr, literal_quotes, pad, has_encoding;
	enum encoding	 encoding;
	int64_t		 skip_lines;
	struct span	 comment;
};

struct value_pair {
	struct span	from, to;
};
struct consent_pair {
	struct span		from;
	enum consent_result	result;
};
struct consent_rule {
	struct span		 purpose, channel, identifier, at, notice, method, sequence;
	enum polarity		 polarity;
	struct consent_pair	*values;
	size_t			 value_count;
	int			 at_column, sequence_column;	/* plan: index, −1 without */
};

/* What becomes of one column (or path). */
struct column_rule {
	struct span		 name;			/* as in the header; NDJSON: the path */
	struct target		 target;
	enum value_type		 type;
	struct span		 separator, strip_prefix, region, label;	/* label: column of the label */
	struct value_pair	*values;
	size_t			 value_count;
	char			 decimal;
	enum date_order		 date_order;
	bool			 day_first;		/* where the order is inferred and nothing is against it */
	enum date_format	 format;
	struct texts		 tags;
	int64_t			 precision;		/* −1: as it comes */
	bool			 iso5218, international_without_plus, required, optional, reject_invalid,
				 repair_mojibake, sha256, unmapped;
	struct consent_rule	*consents;
	size_t			 consent_count;
};

enum derive_kind { DERIVE_CONCAT, DERIVE_SPLIT, DERIVE_DATE,
    DERIVE_TOWN, DERIVE_ADDRESS };	/* these two: --auto alone; part is an enum town_part */
struct derive_rule {
	enum derive_kind	 kind;
	struct column_rule	 rule;			/* target and defaults of the result */
	struct texts		 columns;		/* concat: any; split: one; date: year month day */
	struct span		 with;			/* or the text to split at */
	int64_t			 part;			/* from 1 */
	struct span		 strip_prefix;
};
struct constant_rule {
	struct column_rule	rule;
	struct span		value;
};
struct skip_rule {
	struct span	column;
	struct texts	values;
};
struct group_rule {				/* one member of a group */
	struct column_rule	rule;		/* name: the pattern with {n} */
	struct span		label;		/* the label's pattern, or absent */
	bool			numbered;	/* an address: the number comes from {n} */
};

struct mapping {
	char			*name;		/* base name of the file */
	struct mapping_source	 source;
	struct mapping_format	 format;
	enum key_kind		 key;
	struct texts		 key_columns;
	struct span		 key_with, key_prefix;
	struct column_rule	*columns;	/* in byte order of name */
	size_t			 column_count;
	struct derive_rule	*derives;
	size_t			 derive_count;
	struct constant_rule	*constants;
	size_t			 constant_count;
	struct skip_rule	*skips;
	size_t			 skip_count;
	struct group_rule	*groups;
	size_t			 group_count;
	enum unmapped		 unmapped;
	bool			 has_identity;	/* some target is a name, e-mail, phone, address or id */
	bool			 has_person;	/* some target is a person's: a name, e-mail or id */
	bool			 automatic;	/* made by --auto */
	bool			 declared;	/* with --declare */
	struct texts		 assumed;	/* --purposes: put on records when it declares none */
	char			 digest[65];	/* SHA-256 of the file, in hex; "" for --auto */
	json_t			*root;
	struct arena		*arena;
};

/* Reads PATH and adds every fault. NULL only if it is no JSON at all (E_MAP_SYNTAX in e);
 * otherwise the caller looks at faults->count and owns the mapping. Warnings go to notes. */
struct mapping *mapping_read(const char *path, struct faults *faults, struct notes *notes,
    struct error *e);
/* The same from text, for tests and fuzzing. */
struct mapping *mapping_parse(struct span text, const char *name, struct faults *faults,
    struct notes *notes, struct error *e);
/* An empty mapping for --auto whose source is the object in PATH (--declare), or, with PATH
 * NULL, says only `name`, channel other, collected unknown and no purposes. */
struct mapping *mapping_automatic(const char *path, struct span name, struct faults *faults,
    struct error *e);
/* Works has_identity and has_person out of the targets. */
void mapping_identify(struct mapping *m);
/* The column says which of several systems a record comes from. */
void mapping_gathered(struct mapping *m, struct span name_column);
/* A mapping that has only its source, from the text of that object in a `stream` line. */
struct mapping *mapping_of_source(struct span json, struct faults *faults, struct error *e);
void mapping_free(struct mapping *m);		/* NULL is fine */

/* Compares the source with the policy's entry of that id (E_MAP_POLICY faults). 0, or -1 when
 * the policy cannot be read. */
MUST_USE int mapping_check_policy(const struct mapping *m, const char *policy,
    struct faults *faults, struct error *e);
/* A rule with all defaults of the source. */
struct column_rule column_rule_default(const struct mapping_source *s);
bool purpose_id_ok(struct span id);

#endif

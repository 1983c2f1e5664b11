/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/plan.h: mapping × header: what to do with each row, worked out once per file, so
 * that no name is looked up while rows go by. Read-only after the evidence is in. */
#ifndef CDP_INGEST_PLAN_H
#define CDP_INGEST_PLAN_H

#include "ingest/mapping.h"	/* column_rule, by value */
#include "model/suppression.h"	/* SUPPRESSION_KINDS */

enum clean_kind { CLEAN_TIME, CLEAN_BIRTHDATE, CLEAN_GENDER, CLEAN_NAME, CLEAN_WHOLE_NAME,
    CLEAN_EMAIL, CLEAN_PHONE, CLEAN_TEXT, CLEAN_COUNTRY, CLEAN_REGION, CLEAN_POSTCODE,
    CLEAN_ADDRESS, CLEAN_IDENTIFIER, CLEAN_ATTRIBUTE };

/* One value on its way into the record. What every row asks comes first, in one line of the
 * cache. */
struct op {
	int				 column, label_column;	/* −1: none */
	enum clean_kind			 clean;
	uint32_t			 family;	/* of the tally */
	uint32_t			 identifier;	/* index of the identifier type */
	unsigned			 rank;		/* place of its flags */
	bool				 simple;	/* a cell is one value, with nothing around it */
	bool				 coordinate;
	bool				 dated;		/* a column whose date order may be inferred */
	bool				 decided;	/* order or letters came from the data */
	const struct derive_rule	*derive;	/* NULL: a column or a constant */
	struct span			 constant;	/* absent: a column or derived */
	struct column_rule		 rule;
	int				*columns;	/* of derive; −1: not given */
	struct span			 raw_name;	/* "raw_email" */
	const char			*code;		/* when an invalid value rejects: "E_DATE" */
	struct normal_context		 context;	/* what does not change from row to row */
	uint64_t			 evidence[2];
};

struct consent_op {
	struct consent_rule	rule;
	int			column;
};
struct skip_op {
	int		column;
	struct texts	values;
};

/* Places in a tally: these, then four outcomes for each family, then one per family for date
 * order conflicts, then one per purpose left off. */
enum tally_slot { TALLY_ROWS, TALLY_RECORDS, TALLY_CONSENT, TALLY_REJECTED, TALLY_SKIPPED,
    TALLY_SAMPLED, TALLY_BLANK, TALLY_COMMENT, TALLY_CREDENTIAL_CELLS, TALLY_EARLY_REJECTED,
    TALLY_LONGER, TALLY_SUPPRESSED, TALLY_SUPPRESSED_BY,
    TALLY_FIXED = TALLY_SUPPRESSED_BY + SUPPRESSION_KINDS };	/* _BY: one slot a kind */

struct plan {
	const struct mapping	*m;
	bool			 ndjson;
	struct span		*header;	/* names of the columns, or paths */
	size_t			 column_count, column_cap;
	bool			*raw_json;	/* NDJSON: the column wants JSON as written */
	struct op		*ops;		/* in the order of work */
	size_t			 op_count;
	struct consent_op	*consents;	/* in header order */
	size_t			 consent_count;
	struct skip_op		*skips;
	size_t			 skip_count;
	int			*key_columns;
	size_t			 key_count;
	int			 name_column, observed_column, collected_column;
	size_t			 address_count;	/* places of addresses that have a column */
	struct span		*identifiers;	/* types in byte order */
	size_t			 identifier_count;
	struct span		*families;
	size_t			 family_count, family_cap, tally_size;
	struct span		*dropped, *unmapped;	/* names, for the summary */
	size_t			 dropped_count, unmapped_count;
	struct arena		*arena;
};

/* Joins both; adds every fault. The caller owns the plan until plan_free; it borrows mapping
 * and header. With ndjson the header is what the sample showed. `keep_unmapped` false leaves
 * unmapped columns to the caller (NDJSON does them row by row). */
struct plan *plan_new(const struct mapping *m, const struct span *header, size_t count,
    bool ndjson, struct faults *faults);
/* Under "unmapped":"error" the unmapped columns are a fault. plan_new does it for CSV. */
void plan_check_unmapped(const struct plan *p, struct faults *faults);
void plan_free(struct plan *p);		/* NULL is fine */

static inline size_t
tally_outcome(uint32_t family, enum outcome o)
{
	return TALLY_FIXED + (size_t)family * OUTCOMES + (size_t)o;
}
static inline size_t
tally_conflict(const struct plan *p, uint32_t family)
{
	return TALLY_FIXED + p->family_count * OUTCOMES + family;
}
static inline size_t
tally_purpose(const struct plan *p, size_t purpose)
{
	return TALLY_FIXED + p->family_count * (OUTCOMES + 1) + purpose;
}

#endif

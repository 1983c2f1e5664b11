/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/intake_priv.h: a chunk on its way through, for intake*.c only. */
#ifndef CDP_INGEST_INTAKE_PRIV_H
#define CDP_INGEST_INTAKE_PRIV_H

#include "base/error.h"		/* by value */
#include "ingest/intake.h"
#include "ingest/paths.h"	/* struct found, by value */
#include "io/chunk.h"		/* by value */

struct csv_fields;
struct csv_rows;
struct lines;
struct ndjson;

enum { SAMPLE_ROWS = 10000, SAMPLE_BYTES = 4 << 20, HEAD_BYTES = 64 << 10, EARLY_ROWS = 1000 };

struct job_reject {
	const char	*code;
	size_t		 row;
	uint32_t	 at;		/* byte of the row, from 0; UINT32_MAX unknown */
	struct span	 column;	/* in the job's arena */
	struct span	 text;
};

struct job {
	struct chunk		 chunk;
	struct buf		 records, consent;
	struct job_reject	*rejects;
	size_t			 reject_count, reject_cap;
	uint64_t		*tally;
	size_t			 tally_cap;
	uint64_t		 first_row;
	bool			 truncated;	/* NDJSON: the last line is neither whole nor ended */
	struct arena		 arena;
	struct job		*next;
};

/* What one thread has for itself. */
struct hand {
	struct builder		*builder;
	struct csv_fields	*fields;
	struct ndjson		*tape;
	struct found		 found;
	struct cells		*cells;
	bool			 longer;	/* CSV: the row has one field more than the header */
	struct error		 fault;		/* of the row at work; clear from row to row */
};

struct intake {
	const struct intake_options	*o;
	struct input			*in;
	struct csv_rows			*rows;
	struct lines			*lines;
	struct paths			*paths;
	struct hand			*hands;
};

/* Works on every row of the job. */
void intake_csv_work(struct intake *t, struct job *j, struct hand *h);
void intake_ndjson_work(struct intake *t, struct job *j, struct hand *h);
int intake_csv_prepare(struct input *in, const struct intake_options *o, struct faults *faults,
    struct error *e);
int intake_ndjson_prepare(struct input *in, const struct intake_options *o,
    struct faults *faults, struct error *e);
/* Date orders and gender letters from the sample; adds to in->decisions. */
MUST_USE int evidence_gather(struct intake *t, struct error *e);
/* Counts the outcome of a row and keeps its refusals. */
void job_settle(struct job *j, size_t row, const struct builder *b, enum row_result result);
/* A whole row, counted too. */
void job_refuse_row(struct job *j, size_t row, const char *code, uint32_t at, struct span text);
/* Reads the row as CSV cells: true, or false and the reason. */
bool csv_cells(struct intake *t, struct hand *h, struct span row, struct error *e);
/* A finished stream: what its header says of its sources; re-checked, re-cleaned, gated. */
MUST_USE int intake_cdp_prepare(struct input *in, struct error *e);
MUST_USE int intake_cdp_run(struct input *in, const struct intake_options *o, struct error *e);

#endif

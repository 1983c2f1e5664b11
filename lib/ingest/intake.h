/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/intake.h: inputs to records. Every input is prepared (dialect, header, plan) before
 * the first is run, so that a wrong mapping stops the run before anything is read.
 * Rows are cut into chunks serially, worked on in parallel and given out in order; what is
 * decided from data is decided on the first rows, before any worker starts. */
#ifndef CDP_INGEST_INTAKE_H
#define CDP_INGEST_INTAKE_H

#include "ingest/row.h"		/* struct row_options */
#include "io/csv_dialect.h"	/* by value */
#include "io/source.h"		/* struct source_options */
#include "model/stream.h"	/* struct stream_end, by value */

struct json_writer;
struct notes;
struct out;
struct rejects;

struct intake_options {
	struct row_options	 row;
	struct source_options	 source;
	const char		*tool, *as_of;
	unsigned		 threads;
	uint64_t		 memory;		/* 0: no limit on chunks in flight but the usual */
	uint64_t		 max_line, max_field, quote_span, max_depth, max_keys;	/* 0: defaults */
	uint64_t		 limit;			/* rows of each input; 0: all */
	const char		*delimiter, *quote;	/* one byte, or NULL */
	bool			 no_header, cr, pad, ragged_given, blank_error, has_encoding;
	uint32_t		 abort_ppm;		/* of the first 1,000 rows */
	enum input_type		 from;			/* INPUT_UNKNOWN: by content */
	struct out		*out, *consent_out;	/* consent_out NULL: inline */
	struct rejects		*rejects;
	struct notes		*notes;
	void			(*progress)(void *arg, uint64_t done, uint64_t all);
	void			*progress_arg;
	struct jobs		*jobs;			/* for input_run */
};

/* Chunks between two inputs: what they are filled with takes megabytes, which are asked for once. A
 * zeroed struct has none. */
struct jobs {
	struct job	*spare;
};

struct input {
	const char		*path;
	struct byte_source	*source;	/* NULL once a feed has it */
	char			*name;		/* cdp: base name and size, when the source is gone */
	uint64_t		 bytes;
	enum input_type		 type;
	struct mapping		*mapping;	/* owned; NULL for a cdp stream */
	struct plan		*plan;
	struct csv_dialect	 dialect;
	bool			 pad, no_header;
	enum encoding		 encoding;	/* as given; never detected */
	const char		*line_end;	/* CSV: of its first row; NULL without one */
	bool			 mark, no_final_newline;	/* mark: UTF-8's, at byte 0 */
	struct buf		 header_row;	/* its bytes, to know it when it comes again */
	struct span		*header;
	size_t			 header_count;
	uint64_t		 base_line, base_byte;	/* lines skipped before the header */
	uint64_t		*tally;
	uint64_t		 rows;		/* rows given to workers so far */
	bool			 early_judged;	/* whether the first 1,000 rows are mostly bad */
	uint64_t		 passed;	/* cdp: lines of other kinds passed through */
	struct map		*left_off;	/* cdp: purposes taken off, with their number; or NULL */
	struct texts		 declared_sources, declared_mappings;	/* cdp: of its first header */
	struct span		 declared_assumed;
	struct buf		 decisions;	/* JSON objects, comma between */
	bool			 check_said_no;	/* date order conflict: status 1 */
	struct arena		 arena;
};

/* Opens in->path and finds out what it is: 0, or -1 and e. in->mapping may already be set. */
MUST_USE int input_open(struct input *in, const struct intake_options *o, struct error *e);
/* Header and plan of a CSV or NDJSON input that has its mapping. Faults are added. */
MUST_USE int input_prepare(struct input *in, const struct intake_options *o,
    struct faults *faults, struct error *e);
MUST_USE int input_run(struct input *in, const struct intake_options *o, struct error *e);
void jobs_done(struct jobs *jobs);	/* after the last input */
void input_close(struct input *in);
/* The `stream` line; `assumed` is --purposes or NULL. */
void intake_header(const struct input *inputs, size_t count, const struct intake_options *o,
    const char *assumed, struct buf *out);
/* The `end` line of what was written so far, and that of --consent-out; the caller says how it
 * went. */
struct stream_end intake_end(const struct input *inputs, size_t count, bool inline_consent);
struct stream_end intake_consent_end(const struct input *inputs, size_t count);
/* Totals over all inputs, as members of the summary. */
void intake_summary(const struct input *inputs, size_t count, struct json_writer *w);

#endif

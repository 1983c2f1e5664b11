/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/row.h: one row becomes a record and its consent lines, or a reason why not.
 * A builder belongs to one thread and keeps its memory from row to row. */
#ifndef CDP_INGEST_ROW_H
#define CDP_INGEST_ROW_H

#include "base/arena.h"		/* by value */
#include "base/buf.h"		/* by value */
#include "ingest/plan.h"
#include "model/record.h"	/* by value */

/* Attributes: as many keys as an object of a line may have (cdp-stream(5)). */
enum { ROW_ATTRIBUTES_MAX = 1000, ROW_FLAGS_MAX = 256, ROW_TAGS_MAX = 128, ROW_CELL_REJECTS = 16 };

/* The cells of one column in one row: none, one, or (NDJSON lists) several. */
struct cells {
	const struct span	*v;
	size_t			 n;
};

struct consent_form;
struct domains;
struct extra;
struct memo;
struct ndjson;
struct suppression;

enum row_result { ROW_RECORD, ROW_SKIPPED, ROW_SAMPLED_OUT, ROW_SUPPRESSED, ROW_REFUSED };

struct flag {
	struct span	text;
	unsigned	rank;
};
struct row_reject {			/* a cell refused while its row went on */
	const char	*code;
	struct span	 column;
};

struct row_options {
	instant		as_of;		/* INSTANT_NONE: not given */
	bool		keep_raw;
	uint32_t	sample_ppm;	/* share of ids kept; 0: all */
	const struct suppression *suppression;	/* who must not come back; NULL: no list */
};

struct builder {
	const struct plan		*plan;
	const struct row_options	*options;
	struct normal_context		*contexts;	/* one an op */
	struct memo			**memos;	/* one an op; NULL: its values are not remembered */
	struct consent_form		*forms;		/* by consent op, result, and whether of the record */
	struct domains			*domains;	/* remembered for the e-mail ops */
	struct arena			 arena;		/* lives for one row */
	struct buf			 scratch;
	struct ndjson			*reader;	/* of what is written, once it may be too much; or NULL */
	uint64_t			*tally;		/* of the chunk at work */
	struct record			 record;
	struct span			*many[MANY_COUNT];
	size_t				 many_count[MANY_COUNT];
	struct span			**identifiers;	/* per type, RECORD_LIST_MAX each */
	size_t				*identifier_count;
	struct named_texts		*named;
	struct address			 addresses[ADDRESS_MAX];
	struct named_json		*attributes;
	size_t				 attribute_count;
	struct flag			*flags;
	size_t				 flag_count;
	struct span			*flag_texts;
	struct named_texts		*tags;
	size_t				 tag_count;
	struct span			*purposes;
	const struct extra		*extras;	/* NDJSON: members without a mapping */
	size_t				 extra_count;
	struct span			 line;		/* NDJSON: the line as it came */
	struct span			 dated;		/* the time that `reference` is of */
	instant				 reference;	/* what dates of the row are read by */
	bool				 after_span;	/* a span fault came before this row */
	const char			*code;		/* first reason to refuse the row, or NULL */
	struct span			 column;	/* its column, or absent */
	const char			*text;		/* its sentence */
	struct row_reject		 cell_rejects[ROW_CELL_REJECTS];
	size_t				 cell_reject_count;
};

struct builder *builder_new(const struct plan *p, const struct row_options *o);
void builder_free(struct builder *b);		/* NULL is fine */
/* Builds the row: the record is appended to `records`, consent lines to `consent` (which may be
 * the same buffer). ROW_SUPPRESSED: nothing is, nor may the row be kept. ROW_REFUSED: b->code, text and column say why; borrowed until the next row. */
enum row_result row_build(struct builder *b, const struct cells *row, struct buf *records,
    struct buf *consent);

/* What the row*.c files share. */
void row_refuse(struct builder *b, const char *code, const char *text, struct span column);
void row_value(struct builder *b, size_t op, struct span raw);
/* The same for an op that is simple and a cell that is not empty. */
void row_simple_value(struct builder *b, size_t op, struct span raw);
/* Whether cleaning depends on the value and the country alone, and leaves no other trace. */
bool row_repeats(const struct op *op);
void row_label(struct builder *b, const struct target *t, size_t index, struct span label);
void row_flag(struct builder *b, unsigned rank, struct span path, int index, const char *reason,
    struct span detail);
void row_attribute(struct builder *b, struct span name, struct span json);
void row_attribute_text(struct builder *b, struct span name, struct span text);
void row_tag(struct builder *b, struct span path, struct span tag);
/* Puts a clean value where the op says: its index in a list, or −1. */
int row_put(struct builder *b, const struct op *op, struct span value);
/* Position of the value in the list, where it is put if it is new. */
int row_list_put(struct builder *b, const struct op *op, struct span *list, size_t *count,
    struct span value);
bool row_key(struct builder *b, const struct cells *row);
bool row_purposes(struct builder *b, const struct cells *row);
size_t row_consents(struct builder *b, const struct cells *row, bool refused, struct buf *out);
/* Yes 1, no 0, neither −1: true/1/yes/y/sim/sí/oui/ja and their negatives. */
int row_truth(struct span cell, struct arena *arena);

#endif

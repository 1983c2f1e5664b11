/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/view.h: the linked records as the comparisons see them: 64 bytes each.
 * Records that say the same in every compared field, and come from the same source, are one
 * node. Nodes stand in the order of their first record, which is the order of record ids.
 * Always holds: after view_make nothing here changes; any thread may read. */
#ifndef CDP_RESOLVE_VIEW_H
#define CDP_RESOLVE_VIEW_H

#include "base/arena.h"		/* by value, as the rest */
#include "resolve/field.h"
#include "resolve/values.h"
#include <stdint.h>

/* A slot is 0 (no value), a value's number + 1, or, with the top bit, the number of a set. */
struct compared {
	uint32_t	slot[FIELDS_MAX];
};

#define SLOT_SET	UINT32_C(0x80000000)
/* On the number of a birth date: one of the readings of a date that can be read in more ways than
 * one (FACT_BIRTHDATE_ALT). */
#define DATE_UNSURE	UINT32_C(0x08000000)

struct blocking;
struct model_file;
struct rules;
struct store;
struct types;

/* Where the values of a field have rows of their own in view.values. */
struct view_rows {
	unsigned	 field;
	uint32_t	 size;		/* of a row */
	uint32_t	 rest;		/* from a row to what of it may be in the next line of the cache; 0: nothing */
	const char	*row;
};

struct view {
	const struct store	*store;		/* borrowed */
	const struct blocking	*blocking;	/* what the rules say of it; borrowed, or NULL */
	struct values		 values;
	struct field		 field[FIELDS_MAX];
	unsigned		 fields;
	struct arena		 names;		/* of identifiers, as fields are called */
	int			 of_type[FIELD_TYPES];	/* a field of the type (the first), or -1 */
	uint32_t		 top[FIELDS_MAX];	/* the level of a value and itself, where it stands among
						 * eight; 0: it may lack a part that makes it lower */
	struct view_rows	 rows[FIELDS_MAX];
	unsigned		 rows_count;
	struct compared		*node;
	uint32_t		 nodes;
	uint32_t		*record_at;	/* by node, one more at the end: place in record */
	uint32_t		*record;	/* record indexes, each node's in order */
	uint64_t		*node_hash;	/* see view_node_hash; NULL: let go */
	uint32_t		*source;	/* by node: index into store.sources */
	unsigned		 sources;
	uint64_t		 records;	/* linked */
	uint64_t		 counted;	/* that holders are of: these, or a model's */
	const struct model_file	*counts;	/* a model whose counts of holders hold, or NULL */
	uint32_t		*set_at;	/* by set, one more at the end: place in set_value */
	uint32_t		*set_value;	/* numbers, each set's ascending */
	uint32_t		 sets;
};

enum { VIEW_COPIES_MOST = 16 };

/* Chooses the fields and makes the nodes; generic values are out of play already. The texts of
 * addresses are gone afterwards. */
void view_make(struct view *w, const struct store *s, const struct rules *rules,
    const struct types *types, const struct types *attributes, unsigned threads);
/* With the fields of a model, in their order, whether there are values or not; what else there is
 * is not compared. The texts are borrowed from the model. */
void view_make_as(struct view *w, const struct store *s, const struct rules *rules,
    const struct types *types, const struct types *attributes, const struct model_file *model,
    unsigned threads);
/* The hash of the id of a node's first record, for samples: looked up, or worked out where that is
 * asked for seldom and view_drop_hashes has been called. */
uint64_t view_node_hash(const struct view *w, uint32_t node);
void view_drop_hashes(struct view *w);
/* Frees all but the fields and the counts: what a report says of it. */
void view_let_go(struct view *w);
void view_done(struct view *w);

/* The values of a slot: how many, and they; `one` is room for a single one. */
static inline uint32_t
view_values(const struct view *w, uint32_t slot, uint32_t *one, const uint32_t **list)
{
	if (slot & SLOT_SET) {
		uint32_t set = slot & ~SLOT_SET;

		*list = w->set_value + w->set_at[set];
		return w->set_at[set + 1] - w->set_at[set];
	}
	*one = slot - 1;
	*list = one;
	return slot != 0;
}

static inline uint32_t
view_copies(const struct view *w, uint32_t node)
{
	return w->record_at[node + 1] - w->record_at[node];
}

/* As many records of a node as count where pairs of records do: what says the same very often is no
 * person, and must not outweigh all others. */
static inline uint64_t
view_counted(const struct view *w, uint32_t node)
{
	uint32_t n = view_copies(w, node);

	return n < VIEW_COPIES_MOST ? n : VIEW_COPIES_MOST;
}

#endif

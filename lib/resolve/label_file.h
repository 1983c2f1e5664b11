/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/label_file.h: who the records of a file are, as somebody found out: a CSV table with
 * the columns "id" and "entity", a record a row. */
#ifndef CDP_RESOLVE_LABEL_FILE_H
#define CDP_RESOLVE_LABEL_FILE_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdint.h>

struct error;
struct map;

/* A zeroed struct is empty. */
struct label_file {
	struct map	*entity;	/* of record ids, to indexes of names and one */
	struct map	*names;		/* of entities */
};

/* 0, or -1 and e: USAGE E_LABELS with the line: a column is missing, a row is none, a record has
 * two entities; INPUT: unreadable. */
MUST_USE int label_file_load(struct label_file *l, const char *path, struct error *e);
/* Number of the entity of a record, from 1; 0: not known. */
uint32_t label_file_find(const struct label_file *l, struct span id);
void label_file_done(struct label_file *l);

#endif

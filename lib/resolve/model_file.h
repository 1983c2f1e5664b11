/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/model_file.h: a model as a document, cdp-model(5): what a run learnt, and all that
 * another run needs to decide alike. Values stand there as digests, and only those whose number
 * of holders changes a weight: who has the value finds it, and nobody else reads one. Scoring uses
 * the integers; shares are there for people and for export. */
#ifndef CDP_RESOLVE_MODEL_FILE_H
#define CDP_RESOLVE_MODEL_FILE_H

#include "base/arena.h"		/* by value */
#include "base/attr.h"
#include "base/span.h"		/* passed by value */
#include "resolve/model.h"	/* by value */
#include <stddef.h>
#include <stdint.h>

struct buf;
struct error;
struct notes;

enum { MODEL_RULES_MAX = 16, MODEL_ATOMS_MAX = 3, MODEL_REFINE_MAX = 2 };

/* A blocking rule, by the names of its atoms: "birthdate.full", "attr.city". */
struct model_rule {
	struct span	atom[MODEL_ATOMS_MAX];
	unsigned	atoms;
	uint32_t	cap;		/* larger blocks are refined; 0: none is */
	struct span	refine[MODEL_REFINE_MAX];
	unsigned	refines;
};

/* A value by its digest: see model_value. */
struct model_count { uint64_t value, holders; };

/* Holders of the values of a field, or of what is counted beside (see model_table.h). */
struct model_table {
	struct span		 name;
	uint64_t		 records;	/* that have a value */
	struct model_count	*list;		/* ascending by value */
	size_t			 count;
};

struct model_generic { struct span field; uint64_t value; struct span reason, action; };

struct model_file {
	struct arena		 arena;		/* of all texts and lists, once loaded */
	struct model		 model;		/* kind: as trained; priors: of `records` */
	struct field		 field[FIELDS_MAX];	/* name, type, nature, exclusive, records and
						 * distinct; the rest is of the run */
	struct span		 source[CLASSES_MAX];	/* by class inside one source: its name */
	unsigned		 sources;	/* classes that have one */
	uint64_t		 records;	/* N of the training */
	struct span		 trained_on;	/* digest of the records, hex */
	uint64_t		 seed;
	struct span		 digest;	/* of the document, hex: the model's name; set by load */
	struct model_rule	 rule[MODEL_RULES_MAX];
	unsigned		 rules;
	struct model_table	*table;
	size_t			 tables;
	struct model_generic	*generic;	/* ascending by field and value */
	size_t			 generics;
	bool			 only_weights;	/* of elsewhere: frequencies, generic values and thresholds
						 * are those of the records at hand; never of a file */
};

void model_file_write(const struct model_file *f, struct buf *out);
/* NULL: e is USAGE and names the first fault with its JSON path; the others are notes. */
struct model_file *model_file_load(const char *path, struct notes *notes, struct error *e);
struct model_file *model_file_parse(struct span text, const char *name, struct notes *notes,
    struct error *e);
void model_file_free(struct model_file *f);	/* NULL is fine; only of loaded ones */

#endif

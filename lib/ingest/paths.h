/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/paths.h: the values of a JSON line that the mapping names (`traits.email`,
 * `emails[].value`, a literal dot as `\.`), found in one walk. */
#ifndef CDP_INGEST_PATHS_H
#define CDP_INGEST_PATHS_H

#include "ingest/row.h"		/* struct cells */

struct ndjson;
struct paths;
struct secrets;

/* A member that no path of the mapping reaches. */
struct extra {
	struct span	name;		/* dotted path */
	struct span	text, json;	/* text: of a string, else absent */
	bool		secret;		/* holds a credential, by name or by look, however deep */
};

/* From the columns of the plan; the caller owns it. Threads may share it. */
struct paths *paths_new(const struct plan *p);
void paths_free(struct paths *p);		/* NULL is fine */

/* What one thread collects from a line; keeps its memory. */
struct found {
	struct cells	*cells;			/* one a column */
	struct span	*values;		/* RECORD_LIST_MAX a column */
	struct extra	*extras;
	size_t		 extra_count, extra_cap;
	size_t		 column_count;
	struct secrets	*secrets;
	struct arena	 arena;
};
void found_init(struct found *f, size_t columns);
void found_done(struct found *f);
/* Fills f from a scanned line; valid until the next call. */
void paths_find(const struct paths *p, const struct ndjson *tape, struct found *f);

#endif

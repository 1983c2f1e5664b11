/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/words.h: what a header says: folded words, and the lists of share/ingest. */
#ifndef CDP_INGEST_WORDS_H
#define CDP_INGEST_WORDS_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>

struct arena;

/* Lower case, accents off, everything but letters and digits to one blank. Of a path only the
 * last name counts. */
struct span header_fold(struct span header, struct arena *arena);
/* The same of all of it: the full stop of "Geb.datum" divides no path. */
struct span header_fold_whole(struct span header, struct arena *arena);
/* The column holds passwords, keys or card codes: its only legal target is drop. */
bool header_is_credential(struct span header, struct arena *arena);
/* But this one may be a postcode: "Pincode" is what it is called in India. */
bool header_may_be_postcode(struct span header, struct arena *arena);
/* The column's name suggests special categories of data; the tag meant, or span_none(). */
struct span header_sensitive(struct span header, struct arena *arena);
/* The next line of a table of share/ that is no comment: false at the end. */
bool words_line(struct span *rest, struct span *line);
/* "Total Spent" → "total_spent"; never empty. */
struct span attribute_name(struct span header, struct arena *arena);

#endif

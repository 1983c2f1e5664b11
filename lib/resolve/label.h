/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/label.h: a person answers the review queue, pair after pair (resolve 7.5). */
#ifndef CDP_RESOLVE_LABEL_H
#define CDP_RESOLVE_LABEL_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>

struct buf;
struct error;
struct labels;

enum label_answer { LABEL_SAME, LABEL_DIFFERENT, LABEL_SKIP, LABEL_QUIT, LABEL_UNCLEAR };

/* Opens a queue and the verdicts given so far; a file of verdicts that is not there has none.
 * NULL: e says why. */
struct labels *labels_open(const char *queue, const char *verdicts, struct error *e);
void labels_close(struct labels *l);		/* NULL is fine */
/* The next pair of the queue from `at` on that has no verdict, or SIZE_MAX. */
size_t labels_next(const struct labels *l, size_t at);
/* Both records side by side, what they agree on, and the question. */
void labels_show(struct labels *l, size_t at, struct buf *out);
enum label_answer label_parse(struct span line);
void labels_decide(struct labels *l, size_t at, bool same);
/* Writes the file of verdicts: whole, or it stays as it was. */
MUST_USE int labels_save(const struct labels *l, struct error *e);

/* All of it, on the terminal that is standard input and output; saves after every answer, until
 * the end of the queue or of the input. -1 and e: USAGE without a terminal. */
MUST_USE int label_run(const char *queue, const char *verdicts, struct error *e);

#endif

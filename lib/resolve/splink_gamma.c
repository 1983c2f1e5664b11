/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/splink_gamma.c: replays a table of levels and frequencies, so that it is seen that
 * settings weigh here what they weigh there. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/number.h"
#include "io/csv_table.h"
#include "resolve/splink.h"

#include <stdlib.h>

#define CODE "E_SPLINK"

enum { DIGITS = 12, CELL_MOST = 64 };	/* digits behind the point of a weight */

/* Columns of the table, or -1. */
struct columns {
	int	gamma[SPLINK_COMPARISONS];
	int	tf[SPLINK_COMPARISONS][SPLINK_LEVELS][2];
	int	weight;
};

struct replaying {
	const struct splink	*s;
	struct columns		 at;
	struct splink_replay	*replay;
	struct buf		*out;
};

static int
column(const struct span *head, size_t count, const char *prefix, struct span name,
    const char *suffix)
{
	struct buf want = { 0 };
	int found = -1;

	buf_text(&want, prefix);
	buf_add(&want, name);
	buf_text(&want, suffix);
	for (size_t i = 0; i < count && found < 0; i++)
		if (span_equal(head[i], buf_span(&want)))
			found = (int)i;
	buf_done(&want);
	return found;
}

static int
read_head(void *arg, const struct span *head, size_t count, struct error *e)
{
	struct replaying *r = arg;

	for (unsigned c = 0; c < r->s->comparisons; c++) {
		const struct splink_comparison *one = &r->s->comparison[c];

		r->at.gamma[c] = column(head, count, "gamma_", one->name, "");
		if (r->at.gamma[c] < 0)
			return error_set(e, USAGE, CODE, "the table has no column gamma_%.*s",
			    (int)one->name.len, one->name.p);
		for (unsigned l = 0; l < one->levels; l++) {
			struct span tf = one->level[l].tf_column;

			r->at.tf[c][l][0] = tf.p == NULL ? -1 : column(head, count, "tf_", tf, "_l");
			r->at.tf[c][l][1] = tf.p == NULL ? -1 : column(head, count, "tf_", tf, "_r");
		}
	}
	r->at.weight = column(head, count, "", SPAN("match_weight"), "");
	r->replay->compared = r->at.weight >= 0;
	return 0;
}

/* -1: the cell is empty or there is none. */
static double
number(const struct span *cells, int at)
{
	char text[CELL_MOST];

	if (at < 0 || cells[at].len == 0 || cells[at].len >= sizeof text)
		return -1;
	memcpy(text, cells[at].p, cells[at].len);
	text[cells[at].len] = '\0';
	return strtod(text, NULL);
}

static const struct splink_level *
level_of(const struct splink_comparison *c, int64_t gamma, unsigned *index)
{
	for (*index = 0; *index < c->levels; ++*index)
		if (c->level[*index].gamma == gamma)
			return &c->level[*index];
	return NULL;
}

static int
read_row(void *arg, const struct span *cells, size_t count, struct error *e)
{
	struct replaying *r = arg;
	double weight = splink_prior_weight(r->s), off;

	(void)count;
	for (unsigned c = 0; c < r->s->comparisons; c++) {
		const struct splink_level *l = NULL;
		unsigned i = 0;
		int64_t gamma;

		if (i64_parse(cells[r->at.gamma[c]], &gamma))
			l = level_of(&r->s->comparison[c], gamma, &i);
		if (l == NULL)
			return error_set(e, USAGE, CODE, "a gamma is of no level of \"%.*s\"",
			    (int)r->s->comparison[c].name.len, r->s->comparison[c].name.p);
		weight += splink_level_weight(l, (double[2]){ number(cells, r->at.tf[c][i][0]),
		    number(cells, r->at.tf[c][i][1]) });
	}
	r->replay->rows++;
	buf_print(r->out, "%.*f\n", DIGITS, weight);
	off = r->at.weight < 0 ? 0 : weight - number(cells, r->at.weight);
	if (off < 0)
		off = -off;
	if (!(off >= 0))	/* "nan" */
		return error_set(e, USAGE, CODE, "a match_weight is no number");
	if (off > r->replay->furthest)
		r->replay->furthest = off;
	return 0;
}

int
splink_gamma(const struct splink *s, const char *path, struct buf *out,
    struct splink_replay *replay, struct error *e)
{
	struct replaying r = { .s = s, .replay = replay, .out = out };

	*replay = (struct splink_replay){ 0 };
	return csv_table_each(path, CODE, read_head, read_row, &r, e);
}

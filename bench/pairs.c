/* SPDX-License-Identifier: Apache-2.0 */
/* bench/pairs.c: how many pairs of records are compared in eight fields and scored in a second of
 * one core.
 *	pairs RECORDS [PAIRS]
 * The records are those of cdp-synth with a fixed seed (make bench-pairs); the pairs are those of
 * six usual blocking rules in the order in which blocks give them, so most are strangers who share
 * one or two values. Instructions per pair are counted from outside, by callgrind with
 * --toggle-collect=score_all. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/notes.h"
#include "model/feed.h"
#include "model/rejects.h"
#include "resolve/level.h"
#include "resolve/model.h"
#include "resolve/resolve.h"
#include "resolve/rules.h"
#include "resolve/score.h"
#include "resolve/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PAIRS = 4000000, RULES = 6, BLOCK_SIZE = 200, FIELDS = 8 };

/* Reads the records; the caller frees with resolve_done. */
static void
read_records(struct resolve *r, const char *path, struct notes *notes)
{
	struct rejects_options ro = { .tool = "pairs", .as_of = INSTANT_NONE, .strict = true };
	struct rejects *rejects = rejects_new(&ro);
	struct feed_options feed = { .paths = &path, .path_count = 1, .rejects = rejects,
	    .notes = notes, .tool = "pairs" };
	struct error e = { 0 };

	r->rules = rules_new();
	r->threads = 1;
	r->as_of = INSTANT_NONE;
	r->scored = true;
	r->intake.notes = notes;
	if (resolve_read(r, &feed, &e) < 0) {
		fprintf(stderr, "pairs: %s: %s\n", e.code, e.text);
		exit(3);
	}
	rejects_free(rejects);
}

/* Leaves the first FIELDS of a view. */
static void
take_first_fields(struct view *w)
{
	for (uint32_t i = 0; i < w->nodes; i++)
		for (unsigned f = FIELDS; f < w->fields; f++)
			w->node[i].slot[f] = 0;
	w->fields = FIELDS;
}

/* ---- pairs ---- */

struct entry {
	uint64_t	key;
	uint32_t	node;
};

struct pairs {
	struct node_pair *list;
	size_t		count, most;
};

static int
by_key(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

/* Two fields, of birth dates the year alone: what many blocking rules look at. */
static uint64_t
key_of(const struct view *w, uint32_t node, enum field_type one, enum field_type two)
{
	uint32_t a = w->node[node].slot[w->of_type[one]], b = w->node[node].slot[w->of_type[two]];

	if (a == 0 || b == 0)
		return 0;
	if (two == FIELD_BIRTHDATE && one != two)
		b = 1 + (b >> 9);
	return (uint64_t)a << 32 | b;
}

static void
block(struct pairs *pairs, const struct view *w, enum field_type one, enum field_type two)
{
	struct entry *e = mem_alloc(((size_t)w->nodes + 1) * sizeof *e);
	size_t share = pairs->count + pairs->most / RULES;

	for (uint32_t i = 0; i < w->nodes; i++)
		e[i] = (struct entry){ key_of(w, i, one, two), i };
	qsort(e, w->nodes, sizeof *e, by_key);
	for (uint32_t from = 0, to; from < w->nodes; from = to) {
		for (to = from + 1; to < w->nodes && e[to].key == e[from].key; to++)
			;
		if (e[from].key == 0 || to - from > BLOCK_SIZE)
			continue;
		for (uint32_t i = from; i < to; i++)
			for (uint32_t j = i + 1; j < to && pairs->count < share; j++) {
				pairs->list[pairs->count++] = (struct node_pair){ e[i].node, e[j].node };
			}
	}
	mem_free(e);
}

static void
make_pairs(struct pairs *pairs, const struct view *w)
{
	pairs->list = mem_alloc(pairs->most * sizeof *pairs->list);
	block(pairs, w, FIELD_FAMILY, FIELD_BIRTHDATE);
	block(pairs, w, FIELD_GIVEN, FIELD_BIRTHDATE);
	block(pairs, w, FIELD_BIRTHDATE, FIELD_BIRTHDATE);
	block(pairs, w, FIELD_PLACE, FIELD_PLACE);
	block(pairs, w, FIELD_PHONE, FIELD_PHONE);
	block(pairs, w, FIELD_FAMILY, FIELD_FAMILY);
}

/* ---- scores ---- */

/* Weights as an estimate gives them, roughly: agreement is likely among matches. */
static void
make_model(struct model *m, const struct view *w)
{
	*m = (struct model){ .fields = w->fields, .classes = 1, .household = true,
	    .household_prior = -18000, .tf_floor = 4, .cap_free = 10000 };
	m->prior[0] = -17000;
	for (unsigned f = 0; f < w->fields; f++) {
		unsigned top = field_top(w->field[f].type);

		m->field[f].parent = -1;
		m->field[f].levels = top + 1;
		for (unsigned l = 0; l <= top; l++) {
			struct model_level *level = &m->field[f].level[l];

			level->u = l == 0 ? 0.9 : 0.1 / (1 + l * l);
			for (int row = 0; row < MODEL_ROWS; row++) {
				level->weight[row] = -4000 + (int32_t)(l * 14000 / top);
				level->household[row] = w->field[f].nature != NATURE_SHARED ? 0 :
				    level->weight[row] * 9 / 10;
			}
		}
	}
}

static unsigned
batch(const struct pairs *pairs, size_t at)
{
	size_t left = at < pairs->count ? pairs->count - at : 0;

	return left < COMPARE_MOST ? (unsigned)left : COMPARE_MOST;
}

static void
expect(const struct view *w, const struct node_pair *pair, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (i == 0 || pair[i].a != pair[i - 1].a)
			compare_expect_node(w, pair[i].a);
		compare_expect_node(w, pair[i].b);
	}
}

/* As the engine does it: what a batch looks at is fetched while others are scored. */
static __attribute__((noinline)) int64_t
score_all(const struct scorer *s, const struct pairs *pairs)
{
	static struct comparison c[COMPARE_MOST];
	int32_t weight[COMPARE_MOST];
	int64_t sum = 0;

	for (size_t i = 0; i < pairs->count; i += COMPARE_MOST) {
		const struct node_pair *pair = pairs->list + i;

		expect(s->view, pair + COMPARE_MOST, batch(pairs, i + COMPARE_MOST));
		compare_pairs(s->view, pair, batch(pairs, i), c);
		score_pairs(s, pair, c, (uint32_t)((UINT64_C(1) << batch(pairs, i)) - 1), weight);
		for (unsigned k = 0; k < batch(pairs, i); k++)
			sum += weight[k];
	}
	return sum;
}

static double
cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	struct resolve r = { .threads = 1 };
	struct notes notes = { 0 };
	struct view view = { .fields = 0 };
	struct pairs pairs = { .most = argc > 2 ? strtoull(argv[2], NULL, 10) : PAIRS };
	struct model model;
	struct scorer scorer;
	double took;
	int64_t sum;

	if (argc < 2) {
		fprintf(stderr, "usage: pairs RECORDS [PAIRS]\n");
		return 2;
	}
	read_records(&r, argv[1], &notes);
	view_make(&view, &r.store, r.rules, r.types, r.attributes, 1);
	if (view.fields < FIELDS) {
		fprintf(stderr, "pairs: the records have %u fields only\n", view.fields);
		return 3;
	}
	take_first_fields(&view);
	make_pairs(&pairs, &view);
	make_model(&model, &view);
	scorer_make(&scorer, &view, &model, 1);
	took = cpu_seconds();
	sum = score_all(&scorer, &pairs);
	took = cpu_seconds() - took;
	printf("nodes %u\npairs %zu\nsum_w %" PRId64 "\npairs_per_second %.0f\n", view.nodes,
	    pairs.count, sum, (double)pairs.count / took);
	scorer_done(&scorer);
	mem_free(pairs.list);
	view_done(&view);
	rules_free((struct rules *)r.rules);
	resolve_done(&r);
	notes_done(&notes);
	return 0;
}

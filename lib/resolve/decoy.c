/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/decoy.c: decoys are filled by hash of their number, so they are the same whatever
 * the order of the input. */
#include "base/alloc.h"
#include "base/cache.h"
#include "base/hash.h"
#include "base/pipeline.h"
#include "resolve/decoy.h"
#include "resolve/model.h"

#include <stdbool.h>
#include <string.h>

enum {
	TASK = 1 << 12,			/* decoys of one task */
	NEAR = 64,			/* records from one whose node is noted to the next */
	DECOY_SHARE = 20,		/* one decoy for so many records */
	DECOYS_ENOUGH = 20000,		/* at least so many, or as many as there are records */
	PICK_SHARE = FIELDS_MAX,	/* draws, beside a pick for each field */
	PICK_HOME = 2 * FIELDS_MAX
};

static uint32_t
decoys_of(uint64_t records)
{
	uint64_t share = records / DECOY_SHARE;
	uint64_t enough = records < DECOYS_ENOUGH ? records : DECOYS_ENOUGH;

	return (uint32_t)(share > enough ? share : enough);
}

struct filling {
	struct decoys		*decoys;
	const struct view	*view;
	const uint32_t		*near;		/* the node of every NEAR-th record */
	const struct model	*model;
	uint64_t		 seed;
	uint32_t		 decoy;
};

static uint32_t *
find_near(const struct view *w)
{
	uint32_t *near = mem_zero(w->records / NEAR + 1, sizeof *near), node = 0;

	for (uint64_t record = 0; record < w->records; record += NEAR) {
		while (w->record_at[node + 1] <= record)
			node++;
		near[record / NEAR] = node;
	}
	return near;
}

/* The node of a record, so that a node counts as often as it has records. Most have one, and none has
 * less: so many nodes on from one that is known it is, or a little before. */
static uint32_t
node_of(const struct filling *f, uint64_t record)
{
	const uint32_t *at = f->view->record_at;
	uint32_t low = f->near[record / NEAR], node = low + (uint32_t)(record - at[low]);

	node = node < f->view->nodes ? node : f->view->nodes - 1;
	while (at[node] > record)
		node--;
	return node;
}

static uint64_t
draw(const struct filling *f, uint32_t purpose)
{
	uint32_t key[2] = { f->decoy, purpose };

	return hash64(span_make((const char *)key, sizeof key), f->seed);
}

static uint32_t
pick(const struct filling *f, uint32_t purpose)
{
	return node_of(f, draw(f, purpose) % f->view->records);
}

bool
decoy_borrows(const struct field *f)
{
	switch (f->type) {
	case FIELD_IDENTIFIER: case FIELD_EMAIL: case FIELD_PHONE: case FIELD_PLACE:
		return true;
	case FIELD_GIVEN: case FIELD_FAMILY: case FIELD_BIRTHDATE:
		return false;
	default:
		return f->registered || 2 * f->distinct > f->records;
	}
}

/* A household always shares its place: else it is none. */
static bool
shared(const struct filling *f, unsigned i)
{
	const struct field *field = &f->view->field[i];
	double chance = f->model->field[i].level[field_top(field->type)].h;

	return field->nature == NATURE_SHARED && (field->type == FIELD_PLACE ||
	    (double)(draw(f, PICK_SHARE + i) >> 32) < chance * (double)(UINT64_C(1) << 32));
}

static void
fill(const struct filling *f)
{
	struct decoys *d = f->decoys;
	const struct view *w = f->view;
	uint32_t node = d->first + f->decoy, home = pick(f, PICK_HOME);
	uint32_t from[FIELDS_MAX] = { 0 };
	bool loose = f->decoy < d->loose;

	for (unsigned i = 0; i < w->fields; i++) {	/* all are on their way before one is needed */
		from[i] = !loose && shared(f, i) ? home : pick(f, i);
		cache_expect(&w->node[from[i]]);
	}
	d->view.source[node] = w->source[home];
	d->home[f->decoy] = loose ? UINT32_MAX : home;
	for (unsigned i = 0; i < w->fields; i++)
		d->view.node[node].slot[i] = w->node[from[i]].slot[i];
}

static void
fill_some(void *arg, unsigned task)
{
	struct filling f = *(const struct filling *)arg;
	uint32_t to = f.decoys->count - task * TASK < TASK ? f.decoys->count : (task + 1) * TASK;

	for (f.decoy = task * TASK; f.decoy < to; f.decoy++)
		fill(&f);
}

static void
make_room(struct view *w, size_t nodes)
{
	w->node = mem_resize(w->node, (nodes + 1) * sizeof *w->node);
	w->source = mem_resize(w->source, (nodes + 1) * sizeof *w->source);
	w->record_at = mem_resize(w->record_at, (nodes + 1) * sizeof *w->record_at);
}

void
decoys_make(struct decoys *d, struct view *w, const struct model *m, uint64_t seed,
    unsigned threads)
{
	uint32_t count = decoys_of(w->records);
	struct filling f = { .view = w, .model = m, .seed = seed };
	uint32_t *near;

	make_room(w, (size_t)w->nodes + count);
	*d = (struct decoys){ .view = *w, .first = w->nodes, .count = count, .loose = count / 2 };
	d->view.nodes += count;
	f.decoys = d;
	d->home = mem_alloc((count + (size_t)1) * sizeof *d->home);
	memset(w->node + w->nodes, 0, count * sizeof *w->node);
	for (uint32_t i = w->nodes; i < d->view.nodes; i++)
		w->record_at[i + 1] = w->record_at[i] + 1;
	f.near = near = find_near(w);
	parallel_each(threads, (count + TASK - 1) / TASK, fill_some, &f);
	mem_free(near);
}

void
decoys_done(struct decoys *d)
{
	mem_free(d->home);
}

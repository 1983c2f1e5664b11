/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/golden.c: how often the value that survived is the true one. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/map.h"
#include "model/profile.h"
#include "normal/key.h"
#include "report/contingency.h"
#include "report/golden.h"
#include "report/grid.h"
#include "report/labels.h"
#include "report/scores.h"
#include "report/sheet.h"

/* ---- fields ---- */

enum place { PLACE_ONE, PLACE_MANY, PLACE_ADDRESS };

static struct span
as_it_stands(struct span s, struct arena *arena)
{
	(void)arena;
	return s;
}

static struct span
phone(struct span s, struct arena *arena)
{
	(void)arena;
	return phone_key(s);
}

static const struct {
	const char	*name;
	enum place	 place;
	int		 index;		/* enum one_field, many_field or address_part */
	struct span	(*key)(struct span s, struct arena *arena);
} fields[GOLDEN_FIELDS] = {
	{ "given_name", PLACE_ONE, ONE_GIVEN_NAME, name_key },
	{ "middle_name", PLACE_ONE, ONE_MIDDLE_NAME, name_key },
	{ "family_name", PLACE_ONE, ONE_FAMILY_NAME, name_key },
	{ "birthdate", PLACE_ONE, ONE_BIRTHDATE, as_it_stands },
	{ "gender", PLACE_ONE, ONE_GENDER, as_it_stands },
	{ "email", PLACE_MANY, MANY_EMAIL, email_key },
	{ "phone_number", PLACE_MANY, MANY_PHONE_NUMBER, phone },
	{ "street_address", PLACE_ADDRESS, PART_STREET_ADDRESS, text_fold },
	{ "locality", PLACE_ADDRESS, PART_LOCALITY, locality_key },
	{ "region", PLACE_ADDRESS, PART_REGION, locality_key },
	{ "postal_code", PLACE_ADDRESS, PART_POSTAL_CODE, postcode_key },
	{ "country", PLACE_ADDRESS, PART_COUNTRY, as_it_stands },
};

/* The nth value of a field; false after the last. The first one of a profile is its best. */
static bool
value_of(const struct record *r, size_t field, size_t n, struct span *value)
{
	int index = fields[field].index;

	switch (fields[field].place) {
	case PLACE_ONE:
		*value = r->one[index];
		return n == 0 && value->p != NULL;
	case PLACE_MANY:
		if (n >= r->many[index].n)
			return false;
		*value = r->many[index].v[n];
		return true;
	default:
		if (n >= r->address_count)
			return false;
		*value = r->addresses[n].part[index];
		return true;
	}
}

static void
put(struct golden *g, struct golden_row *row, size_t field, struct span value)
{
	if (value.len == 0)
		return;
	row->value[field] = arena_copy(&g->arena, value);
	row->key[field] = fields[field].key(row->value[field], &g->arena);
}

/* ---- rows ---- */

void
golden_init(struct golden *g)
{
	*g = (struct golden){ .entities.names = map_new(), .profiles.names = map_new() };
}

void
golden_done(struct golden *g)
{
	map_free(g->entities.names);
	map_free(g->profiles.names);
	mem_free(g->entities.v);
	mem_free(g->profiles.v);
	arena_done(&g->arena);
	*g = (struct golden){ 0 };
}

static struct golden_row *
row_of(struct golden_rows *rows, struct span name)
{
	uint64_t *slot = map_slot(rows->names, name);

	if (*slot == 0) {
		rows->v = mem_grow(rows->v, rows->n + 1, &rows->cap, sizeof *rows->v);
		rows->v[rows->n++] = (struct golden_row){ .entity = UINT32_MAX };
		*slot = rows->n;
	}
	return &rows->v[*slot - 1];
}

static struct golden_row *
find(const struct golden_rows *rows, struct span name)
{
	const uint64_t *slot = map_find(rows->names, name);

	return slot == NULL ? NULL : &rows->v[*slot - 1];
}

static int
entity_row(void *arg, const struct span *cells, struct error *e)
{
	struct golden *g = arg;
	struct golden_row *row;

	if (cells[0].len == 0) {
		error_set(e, REFUSED, "E_LABEL", "the entity is empty");
		return 1;
	}
	row = row_of(&g->entities, cells[0]);
	for (size_t f = 0; f < GOLDEN_FIELDS; f++)
		put(g, row, f, cells[1 + f]);
	return 0;
}

int
golden_read(struct golden *g, const char *path, const struct feed_options *feed, uint64_t *lines,
    struct error *e)
{
	struct sheet_column columns[1 + GOLDEN_FIELDS] = { { "entity", NULL, true } };
	struct sheet t = { .path = path, .columns = columns, .count = 1 + GOLDEN_FIELDS,
	    .feed = *feed, .row = entity_row, .arg = g };
	int r;

	for (size_t f = 0; f < GOLDEN_FIELDS; f++)
		columns[1 + f].name = fields[f].name;
	r = sheet_read(&t, NULL, e);
	*lines += t.lines;
	for (size_t f = 0; f < GOLDEN_FIELDS; f++)
		g->has[f] = sheet_has(&t, 1 + f);
	return r;
}

int
golden_profile(struct golden *g, struct span label, const struct ndjson *tape,
    struct arena *arena, struct error *e)
{
	struct profile p = { 0 };
	struct golden_row *row;
	struct span value;

	if (profile_read(tape, &p, arena, e) < 0)
		return 1;
	row = row_of(&g->profiles, label);
	for (size_t f = 0; f < GOLDEN_FIELDS; f++)
		if (value_of(&p.fields, f, 0, &value))
			put(g, row, f, value);
	return 0;
}

void
golden_assign(struct golden *g, const struct contingency *t, const struct labels *truth,
    const struct labels *found)
{
	uint64_t *most = mem_zero(t->b_count + 1, sizeof *most), n;
	uint32_t *whose = mem_zero(t->b_count + 1, sizeof *whose);
	struct cell cell;

	for (size_t at = 0; contingency_next(t, &at, &cell, &n);) {
		if (n < most[cell.b] || (n == most[cell.b] && span_cmp(map_key(truth->names,
		    cell.a), map_key(truth->names, whose[cell.b])) > 0))
			continue;
		most[cell.b] = n;
		whose[cell.b] = cell.a;
	}
	for (size_t b = 0; b < map_size(found->names); b++) {
		struct golden_row *row = find(&g->profiles, map_key(found->names, b)), *is;

		if (row == NULL || most[b] == 0)
			continue;
		is = find(&g->entities, map_key(truth->names, whose[b]));
		if (is != NULL)
			row->entity = (uint32_t)(is - g->entities.v);
	}
	mem_free(most);
	mem_free(whose);
}

/* ---- candidates ---- */

struct candidates {
	struct golden		*g;
	const struct labels	*found;
	bool			 by_key;
};

static int
candidate(void *arg, struct feed_part *part, const struct feed_line *line, struct error *e)
{
	struct candidates *c = arg;
	struct record r = { 0 };
	struct golden_row *row;
	struct span value;
	size_t at;

	if (line->kind != FEED_RECORD)
		return 0;
	if (record_read(line->tape, &r, part->arena, e) < 0)
		return 1;
	at = labels_index(c->found, r.id, c->by_key);
	row = at == SIZE_MAX ? NULL : find(&c->g->profiles,
	    map_key(c->found->names, map_value(c->found->ids, at) - 1));
	if (row == NULL || row->entity == UINT32_MAX)
		return 0;
	for (size_t f = 0; f < GOLDEN_FIELDS; f++)
		for (size_t n = 0; value_of(&r, f, n, &value); n++) {
			struct span key = value.len == 0 ? span_none() :
			    fields[f].key(value, part->arena);

			if (key.p != NULL && span_equal(key, c->g->entities.v[row->entity].key[f]))
				row->best |= UINT32_C(1) << f;
		}
	return 0;
}

int
golden_candidates(struct golden *g, const char *path, const struct labels *found, bool by_key,
    const struct feed_options *feed, uint64_t *lines, struct error *e)
{
	struct candidates c = { g, found, by_key };
	struct feed_ops ops = { .line = candidate };
	struct feed_options o = *feed;
	struct feed_counts counts = { 0 };
	int r;

	o.paths = &path;
	o.path_count = 1;
	o.threads = 1;
	r = feed_run(&o, &ops, &c, &counts, e);
	*lines += counts.in;
	g->candidates = true;
	return r;
}

/* ---- figures ---- */

struct tally {
	uint64_t	known;		/* profiles of entities whose true value is known */
	uint64_t	filled, exact, same_key;
	uint64_t	best;		/* a candidate or the survivor has the key of the true value */
};

static void
count(const struct golden *g, size_t f, struct tally *n)
{
	for (size_t i = 0; i < g->profiles.n; i++) {
		const struct golden_row *p = &g->profiles.v[i], *is;
		bool same;

		if (p->entity == UINT32_MAX)
			continue;
		is = &g->entities.v[p->entity];
		if (is->key[f].p == NULL)
			continue;
		same = p->key[f].p != NULL && span_equal(p->key[f], is->key[f]);
		n->known++;
		n->filled += p->value[f].p != NULL;
		n->exact += p->value[f].p != NULL && span_equal(p->value[f], is->value[f]);
		n->same_key += same;
		n->best += same || (p->best >> f & 1) != 0;
	}
}

void
golden_scores(const struct golden *g, struct scores *out)
{
	struct tally n = { 0 };

	for (size_t f = 0; f < GOLDEN_FIELDS; f++)
		count(g, f, &n);
	scores_count(out, "golden_values", n.known);
	scores_ratio(out, "golden_filled", n.filled, n.known);
	scores_ratio(out, "golden_exact", n.exact, n.known);
	scores_ratio(out, "golden_key", n.same_key, n.known);
	if (g->candidates)
		scores_ratio(out, "golden_regret", n.best - n.same_key, n.known);
	else
		scores_none(out, "golden_regret", RATIO_PLACES);
}

static const char *const heads[] = { "field", "values", "filled", "exact", "key", "best", "regret",
	NULL };

void
golden_fields(const struct golden *g, struct grid *out)
{
	*out = grid_new("golden", heads);
	for (size_t f = 0; f < GOLDEN_FIELDS; f++) {
		struct tally n = { 0 };

		if (!g->has[f])
			continue;
		count(g, f, &n);
		grid_word(out, span_from(fields[f].name));
		grid_count(out, n.known);
		grid_ratio(out, n.filled, n.known);
		grid_ratio(out, n.exact, n.known);
		grid_ratio(out, n.same_key, n.known);
		grid_ratio(out, n.best, g->candidates ? n.known : 0);
		grid_ratio(out, n.best - n.same_key, g->candidates ? n.known : 0);
	}
}

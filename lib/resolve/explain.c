/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/explain.c: the keys two records share, or the weight of what they agree on; the ties
 * between them, what was refused. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/number.h"
#include "io/source.h"
#include "resolve/explain.h"
#include "resolve/keys.h"
#include "resolve/resolve.h"
#include "resolve/rule_set.h"
#include "resolve/rules.h"
#include "resolve/types.h"
#include "resolve/waterfall.h"

enum { ID_MOST = 200 };

struct explaining {
	const struct resolve	*r;
	struct buf		*out;
	struct keys		*k;	/* two */
	uint64_t		 unknown;	/* pairs of which a record is not here */
	uint32_t		*node_of;	/* by record; scored mode only */
	struct rule_set		 rules;		/* the chosen ones */
};

static const struct rec *
find_record(const struct resolve *r, struct span id)
{
	uint32_t at;

	return store_find(&r->store, id, &at) ? &r->store.rec[at] : NULL;
}

static uint32_t
number_of(const struct explaining *x, const struct rec *rec)
{
	return (uint32_t)(rec - x->r->store.rec);
}

static const char *
profile_of(const struct explaining *x, const struct rec *rec)
{
	const struct clusters *c = &x->r->clusters;

	for (size_t i = 0; i < c->count; i++)
		for (uint32_t m = 0; m < c->list[i].count; m++)
			if (c->members[c->list[i].at + m] == number_of(x, rec))
				return c->list[i].id;
	return "";
}

static size_t
prepare(struct explaining *x, int which, const struct join *j, const struct rec *rec)
{
	return keys_prepare(&x->k[which], j, &x->r->store.facts,
	    rec_row(&x->r->store, number_of(x, rec)), x->r->types);
}

/* One line for each key of the join that both have. */
static int
shared_keys(struct explaining *x, size_t join, const struct rec *a, const struct rec *b)
{
	const struct join *j = &x->r->rules->joins[join];
	size_t of_a = prepare(x, 0, j, a);
	size_t of_b = prepare(x, 1, j, b);
	int found = 0;

	for (size_t i = 0; i < of_a; i++) {
		struct span key = keys_at(&x->k[0], j, i);

		for (size_t y = 0; y < of_b; y++) {
			if (!span_equal(key, keys_at(&x->k[1], j, y)))
				continue;
			buf_text(x->out, "  shared   ");
			buf_add(x->out, j->name);
			if (j->atom[0] == ATOM_IDENTIFIER && j->type.p == NULL) {
				buf_byte(x->out, '.');
				buf_add(x->out, types_at(x->r->types, facts_type(&x->r->store.facts,
				    keys_word(&x->k[0], i)))->name);
			}
			buf_byte(x->out, '\n');
			found++;
			break;
		}
	}
	return found;
}

/* What made a tie. */
static void
put_maker(struct explaining *x, const struct exact_tie *t)
{
	if (!x->r->scored) {
		buf_add(x->out, x->r->rules->joins[t->join].name);
		return;
	}
	buf_add(x->out, tie_by_name(t->copy ? TIE_COPY : (enum tie_by)t->by));
	if (t->copy || t->weight == TIE_DEMANDED)
		return;
	buf_byte(x->out, ' ');
	fixed_write(x->out, t->weight, 3);
	buf_text(x->out, ", average ");
	fixed_write(x->out, t->average, 3);
}

static void
put_tie(struct explaining *x, const struct exact_tie *t, uint32_t from)
{
	uint32_t to = t->a == from ? t->b : t->a;

	buf_text(x->out, "  tie      ");
	visible(x->out, rec_id(&x->r->store.rec[from]), ID_MOST);
	buf_text(x->out, " = ");
	visible(x->out, rec_id(&x->r->store.rec[to]), ID_MOST);
	buf_text(x->out, "  ");
	put_maker(x, t);
	buf_byte(x->out, '\n');
}

/* Ties are a forest: from `to` every record of the tree gets the tie that leads back to it, in
 * waves, then the way from `from` is read off. */
static void
path(struct explaining *x, uint32_t from, uint32_t to)
{
	const struct exact *e = &x->r->exact;
	size_t records = x->r->store.count;
	uint32_t *back = mem_alloc((records + 1) * sizeof *back);
	bool grew = true;

	memset(back, 0xff, records * sizeof *back);
	back[to] = UINT32_MAX - 1;
	while (grew && back[from] == UINT32_MAX) {
		grew = false;
		for (uint32_t t = 0; t < e->tie_count; t++) {
			uint32_t a = e->ties[t].a, b = e->ties[t].b;

			if ((back[a] == UINT32_MAX) == (back[b] == UINT32_MAX))
				continue;
			back[back[a] == UINT32_MAX ? a : b] = t;
			grew = true;
		}
	}
	while (from != to && back[from] < UINT32_MAX - 1) {
		const struct exact_tie *t = &e->ties[back[from]];

		put_tie(x, t, from);
		from = t->a == from ? t->b : t->a;
	}
	mem_free(back);
}

/* Refusals of the two records, else of their clusters. */
static int
refused(struct explaining *x, uint32_t a, uint32_t b)
{
	const struct exact *e = &x->r->exact;
	uint32_t ca = e->cluster[a], cb = e->cluster[b];
	int found = 0;

	for (size_t i = 0; i < e->refused_count; i++) {
		const struct exact_refusal *f = &e->refused[i];
		uint32_t fa = e->cluster[f->a], fb = e->cluster[f->b];

		if (!((fa == ca && fb == cb) || (fa == cb && fb == ca)))
			continue;
		buf_print(x->out, "  refused  %s  ", refusal_name((enum refusal)f->reason));
		buf_add(x->out, x->r->rules->joins[f->join].name);
		buf_text(x->out, "  ");
		visible(x->out, rec_id(&x->r->store.rec[f->a]), ID_MOST);
		buf_byte(x->out, ' ');
		visible(x->out, rec_id(&x->r->store.rec[f->b]), ID_MOST);
		buf_byte(x->out, '\n');
		found++;
	}
	return found;
}

static void
not_linked(struct explaining *x, const struct rec *rec)
{
	if (rec->flags & REC_LINKED)
		return;
	buf_text(x->out, "  unlinked ");
	visible(x->out, rec_id(rec), ID_MOST);
	buf_text(x->out, "  was not collected for the linking purpose\n");
}

static void
by_keys(struct explaining *x, const struct rec *a, const struct rec *b, bool same)
{
	int shared = 0;

	for (size_t j = 0; j < x->r->rules->join_count; j++)
		shared += shared_keys(x, j, a, b);
	if (shared == 0)
		buf_text(x->out, "  shared   no key\n");
	if (same)
		path(x, number_of(x, a), number_of(x, b));
	else if (refused(x, number_of(x, a), number_of(x, b)) == 0 && shared > 0 &&
	    (a->flags & b->flags & REC_LINKED))
		buf_text(x->out, "  not tied given names are not compatible, or one that is short or "
		    "missing may stand for several\n");
}

/* ---- pairs that are weighed ---- */

static void
put_rules(struct explaining *x, uint32_t a, uint32_t b)
{
	const struct scored *s = &x->r->by_weight;
	uint64_t rules;
	bool first = true;

	buf_text(x->out, "  rules    ");
	if (s->chosen.all_pairs) {
		buf_text(x->out, "every pair is compared\n");
		return;
	}
	rules = rule_set_agree(&x->rules, a, b);
	for (unsigned i = 0; i < s->chosen.count; i++) {
		if (!(rules >> i & 1))
			continue;
		buf_text(x->out, first ? "" : ", ");
		rule_name(&s->view, &s->chosen.rule[i], x->out);
		first = false;
	}
	buf_text(x->out, first ? "none: the pair is not compared\n" : "\n");
}

static int
refused_merges(struct explaining *x, uint32_t a, uint32_t b)
{
	const struct scored *s = &x->r->by_weight;
	const uint32_t *cluster = x->r->exact.cluster;
	int found = 0;

	for (size_t i = 0; i < s->merged.refused_count; i++) {
		const struct merge_refusal *f = &s->merged.refused[i];
		uint32_t fa = cluster[f->a], fb = cluster[f->b];

		if (!((fa == cluster[a] && fb == cluster[b]) || (fa == cluster[b] && fb == cluster[a])))
			continue;
		buf_print(x->out, "  refused  %s  ", merge_reason_name((enum merge_reason)f->reason));
		visible(x->out, rec_id(&x->r->store.rec[f->a]), ID_MOST);
		buf_byte(x->out, ' ');
		visible(x->out, rec_id(&x->r->store.rec[f->b]), ID_MOST);
		if (f->reason == MERGE_AVERAGE) {
			buf_text(x->out, "  average ");
			fixed_write(x->out, f->average, 3);
		}
		buf_byte(x->out, '\n');
		found++;
	}
	return found;
}

static void
by_weight(struct explaining *x, uint32_t a, uint32_t b, bool same)
{
	uint32_t node_a = x->node_of[a], node_b = x->node_of[b];

	if (node_a == VALUE_NONE || node_b == VALUE_NONE)
		return;		/* they are not linked, which has been said */
	waterfall_write(x->out, &x->r->by_weight, a, b, node_a, node_b);
	put_rules(x, node_a, node_b);
	if (same)
		path(x, a, b);
	else
		refused_merges(x, a, b);
}

static void
put_id(struct explaining *x, struct span id)
{
	buf_byte(x->out, ' ');
	visible(x->out, id, ID_MOST);
}

static void
explain(struct explaining *x, struct span a_id, struct span b_id)
{
	const struct rec *a = find_record(x->r, a_id), *b = find_record(x->r, b_id);
	bool same;

	visible(x->out, a_id, ID_MOST);
	put_id(x, b_id);
	if (a == NULL || b == NULL) {
		x->unknown++;
		buf_text(x->out, "  unknown record");
		if (a == NULL)
			put_id(x, a_id);
		if (b == NULL)
			put_id(x, b_id);
		buf_byte(x->out, '\n');
		return;
	}
	same = x->r->exact.cluster[number_of(x, a)] == x->r->exact.cluster[number_of(x, b)];
	buf_print(x->out, "  %s  %s", same ? "one profile" : "two profiles", profile_of(x, a));
	if (!same)
		buf_print(x->out, " %s", profile_of(x, b));
	buf_byte(x->out, '\n');
	not_linked(x, a);
	not_linked(x, b);
	if (x->r->scored)
		by_weight(x, number_of(x, a), number_of(x, b), same);
	else
		by_keys(x, a, b, same);
}

/* ---- the file of pairs ---- */

static int
read_pairs(const char *name, struct buf *all, struct error *e)
{
	struct byte_source *s = source_open(name, NULL, e);
	int r;

	if (s == NULL)
		return -1;
	r = source_read_all(s, 0, all, e);
	source_close(s);
	return r;
}

/* A tab divides ids that have blanks, as keys of a source may. */
static bool
split_pair(struct span line, struct span *a, struct span *b)
{
	size_t at = span_index(line, '\t');

	if (at < line.len) {
		*a = span_head(line, at);
		*b = span_skip(line, at + 1);
		return a->len > 0 && b->len > 0 && span_index(*b, '\t') == b->len;
	}
	line = span_trim(line);
	at = span_index(line, ' ');
	*a = span_head(line, at);
	*b = span_trim(span_skip(line, at));
	return a->len > 0 && b->len > 0;
}

static void
find_nodes(struct explaining *x)
{
	const struct scored *s = &x->r->by_weight;
	size_t records = x->r->store.count;

	x->node_of = mem_alloc((records + 1) * sizeof *x->node_of);
	memset(x->node_of, 0xff, records * sizeof *x->node_of);
	for (uint32_t n = 0; n < s->view.nodes; n++)
		for (uint32_t i = s->view.record_at[n]; i < s->view.record_at[n + 1]; i++)
			x->node_of[s->view.record[i]] = n;
	rule_set_make(&x->rules, &s->view, s->chosen.rule, s->chosen.count, x->r->threads);
}

int
explain_pairs(const struct resolve *r, const char *name, struct buf *out, uint64_t *unknown,
    struct error *e)
{
	struct explaining x = { .r = r, .out = out, .k = mem_zero(2, sizeof *x.k) };
	struct buf all = { 0 };
	struct span text, line, a, b;
	uint64_t number = 0;
	int result = read_pairs(name, &all, e);

	if (r->scored)
		find_nodes(&x);
	text = buf_span(&all);
	while (result == 0 && span_split(&text, '\n', &line)) {
		number++;
		if (line.len > 0 && line.p[line.len - 1] == '\r')
			line.len--;
		if (span_trim(line).len == 0)
			continue;
		if (split_pair(line, &a, &b)) {
			explain(&x, a, b);
		} else {
			result = error_set(e, USAGE, "E_PAIRS", "not two record ids");
			error_place(e, name, number, 0);
		}
	}
	*unknown = x.unknown;
	buf_done(&all);
	rule_set_done(&x.rules);
	mem_free(x.node_of);
	mem_free(x.k);
	return result;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/links.c: pair after pair, compared once more for its parts. */
#include "base/buf.h"
#include "base/number.h"
#include "io/json_write.h"
#include "resolve/fx.h"
#include "resolve/level.h"
#include "resolve/links.h"
#include "resolve/scored.h"
#include "resolve/store.h"

enum { HELD = 64 << 10 };

static void
member_fixed(struct json_writer *w, struct span key, int64_t number, int places)
{
	json_key(w, key);
	json_fixed(w, number, places);
}

static void
rules_of(const struct scored *x, uint16_t rules, struct json_writer *w)
{
	struct buf name = { 0 };

	json_key(w, SPAN("rules"));
	json_open_array(w);
	for (unsigned i = 0; i < x->chosen.count; i++) {
		if (!(rules >> i & 1))
			continue;
		buf_reset(&name);
		rule_name(&x->view, &x->chosen.rule[i], &name);
		json_text(w, buf_span(&name));
	}
	json_end(w);
	buf_done(&name);
}

static void
levels_of(const struct scored *x, const struct comparison *c, struct json_writer *w)
{
	json_key(w, SPAN("levels"));
	json_open_object(w);
	for (unsigned f = 0; f < x->view.fields; f++) {
		unsigned level = pattern_level(c->pattern, f);

		if (level == LEVEL_NULL)
			continue;
		json_key(w, x->view.field[f].name);
		json_text(w, span_from(field_level(x->view.field[f].type, level)->name));
	}
	json_end(w);
}

static void
weights_of(const struct scored *x, const struct comparison *c, const struct waterfall *parts,
    int32_t rivals, struct json_writer *w)
{
	json_key(w, SPAN("weights"));
	json_open_object(w);
	member_fixed(w, SPAN("prior"), parts->prior, 3);
	for (unsigned f = 0; f < x->view.fields; f++)
		if (pattern_level(c->pattern, f) != LEVEL_NULL)
			member_fixed(w, x->view.field[f].name, parts->field[f] + parts->tf[f], 3);
	if (parts->cap != 0)
		member_fixed(w, SPAN("cap"), parts->cap, 3);
	if (x->model.household)
		member_fixed(w, SPAN("household"), parts->household, 3);
	if (rivals != 0)
		member_fixed(w, SPAN("rivals"), rivals, 3);
	json_end(w);
}

void
link_members(struct json_writer *w, const struct scored *x, const struct link_pair *p,
    const char *verdict, const char *by)
{
	const struct store *s = x->view.store;
	struct comparison c;
	struct waterfall parts;
	int32_t rivals;

	compare_nodes(&x->view, p->a, p->b, &c);
	score_explain(&x->scorer, p->a, p->b, &c, &parts);
	rivals = scored_rivals(x, p->a, p->b, parts.total);
	json_member_string(w, "kind", SPAN("link"));
	json_member_string(w, "a", rec_id(&s->rec[p->record_a]));
	json_member_string(w, "b", rec_id(&s->rec[p->record_b]));
	member_fixed(w, SPAN("weight"), parts.total + rivals, 3);
	member_fixed(w, SPAN("p"), fx_probability(parts.total + rivals), 6);
	json_member_string(w, "verdict", span_from(verdict));
	json_member_string(w, "by", span_from(by));
	rules_of(x, p->rules, w);
	levels_of(x, &c, w);
	weights_of(x, &c, &parts, rivals, w);
}

void
link_write(struct buf *out, const struct scored *x, const struct link_pair *p,
    const char *verdict, const char *by)
{
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	link_members(&w, x, p, verdict, by);
	json_end(&w);
	buf_byte(out, '\n');
}

/* The records of two nodes, each with each; of a node with many only the first. */
static uint64_t
edge_write(struct buf *out, const struct scored *x, const struct edge *e)
{
	const struct view *w = &x->view;
	uint32_t of_a = view_copies(w, e->a), of_b = view_copies(w, e->b);
	const char *verdict = e->weight >= x->model.link ? "link" : "below";

	if (of_a > LINK_COPIES || of_b > LINK_COPIES)
		of_a = of_b = 1;
	for (uint32_t i = 0; i < of_a; i++)
		for (uint32_t k = 0; k < of_b; k++)
			link_write(out, x, &(struct link_pair){ w->record[w->record_at[e->a] + i],
			    w->record[w->record_at[e->b] + k], e->a, e->b, e->rules }, verdict, "scored");
	return (uint64_t)of_a * of_b;
}

uint64_t
links_write(const struct scored *x, int32_t least, link_sink *give, void *arg)
{
	struct buf lines = { 0 };
	uint64_t count = 0;

	for (size_t i = 0; i < x->edge_count; i++) {
		if (x->edges[i].weight < least)
			continue;
		count += edge_write(&lines, x, &x->edges[i]);
		if (lines.len >= HELD) {
			give(arg, buf_span(&lines));
			buf_reset(&lines);
		}
	}
	give(arg, buf_span(&lines));
	buf_done(&lines);
	return count;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/threshold_test.c: the cut, the estimates it rests on, decoys, and how much of the
 * matches is found. */
#include "base/alloc.h"
#include "resolve/decoy.h"
#include "resolve/fx.h"
#include "resolve/model.h"
#include "resolve/recall.h"
#include "resolve/threshold.h"
#include "tap.h"

static bool
near(double a, double b, double off)
{
	return a - b < off && b - a < off;
}

static void
model_cut(void)
{
	struct cut_counts c = { .links = { 0 } };
	struct cut_facts f = { .records = 10000 };
	struct cut cut;

	cut_find(&cut, &c, &f, 0.01, true);
	ok(cut.link == 0 && cut.links == 0 && cut.met, "without a link the cut is at even odds");
	cut_add_link(&c, 12000, 9000);
	cut_find(&cut, &c, &f, 0.01, true);
	ok(cut.link == 0 && cut.estimate[CUT_BY_MODEL].usable, "clean links leave the cut at even odds");
	cut_add_link(&c, 0, 500);
	cut_add_link(&c, 1000, 300);
	cut_at(&cut, &c, &f, 0, 0.01);
	ok(near(cut.estimate[CUT_BY_MODEL].fdr, (500 * 0.5 + 300 / 3.0 + 9000 * 0.000244) / 9800, 1e-5),
	    "the model's estimate is the mean doubt: %.6f", cut.estimate[CUT_BY_MODEL].fdr);
	ok(!cut.met, "which is above the target");
	cut_find(&cut, &c, &f, 0.01, true);
	ok(cut.link == 1100 && cut.met && cut.links == 9000, "the cut rises until the target is met");
	cut_find(&cut, &c, &f, 0.02, true);
	ok(cut.link == 100, "and no further");
	ok(!cut.estimate[CUT_BY_DECOYS].usable && !cut.estimate[CUT_BY_CONFLICTS].usable,
	    "what has no events is not used");
}

/* Links of even odds, 5.9 % of all false: without them 6.3 % of the true ones are lost. */
static void
usual_cut(void)
{
	struct cut_counts c = { .links = { 0 } };
	struct cut_facts f = { .records = 10000 };
	struct cut cut;

	cut_add_link(&c, 0, 1200);
	cut_add_link(&c, 12000, 9000);
	cut_find(&cut, &c, &f, 0.05, false);
	ok(!cut.met && cut.link == 0, "a usual target is not met for more true links than it lets be false");
	cut_find(&cut, &c, &f, 0.05, true);
	ok(cut.met && cut.link == 100, "unless somebody asked for it");
	c.decoy[cut_of(0)] = 100;
	f.decoys = 500;
	cut_add_link(&c, 12000, 9000);
	cut_find(&cut, &c, &f, 0.05, false);
	ok(cut.met && cut.link == 100, "one that costs less is");
}

static void
other_estimates(void)
{
	struct cut_counts c = { .links = { 0 } };
	struct cut_facts f = { .records = 1001, .decoys = 100, .household_compared = 50,
		.household_pairs = 200 };
	struct cut cut;

	cut_add_link(&c, 20000, 1000);
	c.decoy[cut_of(500)] = 20;
	c.decoy_household[cut_of(5000)] = 5;
	cut_at(&cut, &c, &f, 0, 0.01);
	ok(near(cut.estimate[CUT_BY_DECOYS].fdr, (20 * 1000 / 200.0 + 5 / 50.0 * 200) / 1000, 1e-9),
	    "false links by decoys: %.6f", cut.estimate[CUT_BY_DECOYS].fdr);
	cut_find(&cut, &c, &f, 0.01, true);
	ok(cut.link == 5100, "the cut goes above the decoys: %d", cut.link);
	c.judged[cut_of(30000)] = 500;
	c.clash[cut_of(30000)] = 40;
	c.slip[cut_of(30000)] = 10;
	cut_find(&cut, &c, &f, 0.01, true);
	ok(near(cut.estimate[CUT_BY_CONFLICTS].fdr, 0.06, 1e-9) && !cut.met && cut.link == 600,
	    "where no cut meets the target the one that comes closest is taken");
	cut_find(&cut, &c, &f, 0.01, false);
	ok(!cut.met && cut.link == 0, "unless nobody asked for it");
}

static void
counts_add_up(void)
{
	struct cut_counts a = { .links = { 0 } }, b = { .links = { 0 } }, both = { .links = { 0 } };

	cut_add_link(&a, 100, 3);
	cut_add_link(&b, 900000, 4);
	cut_add_link(&both, 100, 3);
	cut_add_link(&both, 900000, 4);
	cut_sum(&a, &b);
	ok(memcmp(&a, &both, sizeof a) == 0, "pieces of work add up");
}

static const struct field two[2] = { { .type = FIELD_GIVEN, .nature = NATURE_PERSONAL },
	{ .type = FIELD_PLACE, .nature = NATURE_SHARED } };

/* Two kinds of rules that find 80 and 60 of 100 matches, and 48 both. */
static void
recall_by_both(void)
{
	static const uint16_t rule_fields[3] = { 1, 2, 3 };
	static const struct recall_found found[4] = { { 1, 320 }, { 2, 120 }, { 3, 480 }, { 4, 40 } };
	struct recall_input in = { .found = found, .count = 4, .chosen = 3, .rule_fields = rule_fields,
		.rules = 3, .field = two, .fields = 2 };
	struct recall r;

	recall_estimate(&r, &in);
	ok(r.usable && near(r.chapman, 920 / (801 * 601 / 481.0 - 1), 1e-9), "Chapman: %.6f", r.chapman);
	ok(near(r.error, r.chapman * 12.8753 / 999.8, 1e-5), "its standard error: %.6f", r.error);
	ok(near(r.share, 920 / 960.0, 1e-9) && r.low == r.chapman, "the lower one is used");
	in.chosen = 1;
	recall_estimate(&r, &in);
	ok(!r.usable && !r.known && near(r.share, 800 / 960.0, 1e-9),
	    "one kind of rule alone says nothing of what no rule finds");
	in.all_pairs = true;
	recall_estimate(&r, &in);
	ok(r.known && r.low == 1, "all pairs lose nothing");
}

enum { NODES = 200 };

/* A view of people who have a name, a place of their own for two, and a number of their own. */
static void
people(struct view *w)
{
	static const struct field field[4] = { { .type = FIELD_GIVEN, .nature = NATURE_PERSONAL },
		{ .type = FIELD_PLACE, .nature = NATURE_SHARED },
		{ .type = FIELD_FAMILY, .nature = NATURE_SHARED },
		{ .type = FIELD_IDENTIFIER, .nature = NATURE_PERSONAL } };

	*w = (struct view){ .node = mem_alloc(NODES * sizeof *w->node), .nodes = NODES,
		.record_at = mem_alloc((NODES + 1) * sizeof *w->record_at),
		.source = mem_alloc(NODES * sizeof *w->source), .sources = 2, .fields = 4,
		.records = 2 * NODES };
	memcpy(w->field, field, sizeof field);
	for (uint32_t i = 0; i < NODES; i++) {
		w->node[i] = (struct compared){ { i % 10 + 1, i / 2 + 1, i / 2 + 1, i + 1 } };
		w->record_at[i] = 2 * i;
		w->source[i] = i % 2;
	}
	w->record_at[NODES] = 2 * NODES;
}

static void
people_done(struct view *w)
{
	mem_free(w->node);
	mem_free(w->record_at);
	mem_free(w->source);
}

static void
decoys_are_nobody(void)
{
	struct view w, other;
	struct model m = { .fields = 4 };
	struct decoys d, again;
	bool own = true, home = true, name = true;
	unsigned family = 0;

	people(&w);
	people(&other);
	m.field[2].level[field_top(FIELD_FAMILY)].h = 0.8;
	decoys_make(&d, &w, &m, 1, 1);
	decoys_make(&again, &other, &m, 1, 2);
	ok(d.count == 2 * NODES && d.first == NODES && d.view.nodes == 3 * NODES &&
	    view_copies(&d.view, d.first) == 1, "as many decoys as records, behind the nodes");
	ok(memcmp(d.view.node, again.view.node, d.view.nodes * sizeof *w.node) == 0,
	    "the same seed makes the same decoys");
	for (uint32_t i = 0; i < d.count; i++) {
		const struct compared *c = &d.view.node[d.first + i];

		own &= c->slot[3] >= 1 && c->slot[3] <= NODES;
		home &= i < d.loose ? c->slot[1] != 0 : c->slot[1] == w.node[d.home[i]].slot[1];
		name &= c->slot[0] >= 1 && c->slot[0] <= 10;
		family += i >= d.loose && c->slot[2] == w.node[d.home[i]].slot[2];
	}
	ok(own && decoy_borrows(&w.field[3]) && !decoy_borrows(&w.field[0]),
	    "the number of a decoy is borrowed, its name is not");
	ok(name, "each has a name that is in use");
	ok(home, "a decoy of a household lives there, one of nobody anywhere");
	ok(near(family / (double)(d.count - d.loose), 0.8, 0.08),
	    "and has its name as often as the model says: %u of %u", family, d.count - d.loose);
	decoys_done(&d);
	decoys_done(&again);
	people_done(&w);
	people_done(&other);
}

/* What clusters know of the links takes the place of what the weights said; other estimates stay. */
static void
settled(void)
{
	struct cut cut = { .estimate = { [CUT_BY_MODEL] = { true, 0.2 }, [CUT_BY_DECOYS] = { true, 0.03 } } };

	cut_settle(&cut, 200, 8 * FX_CERTAIN, 0.05);
	ok(near(cut.estimate[CUT_BY_MODEL].fdr, 8.5 / 201, 1e-9) && cut.met,
	    "of 200 links eight are in doubt after the merge, and half a one more; the target is met");
	cut_settle(&cut, 49, 0, 0.05);
	ok(near(cut.estimate[CUT_BY_MODEL].fdr, 0.01, 1e-9), "few links that nobody doubts may hide a false one");
	cut_settle(&cut, 200, 8 * FX_CERTAIN, 0.035);
	ok(!cut.met && near(cut.estimate[CUT_BY_DECOYS].fdr, 0.03, 1e-9), "or it is not");
}

/* A hundred links at three bits are 89 matches. Of 178 they bear out half, so that the odds are half as
 * high; then 80 are left, and so on. */
static void
borne_out(void)
{
	struct cut_counts c = { .links = { 0 } }, sure = { .links = { 0 } };
	double odds = 8.28212, rest = 1;	/* at 3.05 bits, the middle of a step */

	cut_add_link(&c, 3000, 100);
	ok(cut_borne_out(&c, 89) == 0 && cut_borne_out(&c, 0) == 0,
	    "weights stay where links bear out the matches that are expected");
	for (unsigned i = 0; i < 100; i++)
		rest = 100 * odds * rest / (1 + odds * rest) / 178;
	ok(near(cut_borne_out(&c, 178), 1000 * fx_log2_double(rest), 10),
	    "where they do not weights fall until it rests: %d", cut_borne_out(&c, 178));
	cut_add_link(&sure, 30000, 100);
	ok(cut_borne_out(&sure, 125) == -322, "links that nobody doubts lose the matches that nobody sees");
	ok(cut_borne_out(&c, 10000) == -20000, "and a model of which next to nothing is seen loses all");
}

int
main(void)
{
	settled();
	borne_out();
	model_cut();
	usual_cut();
	other_estimates();
	counts_add_up();
	recall_by_both();
	decoys_are_nobody();
	return tap_done();
}

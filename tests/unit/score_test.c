/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/score_test.c: weights of pairs: the parts sum to the whole, either way round, and
 * frequencies add what they should. */
#include "resolve/fx.h"
#include "resolve/joint.h"
#include "resolve/level.h"
#include "resolve/model.h"
#include "resolve/score.h"
#include "resolve/view.h"
#include "resolve_case.h"
#include "tap.h"

#include <stdlib.h>

enum { PEOPLE = 40 };

static const char *const given[] = { "Ana", "Rui", "Zuleika", "Ana Maria", "Robert", "Bob" };
static const char *const family[] = { "Souza", "Sousa", "Garcia Lopez", "Lopez", "Tavares" };
static const char *const street[] = { "Rua das Flores 12", "Rua das Folres 12", "Rua das Flores 14",
    "Main Street" };

struct score_case {
	struct world	world;
	struct view	view;
	struct model	model;
	struct scorer	scorer;
};

static void
add_people(struct world *w)
{
	char id[16], members[512];

	for (int i = 0; i < PEOPLE; i++) {
		snprintf(id, sizeof id, "a:%02d", i);
		snprintf(members, sizeof members, "'given_name':'%s','family_name':'%s',"
		    "'birthdate':'19%02d-0%d-11','address':[{'street_address':'%s',"
		    "'locality':'Porto','postal_code':'4000-00%d'}],'email':['p%d@acme.pt'],"
		    "'identifiers':{'card':['k%d']},'attributes':{'team':'t%d'}", given[i % 6],
		    family[i == 36 ? 4 : i % 6 == 0 ? 0 : i % 5],
		    60 + i % 4, 1 + i % 3, street[i % 5 % 4], i % 2, i / 2, i / 3, i < PEOPLE / 2 ? 0 : i % 7);
		world_rec(w, id, members);
	}
}

/* Every level has weights of its own. */
static void
make_level(struct model_level *out, unsigned field, unsigned level)
{
	out->u = 0.5 / (1 + level);
	for (unsigned row = 0; row < MODEL_ROWS; row++) {
		out->weight[row] = (int32_t)(1013 * level + 7 * field + 131 * row) - 1000;
		out->household[row] = (int32_t)(511 * level + row) - 900;
	}
}

/* One field has a parent. */
static void
make_model(struct model *m, const struct view *w)
{
	*m = (struct model){ .fields = w->fields, .classes = 1, .household = true,
	    .household_prior = -9000, .tf_floor = 1, .cap_free = 100, .matches_per_record = 0.4 };
	m->prior[0] = -7000;
	for (unsigned f = 0; f < w->fields; f++) {
		m->field[f].parent = f == 3 ? 0 : -1;
		m->field[f].levels = field_levels(w->field[f].type);
		for (unsigned l = 0; l < m->field[f].levels; l++)
			make_level(&m->field[f].level[l], f, l);
		if (w->field[f].nature == NATURE_FREE)
			m->field[f].level[m->field[f].levels - 1].household[ROW_ALONE] = 1500;
	}
}

static void
any_pair(const struct score_case *c)
{
	unsigned long apart = 0, asymmetric = 0, capped = 0, taken_back = 0, frequent = 0;

	for (uint32_t a = 0; a < c->view.nodes; a++)
		for (uint32_t b = 0; b < c->view.nodes; b++) {
			struct comparison comparison;
			struct waterfall parts;
			int32_t sum;

			compare_nodes(&c->view, a, b, &comparison);
			score_explain(&c->scorer, a, b, &comparison, &parts);
			sum = parts.prior + parts.household + parts.cap;
			for (unsigned f = 0; f < c->view.fields; f++) {
				sum += parts.field[f] + parts.tf[f];
				frequent += parts.tf[f] != 0;
			}
			apart += sum != parts.total || sum != score_nodes(&c->scorer, a, b);
			asymmetric += sum != score_nodes(&c->scorer, b, a);
			capped += parts.cap < 0;
			taken_back += parts.household < 0;
		}
	ok(apart == 0, "the parts of a weight sum to it");
	ok(asymmetric == 0, "a weight is the same either way round");
	ok(capped > 0 && taken_back > 0 && frequent > 0, "every kind of part occurs");
}

/* What full names that more have than chance has it take away: all else stays as it is without them. */
static int32_t
of_full_names(const struct score_case *c, uint32_t a, uint32_t b, const struct comparison *comparison)
{
	unsigned g = (unsigned)c->view.of_type[FIELD_GIVEN];
	uint64_t of_pattern = c->scorer.joint->of_pattern;
	struct waterfall with, without;

	score_explain(&c->scorer, a, b, comparison, &with);
	c->scorer.joint->of_pattern = 0;
	score_explain(&c->scorer, a, b, comparison, &without);
	c->scorer.joint->of_pattern = of_pattern;
	return with.tf[g] - without.tf[g];
}

/* What a household takes back, from the parts of a weight: of what is shared the frequencies count
 * for it, and of attributes and identifiers as far as it agrees on them more than strangers do, less what
 * the cap takes of attributes. Strangers have full names in common as often beside it as beside a match. */
static int32_t
household(const struct score_case *c, int32_t names, const struct comparison *comparison,
    const struct waterfall *parts)
{
	int32_t sum = c->model.household_prior + names, free = 0;

	for (unsigned f = 0; f < c->view.fields; f++) {
		unsigned level = pattern_level(comparison->pattern, f);
		bool attribute = c->view.field[f].nature == NATURE_FREE;
		int32_t own;

		if (level == LEVEL_NULL)
			continue;
		own = c->model.field[f].level[level].household[model_row(&c->model, comparison->pattern, f)];
		sum += own;
		if (c->view.field[f].nature == NATURE_SHARED)
			sum += parts->tf[f];
		else if ((attribute || c->view.field[f].type == FIELD_IDENTIFIER) && own > 0) {
			int32_t more = parts->tf[f] > -own ? parts->tf[f] : -own;

			sum += more;
			free += attribute ? own + more : 0;
		}
	}
	return -fx_softplus(sum - (-parts->cap < free ? -parts->cap : free));
}

static void
households(const struct score_case *c)
{
	unsigned long other = 0, attributes = 0, identifiers = 0, named = 0, unlikely = 0;

	for (uint32_t a = 0; a < c->view.nodes; a++)
		for (uint32_t b = 0; b < c->view.nodes; b++) {
			struct comparison comparison;
			struct waterfall parts;
			uint32_t none;
			int32_t names;

			compare_nodes(&c->view, a, b, &comparison);
			score_explain(&c->scorer, a, b, &comparison, &parts);
			names = of_full_names(c, a, b, &comparison);
			named += names != 0;
			other += parts.household != household(c, names, &comparison, &parts);
			none = FX_CERTAIN - score_household(&c->scorer, a, b, &comparison);
			/* millionths are fine enough for a hundredth of a bit until they are few */
			unlikely += none < 1000 ? parts.household > -9900 :
			    labs(fx_log2_ratio(none, FX_CERTAIN) - (long)parts.household) > 10;
			for (unsigned f = 0; f < c->view.fields; f++) {
				attributes += c->view.field[f].nature == NATURE_FREE && parts.tf[f] != 0;
				identifiers += c->view.field[f].type == FIELD_IDENTIFIER && parts.tf[f] != 0;
			}
		}
	ok(unlikely == 0, "how likely a pair is one household is what a household takes back");
	ok(other == 0 && attributes > 0 && identifiers > 0 && named > 0,
	    "what attributes of a context, numbers of a family and full names are worth counts for it as for a match");
}

static uint32_t
node(const struct score_case *c, const char *id)
{
	uint32_t record = world_find(&c->world, id);

	for (uint32_t n = 0; n < c->view.nodes; n++)
		if (c->view.record[c->view.record_at[n]] == record)
			return n;
	abort();
}

static struct waterfall
explain(const struct score_case *c, const char *a, const char *b)
{
	struct comparison comparison;
	struct waterfall parts;

	compare_nodes(&c->view, node(c, a), node(c, b), &comparison);
	score_explain(&c->scorer, node(c, a), node(c, b), &comparison, &parts);
	return parts;
}

/* Seven records are of Ana Souza: more than the frequencies of Ana and of Souza would have it. */
static void
names(const struct score_case *c)
{
	unsigned g = (unsigned)c->view.of_type[FIELD_GIVEN];
	unsigned f = (unsigned)c->view.of_type[FIELD_FAMILY];
	struct waterfall both = explain(c, "a:00", "a:06"), ana = explain(c, "a:00", "a:36");
	struct waterfall souza = explain(c, "a:00", "a:05");

	ok(ana.tf[g] + souza.tf[f] > both.tf[g] + both.tf[f],
	    "a full name that many have weighs less than its parts: %d, not %d + %d",
	    both.tf[g] + both.tf[f], ana.tf[g], souza.tf[f]);
}

/* If two strangers had one name, each would have records of his own besides: two, so that seven of
 * one name tell of one other at most. With one each, three of them do. */
static void
names_of_two(struct score_case *c)
{
	unsigned g = (unsigned)c->view.of_type[FIELD_GIVEN];
	unsigned f = (unsigned)c->view.of_type[FIELD_FAMILY];
	double before = c->model.matches_per_record;
	struct scorer scorer = c->scorer;
	struct waterfall parts = explain(c, "a:00", "a:36"), souza = explain(c, "a:00", "a:05"), both;

	c->model.matches_per_record = 2;
	scorer_make(&c->scorer, &c->view, &c->model, 2);
	both = explain(c, "a:00", "a:06");
	ok(both.tf[g] + both.tf[f] == parts.tf[g] + souza.tf[f],
	    "what the records of two people explain makes no full name common: %d", both.tf[g] + both.tf[f]);
	scorer_done(&c->scorer);
	c->model.matches_per_record = 1;
	scorer_make(&c->scorer, &c->view, &c->model, 2);
	both = explain(c, "a:00", "a:06");
	ok(both.tf[g] + both.tf[f] < parts.tf[g] + souza.tf[f], "three beyond those do: %d", both.tf[g] + both.tf[f]);
	scorer_done(&c->scorer);
	c->scorer = scorer;
	c->model.matches_per_record = before;
}

/* Agreement by chance is so rare here that not even two of forty are expected to agree. A mailbox of
 * the two alone counts as if half a stranger had it, log2(0.005 * 40 / 0.5); of a name that seven have the
 * five others speak: log2(0.01 * 40 / 5). */
static void
small_files(struct score_case *c)
{
	unsigned e = (unsigned)c->view.of_type[FIELD_EMAIL];
	unsigned g = (unsigned)c->view.of_type[FIELD_GIVEN];
	struct scorer before = c->scorer;
	struct model model = c->model;

	c->model.tf_floor = 4;
	c->model.field[e].level[field_top(FIELD_EMAIL)].u = 0.005;
	c->model.field[g].level[field_top(FIELD_GIVEN)].u = 0.01;
	scorer_make(&c->scorer, &c->view, &c->model, 2);
	ok(explain(c, "a:00", "a:01").tf[e] == -1322, "the two alone do not make a value common: %d",
	    explain(c, "a:00", "a:01").tf[e]);
	ok(explain(c, "a:02", "a:09").tf[g] == 0, "nor does what they do not share");
	ok(explain(c, "a:02", "a:08").tf[g] == -3644, "others who hold it do: %d",
	    explain(c, "a:02", "a:08").tf[g]);
	scorer_done(&c->scorer);
	c->scorer = before;
	c->model = model;
}

/* Weights of all pairs, in the order of nodes. */
static size_t
all_weights(const struct score_case *c, int32_t *out)
{
	size_t n = 0;

	for (uint32_t a = 0; a < c->view.nodes; a++)
		for (uint32_t b = 0; b < a; b++)
			out[n++] = score_nodes(&c->scorer, a, b);
	return n;
}

/* Twice the records have twice the matches and twice the households, but four times the pairs: a
 * pair that is one of either is as likely the one as before. */
static void
twice_the_records(struct score_case *c)
{
	static int32_t before[PEOPLE * PEOPLE], after[PEOPLE * PEOPLE];
	int32_t prior;
	size_t n, apart = 0, raised = 0, household = 0;

	c->model.class_per_record[0] = 0.4;
	c->model.household_per_record = 500;
	for (int with = 0; with < 2; with++) {
		c->model.household = with;
		model_follow(&c->model, 1 << 16);
		prior = c->model.prior[0];
		all_weights(c, before);
		model_follow(&c->model, 1 << 17);
		n = all_weights(c, after);
		for (size_t i = 0; i < n; i++) {
			int32_t less = before[i] - after[i];

			apart += !with && (less < 998 || less > 1002);
			raised += with && (less < -2 || less > 1010);
			household += with && less < 950;
		}
		prior -= c->model.prior[0];
		ok(prior > 998 && prior < 1010, "a prior is a bit lower where there are twice the records");
	}
	ok(apart == 0 && n > 100, "and so is every weight");
	ok(raised == 0 && household > 0, "but less so where a household stands against it");
}

/* While weights are learnt rarity counts as when pairs are scored: beside the two who agree. */
static void
rarity_when_learnt(void)
{
	struct field f = { .type = FIELD_STRING, .records = 1000 };
	struct field name = { .type = FIELD_FAMILY, .records = 1000 };

	ok(score_rarer(&f, 0.0015, 2, 1000) == 0 && score_rarer(&f, 0.0015, 3, 1000) == 0,
	    "where few hold any value, what two or three hold is as rare as the field");
	ok(score_rarer(&name, 0.0001, 2, 1000) == 0, "nor is a name common where chance makes hardly any agree: %d",
	    score_rarer(&name, 0.0001, 2, 1000));
	ok(score_rarer(&f, 0.0001, 2, 1000) == -3, "a text is: a thing and its like may be all of their kind: %d",
	    score_rarer(&f, 0.0001, 2, 1000));
	ok(score_rarer(&f, 0.0015, 50, 1000) == -5, "what many hold is commoner: %d",
	    score_rarer(&f, 0.0015, 50, 1000));
	ok(score_rarer(&f, 0.128, 3, 1000) == 5 && score_rarer(&f, 0.128, 6, 1000) == 5,
	    "what four others hold is as rare as can be told: %d", score_rarer(&f, 0.128, 3, 1000));
	ok(score_rarer(&f, 0.128, 34, 1000) == 2, "the two themselves do not count: %d",
	    score_rarer(&f, 0.128, 34, 1000));
	f.type = FIELD_CATEGORY;
	ok(score_rarer(&f, 0.128, 3, 1000) == 0, "a rare category adds nothing");
}

/* What the frequency of a value adds to a pair. */
static int32_t
added(struct score_case *c, uint32_t a, uint32_t b, enum field_type t)
{
	struct waterfall parts;
	struct comparison x;

	compare_nodes(&c->view, a, b, &x);
	score_explain(&c->scorer, a, b, &x, &parts);
	return parts.tf[c->view.of_type[t]];
}

/* Where nothing was learnt nobody knows how rare a value is that the two alone have, or one more. */
static void
a_guess(struct score_case *c)
{
	struct model_field *name = &c->model.field[c->view.of_type[FIELD_GIVEN]];
	struct model_field *email = &c->model.field[c->view.of_type[FIELD_EMAIL]];
	int32_t before, after[2];

	scorer_done(&c->scorer);
	name->level[field_top(FIELD_GIVEN)].u = 0.01;
	email->level[field_top(FIELD_EMAIL)].u = 0.0001;
	scorer_make(&c->scorer, &c->view, &c->model, 2);
	before = added(c, 0, 1, FIELD_EMAIL);
	scorer_done(&c->scorer);
	c->model.guessed = true;
	scorer_make(&c->scorer, &c->view, &c->model, 2);
	after[0] = added(c, 0, 1, FIELD_EMAIL);
	after[1] = added(c, 1, 7, FIELD_GIVEN);
	ok(before < -3000 && after[0] == 0, "a mailbox of two among forty is as rare as mailboxes are: %d, %d",
	    before, after[0]);
	ok(after[1] < 0 && after[1] > -3000, "a name of seven is commoner: %d", after[1]);
}

int
main(void)
{
	static struct score_case c;

	world_open(&c.world);
	c.world.resolve.scored = true;
	add_people(&c.world);
	world_read(&c.world, 1);
	view_make(&c.view, c.world.store, c.world.rules, c.world.resolve.types,
	    c.world.resolve.attributes, 2);
	make_model(&c.model, &c.view);
	scorer_make(&c.scorer, &c.view, &c.model, 2);
	any_pair(&c);
	households(&c);
	names(&c);
	names_of_two(&c);
	small_files(&c);
	twice_the_records(&c);
	a_guess(&c);
	scorer_done(&c.scorer);
	view_done(&c.view);
	world_close(&c.world);
	rarity_when_learnt();
	return tap_done();
}

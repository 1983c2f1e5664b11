/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/bound_test.c: a pair that is given up while it is compared weighs less than what is of
 * interest, whatever the weights are; the others are compared as if nothing was given up. */
#include "pairs_case.h"
#include "resolve/bound.h"
#include "resolve/level.h"
#include "resolve/model.h"
#include "resolve/score.h"
#include "tap.h"

enum { PEOPLE = 90, MODELS = 300, SAME_HOUSE = 4 };

static void
add_people(struct world *w)
{
	static const char *const given[] = { "Ana", "Anna", "Ana Maria", "Bob", "Robert", "Lima", "A",
		"Zuleika" };
	static const char *const family[] = { "Souza", "de Souza", "Sousa", "Lima", "Ana", "Lima Souza",
		"Souza Lima", "Tavares" };
	static const char *const street[] = { "Rua Alta 1", "Rua Alta 2", "Rua Alat 1", "Mill Lane 7", "Praça 9",
		"Old Road 11", "High Street 14", "Long Acre 20" };
	struct random r = { 7 };
	char id[16], members[512];

	for (int i = 0; i < PEOPLE; i++) {
		const char *one = pick(&r, given, 8), *other = draw(&r, 9) == 0 ? pick(&r, given, 8) : one;

		snprintf(id, sizeof id, "%c:%02d", "xy"[draw(&r, 2)], i);
		snprintf(members, sizeof members, "'given_name':'%s','nickname':['%s'],'family_name':'%s',"
		    "'birthdate':'19%02u-03-11','identifiers':{'card':['C%u']},"
		    "'address':[{'street_address':'%s','locality':'T%u','postal_code':'4%u00-001'}],"
		    "'email':['p%u@acme.pt'],'attributes':{'team':'t%u'}", one, other,
		    pick(&r, family, 8), 60 + draw(&r, 4), draw(&r, 30), pick(&r, street, 8), draw(&r, 4),
		    draw(&r, 4), draw(&r, 30), draw(&r, 9));
		world_rec(w, id, members);
	}
}

/* With nothing beside them, they are compared by their words. */
static void
add_texts(struct world *w)
{
	static const char *const word[] = { "hospital", "general", "clinic", "of", "north", "city", "west",
		"children" };
	struct random r = { 5 };
	char id[16], members[512];

	for (int i = 0; i < PEOPLE; i++) {
		snprintf(id, sizeof id, "%c:%02d", "xy"[draw(&r, 2)], i);
		snprintf(members, sizeof members, "'attributes':{'name':'%s town%c saint%c'}",
		    pick(&r, word, 8), 'a' + (int)draw(&r, 12), 'a' + (int)draw(&r, 12));
		world_rec(w, id, members);
	}
}

/* Names and identifiers weigh the most, and tip the scales. */
static void
random_model(struct model *m, const struct view *w, struct random *r)
{
	*m = (struct model){ .fields = w->fields, .classes = 3, .household = draw(r, 4) == 0,
	    .household_prior = -9000, .tf_floor = 1, .cap_free = 10000, .matches_per_record = 1 };
	for (unsigned c = 0; c < m->classes; c++)
		m->prior[c] = -(int32_t)draw(r, 2000);
	for (unsigned f = 0; f < w->fields; f++) {
		enum field_type t = w->field[f].type;
		int32_t range = t == FIELD_GIVEN || t == FIELD_FAMILY || t == FIELD_IDENTIFIER ?
		    24000 : 2000;

		m->field[f].parent = f > 0 && draw(r, 6) == 0 ? 0 : -1;
		m->field[f].levels = field_levels(w->field[f].type);
		for (unsigned l = 0; l < m->field[f].levels; l++) {
			struct model_level *level = &m->field[f].level[l];

			level->u = 1.0 / (2 + draw(r, 30));
			for (unsigned row = 0; row < MODEL_ROWS; row++) {
				level->weight[row] = (int32_t)draw(r, range) - range / 2;
				level->household[row] = (int32_t)draw(r, 9000) - 4000;
			}
		}
	}
}

struct tried {
	int32_t		least;
	unsigned long	given_up, wrong, same_house, other, other_weight, kept;
	bool		by_words;
};

/* A pair that was given up is of no interest, with and without an identifier of which a person has
 * one. */
static bool
of_interest(const struct scorer *s, const struct node_pair *pair, const struct comparison *c,
    int32_t least)
{
	int32_t w = score_comparison(s, pair->a, pair->b, c);

	if (w >= least)
		return true;
	for (unsigned f = 0; f < s->view->fields; f++)
		if (s->view->field[f].exclusive && pattern_level(c->pattern, f) != LEVEL_NULL &&
		    w - score_field(s, c, f) >= least)
			return true;
	return false;
}

static void
judge(struct tried *t, const struct scorer *s, const struct node_pair *pair,
    const struct comparison *c, bool live, int32_t weight)
{
	int place = s->view->of_type[FIELD_PLACE];
	struct comparison whole;
	unsigned level;

	compare_nodes(s->view, pair->a, pair->b, &whole);
	level = place < 0 ? LEVEL_NULL : pattern_level(whole.pattern, (unsigned)place);
	if (live) {
		t->kept++;
		t->other += c->pattern != whole.pattern;
		t->other_weight += weight != score_comparison(s, pair->a, pair->b, &whole);
		return;
	}
	t->given_up++;
	t->wrong += of_interest(s, pair, &whole, t->least);
	t->same_house += level != LEVEL_NULL && level >= SAME_HOUSE;
}

static void
try_pairs(struct tried *t, const struct scorer *s, const struct bound *b, uint32_t a)
{
	struct node_pair pair[COMPARE_MOST];
	struct comparison c[COMPARE_MOST];
	int32_t weight[COMPARE_MOST];

	for (uint32_t at = a + 1; at < s->view->nodes; at += COMPARE_MOST) {
		unsigned n = s->view->nodes - at < COMPARE_MOST ? s->view->nodes - at : COMPARE_MOST;
		uint32_t live;

		for (unsigned i = 0; i < n; i++)
			pair[i] = (struct node_pair){ a, at + i };
		live = compare_promising(s->view, b, pair, n, c);
		score_pairs(s, pair, c, live, weight);
		for (unsigned i = 0; i < n; i++)
			judge(t, s, &pair[i], &c[i], live >> i & 1, weight[i]);
	}
}

static void
try_model(struct tried *t, const struct view *w, struct random *r)
{
	struct scorer scorer;
	struct bound bound;
	struct model model;

	random_model(&model, w, r);
	scorer_make(&scorer, w, &model, 2);
	t->least = 8000 - (int32_t)draw(r, 24000);
	bound_make(&bound, &scorer, t->least, w->of_type[FIELD_PLACE], SAME_HOUSE);
	for (uint32_t a = 0; a < w->nodes; a++)
		try_pairs(t, &scorer, &bound, a);
	scorer_done(&scorer);
}

static void
try_world(struct tried *t, void (*add)(struct world *w), struct random *r)
{
	struct world world;
	struct view w = { 0 };

	world_open(&world);
	world.resolve.scored = true;
	add(&world);
	world_read(&world, 1);
	view_make(&w, world.store, world.rules, world.resolve.types, world.resolve.attributes, 1);
	for (unsigned f = 0; f < w.fields; f++)
		w.field[f].exclusive = w.field[f].type == FIELD_IDENTIFIER;
	t->by_words = w.of_type[FIELD_WORDS] >= 0;
	for (unsigned i = 0; i < MODELS; i++)
		try_model(t, &w, r);
	view_done(&w);
	world_close(&world);
}

int
main(void)
{
	struct random r = { 11 };
	struct tried people = { 0 }, texts = { 0 };

	try_world(&people, add_people, &r);
	ok(people.wrong == 0, "none of %lu pairs that were given up is of interest", people.given_up);
	ok(people.same_house == 0, "and none of them has one place");
	ok(people.other == 0 && people.other_weight == 0, "%lu others are what they are by themselves",
	    people.kept);
	ok(people.given_up > 10000 && people.kept > 10000, "there are enough of both");
	try_world(&texts, add_texts, &r);
	ok(texts.by_words && texts.wrong == 0, "nor is any of %lu of texts alone", texts.given_up);
	ok(texts.given_up > 10000 && texts.kept > 10000, "of which there are enough as well");
	return tap_done();
}

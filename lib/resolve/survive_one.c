/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/survive_one.c: fields that a person has one value of. */
#include "base/arena.h"
#include "base/map.h"
#include "normal/key.h"
#include "resolve/conflict.h"
#include "resolve/rules.h"
#include "resolve/strategy.h"
#include "resolve/survive_priv.h"
#include "resolve/usual.h"

/* What a value is chosen with. */
enum beside { BESIDE_NOTHING, BESIDE_FAMILY, BESIDE_PARTS };

static const struct chain chain_name = { .count = 6,
	.step = { STRATEGY_VALID, STRATEGY_VOTE, STRATEGY_LIKE_LATEST, STRATEGY_FREQUENCY,
	STRATEGY_USUAL, STRATEGY_COMPLETENESS } };
static const struct chain chain_text = { .count = 4,
	.step = { STRATEGY_VALID, STRATEGY_VOTE, STRATEGY_FREQUENCY, STRATEGY_COMPLETENESS } };
static const struct chain chain_person = { .count = 4,
	.step = { STRATEGY_VALID, STRATEGY_VOTE, STRATEGY_FREQUENCY, STRATEGY_RECENCY } };
static const struct chain chain_recency = { .count = 1, .step = { STRATEGY_RECENCY } };

/* A flag "field:why", "field.0:why" of the record says that the value is doubtful. */
static bool
doubtful(const struct record *r, struct span field)
{
	for (size_t i = 0; i < r->flags.n; i++)
		if (span_starts(r->flags.v[i], field) && r->flags.v[i].len > field.len &&
		    (r->flags.v[i].p[field.len] == ':' || r->flags.v[i].p[field.len] == '.'))
			return true;
	return false;
}

struct span
survive_one_key(struct survivor *v, enum one_field f, struct span value)
{
	if (f == ONE_GIVEN_NAME || f == ONE_MIDDLE_NAME || f == ONE_FAMILY_NAME || f == ONE_NAME) {
		struct span key = name_key(value, &v->arena);

		return key.p == NULL ? SPAN("") : key;
	}
	return value;
}

static uint8_t
validity(const struct survivor *v, const struct member *m, enum one_field f)
{
	struct date_parts parts;

	if (doubtful(&m->r, one_name(f)))
		return 0;
	if (f == ONE_GENDER)
		return span_is(m->r.one[f], "not_stated") ? 0 : 1;
	if (f != ONE_BIRTHDATE)
		return 1;
	if (!birthdate_key(m->r.one[f], &parts) || map_has(v->s->defaults, m->r.one[f]))
		return 0;
	return parts.year != 0 && parts.month != 0 && parts.mday != 0 ? 2 : 1;
}

static struct span
family_of(const struct survivor *v, const struct candidate *c)
{
	return v->members[c->member].r.one[ONE_FAMILY_NAME];
}

/* The key of a given name that is chosen together with the family name beside it. */
static struct span
pair_key(struct survivor *v, const struct candidate *c)
{
	buf_reset(&v->key);
	buf_add(&v->key, survive_one_key(v, ONE_GIVEN_NAME, c->value));
	buf_byte(&v->key, 0);
	buf_add(&v->key, survive_one_key(v, ONE_FAMILY_NAME, family_of(v, c)));
	return arena_copy(&v->arena, buf_span(&v->key));
}

/* Whether a name begins with an initial, "J" or "J P". */
static bool
initial(struct span key)
{
	return key.len > 0 && (key.len == 1 || key.p[1] == ' ');
}

static bool
initials(enum one_field f, struct span key)
{
	struct name_pair names;

	if (f != ONE_GIVEN_NAME && f != ONE_MIDDLE_NAME && f != ONE_FAMILY_NAME)
		return false;
	names = name_pair(key);
	return initial(names.given) || initial(names.family);
}

/* Key and validity of each. Most members agree to the byte, so that one serves them all; notes
 * may doubt what one of them says, and what is cut down to an initial says little. */
static void
compare_by(struct survivor *v, enum one_field f, bool pairs)
{
	bool noted = (v->noted & survive_letter(one_name(f))) != 0;

	for (size_t i = 0; i < v->listed; i++) {
		struct candidate *c = &v->list[i];
		size_t like = survive_earlier(v, i);

		c->valid = like < i && !noted ? v->list[like].valid :
		    validity(v, &v->members[c->member], f);
		if (like < i && (!pairs || span_equal(family_of(v, c), family_of(v, &v->list[like]))))
			c->key = v->list[like].key;
		else
			c->key = pairs ? pair_key(v, c) : survive_one_key(v, f, c->value);
		if (initials(f, c->key))
			c->valid = 0;
	}
}

/* Whether the record says what was chosen of the field before. */
static bool
says(struct survivor *v, const struct profile *p, const struct record *r, enum one_field f)
{
	struct span chosen = p->fields.one[f];

	if (chosen.p == NULL)
		return true;
	return r->one[f].p != NULL && (span_equal(r->one[f], chosen) ||
	    span_equal(survive_one_key(v, f, r->one[f]), survive_one_key(v, f, chosen)));
}

/* Whether the value stands for election: a given name beside a family name, where they are chosen
 * together; a full name of a record whose parts are those that were chosen, for a name that is
 * another than its parts is nobody's. */
static bool
stands(struct survivor *v, const struct profile *p, const struct record *r, enum one_field f,
    enum beside beside)
{
	if (r->one[f].p == NULL)
		return false;
	if (beside == BESIDE_FAMILY)
		return r->one[ONE_FAMILY_NAME].p != NULL;
	return beside == BESIDE_NOTHING ||
	    (says(v, p, r, ONE_GIVEN_NAME) && says(v, p, r, ONE_FAMILY_NAME));
}

static void
gather_one(struct survivor *v, const struct profile *p, enum one_field f, enum beside beside)
{
	v->listed = 0;
	for (size_t i = 0; i < v->count; i++) {
		const struct member *m = &v->members[i];

		if (stands(v, p, &m->r, f, beside) && !survive_erased(v, m, CLASS_ONE, f))
			survive_candidate(v, m, m->r.one[f], 0);
	}
	if (v->count > 1)
		compare_by(v, f, beside == BESIDE_FAMILY);
	else if (v->listed > 0 && v->s->rules->pin_count > 0)
		v->list[0].valid = validity(v, &v->members[0], f);
}

static const struct chain *
default_one(enum one_field f)
{
	if (f == ONE_BIRTHDATE || f == ONE_GENDER)
		return &chain_person;
	if (f == ONE_LOCALE || f == ONE_ZONEINFO)
		return &chain_recency;
	return f == ONE_GIVEN_NAME || f == ONE_FAMILY_NAME ? &chain_name : &chain_text;
}

static void
keep_one(struct survivor *v, struct profile *p, enum one_field f, const struct candidate *w,
    struct span rule)
{
	p->fields.one[f] = w->value;
	v->winner[f] = (int)w->member;
	survive_origin(v, one_name(f), 0, w, survive_record(v, w), rule);
	survive_carry(v, w->member, one_name(f), 0, SURVIVE_WHOLE);
}

/* Of the members that say the same name, the one that writes it best. */
static const struct member *
best_written(struct survivor *v, enum one_field f, const struct member *m)
{
	const struct member *best = m;
	struct span key = span_none();

	for (size_t i = 0; i < v->count; i++) {
		const struct member *x = v->rank[i];
		struct span value = x->r.one[f], now = best->r.one[f];

		if (value.p == NULL || span_equal(value, now) || survive_spelt_otherwise(value, now) ||
		    strategy_completeness(value) <= strategy_completeness(now))
			continue;
		if (key.p == NULL)
			key = survive_one_key(v, f, now);
		if (span_equal(survive_one_key(v, f, value), key))
			best = x;
	}
	return best;
}

static void
keep_best_written(struct survivor *v, struct profile *p, enum one_field f, const struct member *m,
    struct span rule)
{
	const struct member *best = v->count == 1 ? m : best_written(v, f, m);

	keep_one(v, p, f, &(struct candidate){ .value = best->r.one[f], .member = best->place },
	    best == m ? rule : strategy_name(STRATEGY_COMPLETENESS));
	v->winner[f] = (int)m->place;
}

/* The value of the record that another field came from. */
static bool
follow_group(struct survivor *v, struct profile *p, enum one_field f, struct span group, bool own)
{
	int lead = one_find(group);
	const struct member *m;

	if (lead < 0 || v->winner[lead] < 0)
		return false;
	m = &v->members[v->winner[lead]];
	if (m->r.one[f].p == NULL)
		return false;
	if (own)
		keep_best_written(v, p, f, m, strategy_name(STRATEGY_GROUP));
	else
		keep_one(v, p, f, &(struct candidate){ .value = m->r.one[f], .member = m->place },
		    strategy_name(STRATEGY_GROUP));
	return true;
}

/* Where all values are the same bytes and nothing but values decides, each step of a default chain
 * leaves all of them, and the record of the highest rank among those that have one is the origin. */
static bool
keep_agreed(struct survivor *v, struct profile *p, enum one_field f, const struct chain *chain,
    enum beside beside)
{
	const struct record *best = NULL;
	uint32_t member = 0;

	for (size_t i = 0; i < v->count; i++) {
		const struct record *r = &v->rank[i]->r;

		if (!stands(v, p, r, f, beside))
			continue;
		if (best == NULL) {
			best = r;
			member = v->rank[i]->place;
		} else if (!span_equal(r->one[f], best->one[f]) ||
		    (beside == BESIDE_FAMILY &&
		    !span_equal(r->one[ONE_FAMILY_NAME], best->one[ONE_FAMILY_NAME]))) {
			return false;
		}
	}
	if (best != NULL)
		keep_one(v, p, f, &(struct candidate){ .value = best->one[f], .member = member },
		    strategy_name(chain->step[0]));
	return best != NULL;
}

static bool
any_pair(const struct survivor *v)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->members[i].r.one[ONE_GIVEN_NAME].p != NULL &&
		    v->members[i].r.one[ONE_FAMILY_NAME].p != NULL)
			return true;
	return false;
}

/* Rules that choose one of the two by itself part them. */
static enum beside
beside_of(const struct survivor *v, enum one_field f, bool own)
{
	if (f == ONE_GIVEN_NAME && any_pair(v) && survive_chain(v, one_name(ONE_FAMILY_NAME), NULL) == NULL)
		return BESIDE_FAMILY;
	return f == ONE_NAME && own ? BESIDE_PARTS : BESIDE_NOTHING;
}

static void
choose_one(struct survivor *v, struct profile *p, enum one_field f)
{
	const struct chain *chain = survive_chain(v, one_name(f), default_one(f));
	bool own = chain == default_one(f), grouped = f == ONE_FAMILY_NAME && own;
	enum beside beside;
	bool pinned;
	struct choosing c = { v->s->rules, chain, v->s->as_of, f == ONE_GIVEN_NAME ? v->s->given : NULL,
	    f == ONE_GIVEN_NAME || f == ONE_FAMILY_NAME ? v->s->family : NULL };
	struct chosen chosen;

	v->listed = 0;
	pinned = survive_pin(v, one_name(f), chain);
	if (!pinned && chain_has(chain, STRATEGY_GROUP) && follow_group(v, p, f, chain->group, false))
		return;
	if (!pinned && grouped && follow_group(v, p, f, one_name(ONE_GIVEN_NAME), true))
		return;
	beside = beside_of(v, f, own);
	if (own && survive_bare(v, one_name(f)) && keep_agreed(v, p, f, chain, beside))
		return;
	gather_one(v, p, f, beside);
	survive_pin(v, one_name(f), chain);
	if (v->listed == 0)
		return;
	chosen = strategy_choose(&c, v->list, v->listed);
	if (chosen.thin)
		conflict_thin(v, one_name(f));
	if (chain == &chain_name && !v->list[0].pinned)
		keep_best_written(v, p, f, &v->members[v->list[0].member], chosen.rule);
	else
		keep_one(v, p, f, &v->list[0],
		    v->list[0].pinned ? strategy_name(STRATEGY_PINNED) : chosen.rule);
	if (pinned && own)
		v->winner[f] = -1;	/* the other name is not for its record to say */
}

/* Most fields are of no member; the rules may pin a value to any. */
void
survive_ones(struct survivor *v, struct profile *p)
{
	uint32_t fields = v->s->rules->pin_count > 0 ? UINT32_MAX : v->said;

	for (int f = 0; f < ONE_COUNT; f++)
		v->winner[f] = -1;
	for (int f = 0; f < ONE_COUNT; f++)
		if ((fields >> f & 1) != 0)
			choose_one(v, p, (enum one_field)f);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/sample_keys.c: the keys of millions of nodes under forty rules are not worked out to
 * look at one in a hundred. Each atom parts its keys into a few classes, and a rule of two atoms
 * looks at keys whose parts are of the same class, a rule of one at those of the first: that is one
 * in so many again, chosen without regard to what else is looked at (Carter and Wegman 1979, pairwise
 * independence), and it can be told from two bytes that stand in the cache. What is left of the
 * shift is decided by the key itself. */
#include "base/alloc.h"
#include "base/attr.h"
#include "base/pipeline.h"
#include "resolve/dict.h"
#include "resolve/sample_keys.h"

enum {
	TASK = 1 << 14,		/* nodes of one task: no thread waits long for the last one */
	SOME = 1 << 11,		/* nodes whose classes stand side by side, in the cache */
	CLASS_BITS = 4		/* a word of sixteen bits names all classes of a node */
};

/* ---- classes ---- */

/* Odd, and another one for each atom: two fields may hold the same values. */
static uint64_t
spread_of(uint64_t seed, struct pair_atom_of of)
{
	return key_join(seed, (uint64_t)of.atom << 32 | of.field) | 1;
}

static unsigned
class_of(const struct key_sample *s, unsigned atom, uint64_t key)
{
	return (unsigned)(key * s->spread[atom] >> 1 >> (63 - s->bits));
}

/* The classes of some keys, a bit each; 0 is no key. */
static uint16_t
classes_of(const struct key_sample *s, unsigned atom, const uint64_t *key, size_t count)
{
	unsigned classes = 0;

	for (size_t i = 0; i < count; i++)
		classes |= (unsigned)(key[i] != 0) << class_of(s, atom, key[i]);
	return (uint16_t)classes;
}

/* Values of the atom have keys of their own. */
static bool
has_table(const struct atom_keys *k)
{
	return k->key != NULL && (k->shape == KEY_OF_VALUE || k->shape == KEYS_OF_VALUE);
}

/* Of all values under one atom. No value, the first slot, has no class. */
static void
fill_classes(const struct key_sample *s, unsigned atom, size_t count)
{
	const struct atom_keys *k = &s->set->atoms.list[atom];
	size_t wide = s->wide[k->of.field];
	uint16_t *of = s->classes[k->of.field] + wide + s->place[atom];

	for (size_t i = 0; i < count; i++, of += wide)
		if (k->shape == KEY_OF_VALUE)
			*of = classes_of(s, atom, &k->key[i], 1);
		else
			*of = classes_of(s, atom, k->key + k->at[i], k->at[i + 1] - k->at[i]);
}

/* Of one field. What its atoms say of a value stands together: it is fetched from memory once. */
static void
make_classes(void *arg, unsigned field)
{
	struct key_sample *s = arg;
	const struct atoms *a = &s->set->atoms;
	const struct dict *d = a->view->values.facts->dict[a->view->field[field].kind];
	size_t count = d == NULL ? 0 : dict_count(d);

	for (unsigned i = 0; i < a->count; i++)
		if (a->list[i].of.field == field && has_table(&a->list[i]))
			s->place[i] = s->wide[field]++;
	if (s->wide[field] == 0)
		return;
	s->classes[field] = mem_zero((count + 1) * s->wide[field], sizeof *s->classes[field]);
	for (unsigned i = 0; i < a->count; i++)
		if (a->list[i].of.field == field && has_table(&a->list[i]))
			fill_classes(s, i, count);
}

static uint16_t
classes_of_node(const struct key_sample *s, unsigned atom, uint32_t node)
{
	UNCLEARED uint64_t key[ATOM_KEYS];
	unsigned count = atoms_keys(&s->set->atoms, atom, node, key);

	return classes_of(s, atom, key, count);
}

/* Of `count` nodes from `from` on. */
static void
find_classes(const struct key_sample *s, unsigned atom, uint32_t from, size_t count, uint16_t *of)
{
	const struct atoms *a = &s->set->atoms;
	const struct compared *node = a->view->node + from;
	unsigned field = a->list[atom].of.field;
	bool table = has_table(&a->list[atom]);
	const uint16_t *classes = table ? s->classes[field] + s->place[atom] : NULL;
	size_t wide = s->wide[field];

	for (size_t i = 0; i < count; i++) {
		uint32_t slot = node[i].slot[field];

		of[i] = !table || slot >= SLOT_SET ?
		    classes_of_node(s, atom, from + (uint32_t)i) : classes[slot * wide];
	}
}

/* ---- keys ---- */

/* The keys of one node under one rule. */
struct making {
	const struct key_sample	*s;
	const struct rule_atoms	*rule;
	uint64_t		 salt, mask;	/* of the keys whose classes agree those whose bits in
						 * the mask are as in the salt */
	const uint64_t		*list[RULE_ATOMS];
	unsigned		 count[RULE_ATOMS];
	uint32_t		 half[RULE_KEYS];
	unsigned		 halves;
};

static void
add_key(struct making *m, uint64_t key)
{
	if (((key ^ m->salt) & m->mask) != 0)
		return;
	for (unsigned i = 0; i < m->halves; i++)
		if (m->half[i] == key_half(key))
			return;
	m->half[m->halves++] = key_half(key);
}

/* The products of the keys from atom `a` of the rule on. */
static void
add_products(struct making *m, unsigned a, uint64_t joined, unsigned class)
{
	unsigned atoms = m->rule->count, width = rule_width(atoms);

	for (unsigned i = 0; i < m->count[a] && i < width; i++) {
		uint64_t key = m->list[a][i];
		unsigned of = class_of(m->s, m->rule->atom[a], key);

		if (a == 0 && atoms > 1)
			class = of;
		else if (a < 2 && of != class)
			continue;
		if (a + 1 == atoms)
			add_key(m, key_join(joined, key));
		else
			add_products(m, a + 1, key_join(joined, key), class);
	}
}

/* Most nodes have one key under each atom. The classes of the first two are known to agree then. */
static void
find_keys_of(struct making *m, uint32_t node)
{
	const struct atoms *a = &m->s->set->atoms;
	UNCLEARED uint64_t room[RULE_ATOMS][ATOM_KEYS];
	uint64_t joined = 0;
	bool several = false;

	m->halves = 0;
	for (unsigned i = 0; i < m->rule->count; i++) {
		int n = atoms_one(a, m->rule->atom[i], node, &room[i][0]);

		if (n == 0)
			return;
		several |= n < 0;
		joined = key_join(joined, room[i][0]);
	}
	if (!several) {
		add_key(m, joined);
		return;
	}
	for (unsigned i = 0; i < m->rule->count; i++)
		m->count[i] = atoms_list(a, m->rule->atom[i], node, room[i], &m->list[i]);
	add_products(m, 0, 0, 0);
}

/* What nodes need from memory comes while that of others is on its way. */
static void
find_keys(struct keyed_list *found, struct making *m, uint32_t from, const uint16_t *place,
    size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (unsigned a = 0; a < m->rule->count; a++)
			atoms_expect(&m->s->set->atoms, m->rule->atom[a], from + place[i]);
	for (size_t i = 0; i < count; i++) {
		find_keys_of(m, from + place[i]);
		for (unsigned k = 0; k < m->halves; k++) {
			found->list = mem_grow(found->list, found->count + 1, &found->cap,
			    sizeof *found->list);
			found->list[found->count++] = (struct keyed){ m->half[k], from + place[i] };
		}
	}
}

/* Rule by rule, so that what a rule is stays at hand: this is done for every node and rule. */
static void
sample_some(struct key_sample *s, struct keyed_list *found, uint32_t from, size_t count,
    uint16_t (*classes)[SOME])
{
	unsigned atoms = s->set->atoms.count;
	UNCLEARED uint16_t place[SOME];

	for (unsigned a = 0; a < atoms; a++)
		find_classes(s, a, from, count, classes[a]);
	for (unsigned r = 0; r < s->set->count; r++) {
		const struct rule_atoms *rule = &s->set->rule[r];
		const uint16_t *x = classes[rule->atom[0]];
		const uint16_t *y = classes[rule->count > 1 ? rule->atom[1] : atoms];
		struct making m = { .s = s, .rule = rule, .salt = key_spread(s->seed),
		    .mask = (UINT64_C(1) << (s->shift[r] - s->bits)) - 1 };
		size_t n = 0;

		for (size_t i = 0; i < count; i++) {
			place[n] = (uint16_t)i;
			n += (x[i] & y[i]) != 0;
		}
		find_keys(&found[r], &m, from, place, n);
	}
}

static void
sample_task(void *arg, unsigned task)
{
	struct key_sample *s = arg;
	uint32_t nodes = s->set->atoms.view->nodes, at = (uint32_t)task * TASK;
	uint32_t end = nodes - at < TASK ? nodes : at + TASK;
	unsigned atoms = s->set->atoms.count;
	uint16_t (*classes)[SOME] = mem_alloc((atoms + 1) * sizeof *classes);

	for (size_t i = 0; i < SOME; i++)
		classes[atoms][i] = 1;		/* what the only atom of a rule must have */
	for (; at < end; at += SOME)
		sample_some(s, s->found[task], at, end - at < SOME ? end - at : SOME, classes);
	mem_free(classes);
}

/* ---- all of it ---- */

/* As many as the rule that looks at the most of its keys leaves. */
static unsigned
bits_of(const struct key_sample *s)
{
	unsigned bits = CLASS_BITS;

	for (unsigned r = 0; r < s->set->count; r++)
		bits = s->shift[r] < bits ? s->shift[r] : bits;
	return bits;
}

void
key_sample_find(struct key_sample *s, unsigned threads)
{
	const struct atoms *a = &s->set->atoms;
	size_t nodes = a->view->nodes;

	s->bits = bits_of(s);
	for (unsigned i = 0; i < a->count; i++)
		s->spread[i] = spread_of(s->seed, a->list[i].of);
	s->tasks = (unsigned)((nodes + TASK - 1) / TASK);
	s->found = mem_zero((size_t)s->tasks + 1, sizeof *s->found);
	parallel_each(threads, a->view->fields, make_classes, s);
	parallel_each(threads, s->tasks, sample_task, s);
	for (unsigned f = 0; f < FIELDS_MAX; f++)
		mem_free(s->classes[f]);
}

struct keyed_list
key_sample_take(struct key_sample *s, unsigned rule)
{
	struct keyed_list all = { 0 };

	for (unsigned t = 0; t < s->tasks; t++)
		all.cap += s->found[t][rule].count;
	all.list = mem_alloc((all.cap + 1) * sizeof *all.list);
	for (unsigned t = 0; t < s->tasks; t++) {
		struct keyed_list *f = &s->found[t][rule];

		if (f->count > 0)
			memcpy(all.list + all.count, f->list, f->count * sizeof *f->list);
		all.count += f->count;
		mem_free(f->list);
	}
	return all;
}

void
key_sample_done(struct key_sample *s)
{
	mem_free(s->found);
	*s = (struct key_sample){ 0 };
}

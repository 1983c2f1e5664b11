/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/streets.c: counts the words of streets by the records that live there. */
#include "base/alloc.h"
#include "base/hash.h"
#include "resolve/streets.h"

struct word {
	uint64_t	hash;		/* 0: a free place */
	uint64_t	holders;
};

struct counter {
	struct word	*slot;
	size_t		 size, used;	/* size: a power of 2, at least a third more than used */
};

static struct word *
find(const struct counter *c, uint64_t hash)
{
	size_t at = hash & (c->size - 1);

	while (c->slot[at].hash != 0 && c->slot[at].hash != hash)
		at = (at + 1) & (c->size - 1);
	return &c->slot[at];
}

static void
grow(struct counter *c)
{
	struct counter old = *c;

	c->size = old.size == 0 ? 1024 : old.size * 2;
	c->slot = mem_zero(c->size, sizeof *c->slot);
	for (size_t i = 0; i < old.size; i++)
		if (old.slot[i].hash != 0)
			*find(c, old.slot[i].hash) = old.slot[i];
	mem_free(old.slot);
}

static void
count(struct counter *c, uint64_t hash, uint32_t holders)
{
	struct word *w;

	if (c->used * 4 >= c->size * 3)
		grow(c);
	w = find(c, hash);
	if (w->hash == 0) {
		w->hash = hash;
		c->used++;
	}
	w->holders += holders;
}

static uint64_t
word_hash(struct span word)
{
	uint64_t h = hash64(word, 0);

	return h == 0 ? 1 : h;
}

static void
count_street(struct counter *c, const struct values *v, uint32_t street)
{
	struct span rest = values_part(v, street), word;

	while (span_split(&rest, ' ', &word))
		if (word.len > 0)
			count(c, word_hash(word), v->part_present[street]);
}

static uint64_t
rarest(const struct counter *c, const struct values *v, uint32_t street)
{
	struct span rest = values_part(v, street), word;
	const struct word *best = NULL;

	while (span_split(&rest, ' ', &word)) {
		const struct word *w = word.len == 0 ? best : find(c, word_hash(word));

		if (best == NULL || w->holders < best->holders ||
		    (w->holders == best->holders && w->hash < best->hash))
			best = w;
	}
	return best == NULL ? 0 : best->hash;
}

void
streets_make(struct streets *s, const struct values *v, uint32_t places)
{
	struct counter c = { 0 };

	s->count = 0;
	for (uint32_t i = 0; i < places; i++)
		if (v->place[i].street != VALUE_NONE && v->place[i].street >= s->count)
			s->count = v->place[i].street + 1;
	s->key = mem_zero((size_t)s->count + 1, sizeof *s->key);
	for (uint32_t i = 0; i < places; i++) {
		uint32_t street = v->place[i].street;

		if (street != VALUE_NONE && s->key[street]++ == 0)
			count_street(&c, v, street);
	}
	for (uint32_t i = 0; i < s->count; i++)
		if (s->key[i] != 0)
			s->key[i] = rarest(&c, v, i);
	mem_free(c.slot);
}

void
streets_done(struct streets *s)
{
	mem_free(s->key);
	*s = (struct streets){ 0 };
}

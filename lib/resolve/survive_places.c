/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/survive_places.c: which addresses of a person are one: a part of another, or another
 * form of it. */
#include "base/arena.h"
#include "normal/ascii.h"
#include "normal/key.h"
#include "resolve/similar.h"
#include "resolve/strategy.h"
#include "resolve/survive_priv.h"

enum {
	LESSER_MOST = 256,	/* addresses of which those are left out that say less than another */
	FORMS_MOST = 16,	/* of which those are joined that are forms of one */
	ALIKE = 800		/* Jaro-Winkler of two streets, per mille, as for names */
};

const struct address *
survive_address(const struct survivor *v, const struct candidate *c)
{
	return &v->members[c->member].r.addresses[c->index];
}

bool
survive_same_part(struct survivor *v, int part, struct span a, struct span b)
{
	if (span_equal(a, b))
		return true;
	if (survive_spelt_otherwise(a, b))
		return false;
	if (part == PART_POSTAL_CODE)
		return span_equal(postcode_key(a, &v->arena), postcode_key(b, &v->arena));
	return span_equal(text_fold(a, &v->arena), text_fold(b, &v->arena));
}

/* The parts that an address has, a bit each. */
static unsigned
parts_of(const struct address *a)
{
	unsigned parts = 0;

	for (int i = 0; i < PART_COUNT; i++)
		parts |= (unsigned)(a->part[i].p != NULL) << i;
	return parts;
}

static bool
says_less(struct survivor *v, const struct address *a, const struct address *than)
{
	unsigned has = parts_of(a), more = parts_of(than);

	if (has == more || (has & ~more) != 0)
		return false;
	for (int i = 0; i < PART_COUNT; i++)
		if ((has >> i & 1) != 0 && !survive_same_part(v, i, a->part[i], than->part[i]))
			return false;
	return true;
}

/* A town and a postcode are no address of their own beside one with a street in them. Who has more
 * addresses than that is no person. */
void
survive_leave_lesser(struct survivor *v)
{
	size_t kept = 0;
	bool lesser[LESSER_MOST] = { false };

	if (v->listed > LESSER_MOST)
		return;
	for (size_t i = 0; i < v->listed; i++)
		for (size_t k = 0; k < v->listed && !lesser[i]; k++)
			lesser[i] = says_less(v, survive_address(v, &v->list[i]), survive_address(v, &v->list[k]));
	for (size_t i = 0; i < v->listed; i++)
		if (!lesser[i])
			v->list[kept++] = v->list[i];
	v->listed = kept;
}

/* ---- forms of one address ---- */

static bool
both_say(struct survivor *v, int part, const struct address *a, const struct address *b)
{
	return a->part[part].p != NULL && b->part[part].p != NULL &&
	    survive_same_part(v, part, a->part[part], b->part[part]);
}

/* Whether two texts have the same numbers: a house beside another is none of its forms. */
static bool
same_numbers(struct span a, struct span b)
{
	size_t i = 0, k = 0;

	for (;;) {
		while (i < a.len && !ascii_digit((unsigned char)a.p[i]))
			i++;
		while (k < b.len && !ascii_digit((unsigned char)b.p[k]))
			k++;
		if (i == a.len || k == b.len)
			return i == a.len && k == b.len;
		while (i < a.len && k < b.len && ascii_digit((unsigned char)a.p[i]) && a.p[i] == b.p[k]) {
			i++;
			k++;
		}
		if ((i < a.len && ascii_digit((unsigned char)a.p[i])) ||
		    (k < b.len && ascii_digit((unsigned char)b.p[k])))
			return false;
	}
}

/* Letters only: numbers that are the same anyway would make any two streets alike. */
static struct span
letters(struct survivor *v, struct span street)
{
	struct span folded = text_fold(street, &v->arena);
	char *out = arena_alloc(&v->arena, folded.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < folded.len; i++)
		if (!ascii_digit((unsigned char)folded.p[i]) && folded.p[i] != ' ')
			out[n++] = folded.p[i];
	return span_make(out, n);
}

size_t
survive_agreement(struct survivor *v, const struct address *a, const struct address *b)
{
	size_t parts = 0;

	for (int i = 0; i < PART_COUNT; i++)
		parts += both_say(v, i, a, b);
	return parts;
}

static bool
are_forms(struct survivor *v, const struct address *a, const struct address *b)
{
	struct span x = a->part[PART_STREET_ADDRESS], y = b->part[PART_STREET_ADDRESS];
	bool equal = span_equal(x, y);

	if (x.p == NULL || y.p == NULL || !(equal || same_numbers(x, y)) ||
	    !span_equal(a->part[PART_COUNTRY], b->part[PART_COUNTRY]) ||
	    !(both_say(v, PART_POSTAL_CODE, a, b) || both_say(v, PART_LOCALITY, a, b)))
		return false;
	return equal || similar_jw_at_least(letters(v, x), letters(v, y), ALIKE);
}

static bool
is_same(struct survivor *v, const struct address *a, const struct address *b)
{
	for (int i = 0; i < PART_COUNT; i++)
		if (!survive_same_part(v, i, a->part[i], b->part[i]))
			return false;
	return true;
}

static struct span
street_of(const struct survivor *v, size_t i)
{
	return survive_address(v, &v->list[i])->part[PART_STREET_ADDRESS];
}

/* Of the candidates of one group the place of that with which most of all agree; then the
 * fuller street, for others are cut short; then the one of the highest rank. */
static size_t
best_form(struct survivor *v, const uint8_t *group, size_t first)
{
	size_t best = first, most = 0, others = 0;
	int64_t full = 0;

	for (size_t i = first + 1; i < v->listed; i++)
		others += group[i] == first && !span_equal(street_of(v, i), street_of(v, first));
	if (others == 0)
		return first;
	for (size_t i = first; i < v->listed; i++) {
		const struct address *own = survive_address(v, &v->list[i]);
		size_t say = 0;
		int64_t own_full;

		if (group[i] != first)
			continue;
		for (size_t k = 0; k < v->listed; k++)
			say += survive_agreement(v, own, survive_address(v, &v->list[k]));
		own_full = strategy_completeness(own->part[PART_STREET_ADDRESS]);
		if (say > most || (say == most && own_full > full)) {
			best = i;
			most = say;
			full = own_full;
		}
	}
	return best;
}

/* Each address once, in the place of the form that comes first. */
static void
join_forms(struct survivor *v)
{
	uint8_t group[FORMS_MOST];
	struct candidate *joined = arena_alloc(&v->arena, v->listed * sizeof *joined);
	size_t n = 0;

	for (size_t i = 0; i < v->listed; i++) {
		const struct address *own = survive_address(v, &v->list[i]);

		group[i] = (uint8_t)i;
		for (size_t k = 0; k < i && group[i] == i; k++)
			if (group[k] == k && are_forms(v, survive_address(v, &v->list[k]), own))
				group[i] = (uint8_t)k;
	}
	for (size_t i = 0; i < v->listed; i++) {
		size_t best = group[i] == i ? best_form(v, group, i) : 0;

		if (group[i] == i)
			joined[n++] = v->list[best];
		for (size_t k = i; k < v->listed && group[i] == i; k++)
			if (k != best && group[k] == i && is_same(v, survive_address(v, &v->list[best]),
			    survive_address(v, &v->list[k])))
				joined[n++] = v->list[k];
	}
	memcpy(v->list, joined, n * sizeof *joined);
	v->listed = n;
}

void
survive_join_addresses(struct survivor *v)
{
	bool differ = false;

	for (size_t i = 1; i < v->listed && !differ; i++)
		differ = !span_equal(street_of(v, 0), street_of(v, i));
	if (!differ || v->listed > FORMS_MOST)
		return;
	join_forms(v);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/survive_places.c: which addresses of a person are one: a part of another, or another
 * form of it. */
#include "base/arena.h"
#include "base/ascii.h"
#include "normal/key.h"
#include "resolve/similar.h"
#include "resolve/strategy.h"
#include "resolve/survive_priv.h"

enum {
	FORMS_MOST = 16,	/* addresses of which those are joined that are forms of one */
	ALIKE = 800,		/* Jaro-Winkler of two streets, per mille, as for names */
	NUMBERS = 8		/* bytes of a key: one for each part and one more, a word */
};

const struct address *
survive_address(const struct survivor *v, const struct candidate *c)
{
	return &v->members[c->member].r.addresses[c->index];
}

/* ---- what parts say ---- */

/* One of the texts of a part, folded when that is asked for. */
struct part_text {
	struct span	text, folded;
	bool		ready;
};

static struct span
folded(struct survivor *v, int part, struct part_text *x)
{
	if (!x->ready)
		x->folded = part == PART_POSTAL_CODE ? postcode_key(x->text, &v->arena) :
		    text_fold(x->text, &v->arena);
	x->ready = true;
	return x->folded;
}

static bool
same_text(struct survivor *v, int part, struct part_text *a, struct part_text *b)
{
	if (span_equal(a->text, b->text))
		return true;
	if (survive_spelt_otherwise(a->text, b->text))
		return false;
	return span_equal(folded(v, part, a), folded(v, part, b));
}

/* Texts of a part that say the same have one number. What is not there says as much as what holds no
 * letter or digit. */
void
survive_number_addresses(struct survivor *v, struct candidate *list, size_t n)
{
	struct part_text *text = arena_alloc(&v->arena, n * sizeof *text);
	uint8_t *number = arena_zero(&v->arena, n, NUMBERS);

	for (int part = 0; part < PART_COUNT; part++)
		for (size_t i = 0, texts = 0; i < n; i++) {
			struct part_text own = { .text = survive_address(v, &list[i])->part[part] };
			size_t k = 0;

			while (k < texts && !same_text(v, part, &text[k], &own))
				k++;
			if (k == texts)
				text[texts++] = own;
			number[i * NUMBERS + (size_t)part] = (uint8_t)k;
		}
	for (size_t i = 0; i < n; i++)
		list[i].key = span_make((const char *)&number[i * NUMBERS], NUMBERS);
}

bool
survive_one_address(const struct survivor *v)
{
	const struct address *first = survive_address(v, &v->list[0]);

	for (size_t i = 1; i < v->listed; i++) {
		const struct address *own = survive_address(v, &v->list[i]);

		for (int part = 0; part < PART_COUNT; part++)
			if (!span_equal(own->part[part], first->part[part]) ||
			    (own->part[part].p == NULL) != (first->part[part].p == NULL))
				return false;
	}
	return true;
}

static bool
both_say(const struct survivor *v, int part, const struct candidate *a, const struct candidate *b)
{
	return a->key.p[part] == b->key.p[part] && survive_address(v, a)->part[part].p != NULL &&
	    survive_address(v, b)->part[part].p != NULL;
}

size_t
survive_agreement(const struct survivor *v, const struct candidate *a, const struct candidate *b)
{
	size_t parts = 0;

	for (int i = 0; i < PART_COUNT; i++)
		parts += both_say(v, i, a, b);
	return parts;
}

/* ---- parts of another address ---- */

/* The parts that an address has, a bit each. */
static unsigned
parts_of(const struct address *a)
{
	unsigned parts = 0;

	for (int i = 0; i < PART_COUNT; i++)
		parts |= (unsigned)(a->part[i].p != NULL) << i;
	return parts;
}

/* Two say the same in each of these parts. */
static bool
same_parts(const struct candidate *a, const struct candidate *b, unsigned parts)
{
	for (; parts != 0; parts &= parts - 1)
		if (a->key.p[__builtin_ctz(parts)] != b->key.p[__builtin_ctz(parts)])
			return false;
	return true;
}

/* A town and a postcode are no address of their own beside one with a street in them. */
void
survive_leave_lesser(struct survivor *v)
{
	size_t kept = 0;
	unsigned has[SURVIVE_NUMBERED];
	bool lesser[SURVIVE_NUMBERED];

	for (size_t i = 0; i < v->listed; i++)
		has[i] = parts_of(survive_address(v, &v->list[i]));
	for (size_t i = 0; i < v->listed; i++) {
		lesser[i] = false;
		for (size_t k = 0; k < v->listed && !lesser[i]; k++)
			lesser[i] = has[i] != has[k] && (has[i] & ~has[k]) == 0 &&
			    same_parts(&v->list[i], &v->list[k], has[i]);
	}
	for (size_t i = 0; i < v->listed; i++)
		if (!lesser[i])
			v->list[kept++] = v->list[i];
	v->listed = kept;
}

/* ---- forms of one address ---- */

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

static struct span
street_of(const struct survivor *v, size_t i)
{
	return survive_address(v, &v->list[i])->part[PART_STREET_ADDRESS];
}

/* Letters only: numbers that are the same anyway would make any two streets alike. Of each street once. */
static struct span
letters(struct survivor *v, size_t i, struct span known[FORMS_MOST])
{
	struct span text;
	char *out;
	size_t n = 0;

	if (known[i].p != NULL)
		return known[i];
	text = text_fold(street_of(v, i), &v->arena);
	out = arena_alloc(&v->arena, text.len + 1);
	for (size_t k = 0; k < text.len; k++)
		if (!ascii_digit((unsigned char)text.p[k]) && text.p[k] != ' ')
			out[n++] = text.p[k];
	known[i] = span_make(out, n);
	return known[i];
}

static bool
are_forms(struct survivor *v, size_t i, size_t k, struct span known[FORMS_MOST])
{
	const struct candidate *a = &v->list[i], *b = &v->list[k];
	struct span x = street_of(v, i), y = street_of(v, k);
	bool equal = span_equal(x, y);

	if (x.p == NULL || y.p == NULL || !(equal || same_numbers(x, y)) ||
	    !span_equal(survive_address(v, a)->part[PART_COUNTRY],
	    survive_address(v, b)->part[PART_COUNTRY]) ||
	    !(both_say(v, PART_POSTAL_CODE, a, b) || both_say(v, PART_LOCALITY, a, b)))
		return false;
	return equal || similar_jw_at_least(letters(v, i, known), letters(v, k, known), ALIKE);
}

/* Of the candidates of one group the place of that with which most of all agree; then the
 * fuller street, for others are cut short; then the one of the highest rank. */
static size_t
best_form(const struct survivor *v, const uint8_t *group, size_t first)
{
	size_t best = first, most = 0, others = 0;
	int64_t full = 0;

	for (size_t i = first + 1; i < v->listed; i++)
		others += group[i] == first && !span_equal(street_of(v, i), street_of(v, first));
	if (others == 0)
		return first;
	for (size_t i = first; i < v->listed; i++) {
		size_t say = 0;
		int64_t own_full;

		if (group[i] != first)
			continue;
		for (size_t k = 0; k < v->listed; k++)
			say += survive_agreement(v, &v->list[i], &v->list[k]);
		own_full = strategy_completeness(street_of(v, i));
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
	struct span known[FORMS_MOST] = { { NULL, 0 } };
	struct candidate *joined = arena_alloc(&v->arena, v->listed * sizeof *joined);
	size_t n = 0;

	for (size_t i = 0; i < v->listed; i++) {
		group[i] = (uint8_t)i;
		for (size_t k = 0; k < i && group[i] == i; k++)
			if (group[k] == k && are_forms(v, k, i, known))
				group[i] = (uint8_t)k;
	}
	for (size_t i = 0; i < v->listed; i++) {
		size_t best = group[i] == i ? best_form(v, group, i) : 0;

		if (group[i] == i)
			joined[n++] = v->list[best];
		for (size_t k = i; k < v->listed && group[i] == i; k++)
			if (k != best && group[k] == i && span_equal(v->list[best].key, v->list[k].key))
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

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/synth_errors_test.c: two records of one person agree as often as they do in public
 * data sets, and a preset without errors has none. */
#include "synth_case.h"
#include "tap.h"

enum { PEOPLE = 40000, RECORDS = 4 };
enum field { GIVEN, FAMILY, BIRTHDATE, PHONE, EMAIL, ADDRESS, FIELDS };

struct counts {
	uint64_t	both[FIELDS], equal[FIELDS], pairs, all_equal;
};

static void
values_of(const struct row *r, struct text v[FIELDS])
{
	row_given(r, &v[GIVEN]);
	v[FAMILY] = r->family;
	v[BIRTHDATE] = r->birthdate;
	v[PHONE] = r->phone;
	v[EMAIL] = r->email;
	v[ADDRESS] = r->street;
	if (r->street.len > 0)
		text_add(&v[ADDRESS], text_span(&r->place.postcode));
}

static bool
same(const struct text *a, const struct text *b)
{
	return a->len == b->len && memcmp(a->p, b->p, a->len) == 0;
}

/* Whatever a record says: the fields above, and what it has beside them. */
static bool
all_same(const struct row *a, const struct row *b, struct text va[FIELDS], struct text vb[FIELDS])
{
	for (int f = 0; f < FIELDS; f++)
		if (!same(&va[f], &vb[f]))
			return false;
	return same(&a->loyalty, &b->loyalty) && same(&a->device, &b->device) &&
	    same(&a->handle, &b->handle) && same(&a->suffix, &b->suffix) &&
	    a->gender == b->gender && a->town == b->town && a->has_locale == b->has_locale;
}

static void
compare(const struct row *a, const struct row *b, struct counts *c)
{
	struct text va[FIELDS], vb[FIELDS];

	values_of(a, va);
	values_of(b, vb);
	for (int f = 0; f < FIELDS; f++) {
		c->both[f] += va[f].len > 0 && vb[f].len > 0;
		c->equal[f] += va[f].len > 0 && same(&va[f], &vb[f]);
	}
	c->pairs++;
	c->all_equal += all_same(a, b, va, vb);
}

static void
visit(void *arg, const struct world *w, const struct home *h, const struct person *people)
{
	const struct row_rates rates = { 30000, 0 };
	struct row rows[RECORDS];

	for (uint32_t i = 0; i < h->size; i++) {
		struct known known;

		known_begin(&known, &people[i]);
		for (uint32_t n = 0; n < RECORDS; n++)
			row_make(w, &rates, &people[i], n, &known, &rows[n]);
		for (uint32_t n = 0; n < RECORDS; n++)
			for (uint32_t k = 0; k < n; k++)
				compare(&rows[n], &rows[k], arg);
	}
}

static struct counts
measure(const char *preset)
{
	struct world w = case_world(preset, LOCALES, 16);
	struct counts c = { .pairs = 0 };

	case_each_home(&w, PEOPLE, visit, &c);
	case_done(&w);
	return c;
}

static double
agreement(const struct counts *c, enum field f)
{
	return (double)c->equal[f] / (double)c->both[f];
}

static void
count_collisions(void *arg, const struct world *w, const struct home *h,
    const struct person *people)
{
	const struct row_rates rates = { 0, 10 };
	uint64_t *other = arg;
	struct known known;
	struct row r;

	for (uint32_t i = 0; i < h->size; i++) {
		known_begin(&known, &people[i]);
		row_make(w, &rates, &people[i], 0, &known, &r);
		other[0] += r.email.len > 0;
		other[1] += r.email.len > 0 && (hash64(text_span(&r.email), 0) & 1023) != 0;
	}
}

static void
mailboxes_collide(void)
{
	struct world w = case_world("retail", LOCALES, 12);
	uint64_t n[2] = { 0, 0 };

	case_each_home(&w, 2000, count_collisions, n);
	case_done(&w);
	ok(n[0] > 1000 && n[1] == 0, "the hashes of %llu mailboxes agree in ten bits",
	    (unsigned long long)n[0]);
}

int
main(void)
{
	static const struct {
		const char	*name;
		enum field	 field;
		double		 wanted, apart;
	} targets[] = {
		{ "given name", GIVEN, 0.68, 0.02 },
		{ "family name", FAMILY, 0.71, 0.02 },
		{ "birth date", BIRTHDATE, 0.93, 0.015 },
		{ "phone number", PHONE, 0.86, 0.015 },
		{ "address", ADDRESS, 0.63, 0.02 },
	};
	struct counts retail = measure("retail"), hard = measure("hard"), clean = measure("clean");
	double all = (double)retail.all_equal / (double)retail.pairs;

	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		double a = agreement(&retail, targets[i].field);

		ok(a > targets[i].wanted - targets[i].apart && a < targets[i].wanted + targets[i].apart,
		    "the %s agrees exactly in %.3f of the true pairs, wanted %.2f", targets[i].name, a,
		    targets[i].wanted);
		ok(agreement(&hard, targets[i].field) < a, "and less often in hard");
	}
	ok(all > 0.005 && all < 0.02, "everything agrees in %.4f of the true pairs, wanted 0.01", all);
	for (int f = 0; f < FIELDS; f++)
		ok(clean.both[f] > 0 && clean.equal[f] == clean.both[f], "field %d: clean is clean", f);
	mailboxes_collide();
	return tap_done();
}

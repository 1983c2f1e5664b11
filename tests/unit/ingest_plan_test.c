/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/ingest_plan_test.c: mapping × header. */
#include "ingest/plan.h"
#include "ingest_case.h"
#include "tap.h"

#include <stdlib.h>

enum { COLUMNS = 8, TRIALS = 500, SEED = 13 };

static const char members[] = "\"key\":{\"column\":\"id\"},\"columns\":{\"id\":\"drop\","
    "\"mail\":\"email\",\"land\":\"address.0.country\",\"zip\":\"address.0.postal_code\","
    "\"seen\":\"observed_at\",\"born\":\"birthdate\","
    "\"ok\":{\"consent\":[{\"purpose\":\"news\",\"polarity\":\"true_is_yes\"}]}}";
static const char *const names[COLUMNS] = { "id", "mail", "land", "zip", "seen", "born", "ok",
    "More: things" };

static struct plan *
plan_of(const struct mapping *m, const char *const *header, size_t count, size_t *faults)
{
	static struct span spans[64];
	struct faults list = { 0 };
	struct plan *p;

	for (size_t i = 0; i < count; i++)
		spans[i] = span_from(header[i]);
	p = plan_new(m, spans, count, false, &list);
	*faults = list.count;
	faults_done(&list);
	return p;
}

static size_t
place(const struct plan *p, const char *path)
{
	for (size_t i = 0; i < p->op_count; i++)
		if (span_is(p->ops[i].rule.target.path, path))
			return i;
	return SIZE_MAX;
}

static void
order(void)
{
	size_t faults;
	struct mapping *m = case_mapping(members, &faults);
	struct plan *p = plan_of(m, names, COLUMNS, &faults);

	ok(faults == 0 && p->op_count == 6, "one op a column that goes somewhere");
	ok(place(p, "observed_at") == 0, "the time comes first");
	ok(place(p, "address.0.country") == 1, "then the country");
	ok(place(p, "address.0.postal_code") != SIZE_MAX && place(p, "email") != SIZE_MAX,
	    "then the rest");
	ok(place(p, "attributes.more_things") != SIZE_MAX, "a column without a mapping is kept");
	ok(p->key_count == 1 && p->key_columns[0] == 0 && p->consent_count == 1 &&
	    p->consents[0].column == 6, "key and consent");
	ok(p->dropped_count == 2 && p->unmapped_count == 1, "what is dropped, what is not mapped");
	plan_free(p);
	mapping_free(m);
	plan_free(NULL);
}

/* Columns in another order: the same work in the same order, on other columns. */
static void
shuffled(void)
{
	size_t faults;
	struct mapping *m = case_mapping(members, &faults);
	struct plan *first = plan_of(m, names, COLUMNS, &faults);
	bool same = true;

	srand(SEED);
	for (int t = 0; t < TRIALS; t++) {
		const char *header[COLUMNS];
		struct plan *p;

		memcpy(header, names, sizeof header);
		for (size_t i = COLUMNS - 1; i > 0; i--) {
			size_t j = (size_t)rand() % (i + 1);
			const char *swap = header[i];

			header[i] = header[j];
			header[j] = swap;
		}
		p = plan_of(m, header, COLUMNS, &faults);
		same &= faults == 0 && p->op_count == first->op_count;
		for (size_t i = 0; same && i < p->op_count; i++)
			same &= span_equal(p->ops[i].rule.target.path, first->ops[i].rule.target.path) &&
			    span_equal(p->header[p->ops[i].column], first->header[first->ops[i].column]);
		plan_free(p);
	}
	ok(same, "the order of columns changes no work (%d trials, seed %d)", TRIALS, SEED);
	plan_free(first);
	mapping_free(m);
}

static void
missing(void)
{
	size_t faults;
	struct mapping *m = case_mapping(members, &faults);
	bool each = true;

	for (size_t leave = 0; leave < COLUMNS - 1; leave++) {
		const char *header[COLUMNS];
		size_t n = 0;

		for (size_t i = 0; i < COLUMNS; i++)
			if (i != leave)
				header[n++] = names[i];
		plan_free(plan_of(m, header, n, &faults));
		each &= faults == (leave == 0 ? 2 : 1);		/* a column, and the key */
	}
	ok(each, "each column that is missing is one fault, the key one more");
	mapping_free(m);
}

static void
unmapped(void)
{
	static const char *const header[] = { "id", "Größe", "grosse", "GROSSE!", "password", "a.b" };
	size_t faults;
	struct mapping *m = case_mapping("\"key\":{\"column\":\"id\"},\"columns\":{\"id\":\"email\"}",
	    &faults);
	struct plan *p = plan_of(m, header, 6, &faults);

	ok(place(p, "attributes.grosse") != SIZE_MAX && place(p, "attributes.grosse_2") != SIZE_MAX &&
	    place(p, "attributes.grosse_3") != SIZE_MAX, "equal names get numbers");
	ok(place(p, "attributes.password") == SIZE_MAX && p->dropped_count == 1,
	    "a credential is dropped whatever the rule");
	ok(place(p, "attributes.a_b") != SIZE_MAX, "borders of names stay");
	plan_free(p);
	mapping_free(m);
}

static void
groups(void)
{
	static const char *const header[] = { "id", "Tel", "Tel 1", "Tel 3", "Type 3", "City 2" };
	size_t faults;
	struct mapping *m = case_mapping("\"key\":{\"column\":\"id\"},\"columns\":{\"id\":\"drop\"},"
	    "\"groups\":[{\"columns\":{\"value\":\"Tel {n}\",\"label\":\"Type {n}\"},"
	    "\"to\":\"phone_number\"},{\"columns\":{\"locality\":\"City {n}\"},\"to\":\"address\"}]",
	    &faults);
	struct plan *p = plan_of(m, header, 6, &faults);
	size_t phones = 0, labels = 0;

	for (size_t i = 0; i < p->op_count; i++) {
		phones += span_is(p->ops[i].rule.target.path, "phone_number");
		labels += p->ops[i].label_column == 4;
	}
	ok(phones == 3 && labels == 1, "a group takes the numbers that are there");
	ok(p->op_count == 4 && p->ops[3].rule.target.kind == TARGET_ADDRESS &&
	    p->ops[3].rule.target.number == 1, "the second address");
	ok(p->unmapped_count == 0, "columns of groups and their labels are mapped");
	plan_free(p);
	mapping_free(m);
}

int
main(void)
{
	order();
	shuffled();
	missing();
	unmapped();
	groups();
	return tap_done();
}

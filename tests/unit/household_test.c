/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/household_test.c: who lives with whom. Each record is a profile, unless a test says
 * that two are one. */
#include "base/alloc.h"
#include "resolve/household.h"
#include "resolve/view.h"
#include "resolve_case.h"
#include "tap.h"

enum { RECORDS_MOST = 64 };

struct homes {
	struct world		 world;
	struct view		 view;
	struct clusters		 clusters;
	struct households	 found;
	uint32_t		 cluster[RECORDS_MOST];
	uint32_t		 records;
};

static void
begin(struct homes *h)
{
	*h = (struct homes){ .records = 0 };
	world_open(&h->world);
	h->world.resolve.scored = true;
}

/* A record of source s with a family name, an address, and more members. */
static void
add(struct homes *h, const char *family, const char *street, const char *postcode,
    const char *more)
{
	char id[16];
	struct buf members = { 0 };

	snprintf(id, sizeof id, "s:%02u", h->records);
	buf_print(&members, "'family_name':'%s','address':[{'street_address':'%s','locality':'Ulm'",
	    family, street);
	if (postcode[0] != '\0')
		buf_print(&members, ",'postal_code':'%s'", postcode);
	buf_print(&members, ",'country':'DE'}]%s%s", more[0] == '\0' ? "" : ",", more);
	buf_byte(&members, 0);
	world_rec(&h->world, id, members.p);
	buf_done(&members);
	h->cluster[h->records] = h->records;
	h->records++;
}

static void
read_all(struct homes *h)
{
	world_read(&h->world, 1);
	view_make(&h->view, h->world.store, h->world.rules, h->world.resolve.types,
	    h->world.resolve.attributes, 2);
}

static void
run(struct homes *h, unsigned threads)
{
	struct household_options o = { HOUSEHOLD_FAMILIES, threads };
	struct error e = { 0 };

	clusters_done(&h->clusters);
	households_done(&h->found);
	if (clusters_build(&h->clusters, h->world.store, h->cluster, h->world.rules, NULL, 1, &e) < 0)
		abort();
	households_find(&h->found, &h->view, &h->clusters, h->world.rules, &o);
}

/* The leading record of each record's household, or "-": "0 0 -". */
static void
are(struct homes *h, const char *want, const char *what)
{
	struct buf got = { 0 };

	run(h, 2);
	for (uint32_t i = 0; i < h->records; i++) {
		uint32_t lead = h->found.lead[h->cluster[i]];

		buf_text(&got, i == 0 ? "" : " ");
		if (lead == HOUSEHOLD_NONE)
			buf_byte(&got, '-');
		else
			buf_print(&got, "%u", lead);
	}
	is_text(got.p, got.len, want, what);
	buf_done(&got);
}

static void
end(struct homes *h)
{
	clusters_done(&h->clusters);
	households_done(&h->found);
	view_done(&h->view);
	world_close(&h->world);
}

static void
one_house(void)
{
	struct homes h;

	begin(&h);
	add(&h, "Maier", "Rosenweg 4", "89073", "");
	add(&h, "Maier", "Rosenweg 4", "89073", "");
	add(&h, "Berger", "Rosenweg 4", "89073", "");
	add(&h, "Maier", "Rosenweg 5", "89073", "");
	add(&h, "Maier", "Tulpenweg 4", "89073", "");
	add(&h, "Maier", "Rosenwegg 4", "89073", "");
	add(&h, "Maier", "Rosenweg 4", "", "");
	read_all(&h);
	are(&h, "0 0 0 - - 0 0", "one door is one household, whatever the names");
	ok(h.found.count == 1 && h.found.profiles == 5, "which is counted");
	end(&h);
}

static void
times(void)
{
	struct homes h;

	begin(&h);
	add(&h, "Maier", "Rosenweg 4", "89073", "'observed_at':'2020-01-01T00:00:00Z'");
	add(&h, "Maier", "Rosenweg 4", "89073", "'observed_at':'2019-06-01T00:00:00Z'");
	add(&h, "Berger", "Rosenweg 4", "89073", "'observed_at':'2022-01-01T00:00:00Z'");
	add(&h, "Berger", "Rosenweg 4", "89073", "'observed_at':'2022-05-01T00:00:00Z'");
	add(&h, "Huber", "Tulpenweg 9", "89073", "");
	read_all(&h);
	are(&h, "1 1 2 2 -", "who came later did not live with who was there before");
	end(&h);
}

/* Records 0 and 1 are one person, who moved from one house to another. */
static void
moved(void)
{
	struct homes h;

	begin(&h);
	add(&h, "Maier", "Rosenweg 4", "89073", "'observed_at':'2020-01-01T00:00:00Z'");
	add(&h, "Maier", "Gartenstr. 8", "89075", "'observed_at':'2024-01-01T00:00:00Z'");
	add(&h, "Maier", "Rosenweg 4", "89073", "'observed_at':'2020-02-01T00:00:00Z'");
	add(&h, "Maier", "Rosenweg 4", "89073", "'observed_at':'2020-03-01T00:00:00Z'");
	add(&h, "Berger", "Gartenstr. 8", "89075", "'observed_at':'2024-02-01T00:00:00Z'");
	h.cluster[1] = 0;
	read_all(&h);
	are(&h, "0 0 2 2 0", "a profile is in the household where it was seen last");
	end(&h);
	begin(&h);
	add(&h, "Maier", "Rosenweg 4", "89073", "'phone_number':['+497315550100']");
	add(&h, "Maier", "Gartenstr. 8", "89075", "");
	add(&h, "Maier", "Rosenweg 4", "89073", "'phone_number':['+497315550100']");
	add(&h, "Berger", "Gartenstr. 8", "89075", "");
	add(&h, "Berger", "Gartenstr. 8", "89075", "'phone_number':['+497315550199']");
	h.cluster[1] = 0;
	read_all(&h);
	are(&h, "0 0 0 3 3", "or, without times, with whom it shares a phone");
	end(&h);
}

static void
institution(void)
{
	struct homes h;
	uint32_t place;

	begin(&h);
	for (int i = 0; i < 13; i++) {
		char family[16];

		snprintf(family, sizeof family, "Name%c", 'a' + i);
		add(&h, family, "Hauptstr. 1", i < 2 ? "" : "89073", "");
	}
	read_all(&h);
	are(&h, "- - - - - - - - - - - - -", "too many families are no household");
	ok(h.found.institutions == 1, "which is counted");
	place = h.view.node[0].slot[h.view.of_type[FIELD_PLACE]] - 1;
	h.view.values.place[place].unit = h.view.values.place[place].house;
	are(&h, "0 0 - - - - - - - - - - -", "but one flat of the house is");
	end(&h);
}

/* Record 2 names no flat; 0, 1 and 3, 4 are two flats. */
static void
flats(void)
{
	static const uint32_t unit_of[] = { 1, 1, 0, 2, 2 };
	struct homes h;
	int place;

	begin(&h);
	add(&h, "Maier", "Rosenweg 4 a", "89073", "");
	add(&h, "Maier", "Rosenweg 4 b", "89073", "");
	add(&h, "Huber", "Rosenweg 4 c", "89073", "'phone_number':['+497315550100']");
	add(&h, "Berger", "Rosenweg 4 d", "89073", "'phone_number':['+497315550100']");
	add(&h, "Berger", "Rosenweg 4 e", "89073", "");
	read_all(&h);
	place = h.view.of_type[FIELD_PLACE];
	for (uint32_t i = 0; i < 5; i++) {
		struct place_row *row = &h.view.values.place[h.view.node[i].slot[place] - 1];
		const struct place_row *first = &h.view.values.place[h.view.node[0].slot[place] - 1];

		row->street = first->street;
		row->house = row->home = row->street;
		row->unit = unit_of[i] == 0 ? VALUE_NONE : unit_of[i];
	}
	are(&h, "0 0 2 2 2", "who names no flat goes where most is shared, and joins no flats");
	end(&h);
}

static void
by_profile(const struct homes *h)
{
	uint32_t *lead = households_by_profile(&h->found, &h->clusters);
	bool good = true;

	for (size_t i = 0; i < h->clusters.count; i++) {
		uint32_t want = h->found.lead[h->clusters.list[i].leader];

		good &= lead[i] == HOUSEHOLD_NONE ? want == HOUSEHOLD_NONE :
		    h->clusters.list[lead[i]].leader == want;
	}
	ok(good, "each profile finds the one that leads its household");
	mem_free(lead);
}

static void
leaders(void)
{
	struct homes h;

	begin(&h);
	add(&h, "Maier", "Rosenweg 4", "89073", "'observed_at':'2024-03-01T00:00:00Z'");
	add(&h, "Maier", "Rosenweg 4", "89073", "'observed_at':'2024-01-01T00:00:00Z'");
	add(&h, "Maier", "Rosenweg 4", "89073",
	    "'observed_at':'2023-02-01T00:00:00Z','attributes':{'organization':'Maier GmbH'}");
	add(&h, "Huber", "Tulpenweg 9", "89073", "");
	read_all(&h);
	are(&h, "1 1 - -", "the profile seen first leads; a company lives nowhere");
	run(&h, 1);
	ok(h.found.lead[0] == 1, "on one thread too");
	by_profile(&h);
	end(&h);
}

static void
nothing(void)
{
	struct homes h;

	begin(&h);
	add(&h, "Maier", "", "", "");
	add(&h, "Maier", "", "", "");
	read_all(&h);
	are(&h, "- -", "without streets there are no households");
	end(&h);
}

int
main(void)
{
	one_house();
	times();
	moved();
	institution();
	flats();
	leaders();
	nothing();
	return tap_done();
}

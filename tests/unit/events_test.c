/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/events_test.c: an earlier run against this one: events, redirects, and which ids
 * overlap mode keeps. */
#include "resolve/events.h"
#include "resolve_case.h"
#include "tap.h"

static struct world w;
static struct resolve_events life;
static struct buf previous;

/* A profile of the run before. An id may be "=RECORD": the one that this leader gives. */
static void
was(const char *id, const char *first_seen, const char *members)
{
	char made[PROFILE_ID_LEN + 1];

	if (id[0] == '=')
		profile_id(made, span_from(id + 1), NULL, 0);
	buf_print(&previous, "{\"kind\":\"profile\",\"id\":\"%s\",\"first_seen\":\"%s\",\"members\":[",
	    id[0] == '=' ? made : id, first_seen);
	for (; *members != '\0'; members++)
		buf_byte(&previous, *members == '\'' ? '"' : *members);
	buf_text(&previous, "]}\n");
}

static void
now(const char *id, const char *mailbox, int year)
{
	char members[128];

	snprintf(members, sizeof members, "'email':['%s@example.com'],'observed_at':'%d-01-01'", mailbox,
	    year);
	world_rec(&w, id, members);
}

static int
find(bool overlap, const char *redirects, struct error *e)
{
	char path[] = "/tmp/resolve-test-XXXXXX";
	struct events_options o = { .previous = path, .redirects = redirects, .overlap = overlap,
	    .threads = 2 };
	int r;

	world_read(&w, 2);
	world_file(path, buf_span(&previous));
	if (resolve_join(&w.resolve, e) < 0)
		abort();
	r = events_find(&life, &w.resolve, &o, e);
	unlink(path);
	return r;
}

static void
begin(void)
{
	world_open(&w);
}

static void
end(void)
{
	events_done(&life);
	world_close(&w);
	buf_done(&previous);
}

/* The id of the profile that a record is in now. */
static const char *
id_of(const char *record)
{
	uint32_t i = world_find(&w, record);

	for (size_t c = 0; c < w.resolve.clusters.count; c++) {
		const struct cluster *x = &w.resolve.clusters.list[c];

		for (uint32_t m = 0; m < x->count; m++)
			if (w.resolve.clusters.members[x->at + m] == i)
				return x->id;
	}
	abort();
}

static bool
is_id(const char *record, const char *leader, unsigned generation)
{
	char id[PROFILE_ID_LEN + 1];

	profile_id(id, span_from(leader), NULL, generation);
	return strcmp(id, id_of(record)) == 0;
}

static const struct event *
event(enum event_kind kind, const char *leader)
{
	char id[PROFILE_ID_LEN + 1];

	profile_id(id, span_from(leader), NULL, 0);
	for (size_t i = 0; i < life.count; i++)
		if (life.list[i].kind == kind && span_is(life.list[i].profile, id))
			return &life.list[i];
	return NULL;
}

static bool
sorted(void)
{
	for (size_t i = 1; i < life.count; i++) {
		const struct event *a = &life.list[i - 1], *b = &life.list[i];
		int r = span_cmp(a->profile, b->profile);

		if (r > 0 || (r == 0 && a->kind > b->kind) ||
		    (r == 0 && a->kind == b->kind && span_cmp(a->record, b->record) >= 0))
			return false;
	}
	return true;
}

static void
all_kinds(void)
{
	struct error e = { 0 };

	begin();
	was("=a:1", "2010-01-01", "'a:1','a:2'");	/* takes b:1 and a new record */
	was("=b:1", "2011-01-01", "'b:1'");
	was("=c:1", "2012-01-01", "'c:1','c:2'");	/* falls apart */
	was("=d:1", "2013-01-01", "'d:1','d:2'");	/* its leader is erased */
	was("=e:1", "2014-01-01", "'e:1'");		/* stays */
	now("a:1", "a", 2010), now("a:2", "a", 2011), now("a:3", "a", 2020);
	now("b:1", "a", 2011);
	now("c:1", "c", 2012), now("c:2", "x", 2013);
	now("d:2", "d", 2014);
	now("e:1", "e", 2014);
	ok(find(false, NULL, &e) == 0, "the earlier run is read");
	ok(sorted(), "events are in the order of profile, kind and record");
	ok(event(EVENT_GREW, "a:1") != NULL && event(EVENT_GREW, "a:1")->count == 2, "a profile grew by two");
	ok(event(EVENT_MERGED, "b:1") != NULL &&
	    span_is(event(EVENT_MERGED, "b:1")->list[0], id_of("a:1")), "one was merged into it");
	ok(event(EVENT_SPLIT, "c:1") != NULL && event(EVENT_SPLIT, "c:1")->count == 2, "one was split");
	ok(event(EVENT_CREATED, "c:2") != NULL && !event(EVENT_CREATED, "c:2")->revived,
	    "its part is new");
	ok(event(EVENT_RETIRED, "b:1")->count == 1 && event(EVENT_RETIRED, "d:1")->count == 0,
	    "a retired id leads on, that of an erased leader nowhere");
	ok(event(EVENT_RETIRED, "c:1") == NULL && event(EVENT_CREATED, "e:1") == NULL &&
	    event(EVENT_GREW, "e:1") == NULL, "what stays has no event");
	ok(life.redirect_count == 2, "the table has those that are gone");
	end();
}

static void
broken(void)
{
	struct error e = { 0 };

	begin();
	was("=a:1", "2010-01-01", "'a:1'");
	was("=b:1", "2010-01-01", "'a:1'");
	now("a:1", "a", 2010);
	ok(find(false, NULL, &e) < 0 && e.status == STATUS_INPUT && strcmp(e.code, "E_PREVIOUS") == 0,
	    "a record in two earlier profiles is a fault of the input");
	end();
}

static void
kept(void)
{
	struct error e = { 0 };

	begin();
	was("=a:1", "2010-01-01", "'a:1','a:2','a:3'");
	was("=b:1", "2009-01-01", "'b:1','b:2'");
	was("=c:1", "2008-01-01", "'c:1'");
	was("=d:1", "2007-01-01", "'d:1'");
	now("a:1", "new", 2010);			/* alone now */
	now("a:2", "big", 2011), now("a:3", "big", 2012);
	now("b:1", "big", 2009);			/* one of two went there */
	now("b:2", "b", 2013);
	now("c:1", "even", 2014), now("d:1", "even", 2015);
	ok(find(true, NULL, &e) == 0, "ids are kept by shared records");
	ok(is_id("a:2", "a:1", 0), "most shared records decide, wherever the leader is");
	ok(is_id("b:2", "b:1", 0), "then the rest of the other has its id");
	ok(is_id("a:1", "a:1", 1), "a leader whose id is taken makes another one");
	ok(is_id("c:1", "d:1", 0), "of two that share as much the older id is kept");
	ok(event(EVENT_RETIRED, "c:1") != NULL && event(EVENT_RETIRED, "c:1")->count == 1,
	    "and the other leads to it");
	end();
}

static void
table(void)
{
	char path[] = "/tmp/resolve-test-XXXXXX", id[3][PROFILE_ID_LEN + 1];
	struct buf text = { 0 }, out = { 0 };
	struct error e = { 0 };

	profile_id(id[0], SPAN("b:1"), NULL, 0);
	profile_id(id[1], SPAN("a:1"), NULL, 0);
	profile_id(id[2], SPAN("z:1"), NULL, 0);
	begin();
	buf_print(&text, "%s\t%s\n%s\t%s\n", id[2], id[0], id[1], id[0]);
	world_file(path, buf_span(&text));
	was("=b:1", "2010-01-01", "'b:1'");
	was("=a:2", "2010-01-01", "'a:2'");
	now("a:1", "a", 2009), now("b:1", "a", 2010), now("a:2", "y", 2010);
	ok(find(false, path, &e) == 0, "the table is read");
	redirects_write(&life, &out);
	buf_reset(&text);
	buf_print(&text, "%s\t%s\n", strcmp(id[0], id[2]) < 0 ? id[0] : id[2], id[1]);
	buf_print(&text, "%s\t%s\n", strcmp(id[0], id[2]) < 0 ? id[2] : id[0], id[1]);
	ok(span_equal(buf_span(&out), buf_span(&text)), "no chain, no living id, in the order of ids");
	ok(event(EVENT_CREATED, "a:1") != NULL && event(EVENT_CREATED, "a:1")->revived,
	    "an id of the table that lives again is revived");
	unlink(path);
	buf_done(&text);
	buf_done(&out);
	end();
}

int
main(void)
{
	all_kinds();
	broken();
	kept();
	table();
	return tap_done();
}

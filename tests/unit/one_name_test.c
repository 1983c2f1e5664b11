/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/one_name_test.c: names that are written together here and apart there. */
#include "base/buf.h"
#include "resolve/facts.h"
#include "resolve/one_name.h"
#include "resolve_case.h"
#include "tap.h"

static void
record(struct world *w, const char *id, const char *given, const char *family)
{
	char members[128];

	snprintf(members, sizeof members, "'given_name':'%s','family_name':'%s'", given, family);
	world_rec(w, id, members);
}

static bool
same(const struct world *w, enum fact_kind kind, const char *a, const char *b)
{
	return facts_find(rec_row(w->store, world_find(w, a)), kind) ==
	    facts_find(rec_row(w->store, world_find(w, b)), kind);
}

static bool
is_called(const struct world *w, enum fact_kind kind, const char *id, const char *name)
{
	return span_is(facts_text(&w->store->facts,
	    facts_find(rec_row(w->store, world_find(w, id)), kind)), name);
}

static bool
reads(enum fact_kind kind, const char *name, const char *letters)
{
	struct buf out = { 0 };
	bool same;

	one_name_letters(&out, kind, span_from(name));
	same = span_is(buf_span(&out), letters);
	buf_done(&out);
	return same;
}

int
main(void)
{
	struct world w;

	world_open(&w);
	record(&w, "a:1", "Jin-dong", "Mc Donald");
	record(&w, "a:2", "Jindong", "McDonald");
	record(&w, "a:3", "Jin Dong", "MacDonald");
	record(&w, "a:4", "Ann A.", "O Brien");
	record(&w, "a:5", "Anna", "O’Brien");
	record(&w, "a:6", "Mary Ann", "McDonald");
	record(&w, "a:7", "Mar Yann", "Silva F.");
	record(&w, "a:8", "Mary-Ann", "Silvaf");
	record(&w, "a:9", "Al", "Dong");
	world_read(&w, 1);
	one_name_unite(w.store);
	ok(same(&w, FACT_GIVEN, "a:1", "a:2") && same(&w, FACT_GIVEN, "a:2", "a:3"),
	    "a given name with a hyphen, a blank and nothing between its words is one");
	ok(is_called(&w, FACT_GIVEN, "a:2", "jin dong"), "it is read as most write it");
	ok(same(&w, FACT_FAMILY, "a:1", "a:2") && is_called(&w, FACT_FAMILY, "a:1", "mcdonald"),
	    "so is a family name, which most write together");
	ok(!same(&w, FACT_FAMILY, "a:2", "a:3"), "another letter makes another name");
	ok(!same(&w, FACT_GIVEN, "a:4", "a:5"), "an initial is no part of the name before it");
	ok(same(&w, FACT_FAMILY, "a:4", "a:5"), "in front of a family name a letter is");
	ok(!same(&w, FACT_FAMILY, "a:7", "a:8"), "and behind it is none");
	ok(same(&w, FACT_GIVEN, "a:6", "a:7") && is_called(&w, FACT_GIVEN, "a:7", "mary ann"),
	    "one blank at the wrong place does not matter");
	ok(is_called(&w, FACT_GIVEN, "a:9", "al") && is_called(&w, FACT_FAMILY, "a:9", "dong"), "other names stay");
	ok(reads(FACT_GIVEN, "jin dong", "jindong") && reads(FACT_GIVEN, "ann a", "ann a") &&
	    reads(FACT_FAMILY, "o brien", "obrien") && reads(FACT_LOCALITY, "new york", "new york"),
	    "the letters of a name are its spellings'");
	world_close(&w);
	return tap_done();
}

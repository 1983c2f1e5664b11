/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/merge_test.c: clusters of components small enough to see. */
#include "tap.h"
#include "merge_case.h"
#include "resolve/fx.h"

static void
nothing(void)
{
	struct scene s;

	scene_open(&s);
	scene_records(&s, 3);
	scene_read(&s, NULL, 0);
	scene_run(&s);
	scene_clusters(&s, "0 1 2", "without edges everybody is alone");
	scene_edge(&s, 0, 2, SCENE_LINK - 1);
	scene_run(&s);
	scene_clusters(&s, "0 1 2", "an edge below the link threshold is none");
	ok(s.merged.scored == 0, "and nothing was scored");
	scene_close(&s);
}

static void
chain(void)
{
	struct scene s;

	scene_open(&s);
	scene_records(&s, 3);
	scene_read(&s, NULL, 0);
	scene_edge(&s, 0, 1, 9000);
	scene_edge(&s, 1, 2, 2000);
	scene_run(&s);
	scene_clusters(&s, "0 0 2", "a pair that nobody saw speaks against a chain");
	scene_refused(&s, "1-2 average", "which is told with its reason");
	ok(s.merged.refused[0].average == -4000 && s.merged.refused[0].weight == 2000 &&
	    s.merged.refused[0].size_a == 2 && s.merged.refused[0].size_b == 1,
	    "the average of both cross pairs, and the sizes");
	ok(s.merged.scored == 1, "the one pair without an edge was scored, once");
	scene_pair(&s, 0, 2, -8000);
	scene_run(&s);
	scene_clusters(&s, "0 0 0", "at the least average they are one");
	scene_ties(&s, "0-1 scored, 1-2 scored", "with the ties that were made");
	ok(s.merged.ties[1].average == -3000 && s.merged.ties[1].weight == 2000,
	    "each with its average and its weight");
	scene_pair(&s, 0, 2, -8001);
	scene_run(&s);
	scene_clusters(&s, "0 0 2", "a fraction below it they are not");
	s.options.components = true;
	scene_run(&s);
	scene_clusters(&s, "0 0 0", "components look at no average");
	scene_close(&s);
}

/* 0-1 and 2-3 are pairs; 1-2 is refused until 4 has joined 2 and 3. */
static void
retry(void)
{
	struct scene s;

	scene_open(&s);
	scene_records(&s, 5);
	scene_read(&s, NULL, 0);
	scene_edge(&s, 0, 1, 9000);
	scene_edge(&s, 2, 3, 8000);
	scene_edge(&s, 1, 2, 7000);
	scene_pair(&s, 0, 2, -6000);
	scene_pair(&s, 0, 3, -7000);
	scene_pair(&s, 1, 3, -7000);
	scene_edge(&s, 3, 4, 6000);
	scene_pair(&s, 2, 4, 6000);
	scene_pair(&s, 0, 4, -1000);
	scene_pair(&s, 1, 4, -1000);
	scene_run(&s);
	scene_clusters(&s, "0 0 0 0 0", "a refused pair is tried again when one of them has grown");
	scene_refused(&s, "", "and is no refusal in the end");
	scene_close(&s);
}

static void
clamp(void)
{
	struct scene s;

	scene_open(&s);
	scene_records(&s, 3);
	scene_read(&s, NULL, 0);
	scene_edge(&s, 0, 1, 40000);
	scene_edge(&s, 1, 2, 30000);
	scene_pair(&s, 0, 2, -22000);
	scene_run(&s);
	scene_clusters(&s, "0 0 0", "no pair speaks louder than 15 bits, against");
	scene_pair(&s, 0, 1, -22000);
	s.edges[0].weight = 1000;
	s.edge_count = 0;
	scene_edge(&s, 0, 1, 40000);
	scene_edge(&s, 1, 2, 12000);
	scene_pair(&s, 0, 2, -20000);
	scene_run(&s);
	scene_clusters(&s, "0 0 0", "nor for");
	ok(s.merged.ties[1].average == -1500, "the average is that of the clamped weights");
	scene_close(&s);
}

static void
best_link(void)
{
	struct scene s;

	scene_open(&s);
	scene_records(&s, 4);
	scene_read(&s, NULL, 0);
	scene_edge(&s, 0, 1, 9000);
	scene_edge(&s, 1, 2, 5000);
	scene_edge(&s, 2, 3, 7000);
	s.options.best_link = true;
	scene_run(&s);
	scene_clusters(&s, "0 0 2 2", "an edge that is the best of neither end is not used");
	scene_close(&s);
}

/* Two records with an edge and these members stay apart for the reason, or do not. */
static void
constrained(const char *a, const char *b, const char *want, const char *what)
{
	struct scene s;

	scene_open(&s);
	scene_record(&s, a);
	scene_record(&s, b);
	scene_read(&s, NULL, 0);
	s.options.birthdate = true;
	scene_edge(&s, 0, 1, 12000);
	scene_run(&s);
	scene_refused(&s, want, what);
	ok((s.merged.cluster[1] == 1) == (want[0] != '\0'), "and the clusters say the same");
	scene_close(&s);
}

static void
constraints(void)
{
	struct source_rule clean = { .name = SPAN("s"), .clean = true };
	struct scene s;

	constrained("'identifiers':{'br_cpf':['52998224725']}",
	    "'identifiers':{'br_cpf':['11144477735']}", "0-1 exclusive", "two tax numbers");
	constrained("'attributes':{'name_suffix':'Jr'}", "'attributes':{'name_suffix':'Sr'}",
	    "0-1 suffix", "junior and senior");
	constrained("'attributes':{'party_type':'person'}",
	    "'attributes':{'party_type':'organization'}", "0-1 party", "a person and a company");
	constrained("'birthdate':'1955-03-02'", "'birthdate':'1980-11-21'", "0-1 birthdate",
	    "birth dates, where they forbid");
	constrained("'birthdate':'1955-03-02'", "'birthdate':'1955-03-02'", "",
	    "nothing to clash");
	scene_open(&s);
	scene_record(&s, "'birthdate':'1955-03-02'");
	scene_record(&s, "'birthdate':'1980-11-21'");
	s.world.rules->sources = &clean;
	scene_read(&s, NULL, 0);
	scene_edge(&s, 0, 1, 12000);
	scene_run(&s);
	scene_clusters(&s, "0 0", "birth dates that differ forbid nothing by themselves");
	s.world.rules->source_count = 1;
	scene_run(&s);
	scene_refused(&s, "0-1 clean_source", "a clean source holds nobody twice");
	s.world.rules->sources = NULL;
	s.world.rules->source_count = 0;
	scene_close(&s);
}

static void
soft(void)
{
	struct scene s;

	scene_open(&s);
	for (int i = 0; i < 3; i++)
		scene_record(&s, "'identifiers':{'br_cpf':['52998224725']}");
	scene_record(&s, "'identifiers':{'br_cpf':['11144477735']}");
	scene_read(&s, NULL, 0);
	scene_edge(&s, 0, 1, 12000);
	scene_edge(&s, 0, 2, 12000);
	scene_edge(&s, 1, 2, 12000);
	scene_edge(&s, 2, 3, 13000);
	scene_pair(&s, 0, 3, 5000);
	scene_pair(&s, 1, 3, 5000);
	scene_run(&s);
	scene_clusters(&s, "0 0 0 0", "one tax number gives way when three agree, in a second try");
	ok(s.merged.demoted == 1, "which is counted");
	s.options.soft_exclusive = false;
	scene_run(&s);
	scene_clusters(&s, "0 0 0 3", "unless nothing gives way");
	scene_close(&s);
}

static void
demands(void)
{
	struct scene s;

	scene_open(&s);
	scene_records(&s, 6);
	scene_read(&s, NULL, 0);
	scene_edge(&s, 0, 1, 9000);
	scene_edge(&s, 2, 3, 9000);
	scene_demand(&s, DEMAND_DIFFERENT, 1, 0);
	scene_demand(&s, DEMAND_SAME, 4, 2);
	scene_demand(&s, DEMAND_FORCED, 4, 5);
	scene_run(&s);
	scene_clusters(&s, "0 1 2 3 2 2", "what is demanded holds whatever the weights say");
	scene_ties(&s, "2-4 steward, 4-5 exact", "and is told as what it is");
	scene_refused(&s, "0-1 different, 2-3 average", "a link against a verdict is refused");
	scene_demand(&s, DEMAND_SAME, 0, 2);
	scene_demand(&s, DEMAND_SAME, 1, 2);
	scene_run(&s);
	scene_clusters(&s, "0 1 0 3 0 0", "of demands that contradict each other one is not met");
	scene_refused(&s, "1-2 different, 2-3 average", "and told");
	ok(s.merged.refused[0].by == TIE_STEWARD && s.merged.refused[0].weight == TIE_DEMANDED,
	    "as a demand");
	scene_close(&s);
}

static void
demand_against_constraint(void)
{
	struct scene s;

	scene_open(&s);
	scene_record(&s, "'identifiers':{'br_cpf':['52998224725']}");
	scene_record(&s, "");
	scene_record(&s, "'identifiers':{'br_cpf':['11144477735']}");
	scene_read(&s, NULL, 0);
	scene_demand(&s, DEMAND_SAME, 0, 1);
	scene_demand(&s, DEMAND_SAME, 1, 2);
	scene_run(&s);
	scene_clusters(&s, "0 0 2", "demands that chain two tax numbers end at the second");
	scene_refused(&s, "1-2 exclusive", "with the reason");
	scene_close(&s);
}

/* Two squares with all their edges, and one edge between them. */
static void
bridge(void)
{
	struct scene s;

	scene_open(&s);
	scene_records(&s, 8);
	scene_read(&s, NULL, 0);
	for (uint32_t a = 0; a < 8; a++)
		for (uint32_t b = a + 1; b < 8; b++) {
			if (a / 4 == b / 4)
				scene_edge(&s, a, b, 9000);
			else
				scene_pair(&s, a, b, -2000);
		}
	scene_edge(&s, 3, 4, 3999);
	scene_run(&s);
	scene_clusters(&s, "0 0 0 0 4 4 4 4", "a weak bridge is cut");
	scene_refused(&s, "3-4 bridge", "and told");
	ok(s.merged.bridges == 1 && s.merged.tie_count == 6, "its tie is none");
	s.edges[--s.edge_count].weight = 4000;
	scene_edge(&s, 3, 4, 4000);
	scene_run(&s);
	scene_clusters(&s, "0 0 0 0 0 0 0 0", "a strong one holds");
	s.edges[--s.edge_count].weight = 3999;
	scene_edge(&s, 3, 4, 3999);
	scene_pair(&s, 0, 7, 500);
	scene_run(&s);
	scene_clusters(&s, "0 0 0 0 0 0 0 0", "a second edge, found while scoring, is no bridge");
	scene_pair(&s, 0, 7, -2000);
	scene_demand(&s, DEMAND_SAME, 0, 7);
	scene_run(&s);
	scene_clusters(&s, "0 0 0 0 0 0 0 0", "nor is there one beside a demand");
	scene_close(&s);
}

/* The smallest cluster that can have one. */
static void
small_bridge(void)
{
	struct scene s;

	scene_open(&s);
	scene_records(&s, 4);
	scene_read(&s, NULL, 0);
	scene_edge(&s, 0, 1, 9000);
	scene_edge(&s, 1, 2, 3999);
	scene_edge(&s, 2, 3, 9000);
	scene_pair(&s, 0, 2, -2000);
	scene_pair(&s, 0, 3, -2000);
	scene_pair(&s, 1, 3, -2000);
	scene_run(&s);
	scene_clusters(&s, "0 0 2 2", "a weak bridge between two and two is cut");
	s.edges[1].weight = 4000;
	scene_pair(&s, 1, 2, 4000);
	scene_run(&s);
	scene_clusters(&s, "0 0 0 0", "a strong one holds");
	scene_close(&s);
}

/* One record that hangs on a cluster by a weak edge is not cut off. */
static void
leaf(void)
{
	struct scene s;

	scene_open(&s);
	scene_records(&s, 4);
	scene_read(&s, NULL, 0);
	scene_edge(&s, 0, 1, 9000);
	scene_edge(&s, 0, 2, 9000);
	scene_edge(&s, 1, 2, 9000);
	scene_edge(&s, 2, 3, 1000);
	scene_pair(&s, 0, 3, -1000);
	scene_pair(&s, 1, 3, -1000);
	scene_run(&s);
	scene_clusters(&s, "0 0 0 0", "a bridge to one record alone stays");
	scene_close(&s);
}

/* Two cliques of four that hang together by edges of 1.5 bits, beside a pair that has one too. */
static void
size(void)
{
	struct scene s;

	scene_open(&s);
	scene_records(&s, 8);
	scene_read(&s, NULL, 0);
	for (uint32_t a = 0; a < 8; a++)
		for (uint32_t b = a + 1; b < 8; b++)
			scene_edge(&s, a, b, a / 4 == b / 4 ? 9000 : 1500);
	s.options.max_size = 8;
	scene_run(&s);
	scene_clusters(&s, "0 0 0 0 0 0 0 0", "a cluster of the greatest size");
	ok(s.merged.resized == 0, "is not taken apart");
	s.options.max_size = 7;
	scene_run(&s);
	scene_clusters(&s, "0 0 0 0 4 4 4 4", "a larger one is redone with stricter edges");
	scene_refused(&s, "0-4 size", "which is told");
	ok(s.merged.resized == 1, "and counted");
	s.options.max_size = 3;
	scene_run(&s);
	scene_clusters(&s, "0 1 2 3 4 5 6 7", "what no strictness makes small ends as demands alone");
	scene_demand(&s, DEMAND_SAME, 1, 6);
	scene_run(&s);
	scene_clusters(&s, "0 1 2 3 4 4 1 4", "of which there may be some");
	ok(s.merged.tie_count == 3, "ties of clusters that were taken apart are gone");
	scene_close(&s);
}

static void
copies(void)
{
	static const uint32_t of[] = { 2, 1, 3 };
	struct scene s;

	scene_open(&s);
	scene_records(&s, 6);
	scene_read(&s, of, 3);
	scene_pair(&s, 0, 0, 5000);
	scene_pair(&s, 2, 2, -1);
	scene_run(&s);
	scene_clusters(&s, "0 0 2 3 4 5", "copies that are like enough are one, others are not");
	scene_ties(&s, "0-1 copy", "which is a tie of its own kind");
	ok(s.merged.unlinkable == 3 && s.merged.ties[0].weight == 5000, "the others are counted");
	scene_edge(&s, 1, 2, 2000);
	scene_edge(&s, 0, 1, 1000);
	scene_pair(&s, 0, 2, -1000);
	scene_run(&s);
	scene_clusters(&s, "0 0 0 0 0 0", "edges of such a node are edges of its records");
	ok(s.merged.tie_count == 5, "the ties span all records");
	scene_pair(&s, 2, 2, -9000);
	scene_run(&s);
	scene_clusters(&s, "0 0 0 0 0 5", "that have to fit each other");
	scene_demand(&s, DEMAND_DIFFERENT, 0, 1);
	scene_demand(&s, DEMAND_SAME, 5, 0);
	scene_run(&s);
	ok(s.merged.cluster[0] != s.merged.cluster[1], "a verdict may split copies");
	ok(s.merged.cluster[5] == s.merged.cluster[0], "or name one of them");
	scene_close(&s);
}

static void
many_copies(void)
{
	static const uint32_t of[] = { 17, 1 };
	struct scene s;

	scene_open(&s);
	scene_records(&s, 18);
	scene_read(&s, of, 2);
	scene_pair(&s, 0, 0, -1);
	scene_edge(&s, 0, 1, 9000);
	scene_run(&s);
	scene_clusters(&s, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17",
	    "more copies than sixteen have no edges");
	scene_demand(&s, DEMAND_SAME, 3, 17);
	scene_demand(&s, DEMAND_SAME, 4, 5);
	scene_run(&s);
	scene_clusters(&s, "0 1 2 3 4 4 6 7 8 9 10 11 12 13 14 15 16 3", "but hear demands");
	s.demand_count = 0;
	scene_pair(&s, 0, 0, 1000);
	scene_run(&s);
	scene_clusters(&s, "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0", "unless they are one");
	ok(s.merged.unlinkable == 0 && s.merged.scored == 0, "and then one pair stands for all");
	scene_close(&s);
}

/* Of three copies, one has another tax number, which is not among what was compared. */
static void
copies_that_clash(void)
{
	static const uint32_t of[] = { 3 };
	struct scene s;

	scene_open(&s);
	scene_record(&s, "'identifiers':{'br_cpf':['52998224725']}");
	scene_record(&s, "'identifiers':{'br_cpf':['11144477735']}");
	scene_record(&s, "'identifiers':{'br_cpf':['52998224725']}");
	scene_read(&s, of, 1);
	scene_pair(&s, 0, 0, 9000);
	scene_run(&s);
	scene_clusters(&s, "0 1 0", "copies obey constraints");
	ok(s.merged.unlinkable == 0, "and are not unlinkable for that");
	scene_close(&s);
}

static void
unlinked(void)
{
	struct scene s;

	scene_open(&s);
	scene_records(&s, 2);
	scene_read(&s, NULL, 0);
	s.view.nodes = 1;
	scene_demand(&s, DEMAND_SAME, 1, 0);
	scene_run(&s);
	scene_clusters(&s, "0 1", "a record that takes no part is never joined");
	scene_refused(&s, "0-1 unlinked", "a demand on it is told");
	scene_close(&s);
}

/* Clusters of 300 and 300: more cross pairs than are scored. */
static void
sample(void)
{
	struct scene s;
	uint64_t all = 300 * 299;

	scene_open(&s);
	s.options.max_size = 0;
	scene_records(&s, 600);
	scene_read(&s, NULL, 0);
	for (uint32_t a = 0; a < 600; a++)
		for (uint32_t b = a + 1; b < 600; b++) {
			if (a / 300 == b / 300)
				scene_edge(&s, a, b, 9000);
			else
				scene_pair(&s, a, b, -1000);
		}
	scene_edge(&s, 0, 300, 1000);
	scene_edge(&s, 1, 301, 1000);
	scene_run(&s);
	ok(s.merged.cluster[599] == 0, "a sample stands for the cross pairs of large clusters");
	ok(s.merged.scored == 65536 && all > 65536, "which costs 65,536 scorings");
	scene_close(&s);
}

/* 1 − p of so many millibits, in millionths. */
static uint64_t
doubt(int32_t weight)
{
	return FX_CERTAIN - fx_probability(weight);
}

static void
doubts(void)
{
	struct scene s;

	scene_open(&s);
	scene_records(&s, 5);
	scene_read(&s, NULL, 0);
	scene_edge(&s, 0, 1, 9000);
	scene_edge(&s, 1, 2, 7000);
	scene_edge(&s, 0, 2, 1000);
	scene_run(&s);
	ok(s.merged.links == 3 && s.merged.doubt == doubt(9000) + 2 * doubt(7000),
	    "links of one merge are true or false as the heaviest of them is");
	scene_edge(&s, 2, 3, 2000);
	scene_pair(&s, 0, 3, -14000);
	scene_pair(&s, 1, 3, -15000);
	scene_run(&s);
	scene_refused(&s, "2-3 average", "a link that others outvote");
	ok(s.merged.links == 4 && s.merged.doubt == doubt(9000) + 2 * doubt(7000) + doubt(-3500),
	    "is worth the half of what it and the average say together");
	s.options.components = true;
	scene_run(&s);
	ok(s.merged.links == 0, "where no averages are asked nothing is known beyond the weights");
	scene_close(&s);
}

static void
doubts_of_copies(void)
{
	static const uint32_t copies[] = { 2, 3 };
	struct scene s;

	scene_open(&s);
	for (int i = 0; i < 2; i++)
		scene_record(&s, "'identifiers':{'br_cpf':['52998224725']}");
	for (int i = 0; i < 3; i++)
		scene_record(&s, "'identifiers':{'br_cpf':['11144477735']}");
	scene_read(&s, copies, 2);
	scene_pair(&s, 0, 0, 5000);
	scene_pair(&s, 1, 1, 5000);
	scene_edge(&s, 0, 1, 9000);
	scene_run(&s);
	scene_refused(&s, "0-2 exclusive", "a link that something forbids");
	ok(s.merged.links == 6 && s.merged.doubt == 6 * FX_CERTAIN,
	    "is false, for every pair of copies");
	scene_close(&s);
}

int
main(void)
{
	nothing();
	chain();
	retry();
	clamp();
	best_link();
	constraints();
	soft();
	demands();
	demand_against_constraint();
	bridge();
	small_bridge();
	leaf();
	size();
	copies();
	many_copies();
	copies_that_clash();
	unlinked();
	sample();
	doubts();
	doubts_of_copies();
	return tap_done();
}

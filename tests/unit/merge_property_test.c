/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/merge_property_test.c: whatever the weights are, clusters refine components, obey
 * constraints and demands, and do not depend on threads. */
#include "base/alloc.h"
#include "resolve/constraint.h"
#include "resolve/facts.h"
#include "tap.h"
#include "merge_case.h"

enum { TRIALS = 300, NODES_MOST = 40, GROUPS_MOST = 8, GROUP_MOST = 9, LEAST_TIES = 1000 };

static uint64_t state;

static uint32_t
draw(uint32_t below)
{
	state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(state >> 33) % below;
}

static uint32_t
root(const uint32_t *parent, uint32_t i)
{
	while (parent[i] != i)
		i = parent[i];
	return i;
}

static const char *const members[] = { "", "", "", "'attributes':{'party_type':'person'}",
    "'attributes':{'party_type':'organization'}", "'attributes':{'name_suffix':'Jr'}",
    "'attributes':{'name_suffix':'Sr'}", "'identifiers':{'br_cpf':['52998224725']}",
    "'identifiers':{'br_cpf':['11144477735']}" };

static void
make(struct scene *s)
{
	uint32_t nodes = 2 + draw(NODES_MOST - 1), copies[NODES_MOST + 1];

	scene_open(s);
	for (uint32_t n = 0; n < nodes; n++) {
		copies[n] = draw(5) == 0 ? 2 + draw(20) : 1;
		for (uint32_t c = 0; c < copies[n]; c++)
			scene_record(s, members[draw(sizeof members / sizeof *members)]);
	}
	scene_read(s, copies, nodes);
	for (uint32_t a = 0; a < nodes; a++)
		for (uint32_t b = a; b < nodes; b++) {
			int32_t weight = (int32_t)draw(30000) - (draw(3) == 0 ? 8000 : 24000);

			scene_pair(s, a, b, weight);
			if (a != b && weight >= SCENE_LINK && draw(10) > 0)
				scene_edge(s, a, b, weight);
		}
	for (uint32_t i = draw(4); i < 6; i++) {
		uint32_t a = draw(s->records), b = draw(s->records);

		if (a != b)
			scene_demand(s, (enum demand_kind)draw(3), a, b);
	}
	s->options.max_size = draw(2) == 0 ? 4 : 200;
	s->options.soft_exclusive = false;
}

static uint32_t
node_of(const struct scene *s, uint32_t record)
{
	uint32_t n = 0;

	while (s->view.record_at[n + 1] <= record)
		n++;
	return n;
}

/* Records of one cluster are connected by edges, copies and demands. */
static bool
refines(const struct scene *s)
{
	uint32_t parent[SCENE_MOST * 2];

	for (uint32_t i = 0; i < s->view.nodes; i++)
		parent[i] = i;
	for (size_t i = 0; i < s->edge_count; i++)
		parent[root(parent, s->edges[i].a)] = root(parent, s->edges[i].b);
	for (size_t i = 0; i < s->demand_count; i++)
		if (s->demands[i].kind != DEMAND_DIFFERENT)
			parent[root(parent, node_of(s, s->demands[i].a))] =
			    root(parent, node_of(s, s->demands[i].b));
	for (uint32_t i = 0; i < s->records; i++)
		if (root(parent, node_of(s, i)) != root(parent, node_of(s, s->merged.cluster[i])))
			return false;
	return true;
}

/* The smallest record names the cluster, and the ties are a forest that spans it. */
static bool
spanned(const struct scene *s)
{
	const struct merged *m = &s->merged;
	uint32_t parent[SCENE_MOST * 2], clusters = 0;

	for (uint32_t i = 0; i < s->records; i++) {
		parent[i] = i;
		clusters += m->cluster[i] == i;
		if (m->cluster[i] > i || m->cluster[m->cluster[i]] != m->cluster[i])
			return false;
	}
	for (size_t i = 0; i < m->tie_count; i++) {
		const struct exact_tie *t = &m->ties[i];

		if (t->a >= t->b || m->cluster[t->a] != m->cluster[t->b] ||
		    root(parent, t->a) == root(parent, t->b))
			return false;
		parent[root(parent, t->a)] = root(parent, t->b);
		if (i > 0 && (t[-1].a > t->a || (t[-1].a == t->a && t[-1].b >= t->b)))
			return false;
	}
	return m->tie_count + clusters == s->records;
}

static bool
clash(const struct scene *s, uint32_t a, uint32_t b)
{
	const struct facts *f = &s->world.store->facts;
	const struct types *types = s->world.resolve.types;
	uint32_t kinds = claims_kinds(types, true);
	struct claims x = { 0 }, y = { 0 };
	uint64_t demoted = 0;
	bool is;

	claims_of(&x, f, rec_row(s->world.store, a), types, kinds, CLAIMS_NO_SOURCE);
	claims_of(&y, f, rec_row(s->world.store, b), types, kinds, CLAIMS_NO_SOURCE);
	is = constraint_check(&x, &y, f, types, false, true, &demoted) != REFUSAL_NONE;
	claims_done(&x);
	claims_done(&y);
	return is;
}

static bool
obeys_constraints(const struct scene *s)
{
	for (uint32_t a = 0; a < s->records; a++)
		for (uint32_t b = a + 1; b < s->records; b++)
			if (s->merged.cluster[a] == s->merged.cluster[b] && clash(s, a, b))
				return false;
	return true;
}

static bool
told(const struct scene *s, const struct demand *d)
{
	for (size_t i = 0; i < s->merged.refused_count; i++) {
		const struct merge_refusal *r = &s->merged.refused[i];

		/* A refused demand names the first record of a node whose copies are one. */
		if (r->weight == TIE_DEMANDED && ((s->merged.cluster[r->a] == s->merged.cluster[d->a] &&
		    s->merged.cluster[r->b] == s->merged.cluster[d->b]) ||
		    (s->merged.cluster[r->a] == s->merged.cluster[d->b] &&
		    s->merged.cluster[r->b] == s->merged.cluster[d->a])))
			return true;
	}
	return false;
}

static bool
obeys_demands(const struct scene *s)
{
	for (size_t i = 0; i < s->demand_count; i++) {
		const struct demand *d = &s->demands[i];
		bool one = s->merged.cluster[d->a] == s->merged.cluster[d->b];

		if (d->kind == DEMAND_DIFFERENT ? one : !one && !told(s, d))
			return false;
	}
	return true;
}

static bool
same(const struct merged *a, const struct merged *b, uint32_t records)
{
	bool equal = memcmp(a->cluster, b->cluster, records * sizeof *a->cluster) == 0 &&
	    a->tie_count == b->tie_count && a->refused_count == b->refused_count &&
	    a->scored == b->scored && a->unlinkable == b->unlinkable && a->bridges == b->bridges;

	for (size_t i = 0; equal && i < a->tie_count; i++)
		equal = a->ties[i].a == b->ties[i].a && a->ties[i].b == b->ties[i].b &&
		    a->ties[i].weight == b->ties[i].weight &&
		    a->ties[i].average == b->ties[i].average && a->ties[i].by == b->ties[i].by;
	for (size_t i = 0; equal && i < a->refused_count; i++)
		equal = a->refused[i].a == b->refused[i].a && a->refused[i].b == b->refused[i].b &&
		    a->refused[i].reason == b->refused[i].reason &&
		    a->refused[i].average == b->refused[i].average;
	return equal;
}

/* The least memory for components with which all of them are merged. */
static uint64_t
least_memory(struct scene *s)
{
	uint64_t least = 0;

	s->options.component_bytes = 1;
	for (scene_run(s); s->merged.wanted > 0; scene_run(s))
		s->options.component_bytes = least = s->merged.wanted;
	s->options.component_bytes = 0;
	return least;
}

/* The same on other threads, and with as little memory as it takes, where most components wait until
 * they are alone; with less it is refused. */
static bool
is_stable(struct scene *s)
{
	struct merged first = s->merged;
	uint64_t least, refused = 0;
	bool stable = true;

	s->merged = (struct merged){ 0 };
	s->options.threads = 1;
	least = least_memory(s);
	for (unsigned threads = 1; threads <= 3; threads++) {
		s->options.threads = threads;
		s->options.component_bytes = 0;
		scene_run(s);
		stable &= same(&first, &s->merged, s->records);
		s->options.component_bytes = least;
		scene_run(s);
		stable &= same(&first, &s->merged, s->records) && s->merged.wanted == 0;
		if (least < 2)
			continue;
		s->options.component_bytes = least - 1;
		scene_run(s);
		refused = threads == 1 ? s->merged.wanted : refused;
		stable &= s->merged.wanted > 0 && s->merged.wanted == refused;
	}
	s->options.component_bytes = 0;
	scene_run(s);
	merge_done(&first);
	return stable;
}

/* Small groups of nodes, nearly all of one record, of which most pairs speak for each other; and two
 * lonely nodes. */
static void
make_small(struct scene *s)
{
	static const char *const dates[] = { "", "'birthdate':'1980-01-02'", "'birthdate':'1980-01-03'",
	    "'birthdate':'1971-11-30'" };
	uint32_t groups = 1 + draw(GROUPS_MOST), of_group = 1 + draw(GROUP_MOST), copies[NODES_MOST * 2];
	uint32_t nodes = groups * of_group + 2;
	int32_t least = draw(2) == 0 ? 200 : -6000;

	scene_open(s);
	for (uint32_t n = 0; n < nodes; n++) {
		copies[n] = n + 2 < nodes && draw(20) == 0 ? 2 : 1;
		for (uint32_t c = 0; c < copies[n]; c++)
			scene_record(s, draw(6) == 0 ? members[draw(sizeof members / sizeof *members)] :
			    dates[draw(sizeof dates / sizeof *dates)]);
	}
	scene_read(s, copies, nodes);
	for (uint32_t a = 0; a < nodes; a++)
		for (uint32_t b = a; b < nodes; b++) {
			int32_t weight = (int32_t)draw(20000) + least;

			if (a != b && (b + 2 >= nodes || a % groups != b % groups))
				continue;
			scene_pair(s, a, b, weight);
			if (a != b && weight >= SCENE_LINK && draw(5) > 0)
				scene_edge(s, a, b, weight);
		}
	s->options.average = SCENE_LINK + (draw(4) == 0 ? 4000 : -1000);
	s->options.max_size = draw(8) == 0 ? 3 : 200;
	s->options.bridge_margin = draw(2) == 0 ? 0 : 4000;
	s->options.birthdate = draw(4) == 0;
}

/* A demand on two records that nothing connects changes nothing, but where there are demands no
 * component takes the short way of merge_clear. */
static bool
short_way_is_right(uint64_t *ties, uint64_t *refused)
{
	struct scene s;
	struct merged first;
	bool right;

	make_small(&s);
	scene_run(&s);
	first = s.merged;
	*ties += first.tie_count;
	*refused += first.refused_count;
	s.merged = (struct merged){ 0 };
	scene_demand(&s, DEMAND_DIFFERENT, s.records - 2, s.records - 1);
	scene_run(&s);
	right = same(&first, &s.merged, s.records) && first.links == s.merged.links &&
	    first.doubt == s.merged.doubt && first.demoted == s.merged.demoted &&
	    first.resized == s.merged.resized;
	merge_done(&first);
	scene_close(&s);
	return right;
}

static bool
within_average(const struct scene *s)
{
	for (size_t i = 0; i < s->merged.tie_count; i++)
		if (s->merged.ties[i].by == TIE_SCORED && s->merged.ties[i].average < SCENE_AVERAGE)
			return false;
	return true;
}

/* The first seed may be given as an argument. */
int
main(int argc, char **argv)
{
	uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 4;
	uint64_t ties = 0, refused = 0, resized = 0, bridges = 0, small_ties = 0, small_refused = 0;
	bool good[7] = { true, true, true, true, true, true, true };

	for (uint64_t seed = first; seed < first + TRIALS; seed++) {
		struct scene s;

		state = seed;
		make(&s);
		scene_run(&s);
		ties += s.merged.tie_count;
		refused += s.merged.refused_count;
		resized += s.merged.resized;
		bridges += s.merged.bridges;
		bool now[7] = { refines(&s), spanned(&s), obeys_constraints(&s), obeys_demands(&s),
		    within_average(&s), is_stable(&s), short_way_is_right(&small_ties, &small_refused) };
		for (int i = 0; i < 7; i++) {
			if (good[i] && !now[i])
				printf("# property %d fails with seed %llu\n", i,
				    (unsigned long long)seed);
			good[i] &= now[i];
		}
		scene_close(&s);
	}
	printf("# seeds %llu to %llu: %llu ties, %llu refusals, %llu too large, %llu bridges\n",
	    (unsigned long long)first, (unsigned long long)(first + TRIALS - 1),
	    (unsigned long long)ties, (unsigned long long)refused, (unsigned long long)resized,
	    (unsigned long long)bridges);
	ok(good[0], "clusters refine components");
	ok(good[1], "ties are a forest that spans the clusters, in order");
	ok(good[2], "no cluster breaks a constraint");
	ok(good[3], "different never shares a cluster, same does or is told");
	ok(good[4], "no merge was made against the average");
	ok(good[5], "other threads change nothing");
	ok(good[6], "small components are what the long way makes of them");
	ok(ties > LEAST_TIES && refused > LEAST_TIES && resized > 0 && bridges > 0 &&
	    small_ties > LEAST_TIES && small_refused > LEAST_TIES, "there was something to see");
	return tap_done();
}

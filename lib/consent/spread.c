/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/spread.c: clusters with a no in them, by their records. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "consent/intake.h"
#include "consent/spread.h"
#include "io/ndjson.h"
#include "model/feed.h"
#include "model/profile.h"
#include "model/rejects.h"

/* The identifiers of one cluster at which somebody said no. */
struct cluster {
	struct fact_identifier	*list;
	size_t			 count;
};
struct spread {
	const struct intake	*intake;
	struct map		*records;	/* record id → cluster */
	struct cluster		*clusters;
	size_t			 count, cap;
	struct arena		 memory;
};

static bool
says_no(const struct event *e)
{
	enum event_class class = event_class(e->type);

	return class == CLASS_REFUSAL || class == CLASS_STOP;
}

/* The identifier with its refusals and stops; false if there are none. */
static bool
keep(struct spread *s, const struct fact_identifier *from, struct fact_identifier *to)
{
	const struct event **events;
	size_t n = 0;

	for (size_t i = 0; i < from->event_count; i++)
		n += says_no(from->events[i]);
	if (n == 0 && from->suppressing_count == 0)
		return false;
	events = arena_alloc(&s->memory, (n + 1) * sizeof(struct event *));
	*to = (struct fact_identifier){ .token = from->token, .has_token = true, .shared = true,
	    .spread = true, .type = arena_copy(&s->memory, from->type), .events = events,
	    .suppressing = from->suppressing, .suppressing_count = from->suppressing_count };
	for (size_t i = 0; i < from->event_count; i++)
		if (says_no(from->events[i]))
			events[to->event_count++] = from->events[i];
	return true;
}

static void
add_cluster(struct spread *s, const struct profile *p, const struct facts *f)
{
	struct cluster c = { arena_alloc(&s->memory, (f->identifier_count + 1) * sizeof *c.list), 0 };

	for (size_t i = 0; i < f->identifier_count; i++)
		c.count += keep(s, &f->identifiers[i], &c.list[c.count]);
	if (c.count == 0)
		return;
	s->clusters = mem_grow(s->clusters, s->count + 1, &s->cap, sizeof *s->clusters);
	s->clusters[s->count] = c;
	for (size_t i = 0; i < p->members.n; i++)
		map_set(s->records, map_add(s->records, p->members.v[i]), s->count);
	s->count++;
}

static int
line(void *arg, struct feed_part *part, const struct feed_line *l, struct error *e)
{
	struct spread *s = arg;
	struct profile profile;
	struct facts f;

	if (l->kind != FEED_PROFILE)
		return 0;
	if (profile_read(l->tape, &profile, part->arena, e) < 0 ||
	    facts_of_profile(s->intake, &profile, &f, part->arena, e) < 0)
		return -1;	/* a line left out might be the one with the no */
	add_cluster(s, &profile, &f);
	return 0;
}

static int
header(void *arg, const struct feed_line *l, struct error *e)
{
	struct spread *s = arg;
	uint32_t purpose = ndjson_find(l->tape, 0, SPAN("purpose"));
	uint32_t gated = ndjson_find(l->tape, 0, SPAN("gated"));
	const struct policy_purpose *p = purpose == 0 ? NULL :
	    policy_purpose(s->intake->question->policy, ndjson_text(l->tape, purpose, &s->memory));

	if (p == NULL || !p->compliance || gated == 0 ||
	    ndjson_nodes(l->tape, NULL)[gated].type != ND_TRUE)
		return error_set(e, USAGE, "E_SPREAD", "--spread is no compliance graph: records "
		    "through gate --purpose and cdp-resolve, both for a purpose of compliance");
	return 0;
}

static int
read_graph(struct spread *s, const char *path, struct notes *notes, struct error *e)
{
	static const struct feed_ops ops = { .line = line, .header = header };
	const struct rejects_options strict = { .tool = "cdp-consent", .strict = true };
	struct feed_options feed = { .paths = &path, .path_count = 1, .threads = 1,
	    .strict_counts = true, .notes = notes, .rejects = rejects_new(&strict),
	    .tool = strict.tool };
	struct feed_counts counts = { 0 };
	int r = feed_run(&feed, &ops, s, &counts, e);

	rejects_free(feed.rejects);
	if (r < 0) {
		if (e->status == STATUS_REFUSED)
			e->status = STATUS_INPUT;
		return -1;
	}
	return counts.streams > 0 && counts.foreign == 0 ? 0 :
	    error_set(e, USAGE, "E_SPREAD", "--spread is no stream of cdp-resolve");
}

struct spread *
spread_open(const char *path, const struct intake *in, struct notes *notes, struct error *e)
{
	struct spread *s = mem_zero(1, sizeof *s);

	s->intake = in;
	s->records = map_new();
	if (read_graph(s, path, notes, e) == 0)
		return s;
	spread_free(s);
	return NULL;
}

void
spread_free(struct spread *s)
{
	if (s == NULL)
		return;
	map_free(s->records);
	mem_free(s->clusters);
	arena_done(&s->memory);
	mem_free(s);
}

/* Whether the profile has it already, itself or by another record of the cluster. */
static bool
has(const struct facts *f, const struct fact_identifier *id)
{
	for (size_t i = 0; i < f->identifier_count; i++)
		if (f->identifiers[i].has_token &&
		    memcmp(&f->identifiers[i].token, &id->token, sizeof id->token) == 0)
			return true;
	return false;
}

static void
append(struct facts *f, const struct cluster *c, struct arena *arena)
{
	struct fact_identifier *all = arena_alloc(arena,
	    (f->identifier_count + c->count + 1) * sizeof *all);

	memcpy(all, f->identifiers, f->identifier_count * sizeof *all);
	f->identifiers = all;
	for (size_t i = 0; i < c->count; i++)
		if (!has(f, &c->list[i]))
			all[f->identifier_count++] = c->list[i];
}

void
spread_add(const struct spread *s, struct facts *f, struct arena *arena)
{
	size_t last = SIZE_MAX;		/* one cluster has most of them */

	for (size_t i = 0; i < f->member_count; i++) {
		size_t at = map_index(s->records, f->members[i].id);

		if (at == SIZE_MAX || map_value(s->records, at) == last)
			continue;
		last = map_value(s->records, at);
		append(f, &s->clusters[last], arena);
	}
}

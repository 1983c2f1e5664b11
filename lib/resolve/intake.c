/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/intake.c: reads records in parallel, keeps their lines, packs their facts.
 * Workers guess the linking purpose, because a gate's header may come after the lines they
 * see; where the guess was wrong all records are read once more. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/attr.h"
#include "base/cache.h"
#include "base/error.h"
#include "base/map.h"
#include "base/notes.h"
#include "base/pipeline.h"
#include "io/chunk.h"
#include "io/ndjson.h"
#include "model/consent_alike.h"
#include "model/decision.h"
#include "model/record.h"
#include "model/record_plain.h"
#include "resolve/cold.h"
#include "resolve/cold_walk.h"
#include "resolve/facts.h"
#include "resolve/intake.h"
#include "resolve/plan.h"
#include "resolve/rules.h"
#include "resolve/store.h"
#include "resolve/types.h"

#include <pthread.h>

#define DEFAULT_PURPOSE	SPAN("identity_resolution")

enum {
	REREAD = 1 << 12,	/* records of one task of the second reading */
	SOURCES = 64,		/* guesses at sources: most files have a handful */
	AHEAD = 8,		/* records of a batch: how far the cache is told in advance */
	CACHE_LINE = 64
};

/* One record of a chunk. */
struct fresh {
	struct rec	 rec;
	size_t		 source;	/* which of the batch */
	size_t		 row;		/* where its facts begin */
};

/* What one chunk gives. */
struct batch {
	struct fresh		*list;
	size_t			 count, cap;
	struct span		*source;	/* of its records, some of them twice */
	size_t			 source_count, source_cap;
	uint32_t		 guess[SOURCES];	/* which of them a source may be, and one; 0: none */
	uint64_t		 cold_bytes;	/* what its packed lines take at most: see cold_pack */
	struct span		*passing;	/* lines of other kinds */
	size_t			 passing_count, passing_cap;
	struct raw_facts	 facts;
	struct hash128		 read, passed;	/* sums over its lines */
	struct batch		*next;		/* in the list of spare ones */
};

/* What one thread keeps lines with; lines of the cache, so that none is in two. */
struct lane {
	_Alignas(CACHE_LINE) struct roll lines;
	struct roll		 passing;
	struct arena		 memory;	/* of the record at hand */
	struct cold_packer	 packer;
	struct cold_walker	*walker;
	struct consent_alike	 consent;
};

struct reading {
	struct intake	*in;
	struct store	*store;
	struct span	 guess;
	struct arena	 arena;		/* of the header texts */
	struct span	 gate_purpose;	/* of the first gate */
	uint64_t	 gates;
	pthread_mutex_t	 lock;		/* of the spare batches */
	struct batch	*spare;
	struct lane	*lane;		/* by thread */
	size_t		*number;	/* of the sources of the batch at hand */
	size_t		 number_cap;
};

static bool
has(const struct texts *list, struct span text)
{
	for (size_t i = 0; i < list->n; i++)
		if (span_equal(list->v[i], text))
			return true;
	return false;
}

/* A decision of the gate that permits the purpose. */
static bool
permitted(const struct record *r, struct span purpose, struct arena *arena)
{
	struct error ignored = { 0 };
	struct decision *list;
	size_t count;

	if (decisions_read(r->decisions, &list, &count, arena, &ignored) < 0)
		return false;
	for (size_t i = 0; i < count; i++)
		if (span_equal(list[i].purpose, purpose) && list[i].verdict <= VERDICT_PERMIT_REDACTED)
			return true;
	return false;
}

static uint8_t
purpose_flags(const struct record *r, struct span purpose, struct arena *arena)
{
	return (uint8_t)((r->has_purposes ? REC_HAS_PURPOSES : 0) |
	    (has(&r->purposes, purpose) ? REC_CARRIES : 0) |
	    (r->decisions.p != NULL && permitted(r, purpose, arena) ? REC_PERMITTED : 0));
}

/* Its ends tell which of the batch a source may be; if it is another one it is kept, maybe again. */
static size_t
which_source(struct batch *b, struct span name)
{
	uint32_t *guess = &b->guess[((unsigned char)name.p[0] * 5 +
	    (unsigned char)name.p[name.len - 1] + name.len) % SOURCES];

	if (*guess == 0 || !span_equal(b->source[*guess - 1], name)) {
		b->source = mem_grow(b->source, b->source_count + 1, &b->source_cap, sizeof *b->source);
		b->source[b->source_count++] = name;
		*guess = (uint32_t)b->source_count;
	}
	return *guess - 1;
}

/* Where the packed line begins. The next one like it is known, if this one was read without a tape. */
static const char *
keep_packed(struct batch *b, struct lane *lane, const struct feed_line *line, struct span id)
{
	char *to = roll_room(&lane->lines, cold_room(line->raw, line->values->count, id));
	const char *end = cold_pack(&lane->packer, line->raw, line->values, id, to, &b->cold_bytes);

	roll_take(&lane->lines, (size_t)(end - to));
	if (line->tape == NULL)
		cold_walk_learn(lane->walker, to);
	return to;
}

static void
add_record(struct reading *g, struct batch *b, struct span line, const char *packed,
    const struct record *r, struct arena *arena)
{
	const struct facts_scope scope = { g->in->rules, g->in->types, g->in->attributes,
	    g->in->scored };
	struct fresh *f;

	if (b->count == b->cap)
		b->list = mem_grow(b->list, b->count + 1, &b->cap, sizeof *b->list);
	f = &b->list[b->count++];
	f->rec = (struct rec){ .cold = packed, .observed_at = INSTANT_NONE,
	    .flags = purpose_flags(r, g->guess, arena) & REC_FLAGS };
	if (r->observed_at.p != NULL && !instant_parse(r->observed_at, &f->rec.observed_at))
		f->rec.observed_at = INSTANT_NONE;
	f->source = which_source(b, r->source);
	f->row = b->facts.count;
	facts_collect(&b->facts, r, &scope, arena);
	if (g->in->digest)
		hash128_add(&b->read, hash128(line, 0));
}

/* One that was used before has room already. */
static struct batch *
new_batch(struct reading *g)
{
	struct batch *b;

	pthread_mutex_lock(&g->lock);
	b = g->spare;
	if (b != NULL)
		g->spare = b->next;
	pthread_mutex_unlock(&g->lock);
	return b != NULL ? b : mem_zero(1, sizeof *b);
}

static struct batch *
batch_of(struct reading *g, struct feed_part *part)
{
	if (part->data == NULL)
		part->data = new_batch(g);
	return part->data;
}

static void
pass(struct reading *g, struct feed_part *part, struct span line)
{
	struct batch *b = batch_of(g, part);
	struct roll *passing = &g->lane[part->worker].passing;
	char *to = roll_room(passing, line.len);

	memcpy(to, line.p, line.len);
	roll_take(passing, line.len);
	b->passing = mem_grow(b->passing, b->passing_count + 1, &b->passing_cap, sizeof *b->passing);
	b->passing[b->passing_count++] = span_make(to, line.len);
	if (g->in->digest)
		hash128_add(&b->passed, hash128(line, 0));
}

static int
line(void *arg, struct feed_part *part, const struct feed_line *line_, struct error *e)
{
	if (line_->kind == FEED_PROFILE) {
		error_set(e, REFUSED, "E_KIND", "a profile among the records");
		return 1;
	}
	pass(arg, part, line_->raw);
	return 0;
}

/* Passes through like the others; that it is JSON is all that counts. */
static int
consent(void *arg, struct feed_part *part, const struct feed_line *line_,
    const struct consent_event *event, struct error *e)
{
	struct reading *g = arg;

	(void)e;
	consent_alike_learn(&g->lane[part->worker].consent, line_->raw, event);
	pass(g, part, line_->raw);
	return 0;
}

static int
record(void *arg, struct feed_part *part, const struct feed_line *line_, const struct record *r,
    struct error *e)
{
	struct reading *g = arg;
	struct batch *b = batch_of(g, part);

	if (r->id.len > UINT16_MAX) {
		error_set(e, REFUSED, "E_ID", "the id is longer than 65535 bytes");
		return 1;
	}
	add_record(g, b, line_->raw, keep_packed(b, &g->lane[part->worker], line_, r->id), r, part->arena);
	return 0;
}

static bool
known_record(struct reading *g, struct feed_part *part, struct span line_)
{
	struct lane *lane = &g->lane[part->worker];
	struct batch *b = batch_of(g, part);
	char *to = roll_room(&lane->lines, cold_walk_room(line_)), *end;
	UNCLEARED struct record r;

	arena_reset(&lane->memory);
	end = cold_walk(lane->walker, line_, to, &r, &lane->memory, &b->cold_bytes);
	if (end == NULL)
		return false;
	roll_take(&lane->lines, (size_t)(end - to));
	add_record(g, b, line_, to, &r, &lane->memory);
	return true;
}

/* A line that goes like those before it. */
static enum feed_kind
known(void *arg, struct feed_part *part, struct span line_)
{
	struct reading *g = arg;

	if (!span_starts(line_, SPAN("{\"kind\":\"consent\"")))
		return known_record(g, part, line_) ? FEED_RECORD : FEED_KINDS;
	if (!consent_alike(&g->lane[part->worker].consent, line_))
		return FEED_KINDS;
	pass(g, part, line_);
	return FEED_CONSENT;
}

static void
drop(void *arg, struct feed_part *part)
{
	struct reading *g = arg;
	struct batch *b = part->data;

	b->count = b->passing_count = b->source_count = 0;
	memset(b->guess, 0, sizeof b->guess);
	b->facts.count = 0;
	buf_reset(&b->facts.text);
	b->cold_bytes = 0;
	b->read = b->passed = (struct hash128){ 0 };
	pthread_mutex_lock(&g->lock);
	b->next = g->spare;
	g->spare = b;
	pthread_mutex_unlock(&g->lock);
}

static void
free_batches(struct reading *g)
{
	while (g->spare != NULL) {
		struct batch *b = g->spare;

		g->spare = b->next;
		mem_free(b->list);
		mem_free(b->source);
		mem_free(b->passing);
		raw_facts_done(&b->facts);
		mem_free(b);
	}
}

static void
keep_passing(struct store *s, const struct batch *b)
{
	s->passing = mem_grow(s->passing, s->passing_count + b->passing_count, &s->passing_cap,
	    sizeof *s->passing);
	memcpy(s->passing + s->passing_count, b->passing, b->passing_count * sizeof *b->passing);
	s->passing_count += b->passing_count;
}

static int
number_sources(struct reading *g, const struct batch *b, struct error *e)
{
	g->number = mem_grow(g->number, b->source_count, &g->number_cap, sizeof *g->number);
	for (size_t i = 0; i < b->source_count; i++)
		g->number[i] = map_add(g->store->sources, b->source[i]);
	if (map_size(g->store->sources) > STORE_SOURCES_MAX)
		return error_set(e, INPUT, "E_LIMIT", "more than %d sources", STORE_SOURCES_MAX);
	return 0;
}

/* Another thread has made them, so they are in another cache. */
static int
keep_records(struct reading *g, struct batch *b, struct error *e)
{
	struct store *s = g->store;
	uint32_t first;

	if (number_sources(g, b, e) < 0 || facts_add(&s->facts, &b->facts, &first, e) < 0)
		return -1;
	s->rec = mem_grow(s->rec, s->count + b->count, &s->cap, sizeof *s->rec);
	for (size_t i = 0; i < b->count; i++) {
		const struct fresh *f = &b->list[i];
		struct rec *rec = &s->rec[s->count++];

		cache_expect(f + AHEAD);
		*rec = f->rec;
		rec->source = (uint32_t)g->number[f->source] & (STORE_SOURCES_MAX - 1);
		rec->row = first + (uint32_t)f->row;
	}
	return 0;
}

static int
take(struct reading *g, struct batch *b, struct error *e)
{
	hash128_add(&g->store->read, b->read);
	hash128_add(&g->store->passed, b->passed);
	if (b->passing_count > 0)
		keep_passing(g->store, b);
	if (g->store->count + b->count >= UINT32_MAX - 1)
		return error_set(e, INPUT, "E_LIMIT", "more than %u records", UINT32_MAX - 2);
	return b->count > 0 ? keep_records(g, b, e) : 0;
}

static int
emit(void *arg, struct feed_part *part, struct error *e)
{
	struct reading *g = arg;
	struct batch *b = part->data;
	struct intake *in = g->in;

	if (b != NULL) {
		in->line_bytes += b->cold_bytes;
		if (take(g, b, e) < 0)
			return -1;
	}
	in->bytes = in->line_bytes + plan_values(g->store->count, facts_bytes(&g->store->facts));
	return plan_check(in->memory, in->bytes, g->store->count, in->scored, e);
}

static struct span
member(const struct feed_line *line_, const char *name, struct arena *arena)
{
	uint32_t node = ndjson_find(line_->tape, 0, span_from(name));

	if (node == 0 || ndjson_nodes(line_->tape, NULL)[node].type != ND_STRING)
		return span_none();
	return arena_copy(arena, ndjson_text(line_->tape, node, arena));
}

/* A stream that a gate wrote says so, and for which purpose. */
static int
header(void *arg, const struct feed_line *line_, struct error *e)
{
	struct reading *g = arg;
	struct span purpose = member(line_, "purpose", &g->arena);

	if (!span_is(member(line_, "tool", &g->arena), "cdp-consent") ||
	    !span_is(member(line_, "command", &g->arena), "gate"))
		return 0;
	if (purpose.p == NULL)
		purpose = DEFAULT_PURPOSE;
	if (g->in->purpose.p != NULL && !span_equal(purpose, g->in->purpose)) {
		error_set(e, USAGE, "E_PURPOSE", "the stream was gated for another purpose than --purpose");
		error_place(e, line_->file, line_->line, 0);
		return -1;
	}
	if (g->gates > 0 && !span_equal(purpose, g->gate_purpose)) {
		error_set(e, USAGE, "E_PURPOSE", "the streams were gated for different purposes");
		error_place(e, line_->file, line_->line, 0);
		return -1;
	}
	g->gate_purpose = purpose;
	g->gates++;
	return 0;
}

static void
read_again(void *arg, unsigned task)
{
	struct reading *g = arg;
	struct ndjson *n = ndjson_new(NULL);
	struct arena arena = { 0 };
	size_t from = (size_t)task * REREAD, to = from + REREAD;

	for (size_t i = from; i < to && i < g->store->count; i++) {
		struct rec *rec = &g->store->rec[i];
		struct error ignored = { 0 };
		struct record r;

		if (record_from(rec_line(g->store, rec, &arena), &r, n, &arena, &ignored) == 0)
			rec->flags = purpose_flags(&r, g->in->linking, &arena);
		arena_reset(&arena);
	}
	arena_done(&arena);
	ndjson_free(n);
}

static bool
links(const struct intake *in, const struct rec *rec)
{
	if (rec->flags & REC_CARRIES)
		return true;
	if (!(rec->flags & REC_HAS_PURPOSES) && span_equal(in->assume, in->linking))
		return true;
	return in->gated && (rec->flags & REC_PERMITTED);
}

static int
apply_gate(struct intake *in, struct store *s, struct error *e)
{
	bool any = false;

	for (size_t i = 0; i < s->count; i++)
		any |= (s->rec[i].flags & (REC_HAS_PURPOSES | REC_PERMITTED)) != 0;
	if (s->count > 0 && !any && in->assume.p == NULL)
		return error_set(e, UNSAFE, "E_NO_PURPOSE", "no record says what it was collected for; "
		    "declare it in the mapping (source.purposes), with cdp-ingest --purposes, "
		    "or with cdp-resolve --assume-purpose %.*s", SPAN_ARG(in->linking));
	for (size_t i = 0; i < s->count; i++) {
		struct rec *rec = &s->rec[i];

		if (links(in, rec)) {
			in->assumed += !(rec->flags & REC_HAS_PURPOSES);
			rec->flags |= REC_LINKED;
		} else {
			in->unlinked++;
		}
	}
	return 0;
}

static int
settle(struct reading *g, unsigned threads, struct error *e)
{
	struct intake *in = g->in;
	struct store *s = g->store;

	in->gated = g->gates > 0 && g->gates == in->counts.streams && in->counts.foreign == 0;
	if (!in->gated && in->require_gate)
		return error_set(e, UNSAFE, "E_NO_GATE",
		    "the input did not come through cdp-consent gate (--require-gate)");
	in->linking = in->purpose.p != NULL ? in->purpose :
	    g->gates > 0 ? g->gate_purpose : DEFAULT_PURPOSE;
	store_finish(s, threads);
	if (!span_equal(in->linking, g->guess))
		parallel_each(threads, (unsigned)((s->count + REREAD - 1) / REREAD), read_again, g);
	if (!in->gated && s->count > 0)
		notes_add(in->notes, "the input did not come through cdp-consent gate: "
		    "the records' own purposes decide");
	return apply_gate(in, s, e);
}

int
intake_run(struct intake *in, struct feed_options *feed, struct store *store, struct error *e)
{
	static const struct feed_ops ops = { .line = line, .emit = emit, .header = header, .drop = drop,
	    .known = known, .record = record, .plain_consent = consent };
	struct reading g = { .in = in, .store = store, .lock = PTHREAD_MUTEX_INITIALIZER };
	unsigned threads = feed->threads == 0 ? 1 : feed->threads;
	int r;

	g.guess = in->purpose.p != NULL ? in->purpose : DEFAULT_PURPOSE;
	store->sources = map_new();
	store->cold = cold_new();
	g.lane = mem_zero_lines(threads, sizeof *g.lane);
	for (unsigned i = 0; i < threads; i++) {
		g.lane[i].packer.shared = store->cold;
		g.lane[i].walker = cold_walker_new(&g.lane[i].packer);
	}
	r = feed_run(feed, &ops, &g, &in->counts, e);
	free_batches(&g);
	for (unsigned i = 0; i < threads; i++) {
		roll_join(&store->lines, &g.lane[i].lines);
		roll_join(&store->passing_lines, &g.lane[i].passing);
		arena_done(&g.lane[i].memory);
		cold_walker_free(g.lane[i].walker);
		consent_alike_done(&g.lane[i].consent);
	}
	mem_free(g.lane);
	mem_free(g.number);
	if (r == 0)
		r = settle(&g, threads, e);
	store->header = g.arena;
	return r;
}

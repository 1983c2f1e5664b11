/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/events.c: all events in memory, and which names which. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/slots.h"
#include "consent/base_events.h"
#include "consent/event_data.h"
#include "consent/events.h"
#include "consent/events_priv.h"
#include "consent/facts.h"
#include "consent/line.h"
#include "io/ndjson.h"

#include <stdlib.h>

enum { FEW_TYPES = 8 };

struct events *
events_new(void)
{
	struct events *es = mem_zero(1, sizeof *es);

	es->types = map_new();
	es->words = map_new();
	es->scanner = ndjson_new(NULL);
	return es;
}

struct events *
events_new_behind(struct base_events *base, uint64_t count, bool little)
{
	struct events *es = events_new();

	es->base = base;
	es->little = little;
	es->base_count = count;
	return es;
}

void
events_free(struct events *es)
{
	if (es == NULL)
		return;
	events_index_done(&es->by_sid);
	events_index_done(&es->by_suppression);
	slots_done(&es->ids);
	map_free(es->types);
	map_free(es->words);
	ndjson_free(es->scanner);
	buf_done(&es->scratch);
	mem_free(es->waiting);
	mem_free(es->referrers);
	base_free(es->base);
	mem_free(es->list);
	arena_done(&es->unescaped);
	arena_done(&es->passed);
	arena_done(&es->memory);
	mem_free(es);
}

/* Of those behind the base. */
static uint64_t
find_id_here(const struct events *es, struct span id, uint64_t hash)
{
	uint64_t at = slots_at(hash);
	uint32_t number;

	while (slots_next(&es->ids, hash, &at, &number))
		if (span_equal(es->list[number]->id, id))
			return es->list[number]->seq + 1;
	return 0;
}

static uint64_t
find_id(const struct events *es, struct span id, uint64_t hash)
{
	uint64_t here = find_id_here(es, id, hash);

	return here > 0 || es->base == NULL ? here : base_find_id(es->base, id);
}

static void
resolve_ref(struct events *es, struct event *v, struct span ref)
{
	v->ref = ref.p == NULL ? 0 : events_find_id(es, ref);
	if (ref.p == NULL || v->ref > 0)
		return;
	es->waiting = mem_grow(es->waiting, es->waiting_count + 1, &es->waiting_cap,
	    sizeof *es->waiting);
	es->waiting[es->waiting_count++] = (struct waiting){ v, arena_copy(&es->memory, ref) };
}

void
events_parse(struct span line, struct event_parsed *to)
{
	struct error ignored = { 0 };
	struct ledger_line l;

	to->there = line_read_plain(line, &l) && line_event(&l, &to->event, &ignored) == 0;
	if (!to->there)
		return;
	to->ref = l.ref;
	to->id_hash = hash64(l.id, hash_seed());
}

/* Any line; what it borrows lives until the next one. */
static int
read_line(struct events *es, struct span line, struct ledger_line *l, struct error *e)
{
	size_t at;

	arena_reset(&es->unescaped);
	if (ndjson_scan(es->scanner, line, &at, e) < 0) {
		error_clear(e);
		return error_set(e, UNSAFE, "E_LEDGER", "a ledger line that is no JSON");
	}
	return line_read(es->scanner, l, &es->unescaped, &es->scratch, e);
}

/* Our own copy of a word; what the event before says needs no look-up. */
static struct span
own(struct events *es, struct span word, struct span before)
{
	if (word.p == NULL)
		return word;
	if (before.p != NULL && span_equal(word, before))
		return before;
	return map_key(es->words, map_add(es->words, word));
}

/* Events say the same few words again and again: each is kept once, and no line. */
static void
own_words(struct events *es, struct event *v)
{
	static const struct event none;
	const struct event *before = es->count == 0 ? &none : es->list[es->count - 1];

	v->sid_type = own(es, v->sid_type, before->sid_type);
	v->controller = own(es, v->controller, before->controller);
	v->purpose = own(es, v->purpose, before->purpose);
	v->channel = own(es, v->channel, before->channel);
	v->dest = own(es, v->dest, before->dest);
	v->basis = own(es, v->basis, before->basis);
	v->ctype = own(es, v->ctype, before->ctype);
	v->method = own(es, v->method, before->method);
	v->actor = own(es, v->actor, before->actor);
	v->src = own(es, v->src, before->src);
	v->cause = own(es, v->cause, before->cause);
	v->by = own(es, v->by, before->by);
	v->jur = own(es, v->jur, before->jur);
	v->notice_id = own(es, v->notice_id, before->notice_id);
	v->notice_lang = own(es, v->notice_lang, before->notice_lang);
	if (v->sid_type.p != NULL && v->sid_type.p != before->sid_type.p)
		map_add(es->types, v->sid_type);
}

static int
own_id(struct events *es, struct event *v, uint64_t hash, struct error *e)
{
	if ((es->little ? find_id_here : find_id)(es, v->id, hash) != 0)
		return error_set(e, UNSAFE, "E_LEDGER", "two lines with one id");
	v->id = arena_copy(&es->memory, v->id);
	slots_add(&es->ids, hash, (uint32_t)es->count);
	return 0;
}

/* What an event is by itself. */
static int
complete(struct event *v, struct span data, struct arena *memory, struct error *e)
{
	if (!event_data_read(v, data, memory))
		return error_set(e, UNSAFE, "E_LEDGER", "the data of an event are not as append writes them");
	if (v->type == EVENT_SUPPRESS) {
		/* Such lines carry the suppression half. */
		memcpy(v->sid.suppression, v->sid.lookup, sizeof v->sid.suppression);
		memset(v->sid.lookup, 0, sizeof v->sid.lookup);
	}
	return 0;
}

static int
add(struct events *es, const struct event_parsed *p, struct span data, struct error *e)
{
	struct event *v = arena_alloc(&es->memory, sizeof *v);

	slots_expect(&es->ids, p->id_hash);
	*v = p->event;
	if (complete(v, data, &es->memory, e) < 0)
		return -1;
	resolve_ref(es, v, p->ref);
	own_words(es, v);
	if (own_id(es, v, p->id_hash, e) < 0)
		return -1;
	es->list = mem_grow(es->list, es->count + 1, &es->cap, sizeof *es->list);
	es->list[es->count++] = v;
	return 0;
}

/* What events_parse could not read, and its data. */
static int
read_slowly(struct events *es, struct span line, struct event_parsed *to, struct span *data, struct error *e)
{
	struct ledger_line l;

	if (read_line(es, line, &l, e) < 0 || line_event(&l, &to->event, e) < 0)
		return -1;
	to->ref = l.ref;
	to->id_hash = hash64(l.id, hash_seed());
	*data = l.data;
	return 0;
}

int
events_add_parsed(struct events *es, struct span line, const struct event_parsed *p, struct error *e)
{
	struct event_parsed slow = { .there = false };
	struct span data;

	if (p->there)
		return add(es, p, span_none(), e);
	return read_slowly(es, line, &slow, &data, e) < 0 ? -1 : add(es, &slow, data, e);
}

int
events_pass(struct events *es, struct span line, const struct event_parsed *p, struct event *v,
    struct error *e)
{
	struct event_parsed slow = { .there = false };
	struct span data = span_none();

	if (!p->there && read_slowly(es, line, &slow, &data, e) < 0)
		return -1;
	arena_reset(&es->passed);
	*v = p->there ? p->event : slow.event;
	return complete(v, data, &es->passed, e);
}

int
events_add(struct events *es, struct span line, struct error *e)
{
	struct event_parsed p;

	events_parse(line, &p);
	return events_add_parsed(es, line, &p, e);
}

/* Its id stays known; a line after it is not visible either. */
void
events_drop_last(struct events *es)
{
	es->count--;
}

void
events_know(struct events *es, uint64_t seq, const struct token *sid, const struct token *account)
{
	es->list[seq - es->base_count]->sid = *sid;
	es->list[seq - es->base_count]->account = *account;
}

/* ---- who names whom ---- */

static void
add_referrer(struct events *es, const struct event *v)
{
	es->referrers = mem_grow(es->referrers, es->referrer_count + 1, &es->referrer_cap,
	    sizeof *es->referrers);
	es->referrers[es->referrer_count++] = v;
}

/* An id that stands for nothing visible is none. */
static uint64_t
visible_id(const struct events *es, struct span id)
{
	uint64_t ref = events_find_id(es, id);

	return ref <= events_count(es) ? ref : 0;
}

/* Those before that named one which has come by now. */
static void
resolve_base(struct events *es)
{
	uint64_t seq, ref;
	struct span id;
	size_t first = es->referrer_count;

	for (size_t i = 0; base_waiting(es->base, i, &seq, &id); i++) {
		ref = visible_id(es, id);
		if (ref != 0)
			base_refer(es->base, seq, ref);
	}
	for (size_t i = 0; base_waiting(es->base, i, &seq, &id); i++) {
		const struct event *v = visible_id(es, id) == 0 ? NULL : base_at(es->base, seq);

		if (v != NULL)
			add_referrer(es, v);
	}
	/* Whoever is named from here is looked for here alone. */
	for (size_t i = 0, n = es->referrer_count; i < n; i++) {
		const struct event *const *before;
		uint64_t named = es->referrers[i]->ref - 1;
		size_t count = i < first && named < es->base_count && (i == 0 ||
		    es->referrers[i - 1]->ref != named + 1) ?
		    base_referring(es->base, named, &before) : 0;

		for (size_t k = 0; k < count; k++)
			add_referrer(es, before[k]);
	}
}

static void
build_referrers(struct events *es)
{
	for (size_t i = 0; i < es->count; i++)
		if (es->list[i]->ref != 0)
			add_referrer(es, es->list[i]);
	referrers_sort(es->referrers, es->referrer_count);
	if (es->base != NULL) {
		resolve_base(es);
		referrers_sort(es->referrers, es->referrer_count);
	}
}

size_t
events_referring(const struct events *es, uint64_t seq, const struct event *const **list)
{
	size_t count = referrers_find((const struct event *const *)es->referrers, es->referrer_count,
	    seq, list);

	return count > 0 || es->base == NULL ? count : base_referring(es->base, seq, list);
}

void
events_finish(struct events *es)
{
	size_t still = 0;

	for (size_t i = 0; i < es->waiting_count; i++) {
		struct waiting *w = &es->waiting[i];

		w->event->ref = visible_id(es, w->ref);
		if (w->event->ref == 0)
			es->waiting[still++] = *w;
	}
	es->waiting_count = still;
	build_referrers(es);
	events_index_build(&es->by_sid, es, false);
	events_index_build(&es->by_suppression, es, true);
}

bool
events_waiting(const struct events *es, size_t i, uint64_t *seq, struct span *ref)
{
	if (i >= es->waiting_count)
		return false;
	*seq = es->waiting[i].event->seq;
	*ref = es->waiting[i].ref;
	return true;
}

const struct event *
events_at(const struct events *es, uint64_t seq)
{
	if (seq < es->base_count)
		return base_at(es->base, seq);
	return seq - es->base_count < es->count ? es->list[seq - es->base_count] : NULL;
}

uint64_t
events_count(const struct events *es)
{
	return es->base_count + es->count;
}

uint64_t
events_find_id(const struct events *es, struct span id)
{
	return find_id(es, id, hash64(id, hash_seed()));
}

/* Asked for every identifier of every row; of a handful a look at each is cheaper than a hash. */
bool
events_have_type(const struct events *es, struct span type)
{
	size_t n = map_size(es->types);

	if (es->base != NULL && base_has_type(es->base, type))
		return true;
	if (n > FEW_TYPES)
		return map_has(es->types, type);
	for (size_t i = 0; i < n; i++)
		if (span_equal(map_key(es->types, i), type))
			return true;
	return false;
}

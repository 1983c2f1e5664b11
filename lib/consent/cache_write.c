/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/cache_write.c: the events of a ledger as the parts of a compiled state. The same ledger
 * gives the same bytes. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/map.h"
#include "consent/cache.h"
#include "consent/cache_rows.h"
#include "consent/events.h"
#include "consent/ledger.h"
#include "consent/past.h"
#include "consent/preference.h"
#include "consent/vault.h"
#include "io/fd.h"
#include "io/out.h"
#include "io/own.h"
#include "io/paged.h"

#include <stdlib.h>

enum { ALIGN = 16, SLOTS_LEAST = 16 };

enum kind { KIND_SUBJECT, KIND_SUPPRESSION, KIND_NOBODY };

/* An event in the order of rows. */
struct place {
	uint64_t	high, low;	/* of the token, so that numbers order as its bytes */
	uint32_t	kind, seq;
};

struct writing {
	const struct ledger	*l;
	uint64_t		 count;
	struct place		*order;
	struct buf		 parts[CACHE_PARTS];
	struct map		*words, *forms;
};

static void
put(struct writing *w, enum cache_part part, const void *element)
{
	buf_add(&w->parts[part], span_make(element, cache_sizes[part]));
}

static uint64_t
count_of(const struct writing *w, enum cache_part part)
{
	return w->parts[part].len / cache_sizes[part];
}

/* ---- slots ---- */

/* Room for n elements, half of it free. */
static uint32_t *
make_slots(struct writing *w, enum cache_part part, uint64_t n)
{
	uint64_t slots = SLOTS_LEAST;
	struct buf *b = &w->parts[part];

	while (slots < n * 2)
		slots *= 2;
	buf_room(b, slots * sizeof(uint32_t));
	b->len = slots * sizeof(uint32_t);
	memset(b->p, 0, b->len);
	return (uint32_t *)(void *)b->p;
}

static void
take_slot(const struct writing *w, enum cache_part part, uint64_t hash, uint64_t element)
{
	uint32_t *slots = (uint32_t *)(void *)w->parts[part].p;
	uint64_t mask = count_of(w, part) - 1;

	while (slots[hash & mask] != 0)
		hash++;
	slots[hash & mask] = (uint32_t)element + 1;
}

/* With tags, and a quarter of them free. */
static void
make_tagged(struct writing *w, enum cache_part part, uint64_t n)
{
	struct buf *b = &w->parts[part];
	size_t bytes = (n + n / 3 + SLOTS_LEAST) * sizeof(struct cache_slot);

	buf_room(b, bytes);
	b->len = bytes;
	memset(b->p, 0, bytes);
}

static void
take_tagged(const struct writing *w, enum cache_part part, uint64_t hash, uint64_t element)
{
	struct cache_slot *slots = (struct cache_slot *)(void *)w->parts[part].p;
	uint64_t count = count_of(w, part), at = cache_slot_at(hash, count);

	while (slots[at].element != 0)
		at = at + 1 < count ? at + 1 : 0;
	slots[at] = (struct cache_slot){ (uint32_t)element + 1, (uint32_t)hash };
}

/* ---- rows ---- */

static enum kind
kind_of(const struct event *v)
{
	return v->sid_type.p == NULL ? KIND_NOBODY :
	    v->type == EVENT_SUPPRESS ? KIND_SUPPRESSION : KIND_SUBJECT;
}

static const unsigned char *
token_of_row(const struct event *v)
{
	return v->type == EVENT_SUPPRESS ? v->sid.suppression : v->sid.lookup;
}

static uint64_t
big_end_first(const unsigned char *p)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < 8; i++)
		n = n << 8 | p[i];
	return n;
}

static int
compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->kind != KIND_NOBODY && x->high != y->high)
		return x->high < y->high ? -1 : 1;
	if (x->kind != KIND_NOBODY && x->low != y->low)
		return x->low < y->low ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void
order_rows(struct writing *w)
{
	w->order = mem_zero(w->count + 1, sizeof *w->order);
	for (uint64_t seq = 0; seq < w->count; seq++) {
		const struct event *v = events_at(w->l->events, seq);
		const unsigned char *token = token_of_row(v);

		w->order[seq] = (struct place){ big_end_first(token), big_end_first(token + 8),
		    kind_of(v), (uint32_t)seq };
	}
	qsort(w->order, w->count, sizeof *w->order, compare_places);
}

static uint32_t
word(struct writing *w, struct span s)
{
	size_t n = map_size(w->words), at;
	struct cache_text t;

	if (s.p == NULL)
		return 0;
	at = map_add(w->words, s);
	if (at == n) {
		t = (struct cache_text){ w->parts[CACHE_TEXTS].len, s.len };
		buf_add(&w->parts[CACHE_TEXTS], s);
		put(w, CACHE_WORDS, &t);
	}
	return (uint32_t)at + 1;
}

static uint32_t
form(struct writing *w, const struct event *v)
{
	struct cache_form f = { .notice_version = v->notice_version, .type = (uint32_t)v->type };
	size_t n = map_size(w->forms), at;

	for (unsigned i = 0; i < CACHE_FORM_WORDS; i++) {
		struct span s;

		memcpy(&s, (const char *)v + cache_words[i], sizeof s);
		f.words[i] = word(w, s);
	}
	f.flags = (v->covers_account ? CACHE_COVERS_ACCOUNT : 0u) |
	    (v->has_commit ? CACHE_HAS_COMMIT : 0u) | (v->has_sseq ? CACHE_HAS_SSEQ : 0u) |
	    (v->reach_person ? CACHE_REACH_PERSON : 0u);
	at = map_add(w->forms, span_make((const char *)&f, sizeof f));
	if (at == n)
		put(w, CACHE_FORMS, &f);
	return (uint32_t)at;
}

static uint32_t
extra(struct writing *w, const struct event *v)
{
	static const unsigned char none[CACHE_TOKEN];
	struct cache_extra x = { .until = v->until, .born = v->born, .sseq = v->sseq,
	    .hard = v->hard, .cleared = v->cleared };

	if (v->until == INSTANT_NONE && v->born == INSTANT_NONE && v->sseq == 0 && !v->hard &&
	    !v->cleared && v->preference == NULL && memcmp(v->account.lookup, none, sizeof none) == 0)
		return 0;
	memcpy(x.account, v->account.lookup, sizeof x.account);
	if (v->preference != NULL) {
		x.preference = (struct cache_text){ w->parts[CACHE_TEXTS].len, v->preference->text.len };
		buf_add(&w->parts[CACHE_TEXTS], v->preference->text);
	}
	put(w, CACHE_EXTRAS, &x);
	return (uint32_t)count_of(w, CACHE_EXTRAS);
}

static bool
same_group(const struct place *a, const struct place *b)
{
	return a->kind != KIND_NOBODY && a->kind == b->kind && a->high == b->high && a->low == b->low;
}

static void
write_rows(struct writing *w)
{
	uint32_t *places = mem_zero(w->count + 1, sizeof *places), group = 0;

	order_rows(w);
	for (uint64_t i = 0; i < w->count; i++) {
		const struct place *p = &w->order[i];
		const struct event *v = events_at(w->l->events, p->seq);
		struct cache_row row = { .recv = v->recv, .lo = v->lo, .hi = v->hi,
		    .id_at = w->parts[CACHE_IDS].len, .id_len = (uint32_t)v->id.len, .seq = p->seq,
		    .form = form(w, v), .ref = (uint32_t)v->ref, .extra = extra(w, v) };

		if (i == 0 || !same_group(p - 1, p))
			group = (uint32_t)i;
		row.group = group;
		memcpy(row.token, token_of_row(v), sizeof row.token);
		buf_add(&w->parts[CACHE_IDS], v->id);
		places[p->seq] = (uint32_t)i;
		put(w, CACHE_ROWS, &row);
	}
	buf_add(&w->parts[CACHE_PLACES], span_make((const char *)places, w->count * sizeof *places));
	mem_free(places);
}

/* ---- what finds them ---- */

/* How many groups of a kind there are. A ledger without suppressions is asked for one with every row:
 * there must not be a large table for that. */
static uint64_t
groups_of(const struct writing *w, enum kind kind)
{
	const struct cache_row *rows = (const struct cache_row *)(void *)w->parts[CACHE_ROWS].p;
	uint64_t n = 0;

	for (uint64_t i = 0; i < w->count; i++)
		n += rows[i].group == i && w->order[i].kind == kind;
	return n;
}

static void
write_slots(struct writing *w)
{
	const struct cache_row *rows = (const struct cache_row *)(void *)w->parts[CACHE_ROWS].p;
	unsigned char key[32];
	uint64_t seed;

	cache_key(w->l->key.bytes, key);
	seed = cache_id_seed(key);
	secret_wipe(key, sizeof key);
	make_slots(w, CACHE_TOKENS, groups_of(w, KIND_SUBJECT));
	make_slots(w, CACHE_SUPPRESSIONS, groups_of(w, KIND_SUPPRESSION));
	make_tagged(w, CACHE_ID_SLOTS, w->count);
	for (uint64_t i = 0; i < w->count; i++)
		if (rows[i].group == i && w->order[i].kind != KIND_NOBODY)
			take_slot(w, w->order[i].kind == KIND_SUBJECT ? CACHE_TOKENS :
			    CACHE_SUPPRESSIONS, cache_token_hash(rows[i].token), i);
	for (uint64_t seq = 0; seq < w->count; seq++)
		take_tagged(w, CACHE_ID_SLOTS, hash64(events_at(w->l->events, seq)->id, seed), seq);
}

static void
note_type(struct writing *w, const struct event *v)
{
	struct cache_type t = { word(w, v->sid_type), (uint32_t)v->seq };
	const struct cache_type *there = (const struct cache_type *)(void *)w->parts[CACHE_TYPES].p;

	for (uint64_t i = 0; i < count_of(w, CACHE_TYPES); i++)
		if (there[i].word == t.word)
			return;
	put(w, CACHE_TYPES, &t);
}

static int
compare_referrers(const void *a, const void *b)
{
	const struct cache_referrer *x = a, *y = b;

	if (x->ref != y->ref)
		return x->ref < y->ref ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void
write_waiting(struct writing *w)
{
	struct cache_waiting t;
	struct span ref;

	for (size_t i = 0; events_waiting(w->l->events, i, &t.seq, &ref); i++) {
		t.ref = (struct cache_text){ w->parts[CACHE_TEXTS].len, ref.len };
		buf_add(&w->parts[CACHE_TEXTS], ref);
		put(w, CACHE_WAITING, &t);
	}
}

static void
write_lists(struct writing *w)
{
	for (uint64_t seq = 0; seq < w->count; seq++) {
		const struct event *v = events_at(w->l->events, seq);
		struct cache_referrer r = { (uint32_t)v->ref, (uint32_t)seq };

		if (v->ref != 0)
			put(w, CACHE_REFERRERS, &r);
		if (v->type == EVENT_POLICY)
			put(w, CACHE_POLICIES, &r.seq);
		if (v->sid_type.p != NULL)
			note_type(w, v);
	}
	if (count_of(w, CACHE_REFERRERS) > 0)
		qsort(w->parts[CACHE_REFERRERS].p, count_of(w, CACHE_REFERRERS),
		    sizeof(struct cache_referrer), compare_referrers);
	write_waiting(w);
}

static void
write_subjects(struct writing *w)
{
	const unsigned char *subject, *lookup, *kept;
	uint64_t n = 0;

	for (size_t i = 0; i < map_size(w->l->erased); i++)
		buf_add(&w->parts[CACHE_ERASED], map_key(w->l->erased, i));
	if (w->l->vault == NULL)
		return;
	/* An erasure that was cut short has left rows, which lead to nobody all the same. */
	for (uint64_t i = 0; i < vault_rows(w->l->vault); i++) {
		uint32_t row = (uint32_t)i;

		if (!vault_at(w->l->vault, i, &subject, &lookup) ||
		    map_has(w->l->erased, span_make((const char *)subject, CACHE_TOKEN))) {
			put(w, CACHE_NOBODY, &row);
			continue;
		}
		if (vault_lookup(w->l->vault, subject) != lookup)
			continue;
		buf_add(&w->parts[CACHE_SUBJECTS], span_make((const char *)subject, CACHE_TOKEN));
		buf_add(&w->parts[CACHE_SUBJECTS], span_make((const char *)lookup, CACHE_TOKEN));
		n++;
	}
	make_slots(w, CACHE_SUBJECT_SLOTS, n);
	kept = (const unsigned char *)w->parts[CACHE_SUBJECTS].p;
	for (uint64_t i = 0; i < n; i++)
		take_slot(w, CACHE_SUBJECT_SLOTS, cache_token_hash(kept + i * 2 * CACHE_TOKEN), i);
	/* The last one of a lookup token is found first. */
	make_tagged(w, CACHE_LOOKUP_SLOTS, n);
	for (uint64_t i = n; i-- > 0;)
		take_tagged(w, CACHE_LOOKUP_SLOTS,
		    cache_token_hash(kept + i * 2 * CACHE_TOKEN + CACHE_TOKEN), i);
}

static void
write_lines(struct writing *w, struct span leaves, const uint32_t *places)
{
	struct cache_line line;

	buf_room(&w->parts[CACHE_LINES], w->count * sizeof line);
	for (uint64_t i = 0; i < w->count; i++) {
		memcpy(line.leaf.bytes, leaves.p + i * SHA256_BYTES, SHA256_BYTES);
		line.at = places[i];
		put(w, CACHE_LINES, &line);
	}
}

static void
write_blocks(struct writing *w, struct span leaves)
{
	while (leaves.len > 0) {
		struct span block = span_head(leaves, CACHE_BLOCK * SHA256_BYTES);
		struct tlog_tree tree = { .size = 0 };
		struct tlog_hash hash;

		leaves = span_skip(leaves, block.len);
		for (; block.len > 0; block = span_skip(block, SHA256_BYTES)) {
			memcpy(hash.bytes, block.p, SHA256_BYTES);
			tlog_tree_add(&tree, &hash);
		}
		hash = tlog_tree_root(&tree);
		put(w, CACHE_BLOCKS, &hash);
	}
}

/* ---- the file ---- */

static void
copy_perfect(struct tlog_hash *to, const struct tlog_tree *tree)
{
	for (unsigned i = 0; i < TLOG_LEVELS; i++)
		if ((tree->size >> i & 1) != 0)
			to[i] = tree->perfect[i];
}

static void
set_header(const struct writing *w, struct cache_header *h)
{
	const struct ledger *l = w->l;
	const struct tlog_spot *spot = &l->end.spot;
	struct tlog_hash root = tlog_spot_root(spot);

	memset(h, 0, sizeof *h);
	cache_layout(h->layout);
	sha256_of(buf_span(&l->origin.text), h->origin);
	memcpy(h->token_key, l->origin.token_key, sizeof l->origin.token_key);
	h->size = w->count;
	memcpy(h->root, root.bytes, sizeof h->root);
	h->full = spot->full.size;
	h->part = spot->part.size;
	h->bytes = spot->bytes;
	copy_perfect(h->full_perfect, &spot->full);
	copy_perfect(h->part_perfect, &spot->part);
	memcpy(h->leaf, spot->leaf, sizeof spot->leaf);
	h->vault_rows = l->vault == NULL ? 0 : vault_rows(l->vault);
	h->last_recv = l->last_recv;
}

static void
write_data(const struct ledger *l, struct span leaves, const uint32_t *places, struct cache_header *h,
    struct buf *data)
{
	static const char zeros[ALIGN];
	struct writing w = { .l = l, .count = events_count(l->events), .words = map_new(),
	    .forms = map_new() };

	write_rows(&w);
	write_slots(&w);
	write_lists(&w);
	write_subjects(&w);
	write_blocks(&w, leaves);
	write_lines(&w, leaves, places);
	set_header(&w, h);
	for (unsigned i = 0; i < CACHE_PARTS; i++) {
		h->parts[i] = (struct cache_section){ data->len, count_of(&w, i) };
		buf_add(data, buf_span(&w.parts[i]));
		buf_add(data, span_make(zeros, (ALIGN - data->len % ALIGN) % ALIGN));
		buf_done(&w.parts[i]);
	}
	map_free(w.words);
	map_free(w.forms);
	mem_free(w.order);
}

void
cache_build(const struct ledger *l, struct span leaves, const uint32_t *places, struct buf *front,
    struct buf *data)
{
	struct cache_header h;
	unsigned char key[32];

	write_data(l, leaves, places, &h, data);
	cache_key(l->key.bytes, key);
	paged_front(key, span_make((const char *)&h, sizeof h), buf_span(data), front);
	secret_wipe(key, sizeof key);
}

int
cache_write(const struct ledger *l, const char *dir, uint64_t *bytes, struct error *e)
{
	struct buf front = { 0 }, data = { 0 }, path = { 0 };
	struct out *o = NULL;
	int r = 0;

	if (events_count(l->events) > INT32_MAX)
		return error_set(e, RESOURCES, "E_LIMIT", "a compiled state has fewer than 2^31 events");
	buf_print(&path, "%s/compiled%c", dir, 0);
	if (fd_make_dirs(dir) < 0)
		r = error_system(e, STATUS_RESOURCES, "E_LEDGER", dir, "make");
	if (r == 0)
		r = own_check_dir(dir, e);
	if (r == 0) {
		cache_build(l, buf_span(past_leaves(l->past)), past_places(l->past), &front, &data);
		o = out_open(path.p, e);
		r = -1;
	}
	if (o != NULL) {
		out_add(o, buf_span(&front));
		out_add(o, buf_span(&data));
		*bytes = out_bytes(o);
		r = out_commit(o, e);
	}
	buf_done(&front);
	buf_done(&data);
	buf_done(&path);
	return r;
}

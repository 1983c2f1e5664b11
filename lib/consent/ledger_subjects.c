/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger_subjects.c: subjects and lookup tokens, by way of the vault. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/pipeline.h"
#include "consent/events.h"
#include "consent/ledger.h"
#include "consent/ledger_subjects.h"
#include "consent/proof_vault.h"
#include "consent/vault.h"
#include "io/json_config.h"

enum {
	TOKEN = 16,
	PIECE = 16384		/* lines that a thread takes at once */
};

static struct span
bytes_of(const unsigned char token[TOKEN])
{
	return span_make((const char *)token, TOKEN);
}

static int
note_subjects(struct ledger *l, const json_t *subjects, struct error *e)
{
	struct span type, key;
	struct token t;

	for (size_t i = 0; i < json_array_size(subjects); i++) {
		const char *text = json_string_value(json_array_get(subjects, i));

		if (text == NULL || token_read(span_from(text), &type, &key, &t) < 0)
			return error_set(e, UNSAFE, "E_LEDGER", "an erasure of something else than subjects");
		map_add(l->erased, bytes_of(t.lookup));
	}
	return json_array_size(subjects) > 0 ? 0 :
	    error_set(e, UNSAFE, "E_LEDGER", "an erasure of nobody");
}

int
subjects_note_erased(struct ledger *l, struct span line, struct error *e)
{
	static const char erased[] = "\"type\":\"erased\"";
	struct error why = { 0 };
	json_t *json;
	int r = 0;

	if (memmem(line.p, line.len, erased, sizeof erased - 1) == NULL)
		return 0;
	json = config_parse(line, "ledger", STATUS_UNSAFE, &why);
	if (json == NULL)
		return error_set(e, UNSAFE, "E_LEDGER", "a ledger line that is no JSON");
	if (json_is_string(json_object_get(json, "type")) &&
	    strcmp(json_string_value(json_object_get(json, "type")), "erased") == 0)
		r = note_subjects(l, json_object_get(json_object_get(json, "data"), "subjects"), e);
	json_decref(json);
	return r;
}

static const unsigned char *
find_lookup(const struct ledger *l, const unsigned char subject[TOKEN])
{
	const unsigned char *lookup = vault_lookup(l->vault, subject);

	return lookup == NULL && l->cache != NULL ? cache_lookup(l->cache, subject) : lookup;
}

/* Replaces a subject by its lookup token; that of an erased one only if it was kept and is asked for. False: it has neither a row nor been erased. */
static bool
know(const struct ledger *l, struct token *t)
{
	const unsigned char *lookup;

	if (map_size(l->erased) > 0 && map_has(l->erased, bytes_of(t->lookup))) {
		lookup = l->proof == NULL ? NULL :
		    proof_vault_lookup(l->proof, t->lookup, l->proof_at);
		if (lookup != NULL)
			memcpy(t->lookup, lookup, TOKEN);
		return true;
	}
	lookup = find_lookup(l, t->lookup);
	if (lookup == NULL)
		return false;
	memcpy(t->lookup, lookup, TOKEN);
	return true;
}

static bool
is_there(const struct token *t)
{
	static const struct token none;

	return memcmp(t->lookup, none.lookup, TOKEN) != 0;
}

/* Lines are known piece by piece, by several threads; each notes the first it cannot know. */
struct knowing {
	struct ledger	*l;
	uint64_t	 first, count;
	uint64_t	*bad;		/* of each piece; UINT64_MAX: none */
};

static bool
know_event(struct ledger *l, uint64_t seq)
{
	const struct event *v = events_at(l->events, seq);
	struct token sid = v->sid, account = v->account;

	if ((v->sid_type.p != NULL && !event_has_suppression(v->type) && !know(l, &sid)) ||
	    (is_there(&account) && !know(l, &account)))
		return false;
	events_know(l->events, seq, &sid, &account);
	return true;
}

static void
know_piece(void *arg, unsigned piece)
{
	struct knowing *k = arg;
	uint64_t seq = k->first + (uint64_t)piece * PIECE, end = seq + PIECE;

	for (; seq < end && seq < k->count && k->bad[piece] == UINT64_MAX; seq++)
		if (!know_event(k->l, seq))
			k->bad[piece] = seq;
}

static int
no_row(const struct ledger *l, uint64_t seq, struct error *e)
{
	error_set(e, UNSAFE, "E_LEDGER", "%s: the vault has no sound row for the subject of the line with "
	    "seq %llu, which was not erased", l->dir, (unsigned long long)seq);
	error_place(e, NULL, seq + 1, 0);
	return -1;
}

int
subjects_know(struct ledger *l, struct error *e)
{
	uint64_t first = l->cache == NULL ? 0 : cache_size(l->cache);	/* those before are known */
	struct knowing k = { l, first, events_count(l->events), NULL };
	unsigned pieces = l->vault == NULL || first >= k.count ? 0 :
	    (unsigned)((k.count - first + PIECE - 1) / PIECE);
	uint64_t bad = UINT64_MAX;

	k.bad = mem_alloc((pieces + 1) * sizeof *k.bad);
	for (unsigned i = 0; i < pieces; i++)
		k.bad[i] = UINT64_MAX;
	/* A compiled state may be one that only one thread may touch. */
	parallel_each(pieces > 1 && l->cache == NULL ? threads_available() : 1, pieces, know_piece, &k);
	for (unsigned i = pieces; i-- > 0;)
		bad = k.bad[i] != UINT64_MAX ? k.bad[i] : bad;
	mem_free(k.bad);
	return bad == UINT64_MAX ? 0 : no_row(l, bad, e);
}

static void
note(const struct ledger *l, const struct token *t, uint64_t seq, struct map *unknown)
{
	struct token copy = *t;

	if (!know(l, &copy) && !map_has(unknown, bytes_of(t->lookup)))
		*map_slot(unknown, bytes_of(t->lookup)) = seq;
}

void
subjects_note_unknown(const struct ledger *l, const struct event *v, struct map *unknown)
{
	if (l->vault == NULL)
		return;
	if (v->sid_type.p != NULL && !event_has_suppression(v->type))
		note(l, &v->sid, v->seq, unknown);
	if (is_there(&v->account))
		note(l, &v->account, v->seq, unknown);
}

/* They were noted in order of their lines. */
int
subjects_check_unknown(const struct ledger *l, const struct map *unknown, struct error *e)
{
	for (size_t i = 0; i < map_size(unknown); i++)
		if (!map_has(l->erased, map_key(unknown, i)))
			return no_row(l, *map_find(unknown, map_key(unknown, i)), e);
	return 0;
}

static struct span
text_of(const struct ledger *l, struct span type, const unsigned char token[TOKEN],
    struct arena *arena)
{
	struct token t = { { 0 }, { 0 } };
	struct buf text = { 0 };
	struct span s;

	memcpy(t.lookup, token, TOKEN);
	token_write(&text, &l->key, type, &t);
	s = arena_copy(arena, buf_span(&text));
	buf_done(&text);
	return s;
}

/* That of the vault, which is made if there is none. */
static const unsigned char *
find_subject(const struct ledger *l, const unsigned char lookup[TOKEN])
{
	const unsigned char *subject = vault_find(l->vault, lookup);

	if (subject == NULL && l->cache != NULL)
		subject = cache_subject(l->cache, lookup);
	return subject != NULL ? subject : vault_subject(l->vault, lookup);
}

struct span
subject_of(struct ledger *l, struct span lookup, struct arena *arena)
{
	struct span type, key;
	struct token t;

	if (l->vault == NULL)
		return lookup;
	if (lookup.p == NULL || token_read(lookup, &type, &key, &t) < 0)
		return span_none();
	return text_of(l, type, find_subject(l, t.lookup), arena);
}

struct span
lookup_of(const struct ledger *l, struct span subject, struct arena *arena)
{
	const unsigned char *lookup;
	struct span type, key;
	struct token t;

	if (l->vault == NULL)
		return subject;
	if (subject.p == NULL || token_read(subject, &type, &key, &t) < 0)
		return span_none();
	lookup = find_lookup(l, t.lookup);
	return lookup == NULL || map_has(l->erased, bytes_of(t.lookup)) ? span_none() :
	    text_of(l, type, lookup, arena);
}

bool
subject_is_erased(const struct ledger *l, struct span subject)
{
	struct span type, key;
	struct token t;

	return subject.p != NULL && token_read(subject, &type, &key, &t) == 0 &&
	    map_has(l->erased, bytes_of(t.lookup));
}

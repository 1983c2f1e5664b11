/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/erase.c: whom an erasure is about, and the lines that say it. */
#include "base/error.h"
#include "base/map.h"
#include "consent/erase.h"
#include "consent/event_id.h"
#include "consent/events.h"
#include "consent/ledger_write_priv.h"
#include "consent/person.h"
#include "consent/proof_vault.h"
#include "consent/receipt.h"
#include "consent/vault.h"
#include "io/json_write.h"
#include "model/consent.h"

enum { DATA_MOST = 3072 };	/* bytes of subjects in a line, of 4096 that a line may have */

struct erasing {
	struct ledger_writer	*w;
	struct erase_report	*r;
	struct map		*lookups;	/* of those erased, in the order given */
	struct map		*given;		/* lookup tokens of all that are not of many */
	struct buf		 texts;		/* their subjects, a line each */
};

static struct span
bytes_of(const unsigned char token[VAULT_TOKEN])
{
	return span_make((const char *)token, VAULT_TOKEN);
}

/* ---- whom ---- */

/* Nobody is found by what cannot be read, and so nobody may be taken for unknown by it. */
static int
check(const struct erasing *x, const struct person *p, struct error *e)
{
	struct arena arena = { 0 };
	int r = 0;

	for (size_t i = 0; i < p->count && r == 0; i++) {
		struct consent_event c = { .type = SPAN_INIT("suppress"), .identifier_type = p->list[i].type,
		    .identifier_value = p->list[i].value };

		if (event_sid(&x->w->ledger.key, &c, &arena).p == NULL)
			r = error_set(e, INPUT, "E_SUBJECT", "identifier %zu of the subject cannot be read",
			    i + 1);
	}
	arena_done(&arena);
	return r;
}

static void
choose(struct erasing *x, const struct person_identifier *id)
{
	const struct ledger *l = &x->w->ledger;
	struct token t = token_of(&l->key, id->type, id->value), subject = { { 0 }, { 0 } };
	const unsigned char *found = vault_find(l->vault, t.lookup);

	if (!id->shared)
		map_add(x->given, bytes_of(t.lookup));
	if (found == NULL && id->hash)	/* nobody gave it, and it leads to nothing */
		x->r->given--;
	else
		x->r->unknown += found == NULL;
	x->r->shared += found != NULL && id->shared;
	if (found == NULL || id->shared || map_has(x->lookups, bytes_of(t.lookup)))
		return;
	map_add(x->lookups, bytes_of(t.lookup));
	memcpy(subject.lookup, found, sizeof subject.lookup);
	token_write(&x->texts, &l->key, id->type, &subject);
	buf_byte(&x->texts, '\n');
}

/* ---- what is said about them ---- */

static bool
goes(const struct erasing *x, const struct token *t)
{
	return map_has(x->lookups, bytes_of(t->lookup));
}

static bool
names_account(const struct event *v)
{
	static const struct token none;

	return !token_equal(&v->account, &none);
}

/* Of the lines of this run that a crash had kept back. */
static void
count_added(struct erasing *x)
{
	struct span type, key;
	struct token sid;

	for (size_t i = 0; i < x->w->added_count; i++)
		x->r->lines += token_read(x->w->added[i].sid, &type, &key, &sid) == 0 && goes(x, &sid);
}

/* Somebody had asked that nothing be deleted meanwhile: whoever decided should know it. */
static void
count_hold(struct erasing *x, const struct event *v, bool theirs, struct map *holds)
{
	uint64_t named = v->ref - 1, *open;

	if (theirs && v->type == EVENT_HOLD) {
		*map_slot(holds, span_make((const char *)&v->seq, sizeof v->seq)) = 1;
		x->r->holds++;
	}
	if (v->type != EVENT_UNHOLD || v->ref == 0)
		return;
	open = map_find(holds, span_make((const char *)&named, sizeof named));
	if (open != NULL && *open == 1) {
		*open = 0;
		x->r->holds--;
	}
}

static void
count_lines(struct erasing *x)
{
	const struct ledger *l = &x->w->ledger;
	struct map *accounts = map_new(), *holds = map_new();

	for (uint64_t i = 0; i < events_count(l->events); i++) {
		const struct event *v = events_at(l->events, i);
		bool theirs = !event_has_suppression(v->type) && goes(x, &v->sid);

		x->r->lines += theirs;
		count_hold(x, v, theirs, holds);
		if (!names_account(v) || map_has(l->erased, bytes_of(v->account.lookup)))
			continue;
		if (theirs && !goes(x, &v->account))
			map_add(accounts, bytes_of(v->account.lookup));
		x->r->account_lines += !theirs && goes(x, &v->account);
	}
	x->r->accounts = map_size(accounts);
	map_free(accounts);
	map_free(holds);
	count_added(x);
}

/* ---- the lines ---- */

static int
add_line(struct erasing *x, struct span subjects, struct span by, struct error *e)
{
	struct buf data = { 0 };
	struct json_writer j = json_writer(&data);
	struct receipt receipt;
	struct span one;
	int r;

	json_open_object(&j);
	json_key(&j, SPAN("subjects"));
	json_open_array(&j);
	while (span_split(&subjects, '\n', &one))
		json_text(&j, one);
	json_end(&j);
	json_end(&j);
	r = writer_add_own(x->w, "erased", by, buf_span(&data), &receipt, e);
	if (r == 0)
		receipt_write(&receipt, SPAN("erased"), span_none(), &x->r->receipts);
	buf_done(&data);
	return r;
}

/* As many subjects as a line holds. */
static struct span
some_of(struct span texts)
{
	size_t len = texts.len;

	if (len > DATA_MOST)
		for (len = DATA_MOST; texts.p[len - 1] != '\n'; len--)
			;
	return span_head(texts, len);
}

static int
add_lines(struct erasing *x, struct span by, struct error *e)
{
	struct span left = buf_span(&x->texts), some;

	for (; left.len > 0; left = span_skip(left, some.len)) {
		some = some_of(left);
		if (add_line(x, span_head(some, some.len - 1), by, e) < 0)
			return -1;
	}
	return 0;
}

/* Once the lines are committed. */
static void
know_erased(struct erasing *x)
{
	struct ledger *l = &x->w->ledger;

	for (size_t i = 0; i < map_size(x->lookups); i++)
		map_add(l->erased, bytes_of(vault_find(l->vault,
		    (const unsigned char *)map_key(x->lookups, i).p)));
	x->r->erased = map_size(x->lookups);
}

/* ---- what is kept for proof ---- */

/* Before anything is said, so that no crash can lose it: a row says nothing without the line. */
static int
keep(struct erasing *x, struct proof_vault *proof, instant until, struct error *e)
{
	const struct ledger *l = &x->w->ledger;
	struct proof_row row = { .until = until };
	size_t before = proof_vault_count(proof);

	/* Of an earlier erasure of the same identifiers. */
	for (size_t i = 0; i < before; i++) {
		struct proof_row old = proof_vault_at(proof, i);

		if (old.until == INSTANT_NONE || !map_has(x->given, bytes_of(old.lookup)))
			continue;
		x->r->kept++;
		if (old.until == until)
			continue;
		old.until = until;
		proof_vault_keep(proof, &old);
	}
	for (size_t i = 0; i < map_size(x->lookups); i++) {
		memcpy(row.lookup, map_key(x->lookups, i).p, sizeof row.lookup);
		memcpy(row.subject, vault_find(l->vault, row.lookup), sizeof row.subject);
		if (proof_vault_lookup(proof, row.subject, INSTANT_NONE) != NULL)
			continue;	/* a run that was cut short had come as far */
		x->r->kept++;
		proof_vault_keep(proof, &row);
	}
	return proof_vault_commit(proof, e);
}

/* Who is erased without a date is not kept from an earlier time either. The rows go when all is done. */
static void
let_go(struct erasing *x, const struct proof_vault *proof)
{
	for (size_t i = 0; i < proof_vault_count(proof); i++) {
		struct proof_row old = proof_vault_at(proof, i);

		if (old.until == INSTANT_NONE || !map_has(x->given, bytes_of(old.lookup)))
			continue;
		map_add(x->w->let_go, bytes_of(old.subject));
		x->r->dropped++;
	}
}

static int
settle_proof(struct erasing *x, instant until, struct error *e)
{
	const struct ledger *l = &x->w->ledger;
	struct proof_vault *proof = proof_vault_open(l->dir, &l->key, e);
	int r = proof == NULL ? -1 : 0;

	if (r == 0 && until != INSTANT_NONE)
		r = keep(x, proof, until, e);
	else if (r == 0)
		let_go(x, proof);
	proof_vault_close(proof);
	return r;
}

static int
run(struct erasing *x, const struct person *p, const struct erase_act *a, struct error *e)
{
	struct suppress_act act = { .cause = SPAN_INIT("erasure"), .by = a->by,
	    .at = writer_recv(x->w), .once = true };

	if (check(x, p, e) < 0)
		return -1;
	for (size_t i = 0; i < p->count; i++)
		choose(x, &p->list[i]);
	count_lines(x);
	if (a->suppress &&
	    suppress_person(x->w, p, &act, &x->r->suppressed, &x->r->receipts, e) < 0)
		return -1;
	/* No compiled state may be left that is older than the lines; afterwards none that somebody has
	 * made meanwhile. */
	if (settle_proof(x, a->keep_until, e) < 0 || add_lines(x, a->by, e) < 0 || erasures_sweep_cache(&x->w->ledger, e) < 0 ||
	    writer_commit(x->w, UINT64_MAX, e) < 0)
		return -1;
	know_erased(x);
	x->r->size = writer_size(x->w);
	return erasures_finish(x->w, true, &x->r->evidence, e);
}

int
erase_person(struct ledger_writer *w, const struct person *p, const struct erase_act *a,
    struct erase_report *r, struct error *e)
{
	struct erasing x = { .w = w, .r = r, .lookups = map_new(), .given = map_new() };
	int result;

	*r = (struct erase_report){ .given = p->count, .policies = w->ledger.policy_count };
	result = run(&x, p, a, e);
	map_free(x.lookups);
	map_free(x.given);
	buf_done(&x.texts);
	return result;
}

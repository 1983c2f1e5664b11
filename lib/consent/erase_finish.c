/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/erase_finish.c: what an `erased` line says is done, in an order that a crash cannot
 * spoil: whoever holds the lock next sees by the rows still there that there is something left. */
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "consent/events.h"
#include "consent/ledger_write_priv.h"
#include "consent/proof_vault.h"
#include "consent/vault.h"
#include "io/sweep.h"

struct finishing {
	struct ledger_writer	*w;
	struct map		*rows;		/* subjects that are erased and have a row */
	struct map		*lookups;	/* and what leads to them: lines loaded before they were erased */
	struct map		*seqs;		/* lines of theirs with evidence */
	struct proof_vault	*proof;
	struct map		*kept;		/* both tokens of who is kept for proof */
	struct map		*over;		/* subjects that no longer are, and still have a row there */
};

static struct span
bytes_of(const unsigned char token[VAULT_TOKEN])
{
	return span_make((const char *)token, VAULT_TOKEN);
}

static void
find_rows(struct finishing *f)
{
	const struct ledger *l = &f->w->ledger;

	for (size_t i = 0; i < map_size(l->erased); i++) {
		struct span subject = map_key(l->erased, i);
		const unsigned char *lookup = vault_lookup(l->vault, (const unsigned char *)subject.p);

		if (lookup == NULL)
			continue;
		map_add(f->rows, subject);
		map_add(f->lookups, bytes_of(lookup));
	}
}

static int
find_kept(struct finishing *f, struct error *e)
{
	const struct ledger *l = &f->w->ledger;

	f->proof = proof_vault_open(l->dir, &l->key, e);
	if (f->proof == NULL)
		return -1;
	for (size_t i = 0; i < proof_vault_count(f->proof); i++) {
		struct proof_row row = proof_vault_at(f->proof, i);

		if (row.until <= f->w->recv || map_has(f->w->let_go, bytes_of(row.subject))) {
			map_add(f->over, bytes_of(row.subject));
			continue;
		}
		map_add(f->kept, bytes_of(row.subject));
		map_add(f->kept, bytes_of(row.lookup));
	}
	return 0;
}

static bool
is_erased(const struct finishing *f, const struct token *sid)
{
	return !map_has(f->kept, bytes_of(sid->lookup)) &&
	    (map_has(f->w->ledger.erased, bytes_of(sid->lookup)) ||
	    map_has(f->lookups, bytes_of(sid->lookup)));
}

static void
find_lines(struct finishing *f)
{
	const struct ledger_writer *w = f->w;
	struct span type, key;
	struct token sid;

	for (uint64_t seq = 0; seq < events_count(w->ledger.events); seq++) {
		const struct event *v = events_at(w->ledger.events, seq);

		if (v->has_commit && !event_has_suppression(v->type) && is_erased(f, &v->sid))
			map_add(f->seqs, span_make((const char *)&seq, sizeof seq));
	}
	for (size_t i = 0; i < w->added_count; i++) {
		const struct added *a = &w->added[i];

		if (a->evidence.p != NULL && token_read(a->sid, &type, &key, &sid) == 0 &&
		    is_erased(f, &sid))
			map_add(f->seqs, span_make((const char *)&a->seq, sizeof a->seq));
	}
}

static int
sweep_part(const struct ledger *l, const char *part, const char *prefix, struct error *e)
{
	struct buf path = { 0 };
	int r;

	buf_print(&path, "%s/%s%c", l->dir, part, 0);
	r = sweep(path.p, prefix, e);
	buf_done(&path);
	return r;
}

int
erasures_sweep_cache(const struct ledger *l, struct error *e)
{
	return sweep_part(l, "cache", "", e);
}

/* Files that were not ready are gone: writer_open took them away. */
static int
sweep_all(const struct ledger *l, struct error *e)
{
	return sweep_part(l, "torn", "tail-", e) < 0 ? -1 : erasures_sweep_cache(l, e);
}

static int
zero_rows(struct finishing *f, struct error *e)
{
	struct vault *v = f->w->ledger.vault;

	for (size_t i = 0; i < map_size(f->over); i++)
		if (proof_vault_zero(f->proof, (const unsigned char *)map_key(f->over, i).p, e) < 0)
			return -1;
	if (map_size(f->over) > 0 && proof_vault_sync(f->proof, e) < 0)
		return -1;
	for (size_t i = 0; i < map_size(f->rows); i++)
		if (vault_erase(v, (const unsigned char *)map_key(f->rows, i).p, e) < 0)
			return -1;
	return map_size(f->rows) == 0 ? 0 : vault_sync(v, e);
}

static int
finish(struct finishing *f, bool always, uint64_t *evidence, struct error *e)
{
	struct ledger_writer *w = f->w;

	if (find_kept(f, e) < 0)
		return -1;
	find_rows(f);
	if (!always && map_size(f->rows) == 0 && map_size(f->over) == 0)
		return 0;
	if (writer_load_events(w, e) < 0)
		return -1;
	find_lines(f);
	return side_erase(w->side, tlog_next_seq(w->log), f->seqs, evidence, e) < 0 ||
	    sweep_all(&w->ledger, e) < 0 ? -1 : zero_rows(f, e);
}

int
erasures_finish(struct ledger_writer *w, bool always, uint64_t *evidence, struct error *e)
{
	struct finishing f = { w, map_new(), map_new(), map_new(), NULL, map_new(), map_new() };
	int r = w->ledger.vault == NULL ? 0 : finish(&f, always, evidence, e);

	map_free(f.rows);
	map_free(f.lookups);
	map_free(f.seqs);
	map_free(f.kept);
	map_free(f.over);
	proof_vault_close(f.proof);
	return r;
}

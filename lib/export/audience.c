/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/audience.c: collect, check what the header says, shape, count. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "export/audience.h"
#include "export/pseudonym.h"
#include "export/row.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include "model/decision.h"
#include "model/profile.h"
#include "model/reject.h"
#include "model/rejects.h"

#include <stdlib.h>

enum { CLOCK_BEHIND_MS = 5 * 60 * 1000 };	/* as the clock_back_limit that a ledger has by default */

/* A profile line that waits for its turn. */
struct kept {
	struct span	id, raw;
	const char	*file;
	uint64_t	line, byte;
};
struct audience_lines {
	struct arena	 arena;
	struct kept	*v;
	size_t		 n, cap;
	struct map	*files;
};

void
audience_init(struct audience *a)
{
	*a = (struct audience){ .now = INSTANT_NONE, .valid_until = INSTANT_NONE,
	    .decided_at = INSTANT_NONE };
	a->codes = map_new();
	a->lines = mem_zero(1, sizeof *a->lines);
	a->lines->files = map_new();
	a->memory = mem_zero(1, sizeof *a->memory);
}

void
audience_done(struct audience *a)
{
	pseudonym_close(a);
	policy_text_done(&a->policy);
	map_free(a->codes);
	map_free(a->lines->files);
	arena_done(&a->lines->arena);
	mem_free(a->lines->v);
	mem_free(a->lines);
	arena_done(a->memory);
	mem_free(a->memory);
	buf_done(&a->rows);
	buf_done(&a->checkpoint);
}

/* ---- before anything is read ---- */

static int
load_policy(struct audience *a, struct error *e)
{
	return a->policy_path != NULL ? policy_text_load(&a->policy, a->policy_path, e) :
	    policy_text_in_force(&a->policy, a->state, a->now, e);
}

static int
choose_purpose(struct audience *a, struct error *e)
{
	const struct contract *c = &a->contract;

	if (a->purpose.p == NULL && c->purpose_count > 1)
		return error_set(e, USAGE, "E_USAGE", "the contract has several purposes: say --purpose");
	if (a->purpose.p == NULL)
		a->purpose = c->purposes[0];
	for (size_t i = 0; i < c->purpose_count; i++)
		if (span_equal(c->purposes[i], a->purpose))
			return 0;
	return error_set(e, USAGE, "E_USAGE", "the purpose is not in the contract");
}

static int
check_contract(const struct audience *a, struct error *e)
{
	if (a->profile == CSV_SPREADSHEET && a->contract.layout != LAYOUT_CSV)
		return error_set(e, USAGE, "E_USAGE", "--csv-profile is for the layout csv");
	if (a->contract.ends != INSTANT_NONE && a->contract.ends <= a->now)
		return error_set(e, USAGE, "E_CONTRACT", "the contract has ended");
	return 0;
}

int
audience_prepare(struct audience *a, struct error *e)
{
	if (load_policy(a, e) < 0 ||
	    contract_find(&a->policy, a->to, &a->contract, a->memory, e) < 0 ||
	    choose_purpose(a, e) < 0 || check_contract(a, e) < 0)
		return -1;
	return pseudonym_open(a, e);
}

/* ---- reading ---- */

static struct span
member(const struct ndjson *n, const char *key, struct arena *arena)
{
	uint32_t node = ndjson_find(n, 0, span_from(key));

	return node == 0 ? span_none() : ndjson_text(n, node, arena);
}

static const char *const asked_names[AUDIENCE_ASKED] = { "purpose", "channel", "controller",
    "destination" };

static int
take_question(struct audience *a, const struct ndjson *n, struct error *e)
{
	for (size_t i = 0; i < AUDIENCE_ASKED; i++) {
		struct span s = member(n, asked_names[i], &a->lines->arena);

		if (a->has_header && !span_equal(s, a->asked[i]))
			return error_set(e, UNSAFE, "E_NO_DECISION",
			    "two streams were decided for more than one %s", asked_names[i]);
		a->asked[i] = s.p == NULL ? s : arena_copy(&a->lines->arena, s);
	}
	if (a->asked[0].p == NULL)
		return error_set(e, UNSAFE, "E_NO_DECISION", "the stream does not say its purpose");
	return 0;
}

/* By a clock that is behind the decisions nobody can say how old they are, nor what has ended since. In a
 * pipe the two clocks are read at one time, in any order. */
static int
check_clock(const struct audience *a, instant decided, struct error *e)
{
	if (decided - CLOCK_BEHIND_MS <= a->now)
		return 0;
	return error_set(e, UNSAFE, "E_CLOCK",
	    "the decisions are of a later time than this run: the clock is behind, or --as-of is");
}

/* Of several streams the oldest counts: its age and its checkpoint. */
static int
take_moment(struct audience *a, const struct ndjson *n, struct error *e)
{
	uint32_t checkpoint = ndjson_find(n, 0, SPAN("checkpoint"));
	struct span text = checkpoint == 0 ? span_none() : ndjson_raw(n, checkpoint);
	instant at;

	if (text.p == NULL || !instant_parse(member(n, "as_of", &a->lines->arena), &at))
		return error_set(e, UNSAFE, "E_NO_DECISION",
		    "the stream does not say at what moment it was decided");
	if (check_clock(a, at, e) < 0)
		return -1;
	if (a->has_header && (at > a->decided_at ||
	    (at == a->decided_at && span_cmp(text, buf_span(&a->checkpoint)) >= 0)))
		return 0;
	a->decided_at = at;
	buf_reset(&a->checkpoint);
	buf_add(&a->checkpoint, text);
	return 0;
}

static int
header(void *arg, const struct feed_line *line, struct error *e)
{
	struct audience *a = arg;
	struct span tool = member(line->tape, "tool", &a->lines->arena);
	struct span command = member(line->tape, "command", &a->lines->arena);
	struct span digest = member(line->tape, "policy", &a->lines->arena);

	if (!span_is(tool, "cdp-consent") || !span_is(command, "filter") ||
	    digest.len != POLICY_DIGEST_HEX)
		return error_set(e, UNSAFE, "E_NO_DECISION",
		    "the stream does not come from cdp-consent filter");
	if (a->has_header && !span_is(digest, a->digest))
		return error_set(e, UNSAFE, "E_POLICY_DIGEST", "two streams were decided under two policies");
	memcpy(a->digest, digest.p, digest.len);
	if (take_question(a, line->tape, e) < 0 || take_moment(a, line->tape, e) < 0)
		return -1;
	a->has_header = true;
	return 0;
}

/* Profile lines go to the chunk's buffer as records of the lines array: kept in order. */
static int
line(void *arg, struct feed_part *part, const struct feed_line *l, struct error *e)
{
	struct audience *a = arg;
	struct audience_lines *all = a->lines;
	struct kept k = { .line = l->line, .byte = l->byte };

	(void)part;
	if (l->kind == FEED_DECISION)
		return error_set(e, UNSAFE, "E_NO_DECISION",
		    "the stream holds decisions and no profiles: it is the one of filter --denied");
	if (l->kind != FEED_PROFILE)
		return 0;
	k.id = member(l->tape, "id", &all->arena);
	if (k.id.p == NULL) {
		error_set(e, REFUSED, "E_ID", "profile without an id");
		return 1;
	}
	k.id = arena_copy(&all->arena, k.id);
	k.raw = arena_copy(&all->arena, l->raw);
	k.file = map_key(all->files, map_add(all->files, span_make(l->file, strlen(l->file) + 1))).p;
	all->v = mem_grow(all->v, all->n + 1, &all->cap, sizeof *all->v);
	all->v[all->n++] = k;
	return 0;
}

/* A stream that was asked about something else may hold nobody: that is no small audience. */
static int
check_question(const struct audience *a, struct error *e)
{
	const struct span contract[AUDIENCE_ASKED] = { a->purpose, a->contract.channel,
	    a->contract.controller, a->contract.id };

	for (size_t i = 0; i < AUDIENCE_ASKED; i++)
		if (a->asked[i].p != NULL && !span_equal(a->asked[i], contract[i]))
			return error_set(e, UNSAFE, "E_NO_DECISION",
			    "the stream was decided for another %s than the contract's", asked_names[i]);
	return 0;
}

/* Decisions under another policy than the one in force, or too old to be true today, release
 * nothing. */
static int
check_decisions(const struct audience *a, struct error *e)
{
	if (!a->has_header || a->counts.foreign > 0)
		return error_set(e, UNSAFE, "E_NO_DECISION", a->has_header ?
		    "lines that belong to no stream of cdp-consent filter" :
		    "no stream of cdp-consent filter was read: without decisions nothing leaves");
	if (strcmp(a->policy.digest, a->digest) != 0)
		return error_set(e, UNSAFE, "E_POLICY_DIGEST",
		    "the decisions were made under another policy than %s",
		    a->policy_path != NULL ? "this one" : "the one in force");
	if (check_question(a, e) < 0)
		return -1;
	if (instant_add(a->decided_at, a->contract.max_decision_age, 1) < a->now)
		return error_set(e, UNSAFE, "E_STALE",
		    "the decisions are older than the contract's max_decision_age");
	return 0;
}

int
audience_read(struct audience *a, struct error *e)
{
	struct feed_ops ops = { .line = line, .header = header };

	a->feed.threads = 1;
	if (feed_run(&a->feed, &ops, a, &a->counts, e) < 0)
		return -1;
	a->read = a->lines->n;
	return check_decisions(a, e);
}

/* ---- shaping ---- */

static int
by_id(const void *x, const void *y)
{
	const struct kept *a = x, *b = y;
	int r = span_cmp(a->id, b->id);

	return r != 0 ? r : span_cmp(a->raw, b->raw);
}

/* Two profiles of one id: a file was given twice, or two resolutions were mixed. Which of them is
 * the person of today cannot be told. */
static int
sort_lines(struct audience_lines *all, struct error *e)
{
	if (all->n > 1)
		qsort(all->v, all->n, sizeof *all->v, by_id);
	for (size_t i = 1; i < all->n; i++)
		if (span_equal(all->v[i - 1].id, all->v[i].id)) {
			error_set(e, INPUT, "E_PROFILE_TWICE", "a profile id comes twice");
			error_place(e, all->v[i].file, all->v[i].line, 0);
			return -1;
		}
	return 0;
}

static int
refuse(struct audience *a, const struct kept *k, struct error *found, struct error *e)
{
	struct reject r = { .tool = a->feed.tool, .code = found->code, .file = span_from(k->file),
	    .line = k->line, .byte = k->byte, .raw = k->raw };

	a->counts.rejected++;
	return rejects_add(a->feed.rejects, &r, found->text, e);
}

int
audience_shape(struct audience *a, struct egress *g, struct error *e)
{
	struct row_maker *rows;
	struct ndjson *scanner;
	int r = 0;

	if (sort_lines(a->lines, e) < 0)
		return -1;
	rows = row_maker_new(a, g);
	scanner = ndjson_new(NULL);
	row_header(rows);
	for (size_t i = 0; i < a->lines->n && r == 0; i++) {
		struct error found = { 0 };
		size_t at;

		if (ndjson_scan_all(scanner, a->lines->v[i].raw, &at, &found) == 0 &&
		    row_profile(rows, scanner, &found) == 0)
			continue;
		if (found.status == STATUS_REFUSED)
			r = refuse(a, &a->lines->v[i], &found, e);
		else {
			*e = found;
			error_place(e, a->lines->v[i].file, a->lines->v[i].line, 0);
			r = -1;
		}
	}
	ndjson_free(scanner);
	row_maker_free(rows);
	return r;
}

/* ---- the manifest ---- */

static void
write_instant(struct json_writer *w, const char *key, instant t)
{
	struct buf text = { 0 };

	if (t == INSTANT_NONE)
		return;
	instant_write(&text, t);
	json_member_string(w, key, buf_span(&text));
	buf_done(&text);
}

static void
write_file(const struct audience *a, const char *file, const char *sha256, struct json_writer *w)
{
	json_key(w, SPAN("files"));
	json_open_array(w);
	json_open_object(w);
	json_member_string(w, "file", span_from(file));
	json_member_u64(w, "bytes", a->rows.len);
	json_member_u64(w, "rows", a->row_count);
	json_member_string(w, "sha256", span_from(sha256));
	json_end(w);
	json_end(w);
	json_key(w, SPAN("columns"));
	json_open_array(w);
	for (size_t i = 0; i < a->contract.field_count; i++)
		json_text(w, a->contract.fields[i].path);
	json_end(w);
	json_member_raw(w, "columns_left_out", SPAN("[]"));
}

void
audience_manifest(const struct audience *a, const char *file, const char *sha256,
    const char *previous, struct span as_of, struct json_writer *w)
{
	json_member_string(w, "to", a->contract.id);
	json_member_string(w, "layout", a->contract.layout == LAYOUT_CSV ? SPAN("csv/1") : SPAN("ndjson/1"));
	json_member_string(w, "hash_profile", SPAN("none"));
	json_member_string(w, "purpose", a->purpose);
	json_member_string(w, "as_of", as_of);
	json_member_string(w, "policy", span_from(a->digest));
	json_member_raw(w, "checkpoint", buf_span(&a->checkpoint));
	write_file(a, file, sha256, w);
	json_member_u64(w, "read", a->read);
	json_member_u64(w, "rows", a->row_count);
	json_key(w, SPAN("codes"));
	map_sort(a->codes);
	json_open_object(w);
	for (size_t i = 0; i < map_size(a->codes); i++) {
		json_key(w, map_key(a->codes, i));
		json_u64(w, map_value(a->codes, i));
	}
	json_end(w);
	json_member_string(w, "csv_profile", a->contract.layout == LAYOUT_NDJSON ? span_none() :
	    a->profile == CSV_MACHINE ? SPAN("machine") : SPAN("spreadsheet"));
	json_member_u64(w, "cells_guarded", a->cells_guarded);
	write_instant(w, "valid_until", a->valid_until);
	if (previous[0] != '\0')
		json_member_string(w, "previous_run", span_from(previous));
}

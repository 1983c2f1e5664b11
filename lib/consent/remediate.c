/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/remediate.c: exports × people, each export at its own time. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/map.h"
#include "base/notes.h"
#include "consent/fields.h"
#include "consent/judge.h"
#include "consent/remediate.h"
#include "consent/remediate_priv.h"
#include "consent/state.h"
#include "io/json_write.h"
#include "io/keyfile.h"
#include "io/out.h"
#include "model/feed.h"
#include "model/stream.h"

enum { TOKEN_BYTES = 16 };

struct remediation {
	const struct consent_state	*state;
	struct exports			*exports;
	unsigned char			*key;
	struct judge			*judges;	/* one an export; those undecided are zero */
	struct consent_state		*states;
	uint64_t			*told;		/* by export */
	uint64_t			 people, lines, undecided;
	struct bench			 bench;
	struct feed_counts		 counts;
	struct buf			*out;		/* while it runs */
};

/* ---- opening ---- */

/* The question of an export, as of then. */
static int
open_judge(struct remediation *r, size_t i, struct error *e)
{
	const struct export_run *x = exports_at(r->exports, i);
	struct arena text = { 0 };
	struct judge_question q = { .purpose = arena_text(&text, x->purpose),
	    .destination = arena_text(&text, x->to) };
	int result = state_at(r->state, x->as_of, &r->states[i], e);

	if (result == 0)
		result = judge_open(&r->judges[i], &r->states[i], &q, e);
	arena_done(&text);
	return result;
}

static void
open_judges(struct remediation *r, struct notes *notes)
{
	size_t n = exports_count(r->exports);

	r->judges = mem_zero(n + 1, sizeof *r->judges);
	r->states = mem_zero(n + 1, sizeof *r->states);
	r->told = mem_zero(n + 1, sizeof *r->told);
	for (size_t i = 0; i < n; i++) {
		struct error why = { 0 };

		if (open_judge(r, i, &why) == 0)
			continue;
		judge_close(&r->judges[i]);
		r->undecided++;
		notes_add(notes, "export %llu cannot be decided again: %s: %s",
		    (unsigned long long)exports_at(r->exports, i)->seq, why.code, why.text);
	}
}

struct remediation *
remediation_open(const struct consent_state *s, const char *egress, const char *key,
    instant since, struct notes *notes, struct error *e)
{
	struct remediation *r = mem_zero(1, sizeof *r);
	char id[KEYFILE_ID];

	r->state = s;
	if (keyfile_read(key, "egress", &r->key, id, e) == 0)
		r->exports = exports_open(egress, since, e);
	if (r->exports != NULL) {
		open_judges(r, notes);
		return r;
	}
	remediation_close(r);
	return NULL;
}

void
remediation_close(struct remediation *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; r->judges != NULL && i < exports_count(r->exports); i++)
		judge_close(&r->judges[i]);
	exports_close(r->exports);
	secret_free(r->key);
	mem_free(r->judges);
	mem_free(r->states);
	mem_free(r->told);
	bench_done(&r->bench);
	mem_free(r);
}

/* Of the first export that is decided again. */
const struct intake *
remediation_intake(const struct remediation *r)
{
	for (size_t i = 0; i < exports_count(r->exports); i++)
		if (r->judges[i].state != NULL)
			return &r->judges[i].intake;
	return NULL;
}

void
remediation_use_spread(struct remediation *r, const struct spread *s)
{
	for (size_t i = 0; i < exports_count(r->exports); i++)
		r->judges[i].intake.spread = s;
}

/* ---- people ---- */

/* As the log keeps it: BLAKE2b-128 of type:value under its own key. */
static struct span
egress_token(const struct remediation *r, struct span type, struct span value,
    struct arena *arena)
{
	struct span parts[] = { type, SPAN(":"), value };
	unsigned char hash[TOKEN_BYTES];
	struct buf text = { 0 };
	struct span s;

	blake2b(hash, sizeof hash, r->key, parts, 3);
	base64url_write(&text, span_make((const char *)hash, sizeof hash));
	s = arena_copy(arena, buf_span(&text));
	buf_done(&text);
	return s;
}

static void
write_remedy(struct remediation *r, size_t i, const struct ruling *ruling, struct facts *f,
    struct span row, struct arena *arena)
{
	const struct export_run *x = exports_at(r->exports, i);
	const struct judge *j = &r->judges[i];
	struct token subject = token_of(&r->state->key, SPAN("profile"), row);
	struct json_writer w = json_writer(r->out);
	struct fact_identifier *id = f->contact == CONTACT_NONE ? NULL : &f->identifiers[f->contact];

	json_open_object(&w);
	json_member_string(&w, "kind", SPAN("remedy"));
	json_member_string(&w, "recipient", x->recipient);
	json_member_string(&w, "destination", x->to);
	json_member_u64(&w, "egress", x->seq);
	json_member_string(&w, "at", x->at);
	json_member_string(&w, "subject", judge_token_text(j, SPAN("profile"), &subject, arena));
	if (id != NULL)
		json_member_string(&w, "contact", judge_token_text(j, id->type,
		    intake_token(&j->intake, id, arena), arena));
	json_member_string(&w, "purpose", x->purpose);
	json_member_string(&w, "code", span_from(ruling->code));
	json_key(&w, SPAN("evidence"));
	json_open_array(&w);
	for (size_t k = 0; k < ruling->evidence_count; k++)
		json_u64(&w, ruling->evidence[k]);
	json_end(&w);
	json_end(&w);
	buf_byte(r->out, '\n');
	r->told[i]++;
	r->lines++;
}

/* An address is known by itself, for profiles change; a row without one by its profile. */
static void
visit(void *arg, const struct judge *j, const struct ruling *ruling, struct facts *f,
    struct span row, struct arena *arena)
{
	struct remediation *r = arg;
	size_t i = (size_t)(j - r->judges);
	const struct fact_identifier *id = f->contact == CONTACT_NONE ? NULL :
	    &f->identifiers[f->contact];

	if (ruling->permitted || ruling->skipped)
		return;
	if (exports_have(r->exports, i, id == NULL ?
	    egress_token(r, SPAN("profile"), row, arena) :
	    egress_token(r, contact_field(id), id->value, arena)))
		write_remedy(r, i, ruling, f, row, arena);
}

static int
line(void *arg, struct feed_part *part, const struct feed_line *l, struct error *e)
{
	struct remediation *r = arg;

	if (l->kind != FEED_PROFILE)
		return judge_no_profile(NULL, &r->bench, l, e);
	r->out = part->out;
	for (size_t i = 0; i < exports_count(r->exports); i++)
		if (r->judges[i].state != NULL &&
		    judge_profile(&r->judges[i], &r->bench, l, visit, r, e) != 0)
			return 1;
	r->people++;
	return 0;
}

struct emitting {
	struct remediation	*remediation;
	struct out		*to;
};

static int
emitting_line(void *arg, struct feed_part *part, const struct feed_line *l, struct error *e)
{
	return line(((struct emitting *)arg)->remediation, part, l, e);
}

static int
emit(void *arg, struct feed_part *part, struct error *e)
{
	(void)e;
	out_add(((struct emitting *)arg)->to, buf_span(part->out));
	return 0;
}

int
remediation_run(struct remediation *r, const struct feed_options *feed, struct out *out,
    struct error *e)
{
	static const struct feed_ops ops = { .line = emitting_line, .emit = emit };
	struct emitting x = { r, out };
	struct feed_options one = *feed;
	struct stream_end end = { .ok = !r->state->draft,
	    .code = r->state->draft ? STATUS_UNSAFE : 0 };
	struct buf at = { 0 };
	struct json_writer w;

	one.threads = 1;	/* one bench for all exports */
	instant_write(&at, r->state->as_of);
	w = stream_header(out_buffer(out), "cdp-consent", buf_span(&at));
	json_member_string(&w, "command", SPAN("remediate"));
	state_header(r->state, &w);
	stream_header_end(&w);
	buf_done(&at);
	if (feed_run(&one, &ops, &x, &r->counts, e) < 0)
		return -1;
	end.in = r->counts.in;
	end.rejected = r->counts.rejected;
	stream_count(&end, "remedy", r->lines);
	stream_end_write(out_buffer(out), &end);
	return 0;
}

/* ---- figures ---- */

uint64_t
remediation_undecided(const struct remediation *r)
{
	return r->undecided;
}

uint64_t
remediation_lines_in(const struct remediation *r)
{
	return r->counts.in;
}

static struct map *
by_recipient(const struct remediation *r)
{
	struct map *m = map_new();

	for (size_t i = 0; i < exports_count(r->exports); i++)
		if (r->told[i] > 0)
			*map_slot(m, exports_at(r->exports, i)->recipient) += r->told[i];
	map_sort(m);
	return m;
}

void
remediation_text(const struct remediation *r, struct buf *out)
{
	struct map *m = by_recipient(r);

	buf_print(out, "remediate: exports %zu, people %llu, to be told %llu",
	    exports_count(r->exports), (unsigned long long)r->people, (unsigned long long)r->lines);
	for (size_t i = 0; i < map_size(m); i++)
		buf_print(out, "%s%.*s %llu", i == 0 ? "; " : ", ", SPAN_ARG(map_key(m, i)),
		    (unsigned long long)map_value(m, i));
	map_free(m);
}

void
remediation_summary(const struct remediation *r, struct json_writer *w)
{
	struct map *m = by_recipient(r);

	json_member_string(w, "command", SPAN("remediate"));
	json_member_u64(w, "exports", exports_count(r->exports));
	json_member_u64(w, "undecided", r->undecided);
	json_member_u64(w, "people", r->people);
	json_member_u64(w, "remedies", r->lines);
	json_key(w, SPAN("recipients"));
	json_open_object(w);
	for (size_t i = 0; i < map_size(m); i++) {
		json_key(w, map_key(m, i));
		json_u64(w, map_value(m, i));
	}
	json_end(w);
	map_free(m);
}

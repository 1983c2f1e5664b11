/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/suppression.c: the list in memory, 16 bytes a token, sorted; and as lines. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include "model/feed.h"
#include "model/rejects.h"
#include "model/stream.h"
#include "model/suppression.h"
#include "model/token.h"

#include <stdlib.h>

enum { HALF = 16, TYPES_MAX = 1000 };	/* types: namespaces of identifiers are few */

struct suppression {
	const struct token_key	*key;
	unsigned char		(*tokens)[HALF];
	size_t			 count, cap;
	struct span		*types;
	size_t			 type_count, type_cap;
	struct span		 made, ledger;
	instant			 least;		/* a list made before this is too old */
	struct arena		 memory;
};

static const struct span kinds[SUPPRESSION_KINDS] = { SPAN_INIT("email"), SPAN_INIT("phone_number"),
    SPAN_INIT("id"), SPAN_INIT("record"), SPAN_INIT("phone_name"), SPAN_INIT("name_birth_postcode") };

struct span
suppression_kind_name(enum suppression_kind k)
{
	return kinds[k];
}

enum suppression_kind
suppression_kind_of(struct span type)
{
	for (int k = 0; k < SUPPRESSION_KINDS; k++)
		if (span_equal(kinds[k], type))
			return (enum suppression_kind)k;
	return SUPPRESSION_IDENTIFIER;
}

/* ---- reading ---- */

#define WRONG(e, ...) error_set((e), UNSAFE, "E_SUPPRESSION", __VA_ARGS__)

static struct span
member(const struct ndjson *n, const char *name, struct arena *arena)
{
	uint32_t node = ndjson_find(n, 0, span_from(name));

	if (node == 0 || ndjson_nodes(n, NULL)[node].type != ND_STRING)
		return span_none();
	return arena_copy(arena, ndjson_text(n, node, arena));
}

static int
header(void *arg, const struct feed_line *line, struct error *e)
{
	struct suppression *s = arg;
	char fingerprint[17];
	instant made;

	token_key_fingerprint(s->key, fingerprint);
	if (!span_is(member(line->tape, "command", &s->memory), "suppress"))
		return WRONG(e, "this is no suppression list");
	if (!span_is(member(line->tape, "key", &s->memory), s->key->id) ||
	    !span_is(member(line->tape, "key_fingerprint", &s->memory), fingerprint))
		return WRONG(e, "the suppression list was made with another key");
	s->made = member(line->tape, "as_of", &s->memory);
	s->ledger = member(line->tape, "ledger", &s->memory);
	if (s->made.p == NULL || !instant_parse(s->made, &made))
		return WRONG(e, "the suppression list does not say when it was made");
	if (made < s->least)
		return WRONG(e, "the suppression list is too old; make a new one "
		    "(cdp-consent suppress --list)");
	return 0;
}

/* Whether anything of that type is on the list: if not, nothing need be hashed. */
static bool
has_type(const struct suppression *s, struct span type)
{
	for (size_t i = 0; i < s->type_count; i++)
		if (span_equal(s->types[i], type))
			return true;
	return false;
}

static int
add_type(struct suppression *s, struct span type, struct error *e)
{
	if (has_type(s, type))
		return 0;
	if (s->type_count == TYPES_MAX)
		return WRONG(e, "the suppression list has more than %d types", TYPES_MAX);
	s->types = mem_grow(s->types, s->type_count + 1, &s->type_cap, sizeof *s->types);
	s->types[s->type_count++] = arena_copy(&s->memory, type);
	return 0;
}

static int
token_line(void *arg, struct feed_part *part, const struct feed_line *line, struct error *e)
{
	struct suppression *s = arg;
	struct span text = member(line->tape, "token", part->arena), type, key;
	struct token t;

	if (text.p == NULL || token_read(text, &type, &key, &t) < 0 || !span_is(key, s->key->id))
		return WRONG(e, "line %llu of the suppression list is no token of its key",
		    (unsigned long long)line->line);
	if (add_type(s, type, e) < 0)
		return -1;
	s->tokens = mem_grow(s->tokens, s->count + 1, &s->cap, sizeof *s->tokens);
	memcpy(s->tokens[s->count++], t.lookup, HALF);
	return 0;
}

static int
by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, HALF);
}

/* A list of which a line is missing would let somebody back in: no doubt is passed over. */
static int
read_list(struct suppression *s, const char *path, struct error *e)
{
	static const struct feed_ops ops = { .line = token_line, .header = header };
	const struct rejects_options strict = { .tool = "cdp-ingest", .strict = true };
	struct feed_options feed = { .paths = &path, .path_count = 1, .threads = 1,
	    .strict_counts = true, .rejects = rejects_new(&strict), .tool = strict.tool };
	struct feed_counts counts = { 0 };
	struct error why = { 0 };
	int r = feed_run(&feed, &ops, s, &counts, &why);

	rejects_free(feed.rejects);
	if (r < 0) {
		if (why.status == STATUS_UNSAFE)
			return WRONG(e, "%s", why.text);
		return WRONG(e, "the suppression list cannot be read: %s", why.text);
	}
	if (counts.streams == 0 || counts.foreign > 0 || counts.rejected > 0)
		return WRONG(e, "this is no suppression list, or not a whole one");
	qsort(s->tokens, s->count, sizeof *s->tokens, by_bytes);
	return 0;
}

struct suppression *
suppression_open(const char *path, const struct token_key *key, instant now,
    struct duration max_age, struct error *e)
{
	struct suppression *s = mem_zero(1, sizeof *s);

	s->key = key;
	s->least = instant_add(now, max_age, -1);
	if (read_list(s, path, e) == 0)
		return s;
	suppression_free(s);
	return NULL;
}

void
suppression_free(struct suppression *s)
{
	if (s == NULL)
		return;
	mem_free(s->tokens);
	mem_free(s->types);
	arena_done(&s->memory);
	mem_free(s);
}

/* ---- asking ---- */

bool
suppression_holds(const struct suppression *s, struct span type, struct span value)
{
	struct token t;

	if (!has_type(s, type))
		return false;
	t = token_of(s->key, type, value);
	return bsearch(t.suppression, s->tokens, s->count, sizeof *s->tokens, by_bytes) != NULL;
}

uint64_t
suppression_count(const struct suppression *s)
{
	return s->count;
}

struct span
suppression_made(const struct suppression *s)
{
	return s->made;
}

struct span
suppression_ledger(const struct suppression *s)
{
	return s->ledger;
}

/* ---- writing ---- */

void
suppression_write_header(struct buf *out, const struct token_key *key, struct span ledger,
    instant made)
{
	struct buf at = { 0 };
	char fingerprint[17];
	struct json_writer w;

	instant_write(&at, made);
	token_key_fingerprint(key, fingerprint);
	w = stream_header(out, "cdp-consent", buf_span(&at));
	json_member_string(&w, "command", SPAN("suppress"));
	json_member_string(&w, "ledger", ledger);
	json_member_string(&w, "key", span_from(key->id));
	json_member_string(&w, "key_fingerprint", span_from(fingerprint));
	stream_header_end(&w);
	buf_done(&at);
}

void
suppression_write(struct buf *out, struct span token)
{
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	json_member_string(&w, "kind", SPAN("suppression"));
	json_member_string(&w, "token", token);
	json_end(&w);
	buf_byte(out, '\n');
}

void
suppression_write_end(struct buf *out, uint64_t tokens)
{
	struct stream_end end = { .in = tokens, .ok = true };

	stream_count(&end, "suppression", tokens);
	stream_end_write(out, &end);
}

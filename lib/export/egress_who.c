/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/egress_who.c: tokens of a person, as the log has them. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/map.h"
#include "export/egress_log.h"
#include "export/egress_who.h"
#include "io/keyfile.h"
#include "io/ndjson.h"
#include "io/source.h"
#include "normal/email.h"
#include "normal/phone.h"

#include <string.h>

enum { PERSON_MOST = 1 << 20, TOKEN_BYTES = 16 };

struct asked {
	struct egress_person	 person;
	size_t			 count, cap;	/* of its paths */
	unsigned char		*key;
	struct arena		 arena;
};

static void
add(struct asked *a, struct span type, struct span value, struct span path)
{
	struct span parts[] = { type, SPAN(":"), value };
	unsigned char hash[TOKEN_BYTES];
	struct buf text = { 0 };

	blake2b(hash, sizeof hash, a->key, parts, 3);
	base64url_write(&text, span_make((const char *)hash, sizeof hash));
	a->person.paths = mem_grow(a->person.paths, a->count + 1, &a->cap, sizeof *a->person.paths);
	a->person.paths[a->count] = path;
	*map_slot(a->person.tokens, buf_span(&text)) = a->count++;
	buf_done(&text);
}

/* As it is written, and as a profile would have it: "Ana@Example.com" left as ana@example.com. */
static void
add_value(struct asked *a, struct span type, struct span value, struct span path)
{
	struct normal_context none = { .reference = INSTANT_NONE };
	struct normal clean = { .outcome = OUTCOME_INVALID };

	if (span_is(type, "email"))
		clean = email_clean(value, &none, &a->arena);
	else if (span_is(type, "phone_number"))
		clean = phone_clean(value, &none, &a->arena);
	if (clean.outcome != OUTCOME_INVALID && !span_equal(clean.value, value))
		add(a, type, clean.value, path);
	add(a, type, value, path);
}

/* A text, or the texts of a list. */
static void
add_values(struct asked *a, const struct ndjson *n, uint32_t value, struct span type, struct span name)
{
	const struct nd_node *nodes = ndjson_nodes(n, NULL);
	size_t i = 0;

	if (nodes[value].type == ND_STRING)
		add_value(a, type, ndjson_text(n, value, &a->arena), name);
	if (nodes[value].type != ND_ARRAY)
		return;
	for (uint32_t x = ndjson_first(n, value); x != 0; x = ndjson_sibling(n, x), i++) {
		struct buf path = { 0 };

		if (nodes[x].type != ND_STRING)
			continue;
		buf_print(&path, "%.*s.%zu", SPAN_ARG(name), i);
		add_value(a, type, ndjson_text(n, x, &a->arena), arena_copy(&a->arena, buf_span(&path)));
		buf_done(&path);
	}
}

static struct span
identifier(struct asked *a, struct span name)
{
	struct buf path = { 0 };
	struct span s;

	buf_print(&path, "identifiers.%.*s", SPAN_ARG(name));
	s = arena_copy(&a->arena, buf_span(&path));
	buf_done(&path);
	return s;
}

/* Under the name that the log has for it: an address of post is the record that holds it. */
static void
add_member(struct asked *a, const struct ndjson *n, struct span name, uint32_t value)
{
	struct span type = name;

	if (span_is(name, "id"))
		type = SPAN("profile");
	else if (span_is(name, "members") || span_is(name, "record"))
		type = SPAN("address");
	else if (span_starts(name, SPAN("id.")))
		type = identifier(a, span_skip(name, 3));
	add_values(a, n, value, type, name);
	if (!span_is(name, "identifiers"))
		return;
	for (uint32_t k = ndjson_first(n, value); k != 0; k = ndjson_sibling(n, k + 1)) {
		type = identifier(a, ndjson_text(n, k, &a->arena));
		add_values(a, n, k + 1, type, type);
	}
}

static int
read_person(struct asked *a, struct ndjson *n, struct byte_source *source, struct error *e)
{
	struct error why = { 0 };
	struct span all = source_peek(source, PERSON_MOST + 1, e);
	size_t at;

	if (all.p == NULL)
		return -1;
	if (all.len > PERSON_MOST)
		return error_set(e, INPUT, "E_LIMIT", "the subject is longer than %d bytes", PERSON_MOST);
	while (all.len > 0 && memchr(" \r\n", all.p[all.len - 1], 3) != NULL)
		all.len--;
	if (ndjson_scan(n, all, &at, &why) < 0) {
		error_set(e, INPUT, why.code, "the subject: %s", why.text);
		error_place(e, source_name(source), 0, why.column);
		return -1;
	}
	for (uint32_t k = ndjson_first(n, 0); k != 0; k = ndjson_sibling(n, k + 1))
		add_member(a, n, ndjson_text(n, k, &a->arena), k + 1);
	return 0;
}

static int
read_key(struct asked *a, const char *state, struct error *e)
{
	struct buf path = { 0 };
	char id[KEYFILE_ID];
	int r;

	buf_print(&path, "%s/keys/egress%c", state, 0);
	r = keyfile_read(path.p, "egress", &a->key, id, e);
	buf_done(&path);
	return r;
}

int
egress_who(const char *state, const char *path, struct out *out, struct error *e)
{
	struct asked a = { .person = { .tokens = map_new() } };
	struct byte_source *source = source_open(path, &(struct source_options){ 0 }, e);
	struct ndjson *n = ndjson_new(NULL);
	int r = source == NULL ? -1 : 0;

	if (r == 0)
		r = read_key(&a, state, e);
	if (r == 0)
		r = read_person(&a, n, source, e);
	if (r == 0)
		r = egress_rows_of(state, &a.person, out, e);
	ndjson_free(n);
	source_close(source);
	secret_free(a.key);
	map_free(a.person.tokens);
	mem_free(a.person.paths);
	arena_done(&a.arena);
	return r;
}

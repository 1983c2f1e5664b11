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
#include "io/lines.h"
#include "io/ndjson.h"
#include "io/source.h"
#include "normal/email.h"
#include "normal/phone.h"

#include <string.h>

enum { TOKEN_BYTES = 16 };

struct asked {
	struct egress_person	 person;
	size_t			 count, cap;	/* of its paths */
	bool			 profile;	/* and no object that somebody typed */
	unsigned char		*key;
	struct buf		 text;		/* of the file */
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

/* As it is written, and as a profile would have it: "Ana@Example.com" left as ana@example.com. Of an address that
 * somebody typed and nobody can read nothing would be found, which is no answer. */
static int
add_value(struct asked *a, struct span type, struct span value, struct span path, struct error *e)
{
	struct normal_context none = { .reference = INSTANT_NONE };
	struct normal clean = { .value = value };

	if (span_is(type, "email"))
		clean = email_clean(value, &none, &a->arena);
	else if (span_is(type, "phone_number"))
		clean = phone_clean(value, &none, &a->arena);
	if (clean.outcome == OUTCOME_INVALID && !a->profile)
		return error_set(e, INPUT, "E_SUBJECT", "a value of %.*s cannot be read", SPAN_ARG(type));
	if (clean.outcome != OUTCOME_INVALID && !span_equal(clean.value, value))
		add(a, type, clean.value, path);
	add(a, type, value, path);
	return 0;
}

/* A text, or the texts of a list. */
static int
add_values(struct asked *a, const struct ndjson *n, uint32_t value, struct span type, struct span name,
    struct error *e)
{
	const struct nd_node *nodes = ndjson_nodes(n, NULL);
	bool many = nodes[value].type == ND_ARRAY;
	size_t i = 0;

	for (uint32_t x = many ? ndjson_first(n, value) : value; x != 0;
	    x = many ? ndjson_sibling(n, x) : 0, i++) {
		struct buf path = { 0 };
		int r;

		if (nodes[x].type != ND_STRING || nodes[x].len == 0)
			return error_set(e, INPUT, "E_SUBJECT", "an identifier is not a text");
		buf_add(&path, name);
		if (many)
			buf_print(&path, ".%zu", i);
		r = add_value(a, type, ndjson_text(n, x, &a->arena),
		    arena_copy(&a->arena, buf_span(&path)), e);
		buf_done(&path);
		if (r < 0)
			return -1;
	}
	return 0;
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

/* Of a profile. */
static int
add_identifiers(struct asked *a, const struct ndjson *n, uint32_t value, struct error *e)
{
	if (ndjson_nodes(n, NULL)[value].type != ND_OBJECT)
		return error_set(e, INPUT, "E_SUBJECT", "identifiers are no object");
	for (uint32_t k = ndjson_first(n, value); k != 0; k = ndjson_sibling(n, k + 1)) {
		struct span type = identifier(a, ndjson_text(n, k, &a->arena));

		if (add_values(a, n, k + 1, type, type, e) < 0)
			return -1;
	}
	return 0;
}

/* Under the name that the log has for it: an address of post is the record that holds it. A profile has
 * other members too; who types something else would get an answer about less than he asked. */
static int
add_member(struct asked *a, const struct ndjson *n, struct span name, uint32_t value, struct error *e)
{
	struct span type = name;

	if (span_is(name, "id"))
		type = SPAN("profile");
	else if (span_is(name, a->profile ? "members" : "record"))
		type = SPAN("address");
	else if (!a->profile && span_starts(name, SPAN("id.")))
		type = identifier(a, span_skip(name, 3));
	else if (a->profile && span_is(name, "identifiers"))
		return add_identifiers(a, n, value, e);
	else if (!span_is(name, "email") && !span_is(name, "phone_number"))
		return a->profile ? 0 : error_set(e, INPUT, "E_SUBJECT", "the subject has a member that is no "
		    "identifier type (email, phone_number, id.NAME, record, id)");
	return add_values(a, n, value, type, name, e);
}

static int
read_person(struct asked *a, struct ndjson *n, struct byte_source *source, struct error *e)
{
	struct error why = { 0 };
	struct span all;
	size_t at;

	if (source_read_all(source, LINE_MOST, &a->text, e) < 0)
		return -1;
	if (a->text.len > LINE_MOST)
		return error_set(e, INPUT, "E_LIMIT", "the subject is longer than %d bytes", LINE_MOST);
	all = buf_span(&a->text);
	while (all.len > 0 && memchr(" \r\n", all.p[all.len - 1], 3) != NULL)
		all.len--;
	if (ndjson_scan_all(n, all, &at, &why) < 0) {
		error_set(e, INPUT, why.code, "the subject: %s", why.text);
		error_place(e, source_name(source), 0, why.column);
		return -1;
	}
	a->profile = ndjson_is(n, ndjson_find(n, 0, SPAN("kind")), SPAN("profile"));
	for (uint32_t k = ndjson_first(n, 0); k != 0; k = ndjson_sibling(n, k + 1))
		if (add_member(a, n, ndjson_text(n, k, &a->arena), k + 1, e) < 0)
			return -1;
	return a->count > 0 ? 0 : error_set(e, INPUT, "E_SUBJECT", "the subject names no identifier");
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
	buf_done(&a.text);
	arena_done(&a.arena);
	return r;
}

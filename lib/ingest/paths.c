/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/paths.c: a tree of the mapping's paths, walked beside the members of a line. */
#include "ingest/paths.h"
#include "base/alloc.h"
#include "ingest/credential.h"
#include "io/ndjson.h"

struct node {
	struct span	name;
	bool		each;		/* "name[]" */
	bool		key, raw;	/* part of the key; wanted as JSON */
	int		column;		/* −1: only on the way */
	struct node	*child, *next;
};

struct paths {
	struct node	root;
	struct arena	arena;
};

/* The next name of a path, its escapes taken off. */
static struct span
segment(struct paths *p, struct span *rest)
{
	char *s = arena_alloc(&p->arena, rest->len + 1);
	size_t n = 0, i = 0;

	for (; i < rest->len && rest->p[i] != '.'; i++) {
		if (rest->p[i] == '\\' && i + 1 < rest->len)
			i++;
		s[n++] = rest->p[i];
	}
	*rest = i < rest->len ? span_skip(*rest, i + 1) : span_none();
	return span_make(s, n);
}

static struct node *
descend(struct paths *p, struct node *at, struct span name)
{
	bool each = name.len > 2 && span_ends(name, SPAN("[]"));
	struct node *n;

	if (each)
		name.len -= 2;
	for (n = at->child; n != NULL; n = n->next)
		if (span_equal(n->name, name) && n->each == each)
			return n;
	n = arena_zero(&p->arena, 1, sizeof *n);
	n->name = name;
	n->each = each;
	n->column = -1;
	n->next = at->child;
	at->child = n;
	return n;
}

struct paths *
paths_new(const struct plan *plan)
{
	struct paths *p = mem_zero(1, sizeof *p);

	p->root.column = -1;
	for (size_t i = 0; i < plan->column_count; i++) {
		struct span rest = plan->header[i];
		struct node *n = &p->root;

		while (rest.p != NULL)
			n = descend(p, n, segment(p, &rest));
		n->column = (int)i;
		n->raw = plan->raw_json[i];
		for (size_t k = 0; k < plan->key_count; k++)
			n->key |= plan->key_columns[k] == (int)i;
	}
	return p;
}

void
paths_free(struct paths *p)
{
	if (p == NULL)
		return;
	arena_done(&p->arena);
	mem_free(p);
}

void
found_init(struct found *f, size_t columns)
{
	*f = (struct found){ .column_count = columns };
	f->cells = mem_zero(columns + 1, sizeof *f->cells);
	f->values = mem_zero(columns * RECORD_LIST_MAX + 1, sizeof *f->values);
	f->secrets = secrets_new();
}

void
found_done(struct found *f)
{
	mem_free(f->cells);
	mem_free(f->values);
	mem_free(f->extras);
	secrets_free(f->secrets);
	arena_done(&f->arena);
}

static bool
plain_integer(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.len > 0;
}

static void
add_value(const struct node *n, const struct ndjson *t, uint32_t at, struct found *f)
{
	uint8_t type = ndjson_nodes(t, &(uint32_t){ 0 })[at].type;
	struct cells *c = &f->cells[n->column];
	struct span text = n->raw ? ndjson_raw(t, at) : ndjson_text(t, at, &f->arena);

	if (type == ND_NULL || text.len == 0 || c->n == RECORD_LIST_MAX)
		return;
	if (n->key && type != ND_STRING && !(type == ND_NUMBER && plain_integer(text)))
		return;
	f->values[(size_t)n->column * RECORD_LIST_MAX + c->n++] = text;
}

static void walk(const struct node *n, const struct ndjson *t, uint32_t object, struct span path,
    struct found *f);

static void
apply(const struct node *n, const struct ndjson *t, uint32_t at, struct span path,
    struct found *f)
{
	uint8_t type = ndjson_nodes(t, &(uint32_t){ 0 })[at].type;

	if (n->column >= 0 && type == ND_ARRAY && !n->raw) {
		for (uint32_t v = ndjson_first(t, at); v != 0; v = ndjson_sibling(t, v))
			add_value(n, t, v, f);
	} else if (n->column >= 0) {
		add_value(n, t, at, f);
	}
	if (n->child != NULL && type == ND_OBJECT)
		walk(n, t, at, path, f);
}

static struct span
join(struct found *f, struct span path, struct span name)
{
	char *s;

	if (path.len == 0)
		return name;
	s = arena_alloc(&f->arena, path.len + 1 + name.len);
	memcpy(s, path.p, path.len);
	s[path.len] = '.';
	memcpy(s + path.len + 1, name.p, name.len);
	return span_make(s, path.len + 1 + name.len);
}

static void
add_extra(const struct ndjson *t, uint32_t key, struct span path, struct found *f)
{
	struct extra *x;

	f->extras = mem_grow(f->extras, f->extra_count + 1, &f->extra_cap, sizeof *f->extras);
	x = &f->extras[f->extra_count++];
	x->name = join(f, path, ndjson_text(t, key, &f->arena));
	x->json = ndjson_raw(t, key + 1);
	x->text = x->json.p[0] == '"' ? ndjson_text(t, key + 1, &f->arena) : span_none();
	x->secret = secrets_in(f->secrets, t, key);
}

/* A value of another shape than the path expects is a member without a mapping. */
static bool
takes(const struct node *n, uint8_t type)
{
	return n->each ? type == ND_ARRAY : n->column >= 0 || type == ND_OBJECT;
}

static void
walk(const struct node *at, const struct ndjson *t, uint32_t object, struct span path,
    struct found *f)
{
	for (uint32_t k = ndjson_first(t, object); k != 0; k = ndjson_sibling(t, k + 1)) {
		bool known = false;

		for (const struct node *n = at->child; n != NULL; n = n->next) {
			uint8_t type = ndjson_nodes(t, &(uint32_t){ 0 })[k + 1].type;
			struct span deeper;

			if (!ndjson_is(t, k, n->name) || !takes(n, type))
				continue;
			known = true;
			deeper = join(f, path, n->name);
			if (!n->each) {
				apply(n, t, k + 1, deeper, f);
				continue;
			}
			for (uint32_t v = ndjson_first(t, k + 1); v != 0; v = ndjson_sibling(t, v))
				apply(n, t, v, deeper, f);
		}
		if (!known)
			add_extra(t, k, path, f);
	}
}

void
paths_find(const struct paths *p, const struct ndjson *t, struct found *f)
{
	arena_reset(&f->arena);
	f->extra_count = 0;
	for (size_t i = 0; i < f->column_count; i++)
		f->cells[i] = (struct cells){ &f->values[i * RECORD_LIST_MAX], 0 };
	walk(&p->root, t, 0, SPAN(""), f);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/ndjson.c: the scanner: one pass from left to right, a tape of nodes, no recursion.
 * Strings are stepped through 16 bytes at a time; everything else is looked at byte by byte,
 * which in records is punctuation and short numbers. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"
#include "io/ndjson.h"
#include "io/ndjson_priv.h"

#include <assert.h>
#include <stdlib.h>

enum {
	DEPTH_DEFAULT = 64, KEYS_DEFAULT = 1000, NODES_DEFAULT = 10000, KEY_LEN_DEFAULT = 1024,
	NUMBER_LEN_DEFAULT = 128,
	DEPTH_MOST = 255	/* nd_node.depth is a byte */
};

static const struct {
	const char	*code, *text;
} faults[] = {
	[FAULT_SYNTAX] = { "E_JSON_SYNTAX", "not valid JSON" },
	[FAULT_NUL] = { "E_NUL", "a NUL character" },
	[FAULT_CONTROL] = { "E_CONTROL", "an unescaped control character in a string" },
	[FAULT_UTF8] = { "E_UTF8", "not valid UTF-8" },
	[FAULT_SURROGATE] = { "E_SURROGATE", "half of a surrogate pair" },
	[FAULT_DUP_KEY] = { "E_DUP_KEY", "a key occurs twice in one object" },
	[FAULT_NOT_OBJECT] = { "E_NOT_OBJECT", "the line is not an object" },
	[FAULT_TRAILING] = { "E_TRAILING", "text after the object" },
	[FAULT_RAW_CR] = { "E_RAW_CR", "a carriage return inside the line" },
	[FAULT_NUMBER] = { "E_NUMBER", "not a JSON number, or longer than allowed" },
	[FAULT_BOM] = { "E_BOM", "a byte order mark inside the input" },
	[FAULT_DEPTH] = { "E_DEPTH", "nested too deeply" },
	[FAULT_KEYS] = { "E_KEYS", "too many keys in one object" },
	[FAULT_NODES] = { "E_NODES", "too many values in one line" },
	[FAULT_KEY_LONG] = { "E_KEY_LONG", "a key is too long" }
};

static uint32_t
or_default(uint32_t n, uint32_t otherwise)
{
	return n == 0 ? otherwise : n;
}

struct ndjson *
ndjson_new(const struct nd_limits *limits)
{
	struct ndjson *n = mem_zero(1, sizeof *n);

	if (limits != NULL)
		n->limits = *limits;
	n->limits.depth = or_default(n->limits.depth, DEPTH_DEFAULT);
	if (n->limits.depth > DEPTH_MOST)
		n->limits.depth = DEPTH_MOST;
	n->limits.keys = or_default(n->limits.keys, KEYS_DEFAULT);
	n->limits.nodes = or_default(n->limits.nodes, NODES_DEFAULT);
	n->limits.key_len = or_default(n->limits.key_len, KEY_LEN_DEFAULT);
	n->limits.number_len = or_default(n->limits.number_len, NUMBER_LEN_DEFAULT);
	n->levels = mem_zero(n->limits.depth + 1, sizeof *n->levels);
	for (uint32_t i = 0; i <= n->limits.depth; i++)
		n->levels[i].depth = (uint8_t)i;
	n->seed = hash_seed();
	return n;
}

void
ndjson_free(struct ndjson *n)
{
	if (n == NULL)
		return;
	mem_free(n->tape.nodes);
	mem_free(n->levels);
	mem_free(n->hashes);
	buf_done(&n->text);
	buf_done(&n->other);
	mem_free(n);
}

/* Line ends never reach us in a stream; inside a document of tests both are blanks. */
static inline bool
is_blank(const struct ndjson *n, unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\n' || (c == '\r' && n->limits.any_value);
}

ALWAYS_INLINE const unsigned char *
skip_blanks(const struct ndjson *n, const unsigned char *p, const unsigned char *end)
{
	while (p < end && UNLIKELY(*p <= ' ') && is_blank(n, *p))
		p++;
	return p;
}

/* What the scan keeps in registers. All that is handed it is inlined: a call, or a pointer of it
 * that goes elsewhere, would put it into memory. */
struct walk {
	struct ndjson		*n;
	const unsigned char	*start, *end;	/* the line */
	struct nd_node		*nodes, *node, *node_end;	/* the tape, its next place */
	struct nd_level		*level;		/* the open container, or levels[0] */
};

static struct walk
begin_walk(struct ndjson *n)
{
	return (struct walk){ n, n->tape.start, n->tape.end, n->tape.nodes, n->tape.nodes,
	    n->tape.nodes + n->limits.nodes, n->levels };
}

/* For what looks at the tape from outside. */
ALWAYS_INLINE void
keep(const struct walk *w)
{
	w->n->tape.count = (uint32_t)(w->node - w->nodes);
	w->n->depth = w->level->depth;
}

/* The next node of the tape, or NULL when there are too many. */
ALWAYS_INLINE struct nd_node *
push(struct walk *w, const unsigned char *at, enum nd_type type, bool is_key)
{
	struct nd_node *node = w->node;

	if (UNLIKELY(node == w->node_end)) {
		nd_stop(w->n, at, FAULT_NODES);
		return NULL;
	}
	w->node++;
	*node = (struct nd_node){ .at = (uint32_t)(at - w->start),
	    .next = (uint32_t)(w->node - w->nodes), .type = (uint8_t)type, .is_key = is_key,
	    .depth = w->level->depth };
	return node;
}

ALWAYS_INLINE void
set_end(const struct walk *w, struct nd_node *node, const unsigned char *p)
{
	node->len = (uint32_t)(p - w->start) - node->at;
}

/* p is at the first byte of a string that is not plain; gives the position of the closing quote. */
static __attribute__((noinline)) const unsigned char *
string_rest(struct ndjson *n, const unsigned char *p, struct nd_node *node)
{
	for (;;) {
		if (UNLIKELY(p == n->tape.end))
			return nd_stop_inside(n, p);
		if (LIKELY(*p == '"'))
			return p;
		if (*p == '\\') {
			node->escaped = 1;
			p = nd_escape(n, p);
		} else if (*p >= 0x80) {
			p = nd_character(n, p);
		} else {
			p = nd_stop_inside(n, p);
		}
		if (UNLIKELY(p == NULL))
			return NULL;
		p = nd_run(n->tape.start, p, n->tape.end);
	}
}

/* p is at the opening quote; gives the position after the closing one. A string that fails
 * leaves no node, because look_back reads the keys on the tape. */
ALWAYS_INLINE const unsigned char *
string(struct walk *w, const unsigned char *p, bool is_key)
{
	struct nd_node *node = push(w, p + 1, ND_STRING, is_key);

	if (UNLIKELY(node == NULL))
		return NULL;
	p = nd_run(w->start, p + 1, w->end);
	if (UNLIKELY(p == w->end || *p != '"')) {
		p = string_rest(w->n, p, node);
		if (p == NULL) {
			w->node--;
			return NULL;
		}
	}
	set_end(w, node, p);
	return p + 1;
}

/* The text of a key; for an escaped one in the scratch buffer. */
static inline struct span
key_text(const struct ndjson *n, const struct nd_node *node, struct buf *scratch)
{
	struct span raw = nd_inside(n, node);

	if (LIKELY(!node->escaped))
		return raw;
	buf_reset(scratch);
	nd_unescape(raw, scratch);
	return buf_span(scratch);
}

/* The first eight bytes; of a shorter text all of it, some twice. Texts of one length give the same
 * only if they begin alike. */
static inline uint64_t
load(const char *p, size_t len)
{
	const unsigned char *c = (const unsigned char *)p;
	uint32_t head, tail;
	uint64_t word;

	if (len >= 8) {
		memcpy(&word, p, 8);
		return word;
	}
	if (len >= 4) {
		memcpy(&head, p, 4);
		memcpy(&tail, p + len - 4, 4);
		return (uint64_t)tail << 32 | head;
	}
	return len == 0 ? 0 : (uint64_t)c[0] | (uint64_t)c[len / 2] << 8 | (uint64_t)c[len - 1] << 16;
}

static __attribute__((noinline)) bool
occurs(struct ndjson *n, const struct nd_level *level, const struct nd_key *key, struct span text)
{
	for (uint32_t i = 0; i < level->keys; i++) {
		const struct nd_key *k = &level->small[i];

		if (k->len == key->len && k->first == key->first &&
		    span_equal(key_text(n, &n->tape.nodes[k->node], &n->other), text))
			return true;
	}
	return false;
}

/* Whether the key just scanned was there before. Only the bits of `seen` are looked at as
 * long as they say "new", which they nearly always do. */
ALWAYS_INLINE bool
repeats(struct walk *w, const struct nd_node *node)
{
	struct nd_level *level = w->level;
	struct span text = key_text(w->n, node, &w->n->text);
	struct nd_key *key = &level->small[level->keys];	/* counted when it is new */
	uint64_t first = load(text.p, text.len), mixed = first + text.len;
	unsigned bit;
	uint64_t *word, mask;

	if (text.len > 8)
		mixed ^= load(text.p + text.len - 8, 8) * UINT64_C(0x9e3779b97f4a7c15);
	bit = (unsigned)(mixed * UINT64_C(0xff51afd7ed558ccd) >> 56);
	key->first = first;
	key->len = (uint32_t)text.len;
	key->node = (uint32_t)(node - w->nodes);
	word = &level->seen[bit >> 6];
	mask = UINT64_C(1) << (bit & 63);
	if (UNLIKELY((*word & mask) != 0) && occurs(w->n, level, key, text))
		return true;
	*word |= mask;
	return false;
}

static int
compare_hashes(const void *a, const void *b)
{
	const struct nd_hash *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

/* Hashes of all keys of an object, also of one that is still open. */
static size_t
hash_keys(struct ndjson *n, uint32_t object)
{
	size_t count = 0;

	for (uint32_t k = object + 1; k < n->tape.count && n->tape.nodes[k].is_key;) {
		n->hashes = mem_grow(n->hashes, count + 1, &n->hashes_cap, sizeof *n->hashes);
		n->hashes[count].hash = hash64(key_text(n, &n->tape.nodes[k], &n->text),
		    n->seed);
		n->hashes[count++].node = k;
		if (k + 1 >= n->tape.count || n->tape.nodes[k + 1].next == 0)
			break;
		k = n->tape.nodes[k + 1].next;
	}
	return count;
}

/* The first key of the object that occurred before, or 0. Sorting makes it n log n whatever
 * the keys are; among equal hashes a run is as long as the key is repeated. */
static uint32_t
first_repeat(struct ndjson *n, uint32_t object)
{
	size_t count = hash_keys(n, object);
	uint32_t first = 0;

	qsort(n->hashes, count, sizeof *n->hashes, compare_hashes);
	for (size_t i = 1; i < count; i++) {
		uint32_t node = n->hashes[i].node;

		if (n->hashes[i].hash != n->hashes[i - 1].hash || (first != 0 && node > first))
			continue;
		if (span_equal(key_text(n, &n->tape.nodes[n->hashes[i - 1].node], &n->text),
		    key_text(n, &n->tape.nodes[node], &n->other)))
			first = node;
	}
	return first;
}

static const unsigned char *
stop_repeat(struct ndjson *n, uint32_t node)
{
	return nd_stop(n, n->tape.start + n->tape.nodes[node].at - 1, FAULT_DUP_KEY);
}

/* p is where a key must begin; gives the position of its value. */
ALWAYS_INLINE const unsigned char *
key(struct walk *w, const unsigned char *p)
{
	struct ndjson *n = w->n;
	const struct nd_node *node = w->node;

	if (UNLIKELY(p == w->end || *p != '"'))
		return nd_stop_outside(n, p, FAULT_SYNTAX);
	if (UNLIKELY(w->level->keys == n->limits.keys))
		return nd_stop(n, p, FAULT_KEYS);
	p = string(w, p, true);
	if (UNLIKELY(p == NULL))
		return NULL;
	if (UNLIKELY(node->len > n->limits.key_len))
		return nd_stop(n, w->start + node->at + n->limits.key_len, FAULT_KEY_LONG);
	if (LIKELY(w->level->keys < PAIRWISE_KEYS) && UNLIKELY(repeats(w, node)))
		return nd_stop(n, w->start + node->at - 1, FAULT_DUP_KEY);
	w->level->keys++;
	p = skip_blanks(n, p, w->end);
	if (UNLIKELY(p == w->end || *p != ':'))
		return nd_stop_outside(n, p, FAULT_SYNTAX);
	return skip_blanks(n, p + 1, w->end);
}

/* p is at the bracket; the node's `next` is 0 while the container is open. */
ALWAYS_INLINE const unsigned char *
open(struct walk *w, const unsigned char *p, bool is_object)
{
	struct nd_node *node;

	if (UNLIKELY(w->level->depth == w->n->limits.depth))
		return nd_stop(w->n, p, FAULT_DEPTH);
	node = push(w, p, is_object ? ND_OBJECT : ND_ARRAY, false);
	if (UNLIKELY(node == NULL))
		return NULL;
	node->next = 0;
	w->level++;
	w->level->node = (uint32_t)(node - w->nodes);
	w->level->keys = 0;
	w->level->is_object = is_object;
	memset(w->level->seen, 0, sizeof w->level->seen);
	return skip_blanks(w->n, p + 1, w->end);
}

/* p is at the closing bracket. */
ALWAYS_INLINE const unsigned char *
close(struct walk *w, const unsigned char *p)
{
	struct nd_node *node = &w->nodes[w->level->node];

	if (UNLIKELY(w->level->keys > PAIRWISE_KEYS)) {
		uint32_t repeat;

		keep(w);
		repeat = first_repeat(w->n, w->level->node);
		if (repeat != 0)
			return stop_repeat(w->n, repeat);
	}
	w->level--;
	node->next = (uint32_t)(w->node - w->nodes);
	set_end(w, node, p + 1);
	return p + 1;
}

/* The position after the word, which must be the whole of it. */
static const unsigned char *
literal_end(struct ndjson *n, const unsigned char *p, enum nd_type type)
{
	static const char *const words[] = { "null", "false", "true" };

	for (const char *w = words[type]; *w != '\0'; w++, p++)
		if (p == n->tape.end || *p != (unsigned char)*w)
			return nd_stop_outside(n, p, FAULT_SYNTAX);
	return p;
}

ALWAYS_INLINE const unsigned char *
plain_scalar(struct walk *w, const unsigned char *p, enum nd_type type)
{
	struct nd_node *node = push(w, p, type, false);

	if (UNLIKELY(node == NULL))
		return NULL;
	p = type == ND_NUMBER ? nd_number(w->n, p) : literal_end(w->n, p, type);
	if (LIKELY(p != NULL))
		set_end(w, node, p);
	return p;
}

/* A scalar, or the opening of a container with *opened set. */
ALWAYS_INLINE const unsigned char *
value(struct walk *w, const unsigned char *p, bool *opened)
{
	if (UNLIKELY(p == w->end))
		return nd_stop(w->n, p, FAULT_SYNTAX);
	if (LIKELY(*p == '"'))
		return string(w, p, false);
	switch (*p) {
	case '{':
	case '[':
		*opened = true;
		return open(w, p, *p == '{');
	case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7':
	case '8': case '9':
		return plain_scalar(w, p, ND_NUMBER);
	case 'n': case 'f': case 't':
		return plain_scalar(w, p, *p == 'n' ? ND_NULL : *p == 'f' ? ND_FALSE : ND_TRUE);
	case '+': case '.': case 'N': case 'I':
		return nd_stop(w->n, p, FAULT_NUMBER);
	default:
		return nd_stop_outside(w->n, p, FAULT_SYNTAX);
	}
}

/* After a value: closes what ends here. Stops where the next element or, with *is_key set, the next
 * key begins, or after the last value. */
ALWAYS_INLINE const unsigned char *
after_value(struct walk *w, const unsigned char *p, bool *is_key)
{
	while (w->level != w->n->levels) {
		bool is_object = w->level->is_object;

		p = skip_blanks(w->n, p, w->end);
		if (UNLIKELY(p == w->end))
			return nd_stop(w->n, p, FAULT_SYNTAX);
		if (*p == ',') {
			*is_key = is_object;
			return skip_blanks(w->n, p + 1, w->end);
		}
		if (UNLIKELY(*p != (is_object ? '}' : ']')))
			return nd_stop_outside(w->n, p, FAULT_SYNTAX);
		p = close(w, p);
		if (UNLIKELY(p == NULL))
			return NULL;
	}
	return p;
}

/* The whole value that begins at p; gives the position after it, or NULL. */
static const unsigned char *
whole_value(struct ndjson *n, const unsigned char *p)
{
	struct walk w = begin_walk(n);
	bool is_key = false;

	do {
		bool opened = false;

		if (is_key)
			p = key(&w, p);
		if (LIKELY(p != NULL))
			p = value(&w, p, &opened);
		is_key = opened && w.level->is_object;
		if (opened && p != NULL && (p == w.end || *p != (is_key ? '}' : ']')))
			continue;
		is_key = false;
		if (LIKELY(p != NULL))
			p = after_value(&w, p, &is_key);
	} while (p != NULL && w.level != n->levels);
	keep(&w);
	return p;
}

static const unsigned char *
scan(struct ndjson *n)
{
	static const char other_values[] = "\"[-0123456789tfn";
	const unsigned char *p = skip_blanks(n, n->tape.start, n->tape.end);

	if (!n->limits.any_value && p < n->tape.end &&
	    memchr(other_values, *p, sizeof other_values - 1) != NULL)
		return nd_stop(n, p, FAULT_NOT_OBJECT);
	p = whole_value(n, p);
	if (p == NULL)
		return NULL;
	p = skip_blanks(n, p, n->tape.end);
	return p == n->tape.end ? p : nd_stop_outside(n, p, FAULT_TRAILING);
}

/* A repeated key that only the end of its object would have shown stands before the fault. */
static void
look_back(struct ndjson *n)
{
	for (uint32_t i = 1; i <= n->depth; i++) {
		uint32_t repeat;

		if (n->levels[i].keys <= PAIRWISE_KEYS)
			continue;
		repeat = first_repeat(n, n->levels[i].node);
		if (repeat != 0 && n->tape.start + n->tape.nodes[repeat].at - 1 < n->fault_at)
			stop_repeat(n, repeat);
	}
}

int
ndjson_scan(struct ndjson *n, struct span line, size_t *at, struct error *e)
{
	size_t most = line.len + 1 < n->limits.nodes ? line.len + 1 : n->limits.nodes;

	assert(line.len < UINT32_MAX);
	n->tape.start = (const unsigned char *)(line.p == NULL ? "" : line.p);
	n->tape.end = n->tape.start + line.len;
	n->tape.count = n->depth = 0;
	n->tape.nodes = mem_grow(n->tape.nodes, most, &n->nodes_cap, sizeof *n->tape.nodes);
	*at = line.len;
	if (LIKELY(scan(n) != NULL))
		return 0;
	look_back(n);
	*at = (size_t)(n->fault_at - n->tape.start);
	n->tape.count = 0;
	error_put(e, STATUS_REFUSED, faults[n->fault].code, "%s", faults[n->fault].text);
	error_place(e, NULL, 0, (uint32_t)*at + 1);
	return -1;
}

int
ndjson_scan_all(struct ndjson *n, struct span line, size_t *at, struct error *e)
{
	const struct nd_limits own = n->limits;
	int r;

	n->limits.keys = n->limits.nodes = (uint32_t)line.len + 1;
	r = ndjson_scan(n, line, at, e);
	n->limits = own;
	return r;
}

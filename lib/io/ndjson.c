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
	n->levels = mem_zero(n->limits.depth, sizeof *n->levels);
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

static inline const unsigned char *
skip_blanks(const struct ndjson *n, const unsigned char *p)
{
	while (p < n->tape.end && UNLIKELY(*p <= ' ') && is_blank(n, *p))
		p++;
	return p;
}

/* The next node of the tape, or NULL when there are too many. */
static inline struct nd_node *
push(struct ndjson *n, const unsigned char *at, enum nd_type type, bool is_key)
{
	struct nd_node *node;

	if (UNLIKELY(n->tape.count == n->limits.nodes)) {
		nd_stop(n, at, FAULT_NODES);
		return NULL;
	}
	node = &n->tape.nodes[n->tape.count++];
	*node = (struct nd_node){ .at = (uint32_t)(at - n->tape.start), .next = n->tape.count,
	    .type = (uint8_t)type, .is_key = is_key, .depth = (uint8_t)n->depth };
	return node;
}

static inline void
set_end(const struct ndjson *n, struct nd_node *node, const unsigned char *p)
{
	node->len = (uint32_t)(p - n->tape.start) - node->at;
}

/* p is after the opening quote; gives the position of the closing one. */
static inline const unsigned char *
string_body(struct ndjson *n, const unsigned char *p, struct nd_node *node)
{
	for (;;) {
		p = nd_run(n->tape.start, p, n->tape.end);
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
	}
}

/* p is at the opening quote; gives the position after the closing one. A string that fails
 * leaves no node, because look_back reads the keys on the tape. */
static inline const unsigned char *
string(struct ndjson *n, const unsigned char *p, bool is_key)
{
	struct nd_node *node = push(n, p + 1, ND_STRING, is_key);

	if (UNLIKELY(node == NULL))
		return NULL;
	p = string_body(n, p + 1, node);
	if (UNLIKELY(p == NULL)) {
		n->tape.count--;
		return NULL;
	}
	set_end(n, node, p);
	return p + 1;
}

/* The text of a key; for an escaped one in the scratch buffer. */
static inline struct span
key_text(const struct ndjson *n, uint32_t node, struct buf *scratch)
{
	struct span raw = nd_inside(n, &n->tape.nodes[node]);

	if (LIKELY(!n->tape.nodes[node].escaped))
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

static bool
occurs(struct ndjson *n, const struct nd_level *level, const struct nd_key *key, struct span text)
{
	for (uint32_t i = 0; i < level->keys; i++) {
		const struct nd_key *k = &level->small[i];

		if (k->len == key->len && k->first == key->first &&
		    span_equal(key_text(n, k->node, &n->other), text))
			return true;
	}
	return false;
}

/* Whether the key just scanned was there before. Only the bits of `seen` are looked at as
 * long as they say "new", which they nearly always do. */
static inline bool
repeats(struct ndjson *n, struct nd_level *level, uint32_t node)
{
	struct span text = key_text(n, node, &n->text);
	struct nd_key key = { load(text.p, text.len), (uint32_t)text.len, node };
	uint64_t mixed = key.first + text.len;
	unsigned bit;
	uint64_t *word, mask;

	if (text.len > 8)
		mixed ^= load(text.p + text.len - 8, 8) * UINT64_C(0x9e3779b97f4a7c15);
	bit = (unsigned)(mixed * UINT64_C(0xff51afd7ed558ccd) >> 56);
	word = &level->seen[bit >> 6];
	mask = UINT64_C(1) << (bit & 63);
	if (UNLIKELY((*word & mask) != 0) && occurs(n, level, &key, text))
		return true;
	*word |= mask;
	level->small[level->keys] = key;
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
		n->hashes[count].hash = hash64(key_text(n, k, &n->text), n->seed);
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
		if (span_equal(key_text(n, n->hashes[i - 1].node, &n->text),
		    key_text(n, node, &n->other)))
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
static inline const unsigned char *
key(struct ndjson *n, const unsigned char *p)
{
	struct nd_level *level = &n->levels[n->depth - 1];
	uint32_t node = n->tape.count;

	if (UNLIKELY(p == n->tape.end || *p != '"'))
		return nd_stop_outside(n, p, FAULT_SYNTAX);
	if (UNLIKELY(level->keys == n->limits.keys))
		return nd_stop(n, p, FAULT_KEYS);
	p = string(n, p, true);
	if (UNLIKELY(p == NULL))
		return NULL;
	if (UNLIKELY(n->tape.nodes[node].len > n->limits.key_len))
		return nd_stop(n, n->tape.start + n->tape.nodes[node].at + n->limits.key_len,
		    FAULT_KEY_LONG);
	if (level->keys < PAIRWISE_KEYS && UNLIKELY(repeats(n, level, node)))
		return stop_repeat(n, node);
	level->keys++;
	p = skip_blanks(n, p);
	if (UNLIKELY(p == n->tape.end || *p != ':'))
		return nd_stop_outside(n, p, FAULT_SYNTAX);
	return skip_blanks(n, p + 1);
}

/* p is at the bracket; the node's `next` is 0 while the container is open. */
static inline const unsigned char *
open(struct ndjson *n, const unsigned char *p, bool is_object)
{
	struct nd_node *node;
	struct nd_level *level;

	if (UNLIKELY(n->depth == n->limits.depth))
		return nd_stop(n, p, FAULT_DEPTH);
	node = push(n, p, is_object ? ND_OBJECT : ND_ARRAY, false);
	if (UNLIKELY(node == NULL))
		return NULL;
	node->next = 0;
	level = &n->levels[n->depth++];
	level->node = n->tape.count - 1;
	level->keys = 0;
	level->is_object = is_object;
	memset(level->seen, 0, sizeof level->seen);
	return skip_blanks(n, p + 1);
}

/* p is at the closing bracket. */
static inline const unsigned char *
close(struct ndjson *n, const unsigned char *p)
{
	const struct nd_level *level = &n->levels[n->depth - 1];
	struct nd_node *node = &n->tape.nodes[level->node];

	if (UNLIKELY(level->keys > PAIRWISE_KEYS)) {
		uint32_t repeat = first_repeat(n, level->node);

		if (repeat != 0)
			return stop_repeat(n, repeat);
	}
	n->depth--;
	node->next = n->tape.count;
	set_end(n, node, p + 1);
	return p + 1;
}

static const unsigned char *
literal(struct ndjson *n, const unsigned char *p)
{
	static const char *const words[] = { "null", "false", "true" };
	enum nd_type type = *p == 'n' ? ND_NULL : *p == 'f' ? ND_FALSE : ND_TRUE;
	struct nd_node *node = push(n, p, type, false);

	if (node == NULL)
		return NULL;
	for (const char *w = words[type]; *w != '\0'; w++, p++)
		if (p == n->tape.end || *p != (unsigned char)*w)
			return nd_stop_outside(n, p, FAULT_SYNTAX);
	set_end(n, node, p);
	return p;
}

static inline const unsigned char *
number(struct ndjson *n, const unsigned char *p)
{
	struct nd_node *node = push(n, p, ND_NUMBER, false);

	if (UNLIKELY(node == NULL))
		return NULL;
	p = nd_number(n, p);
	if (LIKELY(p != NULL))
		set_end(n, node, p);
	return p;
}

/* A scalar, or the opening of a container with *opened set. */
static inline const unsigned char *
value(struct ndjson *n, const unsigned char *p, bool *opened)
{
	if (UNLIKELY(p == n->tape.end))
		return nd_stop(n, p, FAULT_SYNTAX);
	switch (*p) {
	case '"':
		return string(n, p, false);
	case '{':
	case '[':
		*opened = true;
		return open(n, p, *p == '{');
	case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7':
	case '8': case '9':
		return number(n, p);
	case 'n': case 'f': case 't':
		return literal(n, p);
	case '+': case '.': case 'N': case 'I':
		return nd_stop(n, p, FAULT_NUMBER);
	default:
		return nd_stop_outside(n, p, FAULT_SYNTAX);
	}
}

/* After a value: closes what ends here and stops before the next value, or after the last. */
static inline const unsigned char *
after_value(struct ndjson *n, const unsigned char *p)
{
	while (n->depth > 0) {
		bool is_object = n->levels[n->depth - 1].is_object;

		p = skip_blanks(n, p);
		if (UNLIKELY(p == n->tape.end))
			return nd_stop(n, p, FAULT_SYNTAX);
		if (*p == ',') {
			p = skip_blanks(n, p + 1);
			return is_object ? key(n, p) : p;
		}
		if (UNLIKELY(*p != (is_object ? '}' : ']')))
			return nd_stop_outside(n, p, FAULT_SYNTAX);
		p = close(n, p);
		if (UNLIKELY(p == NULL))
			return NULL;
	}
	return p;
}

/* The whole value that begins at p; gives the position after it, or NULL. */
static const unsigned char *
whole_value(struct ndjson *n, const unsigned char *p)
{
	do {
		bool opened = false;

		p = value(n, p, &opened);
		if (UNLIKELY(p == NULL))
			return NULL;
		if (opened) {
			bool is_object = n->levels[n->depth - 1].is_object;

			if (p == n->tape.end || *p != (is_object ? '}' : ']')) {
				p = is_object ? key(n, p) : p;
				continue;
			}
			p = close(n, p);
		}
		p = after_value(n, p);
	} while (p != NULL && n->depth > 0);
	return p;
}

static const unsigned char *
scan(struct ndjson *n)
{
	static const char other_values[] = "\"[-0123456789tfn";
	const unsigned char *p = skip_blanks(n, n->tape.start);

	if (!n->limits.any_value && p < n->tape.end &&
	    memchr(other_values, *p, sizeof other_values - 1) != NULL)
		return nd_stop(n, p, FAULT_NOT_OBJECT);
	p = whole_value(n, p);
	if (p == NULL)
		return NULL;
	p = skip_blanks(n, p);
	return p == n->tape.end ? p : nd_stop_outside(n, p, FAULT_TRAILING);
}

/* A repeated key that only the end of its object would have shown stands before the fault. */
static void
look_back(struct ndjson *n)
{
	for (uint32_t i = 0; i < n->depth; i++) {
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

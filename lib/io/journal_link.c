/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/journal_link.c: one line of a journal: its two members of the chain, its leaf. */
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/number.h"
#include "io/journal_priv.h"
#include "io/ndjson_priv.h"	/* nd_run */

#include <assert.h>

/* Past the string whose inside begins at `at`: the index after its closing quote, or 0. */
static size_t
string_end(struct span s, size_t at)
{
	const unsigned char *p = (const unsigned char *)s.p, *end = p + s.len;

	for (; at < s.len; at++) {
		at = (size_t)(nd_run(p, p + at, end) - p);
		if (at < s.len && s.p[at] == '"')
			return at + 1;
		if (at < s.len && s.p[at] == '\\')
			at++;
	}
	return 0;
}

/* Past an object or array; strings are jumped over, so brackets in them do not count. */
static size_t
container_end(struct span s, size_t at)
{
	unsigned depth = 0;

	while (at < s.len) {
		char c = s.p[at++];

		if (c == '"') {
			at = string_end(s, at);
			if (at == 0)
				return 0;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if ((c == '}' || c == ']') && --depth == 0) {
			return at;
		}
	}
	return 0;
}

static size_t
value_end(struct span s, size_t at)
{
	size_t start = at;

	if (at >= s.len)
		return 0;
	if (s.p[at] == '"')
		return string_end(s, at + 1);
	if (s.p[at] == '{' || s.p[at] == '[')
		return container_end(s, at);
	while (at < s.len && s.p[at] != ',' && s.p[at] != '}' && s.p[at] != '"')
		at++;
	return at == start ? 0 : at;
}

/* One spelling per number, so that no second reader can see another one. */
static bool
take_seq(struct span value, struct journal_link *link, bool *seen)
{
	if (*seen || (value.len > 1 && value.p[0] == '0'))
		return false;
	*seen = true;
	return u64_parse(value, &link->seq);
}

static bool
take_prev(struct span value, struct journal_link *link, bool *seen)
{
	if (*seen || value.len != JOURNAL_LEAF + 2 || value.p[0] != '"')
		return false;
	*seen = true;
	link->prev = span_make(value.p + 1, JOURNAL_LEAF);
	return true;
}

/* The writers of journals put no blank between tokens and no escape into keys, so both are
 * faults here: "s\u0065q" must not be another name for seq. */
bool
journal_link_find(struct span s, struct journal_link *link)
{
	bool seq = false, prev = false;
	size_t at = 1;

	if (s.len < 2 || s.len > JOURNAL_LINE || s.p[0] != '{')
		return false;
	for (;;) {
		size_t key = at + 1, colon, end;
		struct span name, value;

		if (at >= s.len || s.p[at] != '"')
			return false;
		colon = string_end(s, key);
		if (colon == 0 || colon >= s.len || s.p[colon] != ':')
			return false;
		name = span_make(s.p + key, colon - 1 - key);
		end = value_end(s, colon + 1);
		if (end == 0 || end >= s.len || memchr(name.p, '\\', name.len) != NULL)
			return false;
		value = span_make(s.p + colon + 1, end - colon - 1);
		if (span_equal(name, SPAN("seq")) && !take_seq(value, link, &seq))
			return false;
		if (span_equal(name, SPAN("prev")) && !take_prev(value, link, &prev))
			return false;
		if (s.p[end] == '}')
			return end + 1 == s.len && seq && prev;
		if (s.p[end] != ',')
			return false;
		at = end + 1;
	}
}

static void
leaf_text(const unsigned char digest[SHA256_BYTES], char leaf[JOURNAL_LEAF + 1])
{
	struct buf b = { 0 };

	base64url_write(&b, span_make((const char *)digest, SHA256_BYTES));
	assert(b.len == JOURNAL_LEAF);
	memcpy(leaf, b.p, JOURNAL_LEAF);
	leaf[JOURNAL_LEAF] = '\0';
	buf_done(&b);
}

void
journal_leaf_inplace(char *line, size_t len, char leaf[JOURNAL_LEAF + 1])
{
	unsigned char digest[SHA256_BYTES];

	line[-1] = '\0';
	sha256_of(span_make(line - 1, len + 1), digest);
	leaf_text(digest, leaf);
}

void
journal_leaf(struct span line, char leaf[JOURNAL_LEAF + 1])
{
	unsigned char digest[SHA256_BYTES];
	struct sha256 h;

	sha256_start(&h);
	sha256_add(&h, SPAN("\0"));
	sha256_add(&h, line);
	sha256_end(&h, digest);
	leaf_text(digest, leaf);
}

void
journal_origin_leaf(struct span origin, char leaf[JOURNAL_LEAF + 1])
{
	unsigned char digest[SHA256_BYTES];

	sha256_of(origin, digest);
	leaf_text(digest, leaf);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/span.h: borrowed bytes with a length; passed by value.
 * Always holds: `len` bytes may be read at `p`; nothing says that a NUL follows.
 * A span with p == NULL means "not there"; an empty value has p != NULL, len 0. */
#ifndef CDP_BASE_SPAN_H
#define CDP_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const char	*p;
	size_t		 len;
};

/* A span over a string literal, as an expression and as an initialiser. */
#define SPAN(lit)	((struct span){ "" lit, sizeof(lit) - 1 })
#define SPAN_INIT(lit)	{ "" lit, sizeof(lit) - 1 }
enum { SPAN_ROOM = 32 };	/* bytes that are copied or compared at once, where so many may be read */
/* The same as SPAN_INIT, with so many bytes behind the text. */
#define SPAN_ROOMY_INIT(lit)	{ lit "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" \
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", sizeof(lit) - 1 }
/* Arguments for "%.*s". Only for text that is known to be short. */
#define SPAN_ARG(s)	(int)(s).len, (s).p

/* Not there: no bytes and no place for them. */
static inline struct span
span_none(void)
{
	return (struct span){ NULL, 0 };
}

/* Borrows a C string; NULL gives span_none(). */
static inline struct span
span_from(const char *text)
{
	return (struct span){ text, text == NULL ? 0 : strlen(text) };
}

static inline struct span
span_make(const char *p, size_t len)
{
	return (struct span){ p, len };
}

/* Eight bytes from p on, in the order of this machine. */
static inline uint64_t
span_word(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
	return word;
}

/* Texts of one length mostly differ in the first byte already, when one is looked for. Those that
 * do not are mostly short: two words are compared sooner than memcmp is called. */
static inline bool
span_equal(struct span a, struct span b)
{
	if (a.len != b.len)
		return false;
	if (a.len - 8 <= 8)
		return ((span_word(a.p) ^ span_word(b.p)) |
		    (span_word(a.p + a.len - 8) ^ span_word(b.p + a.len - 8))) == 0;
	return a.len == 0 || (a.p[0] == b.p[0] && memcmp(a.p, b.p, a.len) == 0);
}

/* Byte order; a prefix comes before what it begins. */
static inline int
span_cmp(struct span a, struct span b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int r = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (r != 0)
		return r;
	return a.len < b.len ? -1 : a.len > b.len;
}

static inline bool
span_is(struct span a, const char *text)
{
	return span_equal(a, span_from(text));
}

static inline bool
span_starts(struct span a, struct span head)
{
	return a.len >= head.len && (head.len == 0 || memcmp(a.p, head.p, head.len) == 0);
}

static inline bool
span_ends(struct span a, struct span tail)
{
	return a.len >= tail.len &&
	    (tail.len == 0 || memcmp(a.p + a.len - tail.len, tail.p, tail.len) == 0);
}

/* What follows the first n bytes; n beyond the end gives an empty span. */
static inline struct span
span_skip(struct span a, size_t n)
{
	if (n > a.len)
		n = a.len;
	return (struct span){ a.p == NULL ? NULL : a.p + n, a.len - n };
}

/* The first n bytes, or all. */
static inline struct span
span_head(struct span a, size_t n)
{
	return (struct span){ a.p, n < a.len ? n : a.len };
}

/* Index of the first byte c, or a.len. */
static inline size_t
span_index(struct span a, char c)
{
	const char *at = a.len == 0 ? NULL : memchr(a.p, c, a.len);

	return at == NULL ? a.len : (size_t)(at - a.p);
}

/* Without blanks and tabs at both ends. */
static inline struct span
span_trim(struct span a)
{
	while (a.len > 0 && (a.p[0] == ' ' || a.p[0] == '\t'))
		a = span_skip(a, 1);
	while (a.len > 0 && (a.p[a.len - 1] == ' ' || a.p[a.len - 1] == '\t'))
		a.len--;
	return a;
}

/* Takes the part before the next `c` off *rest. False when nothing is left;
 * "a,,b" gives "a", "", "b"; an empty span gives one empty part. Start with a copy. */
static inline bool
span_split(struct span *rest, char c, struct span *part)
{
	size_t at;

	if (rest->p == NULL)
		return false;
	at = span_index(*rest, c);
	*part = span_head(*rest, at);
	*rest = at == rest->len ? span_none() : span_skip(*rest, at + 1);
	return true;
}
/* How many words stand between blanks. */
static inline size_t
span_words(struct span text)
{
	struct span word;
	size_t n = 0;

	while (span_split(&text, ' ', &word))
		n += word.len > 0;
	return n;
}

#endif

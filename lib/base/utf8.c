/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/utf8.c: one small state per byte, and eight ASCII bytes at a step. */
#include "base/utf8.h"

/* Length of the ASCII start of s, 32 and then eight bytes at a step. */
static size_t
ascii_run(struct span s)
{
	size_t at = 0;

	for (; s.len - at >= 32; at += 32) {
		const char *p = s.p + at;

		if (((span_word(p) | span_word(p + 8) | span_word(p + 16) | span_word(p + 24)) &
		    UINT64_C(0x8080808080808080)) != 0)
			break;
	}
	while (s.len - at >= 8) {
		if ((span_word(s.p + at) & UINT64_C(0x8080808080808080)) != 0)
			break;
		at += 8;
	}
	while (at < s.len && (s.p[at] & 0x80) == 0)
		at++;
	return at;
}

bool
utf8_is_ascii(struct span s)
{
	return ascii_run(s) == s.len;
}

/* How many bytes follow the lead byte, and the range its first follower must lie in
 * (Unicode Standard, table 3-7). -1: no lead byte. */
static int
lead(unsigned char c, unsigned char *least, unsigned char *most)
{
	*least = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
	*most = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
	if (c >= 0xc2 && c <= 0xdf)
		return 1;
	if (c >= 0xe0 && c <= 0xef)
		return 2;
	if (c >= 0xf0 && c <= 0xf4)
		return 3;
	return -1;
}

/* Index of the first byte that cannot be right, or s.len; *start is where its sequence began. */
static size_t
scan(struct span s, size_t *start)
{
	size_t at = 0;

	for (;;) {
		unsigned char least, most;
		int more;

		at += ascii_run(span_skip(s, at));
		*start = at;
		if (at == s.len)
			return s.len;
		more = lead((unsigned char)s.p[at], &least, &most);
		if (more < 0)
			return at;
		at++;
		for (int i = 0; i < more; i++, at++) {
			unsigned char c;

			if (at == s.len)
				return at - 1;	/* cut: its last byte there is the fault */
			c = (unsigned char)s.p[at];
			if (c < (i == 0 ? least : 0x80) || c > (i == 0 ? most : 0xbf))
				return at;
		}
	}
}

size_t
utf8_bad(struct span s)
{
	size_t start;

	return scan(s, &start);
}

size_t
utf8_whole(struct span s)
{
	size_t start;

	scan(s, &start);
	return start;
}

uint32_t
utf8_next(struct span s, size_t *at)
{
	const unsigned char *p = (const unsigned char *)s.p + *at;

	if (p[0] < 0x80) {
		*at += 1;
		return p[0];
	}
	if (p[0] < 0xe0) {
		*at += 2;
		return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
	}
	if (p[0] < 0xf0) {
		*at += 3;
		return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
	}
	*at += 4;
	return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 |
	    (uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
}

size_t
utf8_put(char out[4], uint32_t cp)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

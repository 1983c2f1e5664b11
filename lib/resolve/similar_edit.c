/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/similar_edit.c: whether one slip of the pen lies between two texts. */
#include "base/attr.h"
#include "base/short.h"
#include "base/utf8.h"
#include "resolve/similar.h"

#include <endian.h>

enum { TWO_CHARACTERS = 8 };	/* bytes at most */

static bool
continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static bool
inside_character(struct span s, size_t at)
{
	return at < s.len && continues(s.p[at]);
}

/* Takes off both texts what they begin and end with alike, whole characters only. */
static void
keep_middle(struct span *a, struct span *b)
{
	size_t shorter = a->len < b->len ? a->len : b->len, head = 0, tail = 0;

	while (head < shorter && a->p[head] == b->p[head])
		head++;
	while (head > 0 && (inside_character(*a, head) || inside_character(*b, head)))
		head--;
	while (tail < shorter - head && a->p[a->len - 1 - tail] == b->p[b->len - 1 - tail])
		tail++;
	while (tail > 0 && continues(a->p[a->len - tail]))
		tail--;
	*a = span_make(a->p + head, a->len - head - tail);
	*b = span_make(b->p + head, b->len - head - tail);
}

/* At most three characters are read: more is too many for all who ask. */
static size_t
read_few(struct span s, uint32_t at[3])
{
	size_t count = 0, from = 0;

	while (from < s.len && count < 3)
		at[count++] = utf8_next(s, &from);
	return count;
}

static bool
slip(struct span a, struct span b, bool may_add)
{
	UNCLEARED uint32_t x[3], y[3];
	size_t nx, ny;

	keep_middle(&a, &b);
	if (a.len > TWO_CHARACTERS || b.len > TWO_CHARACTERS)
		return false;
	nx = read_few(a, x);
	ny = read_few(b, y);
	if (nx == 2 && ny == 2)
		return x[0] == y[1] && x[1] == y[0];
	return may_add ? nx <= 1 && ny <= 1 : nx == 1 && ny == 1;
}

bool
similar_osa_at_most_one(struct span a, struct span b)
{
	return slip(a, b, true);
}

/* Four to eight bytes, above them zeros. */
static uint64_t
bytes_of(struct span s)
{
	return le32toh(load_four(s.p)) |
	    (uint64_t)le32toh(load_four(s.p + s.len - 4)) << 8 * (s.len - 4);
}

/* Two texts of as many bytes, each a character: they differ in one place, or in two neighbouring
 * ones that are exchanged. */
static bool
slip_of_bytes(uint64_t a, uint64_t b)
{
	uint64_t differ = a ^ b;
	int first, last;

	if (differ == 0)
		return false;
	first = __builtin_ctzll(differ) / 8;
	last = 7 - __builtin_clzll(differ) / 8;
	a >>= 8 * first;
	b >>= 8 * first;
	return first == last || (last == first + 1 && (a & 255) == (b >> 8 & 255) &&
	    (b & 255) == (a >> 8 & 255));
}

bool
similar_slip(struct span a, struct span b)
{
	if (a.len == b.len && a.len >= 4 && a.len <= 8) {	/* as most postcodes are */
		uint64_t x = bytes_of(a), y = bytes_of(b);

		if (((x | y) & UINT64_C(0x8080808080808080)) == 0)
			return slip_of_bytes(x, y);
	}
	return slip(a, b, false);
}

/* Putting one digit for another changes a number by 1 to 9 times a power of ten, an exchange by
 * 9 to 81 times one: most numbers that differ by neither are told apart by that alone. */
bool
similar_digits_slip(uint64_t a, uint64_t b)
{
	uint64_t apart = a > b ? a - b : b - a;
	unsigned x, y;

	if (apart == 0)
		return false;
	for (; apart % 10 == 0; apart /= 10) {
		a /= 10;
		b /= 10;
	}
	if (apart > 81)
		return false;
	if (a / 10 == b / 10)
		return true;
	x = (unsigned)(a % 100);
	y = (unsigned)(b % 100);
	return a / 100 == b / 100 && x / 10 == y % 10 && x % 10 == y / 10;
}

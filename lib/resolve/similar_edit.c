/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/similar_edit.c: how many slips of the pen lie between two texts.
 * Short texts: the columns of the table of distances as differences of neighbours in the bits of
 * a word, one character of the other text at a time (Myers 1999, Hyyrö 2003). */
#include "base/attr.h"
#include "base/short.h"
#include "base/utf8.h"
#include "resolve/characters.h"
#include "resolve/places.h"
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

/* One byte a character, at most 64, `a` not empty. Bit i of a column belongs to place i of `a`:
 * up and down are the places where the distance rises or falls by one from the place before. */
static uint32_t
distance_few(struct span a, struct span b, uint32_t max, bool exchanges)
{
	UNCLEARED struct places places;
	uint64_t up = UINT64_MAX, down = 0, diagonal = 0, before = 0;
	uint32_t distance = (uint32_t)a.len;
	size_t last = a.len - 1;

	places_make(&places, a);
	for (size_t i = 0; i < b.len; i++) {
		uint64_t here = places_of(&places, b.p[i]);
		uint64_t exchanged = exchanges ? (~diagonal & here) << 1 & before : 0;
		uint64_t rises, falls;

		diagonal = (((here & up) + up) ^ up) | here | down | exchanged;
		rises = down | ~(diagonal | up);
		falls = diagonal & up;
		distance += (uint32_t)(rises >> last & 1);
		distance -= (uint32_t)(falls >> last & 1);
		if (distance > (uint64_t)max + (b.len - 1 - i))	/* each takes off one at most */
			return max + 1;
		rises = rises << 1 | 1;
		up = falls << 1 | ~(diagonal | rises);
		down = rises & diagonal;
		before = here;
	}
	return distance;
}

/* The table row by row, only where a distance up to `max` can lie; three rows, because an
 * exchange looks back two. */
static uint32_t
distance_many(const struct characters *a, const struct characters *b, uint32_t max, bool exchanges)
{
	UNCLEARED uint32_t rows[3][CHARACTERS_MOST + 1];
	uint32_t *row = rows[0], *above = rows[1], *twice_above = rows[2];

	for (size_t j = 0; j <= b->count; j++)
		row[j] = j <= max ? (uint32_t)j : max + 1;
	for (size_t i = 1; i <= a->count; i++) {
		uint32_t *spare = twice_above;

		twice_above = above;
		above = row;
		row = spare;
		row[0] = i <= max ? (uint32_t)i : max + 1;
		for (size_t j = 1; j <= b->count; j++) {
			uint32_t least = above[j - 1] + (a->at[i - 1] != b->at[j - 1]);

			if (i > j + (uint64_t)max || j > i + (uint64_t)max) {
				row[j] = max + 1;
				continue;
			}
			if (above[j] + 1 < least)
				least = above[j] + 1;
			if (row[j - 1] + 1 < least)
				least = row[j - 1] + 1;
			if (exchanges && i > 1 && j > 1 && a->at[i - 1] == b->at[j - 2] &&
			    a->at[i - 2] == b->at[j - 1] && twice_above[j - 2] + 1 < least)
				least = twice_above[j - 2] + 1;
			row[j] = least <= max ? least : max + 1;
		}
	}
	return row[b->count];
}

static uint32_t
distance(struct span a, struct span b, uint32_t max, bool exchanges)
{
	UNCLEARED struct characters_few room;
	UNCLEARED struct characters x, y;
	uint32_t found;

	keep_middle(&a, &b);
	if (characters_few(&a, &b, &room)) {
		if (a.len > b.len + (uint64_t)max || b.len > a.len + (uint64_t)max)
			return max + 1;
		found = a.len == 0 ? (uint32_t)b.len : distance_few(a, b, max, exchanges);
		return found <= max ? found : max + 1;
	}
	if (!characters_read(a, &x) || !characters_read(b, &y))
		return max + 1;
	return distance_many(&x, &y, max, exchanges);
}

uint32_t
similar_osa(struct span a, struct span b, uint32_t max)
{
	return distance(a, b, max, true);
}

uint32_t
similar_levenshtein(struct span a, struct span b, uint32_t max)
{
	return distance(a, b, max, false);
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

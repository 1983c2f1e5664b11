/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/roll_test.c: what was written stays where it is, through many blocks and joins. */
#include "base/alloc.h"
#include "base/roll.h"
#include "draw.h"
#include "tap.h"

#include <stdint.h>
#include <string.h>

enum { SEED = 5, PIECES = 20000, ROLLS = 3, LARGE = 5 << 20 };

struct piece {
	char	*at;
	size_t	 len;
	char	 byte;
};

static struct piece	piece[PIECES];

/* Asks for more than it takes, as whoever packs does. */
static void
write_piece(struct roll *r, struct piece *p, size_t len)
{
	char *at = roll_room(r, len + 100);

	memset(at, '#', len + 100);
	memset(at, p->byte, len);
	roll_take(r, len);
	p->at = at;
	p->len = len;
}

static size_t
count_wrong(size_t count)
{
	size_t wrong = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < piece[i].len; k++)
			wrong += piece[i].at[k] != piece[i].byte;
	return wrong;
}

int
main(void)
{
	struct roll r[ROLLS] = { { 0 } }, empty = { 0 }, all = { 0 };
	size_t gaps = 0;

	draw_begin(SEED, PIECES);
	for (size_t i = 0; i < PIECES; i++) {
		piece[i].byte = (char)('a' + i % 26);
		write_piece(&r[i % ROLLS], &piece[i], i % 7000 == 11 ? LARGE : draw(800));
		gaps += i >= ROLLS && piece[i].at != piece[i - ROLLS].at + piece[i - ROLLS].len;
	}
	ok(count_wrong(PIECES) == 0, "pieces in several rolls stay as they were written (seed %d)", SEED);
	ok(gaps < PIECES / 200, "nearly all begin where the one before ends (%zu do not)", gaps);
	for (int i = 0; i < ROLLS; i++)
		roll_join(&all, &r[i]);
	roll_join(&all, &empty);
	roll_join(&empty, &r[0]);
	ok(r[1].last == NULL && empty.last == NULL, "what was joined is empty, and nothing joins nothing");
	piece[0].byte = '0';
	write_piece(&all, &piece[0], 50);
	ok(count_wrong(PIECES) == 0, "they are where they were when the rolls are joined, and it goes on");
	roll_done(&all);
	roll_done(&all);
	ok(all.last == NULL && all.at == NULL, "a roll that is done is empty");
	return tap_done();
}

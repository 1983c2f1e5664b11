/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/placeholder.c: keys "kind:folded" of one table. Few letters and digits begin and end
 * a placeholder of any kind, so that hardly a value has to be folded to be told that it is none. */
#include "base/ascii.h"
#include "base/attr.h"
#include "normal/key.h"
#include "normal/placeholder.h"
#include "normal/table.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

enum {
	KEY_MAX = 80,	/* bytes; above the longest in the table, so that what is longer is none */
	RANKS = 36
};

static pthread_once_t	once = PTHREAD_ONCE_INIT;
static atomic_bool	loaded;
static uint64_t		ends[RANKS];	/* by the rank of the first: a bit for the rank of each last one */

/* Of a letter or digit of ASCII, however it is written; -1 of what may be folded to anything. */
static int
rank(char c)
{
	if (ascii_digit((unsigned char)c))
		return c - '0';
	return ascii_letter((unsigned char)c) ? 10 + (c | 0x20) - 'a' : -1;
}

static void
add_ends(struct span folded)
{
	int first = folded.len == 0 ? -1 : rank(folded.p[0]);
	int last = folded.len == 0 ? -1 : rank(folded.p[folded.len - 1]);

	if (first >= 0 && last >= 0)
		ends[first] |= UINT64_C(1) << last;
}

static void
load(void)
{
	struct span key;

	add_ends(SPAN("0"));		/* of zeros alone */
	for (size_t i = 0;; i++) {
		key = table_key(TABLE_PLACEHOLDERS, i);
		if (key.p == NULL)
			break;
		add_ends(span_skip(key, span_index(key, ':') + 1));
	}
	atomic_store_explicit(&loaded, true, memory_order_release);
}

/* Letters and digits of ASCII stay where they are when a value is folded. */
static bool
may_be(struct span s)
{
	int first, last;

	if (s.len == 0)
		return true;
	if (UNLIKELY(!atomic_load_explicit(&loaded, memory_order_acquire)))
		pthread_once(&once, load);
	first = rank(s.p[0]);
	last = rank(s.p[s.len - 1]);
	return first < 0 || last < 0 || (ends[first] >> last & 1) != 0;
}

static bool
in_table(struct span kind, struct span folded)
{
	char key[KEY_MAX];

	if (kind.len + 1 + folded.len > sizeof key)
		return false;
	memcpy(key, kind.p, kind.len);
	key[kind.len] = ':';
	memcpy(key + kind.len + 1, folded.p, folded.len);
	return table_has(TABLE_PLACEHOLDERS, span_make(key, kind.len + 1 + folded.len));
}

bool
placeholder_text(struct span kind, struct span s, struct arena *arena)
{
	struct span folded;

	if (!may_be(s))
		return false;
	folded = text_fold(s, arena);
	return folded.p == NULL || in_table(kind, folded);
}

bool
placeholder_number(struct span kind, struct span s, struct arena *arena)
{
	struct span folded;
	size_t zeros = 0;

	if (!may_be(s))
		return false;
	folded = text_fold(s, arena);
	if (folded.p == NULL)
		return true;
	while (zeros < folded.len && (folded.p[zeros] == '0' || folded.p[zeros] == ' '))
		zeros++;
	return zeros == folded.len || in_table(kind, folded);
}

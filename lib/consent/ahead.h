/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ahead.h: addresses of the rows that come next, tokenised and asked for before their row
 * is read: what was said at them lies far away in a large ledger, and is there by then. A guess by the
 * look of a line; where it is wrong nothing is lost but the work. Of one thread. */
#ifndef CDP_CONSENT_AHEAD_H
#define CDP_CONSENT_AHEAD_H

#include "base/span.h"		/* passed by value */
#include "model/token.h"	/* struct token, by value */
#include <stddef.h>

struct chunk;
struct intake;

enum { AHEAD_ROWS = 4 };	/* a power of two: slot, row, events, and the row at hand */
enum { AHEAD_KINDS = 2 };	/* of addresses in a row: e-mail and telephone */
enum { AHEAD_VALUE = 64 };	/* bytes; longer ones wait for their row */

/* Its own copy of the value: a token is found by what it is of, never by where that stood. */
struct ahead_token {
	size_t		len;		/* 0: none */
	struct token	token;
	char		value[AHEAD_VALUE];
};

/* Zeroed at the start. */
struct ahead {
	const struct chunk	*chunk;		/* compared only */
	size_t			 row, seen;	/* at hand; rows before `seen` were looked at */
	struct ahead_token	 tokens[AHEAD_ROWS][AHEAD_KINDS];
};

/* `line` is the row of the chunk at hand; the next ones are looked at. */
void ahead_look(struct ahead *a, const struct intake *in, const struct chunk *c, struct span line);
/* The token of a value of the row at hand; NULL: it was not guessed, or there is nobody to guess. */
const struct token *ahead_token(const struct ahead *a, struct span type, struct span value);

#endif

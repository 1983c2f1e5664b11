/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/name_tokens.h: the words of a folded name that are compared (resolve 4.1). */
#ifndef CDP_NORMAL_NAME_TOKENS_H
#define CDP_NORMAL_NAME_TOKENS_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>

enum { NAME_TOKENS_MAX = 4 };

struct name_tokens {
	struct span	token[NAME_TOKENS_MAX];	/* in order, without titles and particles */
	size_t		count;		/* 0 only for an absent name */
	struct span	rest;		/* words beyond, with their particles; absent: none */
	bool		particles;	/* some were left out */
	unsigned	generation;	/* a word for it behind the name was left out; 0: none */
};

/* Of a given or family name (name_key); spans borrow from it. A name that is nothing but
 * particles keeps them: Le and Van are names, too. */
struct name_tokens name_tokens(struct span folded);
/* What name_tokens would find as generation, and nothing else. */
unsigned name_tokens_generation(struct span folded);
/* The generation that a folded suffix says: 1 senior, 2 junior, Filho or II, 3 III or Neto ...,
 * 8 nephew; 0: none. */
unsigned name_generation(struct span folded);

#endif

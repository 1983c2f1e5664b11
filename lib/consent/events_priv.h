/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/events_priv.h: how events lie in memory, and who has which; for events*.c only. */
#ifndef CDP_CONSENT_EVENTS_PRIV_H
#define CDP_CONSENT_EVENTS_PRIV_H

#include "base/arena.h"		/* struct arena, by value */
#include "base/buf.h"		/* struct buf, by value */
#include "base/slots.h"		/* struct slots, by value */
#include "base/span.h"		/* struct span, by value */
#include "consent/events.h"

#include <stdbool.h>
#include <stdint.h>

struct map;
struct ndjson;

/* The events of one token, in order of seq. */
struct slice {
	unsigned char			 token[16];
	const struct event		**first;
	size_t				 count;
};
/* A slice together with what the base has of its token. */
struct joined {
	const struct event	**list;		/* owned */
	bool			  done;
};

/* Tokens are uniform, so their first bytes are the hash. */
struct index {
	const struct event	**list;		/* the slices, one after another */
	struct slice		 *slices;
	size_t			  count, cap;
	uint32_t		 *table;	/* slice + 1, 0 is free */
	size_t			  mask;
	struct joined		 *joined;	/* by slice, as they are asked for; NULL: all are */
};

/* An event that names one which is not there yet: files come in any order. */
struct waiting {
	struct event	*event;
	struct span	 ref;
};

struct events {
	struct arena	 memory;
	struct base_events *base;	/* those before; NULL: none */
	uint64_t	 base_count;
	bool		 little;	/* will be asked, of a base */
	struct event	**list;		/* by seq, behind the base; events stay in place */
	size_t		 count, cap;
	struct slots	 ids;		/* place in the list, of the newest taken back too */
	struct map	*types, *words;
	struct waiting	*waiting;
	size_t		 waiting_count, waiting_cap;
	const struct event **referrers;	/* by (ref, seq); of an event named in here all of them */
	size_t		 referrer_count, referrer_cap;
	struct index	 by_sid, by_suppression;
	struct ndjson	*scanner;
	struct arena	 unescaped;	/* of one line */
	struct arena	 passed;	/* of one event that is not kept */
	struct buf	 scratch;
};

/* Who has which of es->list, all that is named in it known; done frees it. `suppression`: by that half of the
 * token, for what suppresses. */
void events_index_build(struct index *x, const struct events *es, bool suppression);
void events_index_done(struct index *x);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rivals_priv.h: the workspace of rivals, shared by its parts: rivals.c (who competes, and what
 * weights are worth) and rivals_rounds.c (what stands against a pair). */
#ifndef CDP_RESOLVE_RIVALS_PRIV_H
#define CDP_RESOLVE_RIVALS_PRIV_H

#include "resolve/fx.h"
#include "resolve/merge.h"
#include "resolve/model.h"
#include "resolve/rivals.h"
#include "resolve/threshold.h"
#include "resolve/view.h"

enum {
	RIVALS_SOURCES = CLASSES_MAX - 1,
	RIVALS_CERTAIN = 24000,		/* millibits: beyond it nothing is in doubt */
	RIVALS_ROOTS = 10, RIVALS_STEPS = 1 << RIVALS_ROOTS,	/* a bit in the steps of rivals_power() */
	RIVALS_NODES = 1 << 12,		/* side by side, that one task counts for */
	RIVALS_NOWHERE = 127, RIVALS_SEVERAL = 128	/* of a seat */
};

/* Of one source towards another. */
struct side {
	double		matches;	/* expected */
	uint64_t	strong, crowded;	/* records with one strong candidate or more; with more */
	bool		holds;
};

/* A pair that competes, and what stands against it at either record: its odds are divided by both. */
struct contender {
	size_t	edge;
	double	odds;		/* alone */
	float	a, b;
};

/* What one task counted. */
struct counted {
	struct side	side[RIVALS_SOURCES][RIVALS_SOURCES];
};

struct rivals {
	const struct view	*w;
	struct edge		*edges;
	size_t			 count;
	struct contender	*contender;	/* by edge */
	size_t			 contenders;
	uint8_t			*place;		/* by source: among those that hold a person once, or RIVALS_NOWHERE */
	uint8_t			*seat;		/* by node: its source's place, and RIVALS_SEVERAL if it has copies */
	unsigned		 once;
	uint64_t		 records[RIVALS_SOURCES];
	struct side		 side[RIVALS_SOURCES][RIVALS_SOURCES];
	double			*sum;		/* by node and source: of candidates that are free for it */
	uint8_t			*strong;	/* by node and source: strong candidates, 2: or more */
	double			 step[RIVALS_STEPS];	/* 2^(i ÷ RIVALS_STEPS) */
	unsigned		 threads, round;
	struct counted		*counted;	/* by task */
	struct cut_counts	*seen;		/* by task */
};

/* 2^(w ÷ 1000). */
static inline double
rivals_power(const struct rivals *r, int32_t w)
{
	int32_t steps;

	w = w < -RIVALS_CERTAIN ? -RIVALS_CERTAIN : w > RIVALS_CERTAIN ? RIVALS_CERTAIN : w;
	steps = (w + RIVALS_CERTAIN) * RIVALS_STEPS / FX_BIT;
	return r->step[steps % RIVALS_STEPS] * (double)(UINT64_C(1) << steps / RIVALS_STEPS) /
	    (double)(UINT64_C(1) << (RIVALS_CERTAIN / FX_BIT));
}

/* The places of the sources of an edge; false where it does not hold for one of them, or where the edge
 * is so light that it is nobody's rival. */
static inline bool
rivals_places(const struct rivals *r, const struct edge *e, unsigned *a, unsigned *b)
{
	*a = r->seat[e->a] & (RIVALS_SEVERAL - 1);
	*b = r->seat[e->b] & (RIVALS_SEVERAL - 1);
	return e->weight >= -RIVALS_BELOW && *a != RIVALS_NOWHERE && *b != RIVALS_NOWHERE && *a != *b;
}

static inline uint64_t
rivals_records(const struct rivals *r, uint32_t node)
{
	return r->seat[node] & RIVALS_SEVERAL ? view_copies(r->w, node) : 1;
}

static inline struct edge *
rivals_edge(const struct rivals *r, size_t i)
{
	return &r->edges[r->contender[i].edge];
}

/* Whether a node is of those that one of r->threads tasks counts for. */
static inline bool
rivals_of_task(const struct rivals *r, unsigned task, uint32_t node)
{
	return node / RIVALS_NODES % r->threads == task;
}

/* Takes from the weight of each contender what stands against it at its records. */
void rivals_rounds(struct rivals *r);

#endif

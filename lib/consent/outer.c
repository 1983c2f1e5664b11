/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/outer.c: a few groups, looked through */
#include "consent/event.h"
#include "consent/outer.h"

static bool
belongs(const struct outer *o, size_t place, const struct event *e)
{
	const struct event *x = o->by_time;

	return o->place == place && x->type == e->type && x->has_sseq == e->has_sseq &&
	    (!e->has_sseq || span_equal(x->src, e->src)) && x->covers_account == e->covers_account &&
	    (!e->covers_account || token_equal(&x->account, &e->account));
}

void
outers_add(struct outers *o, enum outer_side side, size_t place, const struct event *e)
{
	bool last = side == OUTER_LAST;
	size_t i = o->count;

	while (i > 0 && o->list[i - 1].place == place && !belongs(&o->list[i - 1], place, e))
		i--;
	if (i == 0 || o->list[i - 1].place != place) {
		if (o->count < OUTERS_MOST)
			o->list[o->count++] = (struct outer){ place, e, e };
		else
			o->full = true;
		return;
	}
	i--;
	if (last ? e->hi > o->list[i].by_time->hi : e->lo < o->list[i].by_time->lo)
		o->list[i].by_time = e;
	if (last ? e->sseq > o->list[i].by_number->sseq : e->sseq < o->list[i].by_number->sseq)
		o->list[i].by_number = e;
}

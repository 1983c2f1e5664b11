/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/base_events.h: the events of a compiled state (cache.h) as struct event, each made when it
 * is first asked for, with all that its identifier has. Threads may ask at once, if the state was
 * checked as a whole; what they got lives as long as this. */
#ifndef CDP_CONSENT_BASE_EVENTS_H
#define CDP_CONSENT_BASE_EVENTS_H

#include "consent/event.h"	/* struct event */

struct base_events;
struct cache;

/* The first `visible` events of the state, which is borrowed. */
struct base_events *base_new(const struct cache *c, uint64_t visible);
void base_free(struct base_events *b);		/* NULL is fine */

/* Where the state is not sound these find nothing, and cache_broken says so. */
const struct event *base_at(struct base_events *b, uint64_t seq);
/* As events_expect. */
void base_expect(const struct base_events *b, const unsigned char token[16], enum events_near near);
size_t base_of(struct base_events *b, const unsigned char token[16], bool suppression,
    const struct event *const **list);
size_t base_referring(struct base_events *b, uint64_t seq, const struct event *const **list);
bool base_has_type(const struct base_events *b, struct span type);
uint64_t base_find_id(const struct base_events *b, struct span id);	/* seq + 1, or 0 */
/* The i-th event that names one which the state does not have. False: there are no more. */
bool base_waiting(const struct base_events *b, size_t i, uint64_t *seq, struct span *ref);
/* Says what it names, before anybody asks for it. By seq, each once. */
void base_refer(struct base_events *b, uint64_t seq, uint64_t ref);

#endif

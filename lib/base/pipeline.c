/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/pipeline.c: a ring of items between one producer and several workers. */
#include "base/alloc.h"
#include "base/beside.h"
#include "base/error.h"
#include "base/pipeline.h"
#include "base/thread.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slot {
	void	*item;
	bool	 done;		/* worked on, waiting for its turn */
};

struct run {
	const struct pipeline	*p;
	void			*arg;
	pthread_mutex_t		 lock;
	pthread_cond_t		 work, ready;
	struct slot		*ring;
	unsigned		 size;
	size_t			 made, taken, emitted;	/* counts; slot = count mod size */
	bool			 stop;			/* no more items will be made */
};

struct worker {
	struct run	*run;
	pthread_t	 thread;
	unsigned	 number;
};

static void *
work(void *arg)
{
	struct worker *w = arg;
	struct run *r = w->run;

	pthread_mutex_lock(&r->lock);
	for (;;) {
		struct slot *s;

		while (r->taken == r->made && !r->stop)
			pthread_cond_wait(&r->work, &r->lock);
		if (r->taken == r->made)
			break;
		s = &r->ring[r->taken++ % r->size];
		pthread_mutex_unlock(&r->lock);
		r->p->work(r->arg, s->item, w->number);
		pthread_mutex_lock(&r->lock);
		s->done = true;
		pthread_cond_signal(&r->ready);
	}
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

/* Waits for the oldest item and gives it out. */
static int
emit_next(struct run *r, struct error *e)
{
	struct slot *s = &r->ring[r->emitted % r->size];

	pthread_mutex_lock(&r->lock);
	while (!s->done)
		pthread_cond_wait(&r->ready, &r->lock);
	s->done = false;
	pthread_mutex_unlock(&r->lock);
	r->emitted++;
	return r->p->emit(r->arg, s->item, e);
}

/* Makes and emits until both are through; fills the ring before it waits. Where no item can
 * be made, those before it are still given out, as with one thread. */
static int
feed(struct run *r, struct error *e)
{
	struct error failed = { 0 };
	int more = 1;

	for (;;) {
		while (more > 0 && r->made - r->emitted < r->size) {
			void *item = NULL;

			more = r->p->make(r->arg, &item, &failed);
			if (more <= 0)
				break;
			pthread_mutex_lock(&r->lock);
			r->ring[r->made++ % r->size] = (struct slot){ item, false };
			pthread_cond_signal(&r->work);
			pthread_mutex_unlock(&r->lock);
		}
		if (r->emitted == r->made) {
			if (more < 0)
				*e = failed;
			return more;
		}
		if (emit_next(r, e) < 0)
			return -1;
	}
}

static unsigned
start_workers(struct run *r, struct worker *workers)
{
	for (unsigned i = 0; i < r->p->threads; i++) {
		workers[i] = (struct worker){ .run = r, .number = i };
		if (thread_start(&workers[i].thread, work, &workers[i]) != 0)
			return i;
	}
	return r->p->threads;
}

static void
stop_workers(struct run *r, struct worker *workers, unsigned started)
{
	pthread_mutex_lock(&r->lock);
	r->stop = true;
	pthread_cond_broadcast(&r->work);
	pthread_mutex_unlock(&r->lock);
	for (unsigned i = 0; i < started; i++)
		pthread_join(workers[i].thread, NULL);
}

static int
run_alone(const struct pipeline *p, void *arg, struct error *e)
{
	for (;;) {
		void *item = NULL;
		int got = p->make(arg, &item, e);

		if (got <= 0)
			return got;
		p->work(arg, item, 0);
		if (p->emit(arg, item, e) < 0)
			return -1;
	}
}

int
pipeline_run(const struct pipeline *p, void *arg, struct error *e)
{
	return p->threads <= 1 ? run_alone(p, arg, e) : pipeline_run_beside(p, arg, e);
}

int
pipeline_run_beside(const struct pipeline *p, void *arg, struct error *e)
{
	struct run r = { .p = p, .arg = arg, .lock = PTHREAD_MUTEX_INITIALIZER,
	    .work = PTHREAD_COND_INITIALIZER, .ready = PTHREAD_COND_INITIALIZER };
	struct worker *workers;
	unsigned started;
	int result;

	r.size = p->in_flight > 0 ? p->in_flight : 2 * p->threads + 2;
	r.ring = mem_zero(r.size, sizeof *r.ring);
	workers = mem_zero(p->threads, sizeof *workers);
	started = start_workers(&r, workers);
	if (started == 0)
		result = run_alone(p, arg, e);
	else
		result = feed(&r, e);
	stop_workers(&r, workers, started);
	for (; r.emitted < r.made; r.emitted++)
		p->drop(arg, r.ring[r.emitted % r.size].item);
	mem_free(workers);
	mem_free(r.ring);
	return result;
}

struct each {
	void		(*task)(void *arg, unsigned i);
	void		 *arg;
	atomic_uint	  next;
	unsigned	  count;
};

static void
take_tasks(void *arg)
{
	struct each *each = arg;
	unsigned i;

	while ((i = atomic_fetch_add_explicit(&each->next, 1, memory_order_relaxed)) < each->count)
		each->task(each->arg, i);
}

/* The calling thread takes tasks like the others: nobody hands them out, so nobody is woken for one. */
void
parallel_each(unsigned threads, unsigned count, void (*task)(void *arg, unsigned i), void *arg)
{
	struct each each = { .task = task, .arg = arg, .count = count };
	unsigned most = threads < count ? threads : count, others = most > 1 ? most - 1 : 0;
	struct beside **other = mem_alloc((others + 1) * sizeof(struct beside *));

	for (unsigned i = 0; i < others; i++)
		other[i] = beside_start(threads, take_tasks, &each);
	take_tasks(&each);
	for (unsigned i = 0; i < others; i++)
		beside_end(other[i]);
	mem_free(other);
}

unsigned
threads_available(void)
{
	cpu_set_t set;
	int n = 1;

	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof set, &set) == 0)
		n = CPU_COUNT(&set);
	return n < 1 ? 1 : (unsigned)n;
}

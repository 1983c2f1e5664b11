/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/pipeline_test.c: any number of threads gives what one gives. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/pipeline.h"
#include "tap.h"

#include <stdatomic.h>
#include <stdint.h>

enum { ITEMS = 500 };

struct item {
	int		number;
	uint64_t	result;
};

struct job {
	int		made, make_fails, emit_fails;	/* -1: never */
	int		alive;				/* items that nobody freed yet */
	int		emitted;
	uint64_t	digest;				/* depends on the order of emission */
	atomic_int	worked;
};

static int
make(void *arg, void **item, struct error *e)
{
	struct job *j = arg;
	struct item *made;

	if (j->made == j->make_fails)
		return error_set(e, INPUT, "E_MAKE", "item %d cannot be made", j->made);
	if (j->made == ITEMS)
		return 0;
	made = mem_zero(1, sizeof *made);
	made->number = j->made++;
	j->alive++;
	*item = made;
	return 1;
}

/* Uneven, so that later items are often done before earlier ones. */
static void
work(void *arg, void *item, unsigned worker)
{
	struct job *j = arg;
	struct item *x = item;
	uint64_t sum = (uint64_t)x->number;

	(void)worker;
	for (int i = 0; i < (x->number * 7919) % 3000; i++)
		sum = sum * 6364136223846793005U + 1;
	x->result = sum;
	atomic_fetch_add(&j->worked, 1);
}

static int
emit(void *arg, void *item, struct error *e)
{
	struct job *j = arg;
	struct item *x = item;
	int number = x->number;

	j->digest = j->digest * 31 + x->result;
	j->alive--;
	mem_free(x);
	if (number == j->emit_fails)
		return error_set(e, RESOURCES, "E_EMIT", "item %d cannot be given out", number);
	j->emitted += number == j->emitted;
	return 0;
}

static void
drop(void *arg, void *item)
{
	struct job *j = arg;

	j->alive--;
	mem_free(item);
}

static int
run(struct job *j, unsigned threads, unsigned in_flight, int make_fails, int emit_fails,
    struct error *e)
{
	struct pipeline p = { make, work, emit, drop, threads, in_flight };

	*j = (struct job){ .make_fails = make_fails, .emit_fails = emit_fails };
	*e = (struct error){ 0 };
	return pipeline_run(&p, j, e);
}

static void
square(void *arg, unsigned i)
{
	((uint64_t *)arg)[i] = (uint64_t)i * i;
}

int
main(void)
{
	struct job one, many;
	struct error e, first;
	uint64_t squares[100] = { 0 };
	size_t wrong = 0;

	ok(run(&one, 1, 0, -1, -1, &e) == 0 && one.emitted == ITEMS && one.alive == 0,
	    "one thread emits every item in order");
	for (unsigned threads = 2; threads <= 9; threads++)
		wrong += run(&many, threads, 0, -1, -1, &e) != 0 || many.digest != one.digest ||
		    many.emitted != ITEMS || many.alive != 0 || many.worked != ITEMS;
	ok(wrong == 0, "2 to 9 threads give the same in the same order");
	ok(run(&many, 4, 1, -1, -1, &e) == 0 && many.digest == one.digest,
	    "one item in flight is enough");
	ok(run(&many, 4, 1000, -1, -1, &e) == 0 && many.digest == one.digest,
	    "more in flight than there are is fine");
	run(&one, 1, 0, 100, -1, &first);
	ok(run(&many, 4, 0, 100, -1, &e) < 0 && strcmp(e.text, first.text) == 0 &&
	    many.digest == one.digest && many.alive == 0,
	    "when an item cannot be made, all before it are given out");
	run(&one, 1, 0, -1, 57, &first);
	ok(run(&many, 4, 0, -1, 57, &e) < 0 && strcmp(e.text, first.text) == 0 &&
	    many.digest == one.digest && many.alive == 0,
	    "a failed emit ends the run there, and the rest is dropped");
	ok(run(&many, 4, 0, 59, 57, &e) < 0 && strcmp(e.code, "E_EMIT") == 0,
	    "the first failure in order wins");
	ok(run(&many, 4, 0, 0, -1, &e) < 0 && strcmp(e.code, "E_MAKE") == 0 && many.emitted == 0,
	    "a failure before the first item");
	parallel_each(3, 100, square, squares);
	wrong = 0;
	for (unsigned i = 0; i < 100; i++)
		wrong += squares[i] != (uint64_t)i * i;
	ok(wrong == 0, "parallel_each does each once");
	parallel_each(3, 0, square, NULL);
	ok(threads_available() >= 1, "there is a processor");
	return tap_done();
}

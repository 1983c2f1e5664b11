/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/beside_test.c: work beside the caller is done when it has been waited for. */
#include "base/beside.h"
#include "tap.h"

#include <pthread.h>

struct job {
	pthread_t	by;
	unsigned	done;
};

static void
work(void *arg)
{
	struct job *j = arg;

	j->by = pthread_self();
	j->done++;
}

int
main(void)
{
	struct job j = { .done = 0 };
	struct beside *b = beside_start(1, work, &j);

	ok(b == NULL && j.done == 1 && pthread_equal(j.by, pthread_self()), "with one thread it is done at once");
	beside_end(b);
	b = beside_start(2, work, &j);
	beside_end(b);
	ok(j.done == 2 && (b == NULL || !pthread_equal(j.by, pthread_self())), "with two another one does it");
	return tap_done();
}

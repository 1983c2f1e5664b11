/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/shelf.c: a list of blocks, of which the one that fits best is taken. One that does not fit
 * is cut or gets more pages behind: the library moves the pages of large blocks, not their bytes. */
#include "base/shelf.h"

#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	BLOCKS = 64,		/* that wait: a stage has some dozens */
	SPARE = 64,		/* a block may be larger than wanted by one part in so many */
	ROOM = 16		/* one part in so many stays free: so much of what was used was not touched */
};

static struct {
	pthread_mutex_t	 lock;
	bool		 open;
	void		*block[BLOCKS];
	size_t		 size[BLOCKS];
	unsigned	 count;
	size_t		 waiting, used, most;	/* bytes; most of them used at once */
} shelf = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void *
take_out(unsigned i)
{
	void *block = shelf.block[i];

	shelf.waiting -= shelf.size[i];
	shelf.count--;
	shelf.block[i] = shelf.block[shelf.count];
	shelf.size[i] = shelf.size[shelf.count];
	return block;
}

static bool
is_full(size_t more)
{
	return shelf.used + shelf.waiting + more > shelf.most - shelf.most / ROOM;
}

/* So much more is used: what waits makes room for it. */
static void
use(size_t bytes)
{
	shelf.used += bytes;
	while (shelf.count > 0 && is_full(0))
		free(take_out(0));
	if (shelf.used > shelf.most)
		shelf.most = shelf.used;
}

static bool
is_large(void *block)
{
	return malloc_usable_size(block) >= SHELF_LEAST;
}

void
shelf_note(void *block)
{
	if (block == NULL || !is_large(block))
		return;
	pthread_mutex_lock(&shelf.lock);
	use(malloc_usable_size(block));
	pthread_mutex_unlock(&shelf.lock);
}

void
shelf_forget(void *block)
{
	if (block == NULL || !is_large(block))
		return;
	pthread_mutex_lock(&shelf.lock);
	shelf.used -= malloc_usable_size(block);
	pthread_mutex_unlock(&shelf.lock);
}

/* The smallest block that is large enough; else the largest, if it may grow. BLOCKS: there is none. */
static unsigned
best_of(size_t bytes, bool may_grow)
{
	unsigned best = BLOCKS;
	size_t size = 0;

	for (unsigned i = 0; i < shelf.count; i++) {
		size_t n = shelf.size[i];

		if (n >= bytes ? size < bytes || n < size : may_grow && n > size) {
			best = i;
			size = n;
		}
	}
	return best;
}

/* One that waited, or NULL. */
static void *
take_waiting(size_t bytes, bool zeroed)
{
	unsigned best = best_of(bytes, !zeroed);
	size_t size = best < BLOCKS ? shelf.size[best] : 0;
	void *block = best < BLOCKS ? take_out(best) : NULL, *fitting = block;

	if (block != NULL && (size < bytes || size - bytes > bytes / SPARE))
		fitting = realloc(block, bytes);
	if (fitting == NULL)
		free(block);
	return fitting;
}

void *
shelf_alloc(size_t bytes, bool zeroed)
{
	void *block;

	pthread_mutex_lock(&shelf.lock);
	block = take_waiting(bytes, zeroed);
	if (block != NULL && is_large(block))	/* it may have been cut to a little less */
		use(malloc_usable_size(block));
	pthread_mutex_unlock(&shelf.lock);
	if (block != NULL)
		return zeroed ? memset(block, 0, bytes) : block;
	block = zeroed ? calloc(1, bytes) : malloc(bytes);
	shelf_note(block);
	return block;
}

void
shelf_free(void *block)
{
	void *rest = block;

	if (block != NULL && is_large(block)) {
		size_t size = malloc_usable_size(block);

		pthread_mutex_lock(&shelf.lock);
		shelf.used -= size;
		if (shelf.open && shelf.count < BLOCKS && !is_full(size)) {
			shelf.block[shelf.count] = block;
			shelf.size[shelf.count++] = size;
			shelf.waiting += size;
			rest = NULL;
		}
		pthread_mutex_unlock(&shelf.lock);
	}
	free(rest);
}

bool
shelf_clear(void)
{
	bool any;

	pthread_mutex_lock(&shelf.lock);
	any = shelf.count > 0;
	while (shelf.count > 0)
		free(take_out(0));
	pthread_mutex_unlock(&shelf.lock);
	return any;
}

/* A checker of addresses wants to see what is freed. */
void
shelf_open(void)
{
#ifndef __SANITIZE_ADDRESS__
	pthread_mutex_lock(&shelf.lock);
	shelf.open = true;
	pthread_mutex_unlock(&shelf.lock);
#endif
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/alloc.c: allocation that succeeds or ends the program. */
#include "base/alloc.h"
#include "base/attr.h"
#include "base/shelf.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	CACHE_LINE = 64,	/* bytes */
	GROW_FIRST = 16,	/* elements of a new array; most stay below */
	DENSE_LEAST = 64 << 10,	/* bytes: less is not worth a call of the system */
	STACK = 1 << 20,	/* more than the deepest chain of calls takes: estimation, 600 KiB */
	STACK_STEP = 16 << 10
};

static void (*before_exit)(void);

/* Without the fixed threshold the library raises it with each large block that is freed. */
void
mem_give_back(void)
{
	mallopt(M_MMAP_THRESHOLD, SHELF_LEAST);
	mallopt(M_TRIM_THRESHOLD, SHELF_LEAST);
	(void)shelf_clear();
	malloc_trim(0);
	shelf_open();
}

void
mem_on_exhausted(void (*last)(void))
{
	before_exit = last;
}

/* write and _exit only: nothing here may need memory. */
_Noreturn void
mem_exhausted(void)
{
	static const char text[] = "cdp: E_MEMORY: out of memory\n";
	ssize_t r = write(2, text, sizeof text - 1);

	(void)r;
	if (before_exit != NULL)
		before_exit();
	_exit(6);
}

/* Goes down as deep as that; the read behind the call keeps each frame where it is. */
NOINLINE char
touch_stack(size_t bytes)
{
	volatile char frame[STACK_STEP];

	frame[0] = 0;
	return bytes > STACK_STEP ? touch_stack(bytes - STACK_STEP) + frame[0] : frame[0];
}

/* The kernel has given 128 KiB; what a call needs beyond is added page by page, and a page beyond
 * the limit is a fault. So the room is asked for where no is an answer, and taken at once. */
bool
mem_take_stack(void)
{
	struct rlimit memory, stack;
	size_t most = STACK;
	void *room;

	if (getrlimit(RLIMIT_STACK, &stack) < 0)
		return true;
	if (stack.rlim_cur < STACK) {
		stack.rlim_cur = stack.rlim_max < STACK ? stack.rlim_max : STACK;
		setrlimit(RLIMIT_STACK, &stack);
	}
	if (getrlimit(RLIMIT_AS, &memory) < 0 || memory.rlim_cur == RLIM_INFINITY)
		return stack.rlim_cur >= STACK;
	if (stack.rlim_cur / 4 < most)		/* a small stack has its own end, which is not ours */
		most = (size_t)stack.rlim_cur / 4;
	room = mmap(NULL, most, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (room == MAP_FAILED)
		mem_exhausted();
	munmap(room, most);
	touch_stack(most);
	return stack.rlim_cur >= STACK;
}

/* A little less may become a large block too. */
static void *
take(size_t bytes, bool zeroed)
{
	if (bytes >= SHELF_LEAST - CACHE_LINE)
		return shelf_alloc(bytes, zeroed);
	if (bytes == 0)
		bytes = 1;
	return zeroed ? calloc(1, bytes) : malloc(bytes);
}

/* What waits on the shelf is memory too: with nothing there another try is of no use. */
static void
clear_shelf_or_end(void)
{
	if (!shelf_clear())
		mem_exhausted();
}

static void *
take_or_end(size_t bytes, bool zeroed)
{
	void *p = take(bytes, zeroed);

	while (UNLIKELY(p == NULL)) {
		clear_shelf_or_end();
		p = take(bytes, zeroed);
	}
	return p;
}

void *
mem_alloc(size_t bytes)
{
	return take_or_end(bytes, false);
}

void *
mem_zero(size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		mem_exhausted();
	return take_or_end(count * size, true);
}

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE	23	/* Linux 5.14; before, and where it fails, pages come one by one */
#endif

void *
mem_zero_dense(size_t count, size_t size)
{
	char *p = mem_zero(count, size);
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t skip = -(uintptr_t)p & (page - 1);

	if (count * size >= DENSE_LEAST + skip)
		(void)madvise(p + skip, (count * size - skip) & ~(page - 1), MADV_POPULATE_WRITE);
	return p;
}

void *
mem_lines(size_t count, size_t size)
{
	size_t bytes;
	void *p;

	if (size != 0 && count > (SIZE_MAX - CACHE_LINE) / size)
		mem_exhausted();
	bytes = (count * size / CACHE_LINE + 1) * CACHE_LINE;
	p = aligned_alloc(CACHE_LINE, bytes);
	while (UNLIKELY(p == NULL)) {
		clear_shelf_or_end();
		p = aligned_alloc(CACHE_LINE, bytes);
	}
	shelf_note(p);
	return p;
}

void *
mem_zero_lines(size_t count, size_t size)
{
	return memset(mem_lines(count, size), 0, count * size);
}

void *
mem_resize(void *p, size_t bytes)
{
	void *resized;

	if (p == NULL)
		return mem_alloc(bytes);
	if (bytes == 0)
		bytes = 1;
	shelf_forget(p);
	resized = realloc(p, bytes);
	while (UNLIKELY(resized == NULL)) {
		clear_shelf_or_end();
		resized = realloc(p, bytes);
	}
	shelf_note(resized);
	return resized;
}

void *
mem_copy(const void *p, size_t bytes)
{
	void *copy = mem_alloc(bytes);

	if (bytes > 0)
		memcpy(copy, p, bytes);
	return copy;
}

char *
mem_text(const char *text)
{
	return text == NULL ? NULL : mem_copy(text, strlen(text) + 1);
}

void
mem_free(void *p)
{
	shelf_free(p);
}

void *
mem_grow(void *p, size_t need, size_t *cap, size_t size)
{
	size_t n = *cap;

	if (need <= n)
		return p;
	n += n / 2;
	if (n < GROW_FIRST)
		n = GROW_FIRST;
	if (n < need)
		n = need;
	if (n > SIZE_MAX / size)
		mem_exhausted();
	*cap = n;
	return mem_resize(p, n * size);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/alloc.h: the only way to memory.
 * Always holds: no function here returns NULL; when memory is out the program ends
 * at once with status 6 and a fixed line on stderr, so no caller checks. */
#ifndef CDP_BASE_ALLOC_H
#define CDP_BASE_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

void *mem_alloc(size_t bytes);			/* uninitialised; the caller owns it */
void *mem_zero(size_t count, size_t size);	/* zeroed array; count × size may not overflow */
/* The same for a table that will be filled all over: its pages are taken at once. A page that is read
 * before it is written is taken twice, and the second time all threads have to hear of it. */
void *mem_zero_dense(size_t count, size_t size);
void *mem_lines(size_t count, size_t size);	/* uninitialised, from the begin of a cache line on */
void *mem_zero_lines(size_t count, size_t size);	/* the same, zeroed */
void *mem_resize(void *p, size_t bytes);	/* as realloc */
void *mem_copy(const void *p, size_t bytes);	/* owned copy */
char *mem_text(const char *text);		/* owned copy of a C string; NULL stays NULL */
void  mem_free(void *p);			/* NULL is fine */

/* Room for `need` elements of `size` bytes in the array p of *cap elements:
 * grows by half as much again, keeps the content, returns the array. */
void *mem_grow(void *p, size_t need, size_t *cap, size_t size);

/* Between two stages of a run that hold much: gives what is free back to the system. From now on
 * freed blocks of 1 MiB or more wait for their next use (base/shelf.h), as far as no more is held
 * than was used at once before: what one stage held does not stay beside what the next one holds. */
void mem_give_back(void);

/* Lets the stack of this thread grow to what is needed, as far as the limit on it (ulimit -s) may be raised; under
 * one on address space (ulimit -v) takes it, as the only memory whose end is no status 6 but SIGSEGV. Once, at
 * the start. False: it stays small. */
bool mem_take_stack(void);

/* Ends the program: out of memory. For allocators of other libraries. */
_Noreturn void mem_exhausted(void);
/* Called just before that, to remove half-made files; may not allocate. */
void mem_on_exhausted(void (*last)(void));

#endif

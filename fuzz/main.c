/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/main.c: a fuzz target without a fuzzer: replays files, then mutations of each of them
 * that are the same in every run. MUTATIONS=n in the environment: how many (200). An input that takes
 * more than a second of the processor is a fault like any other (consent 10.3, X15). */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_MOST = 1 << 20, MUTATIONS = 200 };

static uint64_t state;

static uint64_t
next(void)
{
	state += UINT64_C(0x9e3779b97f4a7c15);
	return (state ^ state >> 31) * UINT64_C(0xbf58476d1ce4e5b9) >> 16;
}

static void
run(const uint8_t *data, size_t size)
{
	clock_t begin = clock();

	LLVMFuzzerTestOneInput(data, size);
	if (clock() - begin > CLOCKS_PER_SEC) {
		fprintf(stderr, "an input of %zu bytes takes more than a second\n", size);
		abort();
	}
}

/* One byte changed, taken out or doubled, or the tail cut off. The copy is of exact size, so
 * that a sanitizer sees a read beyond it. */
static void
mutated(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1), *exact;
	size_t at = size == 0 ? 0 : next() % size, n = size;

	if (copy == NULL)
		exit(6);
	memcpy(copy, data, at);
	switch (next() % 4) {
	case 0:
		n = at;
		break;
	case 1:
		memcpy(copy + at, data + at, size - at);
		copy[at] = (uint8_t)next();
		break;
	case 2:
		n = size == 0 ? 0 : size - 1;
		memcpy(copy + at, data + at + (size > 0), n - at);
		break;
	default:
		copy[at] = size == 0 ? '{' : data[at];
		memcpy(copy + at + 1, data + at, size - at);
		n = size + 1;
	}
	exact = realloc(copy, n == 0 ? 1 : n);
	if (exact == NULL)
		exit(6);
	run(exact, n);
	free(exact);
}

static int
replay(const char *path, long mutations)
{
	static uint8_t data[FILE_MOST];
	FILE *f = fopen(path, "rb");
	size_t size;

	if (f == NULL) {
		fprintf(stderr, "%s: cannot open\n", path);
		return 3;
	}
	size = fread(data, 1, sizeof data, f);
	fclose(f);
	run(data, size);
	for (long i = 0; i < mutations; i++) {
		state = (uint64_t)i;
		mutated(data, size);
	}
	return 0;
}

int
main(int argc, char **argv)
{
	const char *wanted = getenv("MUTATIONS");
	long mutations = wanted == NULL ? MUTATIONS : strtol(wanted, NULL, 10);

	for (int i = 1; i < argc; i++)
		if (replay(argv[i], mutations) != 0)
			return 3;
	return 0;
}

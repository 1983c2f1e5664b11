/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/tap.h: results of a unit test in the Test Anything Protocol, for prove. */
#ifndef CDP_TESTS_TAP_H
#define CDP_TESTS_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failed;

/* One property, named as a sentence. Returns whether it held. */
__attribute__((format(printf, 2, 3))) static inline bool
ok(bool held, const char *format, ...)
{
	va_list args;

	printf("%s %d - ", held ? "ok" : "not ok", ++tap_count);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	tap_failed += !held;
	return held;
}

/* Two texts are equal; shows both when they are not. */
static inline bool
is_text(const char *got, size_t got_len, const char *want, const char *name)
{
	bool same = got_len == strlen(want) && memcmp(got, want, got_len) == 0;

	ok(same, "%s", name);
	if (!same)
		printf("# got  \"%.*s\"\n# want \"%s\"\n", (int)got_len, got, want);
	return same;
}

/* A line that says why some tests did not run. */
static inline void
skip(const char *why)
{
	printf("ok %d # skip %s\n", ++tap_count, why);
}

static inline int
tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed > 0;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/corpus.h: public vectors outside the repository, where make check-corpora finds them:
 * in CORPORA, or beside the checkout. */
#ifndef CDP_TESTS_CORPUS_H
#define CDP_TESTS_CORPUS_H

#include "base/buf.h"
#include "base/encode.h"
#include "io/json_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The place of a corpus; false if it is not there. */
static inline bool
corpus_path(const char *name, char path[512])
{
	const char *dir = getenv("CORPORA");

	snprintf(path, 512, "%s/%s", dir == NULL || *dir == '\0' ? "../shared/corpora" : dir, name);
	return access(path, R_OK) == 0;
}

/* Appends a whole file; false if it cannot be read. */
static inline bool
corpus_read(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	char part[4096];
	size_t n;

	if (f == NULL)
		return false;
	do {
		n = fread(part, 1, sizeof part, f);
		buf_add(out, span_make(part, n));
	} while (n == sizeof part);
	fclose(f);
	return true;
}

static inline uint64_t
corpus_number(const json_t *o, const char *key)
{
	return (uint64_t)json_integer_value(json_object_get(o, key));
}

/* Appends the decoded string; false if there is none of that form. */
static inline bool
corpus_bytes(const json_t *string, bool (*form)(struct buf *, struct span), struct buf *out)
{
	return json_is_string(string) && form(out,
	    span_make(json_string_value(string), json_string_length(string)));
}

#endif

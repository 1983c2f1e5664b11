/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/resolve_case.h: a few records read into a store, for tests of one stage of resolve. */
#ifndef CDP_TESTS_RESOLVE_CASE_H
#define CDP_TESTS_RESOLVE_CASE_H

#include "base/error.h"
#include "base/notes.h"
#include "model/feed.h"
#include "model/rejects.h"
#include "resolve/resolve.h"
#include "resolve/rules.h"
#include "resolve/types.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct world {
	struct rules	*rules;
	struct resolve	 resolve;
	struct store	*store;		/* that of resolve */
	struct buf	 lines;
	struct notes	 notes;
};

static inline void
world_open(struct world *w)
{
	*w = (struct world){ .rules = rules_new() };
}

/* Adds a record that may be linked; its further members with ' for ". */
static inline void
world_rec(struct world *w, const char *id, const char *members)
{
	int source = (int)strcspn(id, ":");

	buf_print(&w->lines, "{\"kind\":\"record\",\"id\":\"%s\",\"source\":\"%.*s\",\"key\":\"%s\","
	    "\"purposes\":[\"identity_resolution\"]%s", id, source, id, id + source + 1,
	    members[0] == '\0' ? "" : ",");
	for (; *members != '\0'; members++)
		buf_byte(&w->lines, *members == '\'' ? '"' : *members);
	buf_text(&w->lines, "}\n");
}

/* Puts text into a new file, whose name it writes to path (as for mkstemp). */
static inline void
world_file(char *path, struct span text)
{
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, text.p, text.len) != (ssize_t)text.len)
		abort();
	close(fd);
}

/* Reads what was added. Ends the test if that fails. */
static inline void
world_read(struct world *w, unsigned threads)
{
	char path[] = "/tmp/resolve-test-XXXXXX";
	const char *paths[] = { path };
	struct rejects_options ro = { .tool = "test", .as_of = INSTANT_NONE, .strict = true };
	struct rejects *rejects = rejects_new(&ro);
	struct feed_options feed = { .paths = paths, .path_count = 1, .rejects = rejects,
	    .notes = &w->notes, .tool = "test" };
	struct error e = { 0 };
	int r;

	world_file(path, buf_span(&w->lines));
	w->resolve.rules = w->rules;
	w->resolve.threads = threads;
	w->resolve.as_of = INSTANT_NONE;
	w->resolve.intake.notes = &w->notes;
	r = resolve_read(&w->resolve, &feed, &e);
	unlink(path);
	rejects_free(rejects);
	w->store = &w->resolve.store;
	if (r < 0) {
		printf("Bail out! %s: %s\n", e.code, e.text);
		exit(1);
	}
}

static inline void
world_close(struct world *w)
{
	resolve_done(&w->resolve);
	rules_free(w->rules);
	notes_done(&w->notes);
	buf_done(&w->lines);
}

/* Index of a record by its id; ends the test if there is none. */
static inline uint32_t
world_find(const struct world *w, const char *id)
{
	for (uint32_t i = 0; i < w->store->count; i++)
		if (span_is(rec_id(&w->store->rec[i]), id))
			return i;
	abort();
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/rejects.h: where refused lines go, and what they cost (ingest 1.6, 7).
 * With a file, each becomes a line of it (0600, stream header with `expires`, end line, appears
 * with the output). Without, the first ten are named for a person, without values. */
#ifndef CDP_MODEL_REJECTS_H
#define CDP_MODEL_REJECTS_H

#include "base/attr.h"
#include "base/instant.h"
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

struct buf;
struct error;
struct json_writer;
struct out;
struct reject;
struct rejects;

struct rejects_options {
	const char	*tool;
	struct out	*file;		/* --rejects; borrowed, NULL without */
	uint64_t	 days;		/* --rejects-days */
	instant		 as_of;		/* INSTANT_NONE: no `expires` */
	bool		 strict;	/* --strict: the first one is fatal */
	uint64_t	 most;		/* --max-rejects as a count ... */
	uint32_t	 most_ppm;	/* ... or as parts per million of lines in; 0: not given */
	/* Called for each of the first ten when there is no file: one line for stderr. */
	void		(*name)(void *arg, struct span line);
	void		 *arg;
};

struct rejects *rejects_new(const struct rejects_options *o);
void rejects_free(struct rejects *r);
/* Counts and keeps one. -1 with status REFUSED only under --strict: end the run, commit nothing. */
MUST_USE int rejects_add(struct rejects *r, const struct reject *one, const char *text,
    struct error *e);
uint64_t rejects_count(const struct rejects *r);
/* Neither in a file nor named: more than the first ten. */
bool rejects_are_unseen(const struct rejects *r);
/* Beyond --max-rejects, given the lines read: the run ends with status 1. */
bool rejects_too_many(const struct rejects *r, uint64_t lines_in);
/* `{"E_DATE":12,...}` by code, in byte order. */
void rejects_summary(const struct rejects *r, struct json_writer *w);
/* The same for a person: "E_DATE 12, E_EMPTY 1". */
void rejects_tell(const struct rejects *r, struct buf *out);
void rejects_finish(struct rejects *r);		/* writes the end line of the file */

#endif

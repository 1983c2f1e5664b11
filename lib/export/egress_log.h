/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/egress_log.h: the egress log as it is read, verified first and without the lock. */
#ifndef CDP_EXPORT_EGRESS_LOG_H
#define CDP_EXPORT_EGRESS_LOG_H

#include "base/attr.h"
#include "base/instant.h"
#include "base/span.h"	/* by value */
#include <stdint.h>

struct arena;
struct error;
struct map;
struct ndjson;
struct out;

#define EGRESS_ORIGIN	"cdp-egress/1\n"

enum { EGRESS_RUN = 32 };

struct egress_line {
	uint64_t		 seq;
	struct span		 raw, event, run, to;
	const struct ndjson	*tape;
	struct arena		*arena;		/* of this line alone */
};

/* What the journal says of one run. */
struct egress_run {
	char		run[EGRESS_RUN + 1], sha256[65], as_of[40], file[4096];
	uint64_t	max_age;	/* of decisions, ms, as the contract said */
	instant		at;		/* real time */
};

/* Copies as much as fits, with a NUL. */
void egress_text(char *to, size_t size, struct span s);
/* An intent's line into *run. */
void egress_run_read(struct egress_run *run, const struct egress_line *l);

/* Visits every line in order. -1: the visitor's, or UNSAFE E_LEDGER, and what was visited must not
 * be used. */
typedef int egress_visit(void *arg, const struct egress_line *l, struct error *e);
MUST_USE int egress_log_each(const char *state, egress_visit *visit, void *arg, struct error *e);
/* Finds the published run. 1: found; 0: not; -1: UNSAFE. */
MUST_USE int egress_find(const char *state, struct span run, struct egress_run *out, struct error *e);
/* Every line as it stands; `to` absent: of all destinations, `since` INSTANT_NONE: of all times. */
MUST_USE int egress_list(const char *state, struct span to, instant since, struct out *out,
    struct error *e);
/* One line; an intent is followed by its rows, each with recipient, purpose and the names of its
 * fields. -1: USAGE, no such line; UNSAFE, the detail is not the one of the intent. */
MUST_USE int egress_show(const char *state, uint64_t seq, struct out *out, struct error *e);

struct egress_person {
	struct map	*tokens;	/* of profile and addresses, each with its place in paths */
	struct span	*paths;		/* "id", "email.0" */
};
/* The rows of a person in all runs but those that are void, as egress_show writes them, each with the
 * number, time and destination of its line and the value that it is found by. -1: UNSAFE. */
MUST_USE int egress_rows_of(const char *state, const struct egress_person *person, struct out *out,
    struct error *e);

#endif

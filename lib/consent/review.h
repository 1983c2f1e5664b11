/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/review.h: what several questions find about many people, listed: who is to be asked
 * again, what lapses, who contradicts herself. The people are profiles, or without any the
 * identifiers of the ledger, each by itself. */
#ifndef CDP_CONSENT_REVIEW_H
#define CDP_CONSENT_REVIEW_H

#include "base/attr.h"
#include "consent/judge.h"	/* struct bench, by value */
#include "model/feed.h"		/* struct feed_counts, by value */

struct json_writer;
struct map;
struct out;

/* One answer about one address (facts->contact), or about a person without one. */
struct review_case {
	const struct judge	*judge;
	const struct ruling	*ruling;
	struct facts		*facts;
	struct span		 row;		/* id of the profile; absent: an identifier of the ledger */
	struct arena		*arena;
};
struct review;
/* Whether the case is listed: then its line was written. */
typedef bool review_visit(const struct review *r, const struct review_case *c, struct buf *out);

struct review {
	const char		*name;		/* of the command */
	const char		*kind;		/* of its lines */
	review_visit		*visit;
	instant			 until;		/* expire: what lapses by then */
	bool			 show_values;
	bool			 needs_profiles;	/* an identifier by itself has no answer */
	struct map		*answers;	/* impact: of the pass at work */

	/* of review.c */
	const struct consent_state *state;
	struct judge		*judges;	/* one a question */
	size_t			 count;
	uint64_t		*listed;	/* by question */
	uint64_t		 people, lines;
	bool			 of_ledger;	/* the people are identifiers of the ledger */
	struct bench		 bench;
	struct feed_counts	 counts;
	struct buf		*out;		/* while it runs */
};

/* Every question that `fixed` leaves, of purposes that rest on consent somewhere or, with
 * `all_bases`, of all; a destination only if one is fixed. -1: USAGE. Ended by review_close in
 * either case. */
MUST_USE int review_open(struct review *r, const struct consent_state *s,
    const struct judge_question *fixed, bool all_bases, struct error *e);
void review_close(struct review *r);
/* All profiles of the feed, or every identifier of the ledger, as a stream. 0, or -1. */
MUST_USE int review_profiles(struct review *r, const struct feed_options *feed, struct out *out,
    struct error *e);
void review_ledger(struct review *r, struct out *out);
/* The parts of review_profiles, for more than one feed. */
void review_write_header(const struct review *r, struct buf *out);
MUST_USE int review_feed(struct review *r, const struct feed_options *feed, struct out *out,
    struct error *e);
void review_write_end(const struct review *r, struct buf *out);
/* Opens a line and writes kind, subject, contact, purpose, channel, controller, destination and
 * code; the visitor adds what it found and calls review_line_end. */
struct json_writer review_line(const struct review *r, const struct review_case *c, struct buf *out);
void review_line_end(struct json_writer *w);
/* Sequence numbers of the evidence: of the refusals and stops, or of all else. */
void review_events(const struct review_case *c, const char *name, bool refusals,
    struct json_writer *w);
void review_time(struct json_writer *w, const char *name, instant t);
/* "conflicts: people 150, listed 3; marketing.newsletter 3" */
void review_text(const struct review *r, struct buf *out);
void review_summary(const struct review *r, struct json_writer *w);

/* ---- the visitors, a file each ---- */

/* A consent that another identifier of the person contradicts, with both events. */
bool conflicts_visit(const struct review *r, const struct review_case *c, struct buf *out);
/* A permit that is over by r->until. */
void expire_prepare(struct review *r, instant until);
bool expire_visit(const struct review *r, const struct review_case *c, struct buf *out);
/* What became of each address, and of each record where a question has none, in r->answers. */
bool impact_visit(const struct review *r, const struct review_case *c, struct buf *out);
/* A line for each that has another answer in `after` than in `before`, by question and token;
 * those that are in one of them only say nothing about merging. Returns how many may be used
 * again. */
uint64_t impact_compare(struct review *r, struct map *before, struct map *after, struct buf *out);
/* A consent under terms that have changed, and from when the person may be asked again. */
void recheck_prepare(struct review *r, struct span notice, int64_t version, struct arena *arena);
bool recheck_visit(const struct review *r, const struct review_case *c, struct buf *out);

#endif

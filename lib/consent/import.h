/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/import.h: what people told another system, as `consent` lines (consent 8.3).
 * Imported flags are claims: a no always counts; a yes is a grant only if the importer names the
 * notice it was given under, else it is kept with method `import` and permits nothing. */
#ifndef CDP_CONSENT_IMPORT_H
#define CDP_CONSENT_IMPORT_H

#include "base/attr.h"
#include "base/buf.h"			/* by value */
#include "consent/policy.h"		/* struct policy_importer, by value */
#include "model/feed.h"			/* struct feed_options, by value */

struct arena;
struct consent_event;
struct error;
struct import_format;
struct json_writer;
struct map;
struct ndjson;

struct import_counts {
	uint64_t	read, events;
	uint64_t	silent;		/* lines that say nothing about consent */
	uint64_t	unmapped;	/* foreign purposes that the importer does not name */
	uint64_t	harmless;	/* refused, and certainly no refusal */
	uint64_t	repeated;	/* signals told already, one a day being enough */
};
struct import {
	const struct import_format	*format;
	const struct policy		*policy;	/* in force now */
	const struct policy_source	*source;
	struct policy_importer		 importer;	/* of --map, else of the policy, else empty */
	struct feed_options		 feed;
	struct buf			 out;		/* consent lines */
	struct import_counts		 counts;
	struct feed_counts		 lines;
	struct map			*told;		/* import.c's own */
};

/* NULL: not a format; *later is true if a later version has it. */
const struct import_format *import_format_find(const char *name, bool *later);
/* Whether the importer fits: every purpose it names is registered and, for a yes, has one channel
 * or the importer's. 0, or -1 USAGE. */
MUST_USE int import_check(const struct import *i, struct error *e);
/* Reads everything. 0, or -1. */
MUST_USE int import_run(struct import *i, struct error *e);
/* The events as one stream. */
void import_write_stream(const struct import *i, struct span as_of, int status, struct buf *out);
/* Lines that could not be taken and may have said no. */
uint64_t import_lost(const struct import *i);
/* "segment: read 4, events 3, ..." */
void import_text(const struct import *i, struct buf *out);
void import_summary(const struct import *i, struct json_writer *w);
void import_done(struct import *i);

/* ---- for the formats ---- */

enum { IMPORT_IDENTIFIERS = 64 };	/* of one call */

/* Whom a line is about. */
struct import_subject {
	struct {
		struct span	type, value;
	}		 list[IMPORT_IDENTIFIERS];
	size_t		 count;
};
struct import_line {
	const struct import	*import;
	const struct ndjson	*tape;
	struct arena		*arena;
	struct buf		*out;
	struct import_counts	*counts;
};
struct import_format {
	const char	*name;
	bool		 maps_purposes;		/* it names foreign purposes */
	bool		 once;			/* the same line twice is one signal */
	/* 0, or 1 and e: refused. */
	int		(*line)(struct import_line *l, struct error *e);
};
extern const struct import_format import_segment, import_gpc;

/* A text below the root, at a path like "context.consent"; absent if it is not there or no text. */
struct span import_text_at(const struct import_line *l, const char *path);
/* The node there, 0 without. */
uint32_t import_find(const struct import_line *l, const char *path);
/* Adds a value; nothing if it is absent or there is no more room. */
void import_add(struct import_subject *s, struct span type, struct span value);
/* Typed identifiers, {"email":"...","id.device":["..."]}. -1: REFUSED E_SUBJECT. */
MUST_USE int import_typed(const struct import_line *l, uint32_t object, struct import_subject *s,
    struct error *e);
/* The event at each identifier of the subject that it may be about: a grant where its channel
 * reaches, all else everywhere. Controller and source are filled in. */
void import_events(struct import_line *l, const struct import_subject *s,
    const struct consent_event *c, struct span message, struct span foreign);
/* The purpose that the importer gives a foreign one; absent, and counted, if it gives none. */
struct span import_purpose(struct import_line *l, struct span foreign);
/* The channel of a grant for the purpose; absent if the policy leaves several. */
struct span import_channel(const struct import *i, struct span purpose);

#endif

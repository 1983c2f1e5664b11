/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/subject.h: one person from a file: an object of typed identifiers, or a `profile`
 * line. Never from the command line, where others could read it. */
#ifndef CDP_CONSENT_SUBJECT_H
#define CDP_CONSENT_SUBJECT_H

#include "base/attr.h"
#include "base/buf.h"		/* by value */
#include "model/feed.h"		/* struct feed_line, by value */

struct byte_source;
struct error;
struct ndjson;

struct subject {
	struct byte_source	*source;
	struct buf		 text;
	struct ndjson		*tape;
	struct feed_line	 line;		/* kind FEED_PROFILE, or FEED_OTHER for identifiers */
};

/* 0, or -1: INPUT. Ended by subject_close in either case. */
MUST_USE int subject_open(struct subject *s, const char *path, struct error *e);
void subject_close(struct subject *s);

#endif

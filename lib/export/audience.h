/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/audience.h: permitted profiles of a consent stream → the rows of one file.
 * A collector: prepares, reads the whole stream (its end included), then shapes rows in ascending profile
 * id, then address: the same bytes for any order of input. Nothing leaves that the layout, the
 * contract and the decision do not all allow. */
#ifndef CDP_EXPORT_AUDIENCE_H
#define CDP_EXPORT_AUDIENCE_H

#include "base/attr.h"
#include "base/buf.h"		/* by value */
#include "base/instant.h"
#include "export/contract.h"	/* struct contract, by value */
#include "export/formula.h"	/* enum csv_profile */
#include "export/policy_text.h"	/* struct policy_text, by value */
#include "model/feed.h"		/* struct feed_options, by value */

struct egress;
struct error;
struct json_writer;
struct map;
struct token_key;

enum { AUDIENCE_ASKED = 4 };

struct audience {
	/* the question */
	struct span		 to, purpose;		/* purpose absent: the contract's only one */
	instant			 now;
	const char		*policy_path, *state;
	enum csv_profile	 profile;
	bool			 by_address;		/* a row an address, not a person */
	const struct token_key	*seal;			/* every decision must have its seal; NULL: not asked */
	struct feed_options	 feed;

	/* read off the header of the stream */
	char			 digest[POLICY_DIGEST_HEX + 1];
	struct buf		 checkpoint;
	instant			 decided_at;		/* the oldest of several streams */
	struct span		 asked[AUDIENCE_ASKED];	/* purpose, channel, controller, destination */
	bool			 has_header;

	/* results */
	struct policy_text	 policy;
	struct contract		 contract;
	struct buf		 rows;			/* the file */
	uint64_t		 row_count, cells_guarded, read;
	instant			 valid_until;		/* earliest of all rows; INSTANT_NONE: no row */
	struct map		*codes;		/* code → profiles not exported, or cells taken away */
	struct feed_counts	 counts;
	unsigned char		*pseudonym_key;		/* secret; NULL: no field asks for it */
	struct audience_lines	*lines;			/* its own */
	struct arena		*memory;
};

void audience_init(struct audience *a);
void audience_done(struct audience *a);
/* Loads policy, contract and keys: all that can be wrong before a byte of input is read. 0, or -1:
 * USAGE, UNSAFE. */
MUST_USE int audience_prepare(struct audience *a, struct error *e);
/* Reads all input and holds its decisions against policy and contract: 0, or -1 (INPUT, UNSAFE). */
MUST_USE int audience_read(struct audience *a, struct error *e);
/* Makes the rows; tells egress of each. Malformed profiles go to feed.rejects. 0, or -1: INPUT,
 * UNSAFE. */
MUST_USE int audience_shape(struct audience *a, struct egress *g, struct error *e);
/* Members of the manifest between braces, but for "run". */
void audience_manifest(const struct audience *a, const char *file, const char *sha256,
    const char *previous, struct span as_of, struct json_writer *w);

#endif

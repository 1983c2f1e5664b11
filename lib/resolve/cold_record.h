/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cold_record.h: a record from its packed line, without the line: values stand there one
 * by one, and what is between them tells which is which. Each gap is understood once. */
#ifndef CDP_RESOLVE_COLD_RECORD_H
#define CDP_RESOLVE_COLD_RECORD_H

#include <stdbool.h>

struct arena;
struct cold;
struct cold_reader;
struct record;

/* Over lines that are all packed; one for each thread. Borrows the cold. */
struct cold_reader *cold_reader_new(const struct cold *c);
void cold_reader_free(struct cold_reader *r);		/* NULL is fine */

/* True: *to is what record_from makes of the line, without members that are no part of the record
 * itself ("kind"); it lives as long as the packed line, the cold, the reader and the arena. False: the
 * line is of another form than most, *to is nothing. *ready: the texts can be written as they stand;
 * SPAN_ROOM bytes behind each of them may be read in any case. Names of identifiers, attributes and tags
 * are no such texts. */
bool cold_record(struct cold_reader *r, const char *packed, struct record *to, struct arena *arena,
    bool *ready);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/mapping_priv.h: the parts of the mapping reader, for mapping*.c only. */
#ifndef CDP_INGEST_MAPPING_PRIV_H
#define CDP_INGEST_MAPPING_PRIV_H

#include "ingest/mapping.h"

struct buf;

/* Fills m->source from the object; `declared` allows what only --auto may leave out. */
void mapping_read_source(struct mapping *m, const struct config_at *at);
void mapping_read_format(struct mapping *m, const struct config_at *at);
void mapping_read_columns(struct mapping *m, const struct config_at *at, struct notes *notes);
void mapping_read_groups(struct mapping *m, const struct config_at *at);
void mapping_read_derive(struct mapping *m, const struct config_at *at);
void mapping_read_constants(struct mapping *m, const struct config_at *at);
void mapping_read_skips(struct mapping *m, const struct config_at *at);
/* The `consent` list of a column. */
void mapping_read_consent(struct mapping *m, const struct config_at *at, struct column_rule *rule);
/* A list of texts (or one text alone, if `one`); false and a fault for anything else. */
bool mapping_texts(struct mapping *m, const struct config_at *at, bool one, struct texts *list);
/* Members of an object that are no comments, in byte order of name; count 0 if it is absent.
 * A fault if it is no object. The array lives in the arena. */
const char **mapping_members(struct mapping *m, const struct config_at *at, size_t *count);
struct span mapping_text_of(const json_t *value);	/* of a string, else span_none() */

#endif

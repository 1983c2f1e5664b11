/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/record_priv.h: what record.c shares with profile.c and decision.c: members and lists. */
#ifndef CDP_MODEL_RECORD_PRIV_H
#define CDP_MODEL_RECORD_PRIV_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include "model/record.h"	/* by value */

struct json_writer;
struct tape;

/* Reads one member into its place; members it does not know go to r->others. */
MUST_USE int record_member(const struct tape *t, uint32_t key, struct span name, struct record *r);
/* When all members are read: source and key from the id. Says what is wrong with that, or NULL. */
MUST_USE const char *record_settle(struct record *r);
/* Key (for json_ready_key) and list; nothing when the list is empty. */
void texts_write(struct json_writer *w, struct span key, struct texts list);
/* Of a record that has some. */
void attributes_write(const struct record *r, struct json_writer *w);
void named_texts_write(struct json_writer *w, struct span key, const struct named_texts *list,
    size_t count);

#endif

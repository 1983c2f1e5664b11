/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rules_priv.h: a rules file being read; for the rules_*.c that read it only.
 * A reader takes its member of the file, puts faults into it and leaves the rest to the next. */
#ifndef CDP_RESOLVE_RULES_PRIV_H
#define CDP_RESOLVE_RULES_PRIV_H

#include "resolve/rules.h"

struct config_at;

#define RULES_CODE	"E_RULES"

struct span rules_keep(struct rules *r, const char *text);
/* A text, copied; absent if the member is. */
struct span rules_optional(struct rules *r, const struct config_at *at, const char *key);
uint32_t rules_number(const struct config_at *at, const char *key, int64_t least,
    uint32_t otherwise);
/* Whether the path names a field of a record; else a fault. */
bool rules_check_path(const struct config_at *at, struct span path);

/* The field takes no part in matching. */
void rules_add_never(struct rules *r, struct span path);

/* What rules_meet and rules_unmet are about, when all is read. */
void rules_name_paths(struct rules *r);

void rules_read_fields(struct rules *r, const struct config_at *at);
void rules_read_joins(struct rules *r, const struct config_at *at);
void rules_read_survivorship(struct rules *r, const struct config_at *at);
void rules_read_thresholds(struct rules *r, const struct config_at *at);
void rules_read_blocking(struct rules *r, const struct config_at *at);
void rules_read_caps(struct rules *r, const struct config_at *at);
void rules_read_household(struct rules *r, const struct config_at *at);
void rules_read_cluster_sizes(struct rules *r, const struct config_at *at);
void rules_read_pins(struct rules *r, const struct config_at *at);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/model_file_priv.h: the parts of the reader of models, for model_file_read.c and
 * model_file_tables.c only. Faults are told as they are found, and reading goes on. */
#ifndef CDP_RESOLVE_MODEL_FILE_PRIV_H
#define CDP_RESOLVE_MODEL_FILE_PRIV_H

#include "io/json_config.h"	/* struct config_at */
#include "resolve/model_file.h"
#include <stdbool.h>

enum { MODEL_CAP_MOST = 1 << 24 };	/* holders of a value, of a floor or a cap */

struct reading {
	struct model_file	*f;
	bool			 has_level[FIELDS_MAX][LEVELS_MAX];
};

/* A text of the member, in the model's arena; absent if it may be and is. */
struct span model_keep(struct model_file *f, const struct config_at *at, const char *key, bool required);
int64_t model_whole(const struct config_at *at, const char *key, int64_t least, int64_t most);
/* Calls read for each element of a list that has to be there and has at most so many. */
void model_each(struct reading *r, const struct config_at *at, const char *key, size_t most,
    void (*read)(struct reading *, const struct config_at *, size_t));
void model_read_frequencies(struct reading *r, const struct config_at *root);
void model_read_generics(struct reading *r, const struct config_at *root);

#endif

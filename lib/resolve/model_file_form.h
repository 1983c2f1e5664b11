/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/model_file_form.h: what the writer and the reader of a model must agree on. */
#ifndef CDP_RESOLVE_MODEL_FILE_FORM_H
#define CDP_RESOLVE_MODEL_FILE_FORM_H

#include "resolve/field.h"	/* enum field_type */

#define MODEL_SCHEMA	"cdp-model/1"
#define MODEL_CODE	"E_MODEL"

/* Places of a prior: of all pairs, and of a class, which may be much rarer. */
enum { MODEL_PLACES = 6, MODEL_CLASS_PLACES = 9 };

/* How much of the frequency of a value counts at a level: "0", "0.5", "1". */
const char *model_tf(enum field_type type, unsigned level, bool plain);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/model_file_form.h: what the writer and the reader of a model must agree on. */
#ifndef CDP_RESOLVE_MODEL_FILE_FORM_H
#define CDP_RESOLVE_MODEL_FILE_FORM_H

#define MODEL_SCHEMA	"cdp-model/1"
#define MODEL_CODE	"E_MODEL"

/* Places of a prior: of all pairs, and of a class, which may be much rarer. */
enum { MODEL_PLACES = 6, MODEL_CLASS_PLACES = 9 };

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/splink_import.h: weights of Splink for the records of a run. */
#ifndef CDP_RESOLVE_SPLINK_IMPORT_H
#define CDP_RESOLVE_SPLINK_IMPORT_H

#include "base/attr.h"

struct error;
struct model_file;
struct resolve;
struct splink;

/* Between resolve_read and resolve_estimate: r then takes its weights from f, which is made from s
 * and for whose arena the caller answers; frequencies, generic values and thresholds stay those of
 * the records. *left_out: blocking rules that are more than equal columns. -1: as
 * splink_to_model. */
MUST_USE int splink_import(struct resolve *r, const struct splink *s, struct model_file *f,
    unsigned *left_out, struct error *e);

#endif

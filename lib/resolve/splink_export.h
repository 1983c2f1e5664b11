/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/splink_export.h: a model as settings of Splink. */
#ifndef CDP_RESOLVE_SPLINK_EXPORT_H
#define CDP_RESOLVE_SPLINK_EXPORT_H

#include "base/attr.h"

struct buf;
struct error;
struct model;
struct scored;
struct view;

/* Makes a model one that Splink can have ("levels":"splink" in the rules): matches and strangers,
 * each field by itself, one prior; levels that are one condition there weigh the same, and only
 * equal values have a frequency. */
void splink_simplify(struct model *m, const struct view *w);
/* Writes the settings. -1: e is USAGE and names what cannot be expressed. */
MUST_USE int splink_export(const struct scored *x, struct buf *out, struct error *e);

#endif

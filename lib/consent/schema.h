/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/schema.h: the shape of what consent reads and writes, as JSON Schema. */
#ifndef CDP_CONSENT_SCHEMA_H
#define CDP_CONSENT_SCHEMA_H

#include "base/attr.h"
#include <stdbool.h>

struct buf;

/* Adds share/schemas/KIND.json to out. False: there is none of that kind. */
MUST_USE bool consent_schema(const char *kind, struct buf *out);

#endif

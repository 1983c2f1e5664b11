/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/consent_plain.h: a consent event from its line in one step, where the line is as
 * consent_event_write makes most of them: as record_plain.h. */
#ifndef CDP_MODEL_CONSENT_PLAIN_H
#define CDP_MODEL_CONSENT_PLAIN_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>

struct consent_event;

/* True: *c is what ndjson_scan (with the limits it has by itself) and consent_event_read make of the
 * line. False: the line is not of this form, *c is nothing. */
bool consent_plain(struct span line, struct consent_event *c);

#endif

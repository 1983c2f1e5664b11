/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/model_of_run.h: what a run learnt, as a document (cdp-model(5)). */
#ifndef CDP_RESOLVE_MODEL_OF_RUN_H
#define CDP_RESOLVE_MODEL_OF_RUN_H

#include "base/span.h"	/* passed by value */

struct buf;
struct resolve;

/* After resolve_estimate or resolve_join with `keep`. Values are in it as digests only; whoever can
 * guess one can still ask whether many hold it. `trained_on`: what tells the records from others,
 * in hex. */
void model_of_run(const struct resolve *r, struct span trained_on, struct buf *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/splink_import.c: see splink_import.h. */
#include "resolve/model_file.h"
#include "resolve/resolve.h"
#include "resolve/splink.h"
#include "resolve/splink_import.h"

static uint64_t
linked_records(const struct store *s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s->count; i++)
		n += (s->rec[i].flags & REC_LINKED) != 0;
	return n;
}

int
splink_import(struct resolve *r, const struct splink *s, struct model_file *f, unsigned *left_out,
    struct error *e)
{
	int left = splink_to_model(s, f, linked_records(&r->store), e);

	if (left < 0)
		return -1;
	*left_out = (unsigned)left;
	r->how.frozen = f;
	return 0;
}

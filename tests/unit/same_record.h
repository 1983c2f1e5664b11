/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/same_record.h: whether two records are the same. */
#ifndef CDP_TESTS_SAME_RECORD_H
#define CDP_TESTS_SAME_RECORD_H

#include "base/buf.h"
#include "model/record.h"

/* record_write tells every member, but for lists that are empty. */
static inline bool
same_record(const struct record *a, const struct record *b)
{
	struct buf x = { 0 }, y = { 0 };
	bool equal;

	record_write(a, &x);
	record_write(b, &y);
	equal = span_equal(buf_span(&x), buf_span(&y)) && span_equal(a->source, b->source) &&
	    span_equal(a->key, b->key) && a->has_purposes == b->has_purposes &&
	    a->attribute_count == b->attribute_count && a->identifier_count == b->identifier_count &&
	    a->address_count == b->address_count && a->tag_count == b->tag_count;
	buf_done(&x);
	buf_done(&y);
	return equal;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/config.c: documents. Refused with a place, or accepted; the canonical form of one
 * without reals is read back to the same canonical form. */
#include "base/buf.h"
#include "base/error.h"
#include "io/json_config.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
has_real(const json_t *v)
{
	const char *key;
	json_t *child;
	size_t i;

	json_object_foreach((json_t *)v, key, child)
		if (has_real(child))
			return true;
	json_array_foreach(v, i, child)
		if (has_real(child))
			return true;
	return json_is_real(v);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error e = { 0 };
	json_t *root = config_parse(span_make((const char *)data, size), "fuzz", STATUS_USAGE, &e);

	if (root == NULL && (e.status != STATUS_USAGE || e.file[0] == '\0'))
		abort();
	if (root != NULL && !has_real(root)) {
		struct buf first = { 0 }, second = { 0 };
		json_t *again;

		config_canonical(root, &first);
		again = config_parse(buf_span(&first), "again", STATUS_USAGE, &e);
		if (again == NULL)
			abort();
		config_canonical(again, &second);
		if (!span_equal(buf_span(&first), buf_span(&second)))
			abort();
		json_decref(again);
		buf_done(&first);
		buf_done(&second);
	}
	json_decref(root);
	return 0;
}

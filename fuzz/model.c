/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/model.c: models. Refused with a reason, or read; what is read is written and read back to
 * the same text. */
#include "base/buf.h"
#include "base/error.h"
#include "base/notes.h"
#include "resolve/model_file.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct notes notes = { 0 };
	struct error e = { 0 };
	struct buf first = { 0 }, second = { 0 };
	struct model_file *f = model_file_parse(span_make((const char *)data, size), "fuzz", &notes,
	    &e), *again;

	if (f == NULL && (e.status != STATUS_USAGE || e.text[0] == '\0'))
		abort();
	if (f != NULL) {
		model_file_write(f, &first);
		again = model_file_parse(buf_span(&first), "again", &notes, &e);
		if (again == NULL)
			abort();
		model_file_write(again, &second);
		if (!span_equal(buf_span(&first), buf_span(&second)))
			abort();
		model_file_free(again);
	}
	model_file_free(f);
	buf_done(&first);
	buf_done(&second);
	notes_done(&notes);
	return 0;
}

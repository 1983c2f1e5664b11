/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/formula.c: CSV cells, as they are or safe to open in a spreadsheet. */
#include "base/buf.h"
#include "export/formula.h"
#include "io/csv_fields.h"

/* Whether a spreadsheet would take the value for a formula: it begins with = + - @ TAB CR LF or
 * the full-width forms of the first four. */
static bool
starts_formula(struct span value)
{
	static const struct span wide[] = { SPAN_INIT("\xef\xbc\x9d"), SPAN_INIT("\xef\xbc\x8b"),
	    SPAN_INIT("\xef\xbc\x8d"), SPAN_INIT("\xef\xbc\xa0") };	/* U+FF1D FF0B FF0D FF20 */

	if (value.len == 0)
		return false;
	if (memchr("=+-@\t\r\n", value.p[0], 7) != NULL)
		return true;
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
		if (span_starts(value, wide[i]))
			return true;
	return false;
}

bool
formula_cell(struct buf *out, struct span value, enum csv_profile profile)
{
	struct buf guarded = { 0 };

	if (profile == CSV_MACHINE || !starts_formula(value)) {
		csv_write_cell(out, value, ',', profile == CSV_SPREADSHEET);
		return false;
	}
	buf_byte(&guarded, '\'');
	buf_add(&guarded, value);
	csv_write_cell(out, buf_span(&guarded), ',', true);
	buf_done(&guarded);
	return true;
}

struct span
formula_mark(enum csv_profile profile)
{
	return profile == CSV_SPREADSHEET ? SPAN("\xef\xbb\xbf") : SPAN("");
}

struct span
formula_line_end(enum csv_profile profile)
{
	return profile == CSV_SPREADSHEET ? SPAN("\r\n") : SPAN("\n");
}

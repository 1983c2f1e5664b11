/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/schema.c: the schemas that are built in. */
#include "base/asset.h"
#include "base/buf.h"
#include "consent/schema.h"

bool
consent_schema(const char *kind, struct buf *out)
{
	struct buf name = { 0 };
	struct span text = span_none();

	if (strchr(kind, '/') == NULL) {
		buf_print(&name, "schemas/%s.json", kind);
		buf_byte(&name, '\0');
		text = asset_find(name.p);
		buf_done(&name);
	}
	buf_add(out, text);
	return text.p != NULL;
}

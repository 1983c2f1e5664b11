/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/schema.c: the shape of profiles and events (cdp-stream(5)). */
#include "base/buf.h"
#include "resolve/schema.h"

#define HEAD	"{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\","
#define TEXTS	"{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"

static const char profile[] = HEAD "\"title\":\"profile\",\"type\":\"object\","
    "\"required\":[\"kind\",\"id\",\"members\",\"sources\"],\"properties\":{"
    "\"kind\":{\"const\":\"profile\"},\"id\":{\"type\":\"string\"},\"members\":" TEXTS ","
    "\"email\":" TEXTS ",\"phone_number\":" TEXTS ",\"sources\":" TEXTS ",\"channels\":" TEXTS ","
    "\"first_seen\":{\"type\":\"string\"},\"last_seen\":{\"type\":\"string\"},"
    "\"household\":{\"type\":\"string\"},\"confidence\":{\"type\":\"string\"},"
    "\"identifiers\":{\"type\":\"object\",\"additionalProperties\":" TEXTS "},"
    "\"address\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}},"
    "\"attributes\":{\"type\":\"object\"},\"purposes\":" TEXTS ","
    "\"member_purposes\":{\"type\":\"object\",\"additionalProperties\":" TEXTS "},"
    "\"shared\":" TEXTS ",\"ties\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"required\":[\"a\",\"b\",\"by\"]}},\"provenance\":{\"type\":\"object\"},"
    "\"tags\":{\"type\":\"object\"},\"flags\":" TEXTS "}}\n";

static const char event[] = HEAD "\"title\":\"event\",\"type\":\"object\","
    "\"required\":[\"kind\",\"event\",\"profile\"],\"properties\":{"
    "\"kind\":{\"const\":\"event\"},\"profile\":{\"type\":\"string\"},"
    "\"event\":{\"enum\":[\"created\",\"grew\",\"merged\",\"moved\",\"retired\",\"split\"]},"
    "\"records\":" TEXTS ",\"into\":" TEXTS ",\"redirect\":" TEXTS ","
    "\"record\":{\"type\":\"string\"},\"to\":{\"type\":[\"string\",\"null\"]},"
    "\"revived\":{\"type\":\"boolean\"}}}\n";

bool
resolve_schema(const char *kind, struct buf *out)
{
	if (kind[0] == '\0' || strcmp(kind, "profile") == 0)
		buf_text(out, profile);
	else if (strcmp(kind, "event") == 0)
		buf_text(out, event);
	else
		return false;
	return true;
}

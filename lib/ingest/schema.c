/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/schema.c: the shape of records, consent lines and rejects (cdp-stream(5)). */
#include "ingest/schema.h"
#include "base/buf.h"
#include "io/json_write.h"
#include "model/fields.h"

#include <string.h>

#define TEXT	SPAN("{\"type\":\"string\"}")
#define NUMBER	SPAN("{\"type\":\"integer\",\"minimum\":0}")
#define TEXTS	SPAN("{\"type\":\"array\",\"items\":{\"type\":\"string\"}}")
#define LISTS	SPAN("{\"type\":\"object\",\"additionalProperties\":{\"type\":\"array\"," \
    "\"items\":{\"type\":\"string\"}}}")

static void
member(struct json_writer *w, struct span name, struct span schema)
{
	json_key(w, name);
	json_raw(w, schema);
}

static void
members(struct json_writer *w, const char *const *names, struct span schema)
{
	for (size_t i = 0; names[i] != NULL; i++)
		member(w, span_from(names[i]), schema);
}

/* Opens the schema of a kind up to its properties; `required` is a JSON list. */
static struct json_writer
begin(struct buf *out, const char *kind, struct span required)
{
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	json_member_string(&w, "$schema", SPAN("https://json-schema.org/draft/2020-12/schema"));
	json_member_string(&w, "title", span_from(kind));
	json_member_string(&w, "type", SPAN("object"));
	json_member_raw(&w, "required", required);
	json_key(&w, SPAN("properties"));
	json_open_object(&w);
	json_key(&w, SPAN("kind"));
	json_open_object(&w);
	json_member_string(&w, "const", span_from(kind));
	json_end(&w);
	return w;
}

static void
end(struct json_writer *w)
{
	json_end(w);
	json_end(w);
	buf_byte(w->out, '\n');
}

static void
write_addresses(struct json_writer *w)
{
	json_key(w, SPAN("address"));
	json_open_object(w);
	json_member_string(w, "type", SPAN("array"));
	json_key(w, SPAN("items"));
	json_open_object(w);
	json_member_string(w, "type", SPAN("object"));
	json_key(w, SPAN("properties"));
	json_open_object(w);
	for (int p = 0; p < PART_COUNT; p++)
		member(w, part_name((enum address_part)p), TEXT);
	json_end(w);
	json_member_bool(w, "additionalProperties", false);
	json_end(w);
	json_end(w);
}

static void
write_record(struct buf *out)
{
	static const char *const heads[] = { "id", "source", "key", "channel", "observed_at",
	    "collected_at", NULL };
	struct json_writer w = begin(out, "record", SPAN("[\"kind\",\"id\",\"source\",\"key\"]"));

	members(&w, heads, TEXT);
	for (int f = 0; f < ONE_COUNT; f++)
		member(&w, one_name((enum one_field)f), TEXT);
	for (int f = 0; f < MANY_COUNT; f++)
		member(&w, many_name((enum many_field)f), TEXTS);
	write_addresses(&w);
	member(&w, SPAN("identifiers"), LISTS);
	member(&w, SPAN("attributes"), SPAN("{\"type\":\"object\"}"));
	member(&w, SPAN("purposes"), TEXTS);
	member(&w, SPAN("controller"), TEXT);
	member(&w, SPAN("collected"), SPAN("{\"enum\":[\"third_party\",\"public\",\"unknown\"]}"));
	member(&w, SPAN("tags"), LISTS);
	member(&w, SPAN("flags"), TEXTS);
	end(&w);
}

static void
write_consent(struct buf *out)
{
	static const char *const texts[] = { "type", "controller", "purpose", "channel", "notice",
	    "method", "at", "clock", "src", NULL };
	struct json_writer w = begin(out, "consent", SPAN("[\"kind\",\"type\",\"identifier\"]"));

	members(&w, texts, TEXT);
	member(&w, SPAN("identifier"), SPAN("{\"type\":\"object\","
	    "\"required\":[\"type\",\"value\"],\"properties\":{"
	    "\"type\":{\"type\":\"string\"},\"value\":{\"type\":\"string\"}}}"));
	member(&w, SPAN("sseq"), NUMBER);
	member(&w, SPAN("evidence"), SPAN("{\"type\":\"object\"}"));
	end(&w);
}

static void
write_reject(struct buf *out)
{
	static const char *const texts[] = { "tool", "file", "column", "code", "source", "raw",
	    "raw_base64", NULL };
	static const char *const numbers[] = { "line", "lines", "byte", "raw_bytes", NULL };
	struct json_writer w = begin(out, "reject",
	    SPAN("[\"kind\",\"tool\",\"file\",\"line\",\"lines\",\"byte\",\"code\"]"));

	members(&w, texts, TEXT);
	members(&w, numbers, NUMBER);
	end(&w);
}

bool
ingest_schema(const char *kind, struct buf *out)
{
	if (kind[0] == '\0' || strcmp(kind, "record") == 0)
		write_record(out);
	else if (strcmp(kind, "consent") == 0)
		write_consent(out);
	else if (strcmp(kind, "reject") == 0)
		write_reject(out);
	else
		return false;
	return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_origin.c: one spelling; whatever we would not have written is not an origin. */
#include "base/alloc.h"
#include "base/error.h"
#include "io/json_config.h"
#include "io/json_write.h"
#include "io/own.h"
#include "io/tlog_origin.h"

enum { ORIGIN_MOST = 4096 };

static const char schema[] = "cdp-ledger/2", earlier[] = "cdp-ledger/1";

void
tlog_origin_write(struct tlog_origin *o)
{
	struct json_writer w = json_writer(&o->text);

	buf_reset(&o->text);
	json_open_object(&w);
	json_member_string(&w, "key", span_from(o->key));
	json_member_string(&w, "name", span_from(o->name));
	json_member_string(&w, "schema", span_from(schema));
	json_member_u64(&w, "segment", o->segment);
	json_member_string(&w, "subjects", o->vault ? SPAN("vault") : SPAN("keyed"));
	json_member_string(&w, "token_key", span_from(o->token_key));
	json_end(&w);
	buf_byte(&o->text, '\n');
}

/* A member as text, or "" which no origin has. */
static const char *
text(const json_t *json, const char *member)
{
	const char *s = json_string_value(json_object_get(json, member));

	return s == NULL ? "" : s;
}

static bool
is_segment(json_int_t n)
{
	return n >= 2 && n <= TLOG_SEGMENT && (n & (n - 1)) == 0;
}

/* Takes the members over, then holds what they would be written as against what is there. */
static bool
take(struct tlog_origin *o, const json_t *json)
{
	struct buf found = o->text;
	json_int_t segment = json_integer_value(json_object_get(json, "segment"));
	bool same;

	o->text = (struct buf){ 0 };
	o->name = mem_text(text(json, "name"));
	o->key = mem_text(text(json, "key"));
	o->vault = strcmp(text(json, "subjects"), "vault") == 0;
	o->segment = is_segment(segment) ? (uint64_t)segment : 0;
	if (strlen(text(json, "token_key")) == TLOG_FINGERPRINT)
		memcpy(o->token_key, text(json, "token_key"), TLOG_FINGERPRINT + 1);
	tlog_origin_write(o);
	same = o->segment > 0 && span_equal(buf_span(&found), buf_span(&o->text));
	buf_done(&found);
	return same;
}

int
tlog_origin_read(struct tlog_origin *o, const char *dir, struct error *e)
{
	struct error ignored = { 0 };
	struct buf path = { 0 };
	json_t *json;
	int r;

	*o = (struct tlog_origin){ 0 };
	buf_print(&path, "%s/origin%c", dir, 0);
	r = own_read(path.p, ORIGIN_MOST, &o->text, e);
	buf_done(&path);
	if (r < 0)
		return -1;
	json = config_parse(buf_span(&o->text), "origin", STATUS_UNSAFE, &ignored);
	if (strcmp(text(json, "schema"), earlier) == 0)
		r = error_set(e, USAGE, "E_LEDGER_FORMAT", "%s has the form of a version that was "
		    "never released: make a new ledger and append its events again", dir);
	else if (!take(o, json)) {
		r = error_set(e, UNSAFE, "E_LEDGER", "the origin of the ledger was changed");
		error_place(e, NULL, 1, 0);	/* line 0 is what it is the origin of */
	}
	json_decref(json);
	return r;
}

void
tlog_origin_done(struct tlog_origin *o)
{
	buf_done(&o->text);
	mem_free(o->name);
	mem_free(o->key);
	*o = (struct tlog_origin){ 0 };
}

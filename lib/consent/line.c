/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/line.c: one table of members in byte order serves both directions. */
#include "base/arena.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/number.h"
#include "consent/line.h"
#include "consent/token.h"
#include "io/json_config.h"
#include "io/json_write.h"
#include "io/ndjson.h"

#define AT(member) offsetof(struct ledger_line, member)

enum member_type { TEXT, RAW, COUNT, SSEQ, TIME, INTERVAL, VERSION };

static const struct member {
	struct span		key;		/* for json_ready_key */
	enum member_type	type;
	size_t			offset;
} members[] = {
	{ JSON_KEY_INIT("account"), TEXT, AT(account) }, { JSON_KEY_INIT("actor"), TEXT, AT(actor) },
	{ JSON_KEY_INIT("at"), TEXT, AT(at) }, { JSON_KEY_INIT("auth"), TEXT, AT(auth) },
	{ JSON_KEY_INIT("basis"), TEXT, AT(basis) }, { JSON_KEY_INIT("by"), TEXT, AT(by) },
	{ JSON_KEY_INIT("cause"), TEXT, AT(cause) }, { JSON_KEY_INIT("channel"), TEXT, AT(channel) },
	{ JSON_KEY_INIT("clock"), TEXT, AT(clock) }, { JSON_KEY_INIT("commit"), TEXT, AT(commit) },
	{ JSON_KEY_INIT("controller"), TEXT, AT(controller) }, { JSON_KEY_INIT("covers"), TEXT, AT(covers) },
	{ JSON_KEY_INIT("ctype"), TEXT, AT(ctype) }, { JSON_KEY_INIT("data"), RAW, AT(data) },
	{ JSON_KEY_INIT("dest"), TEXT, AT(dest) }, { JSON_KEY_INIT("hi"), INTERVAL, AT(hi) },
	{ JSON_KEY_INIT("id"), TEXT, AT(id) }, { JSON_KEY_INIT("jur"), TEXT, AT(jur) },
	{ JSON_KEY_INIT("lo"), INTERVAL, AT(lo) }, { JSON_KEY_INIT("method"), TEXT, AT(method) },
	{ JSON_KEY_INIT("notice"), TEXT, AT(notice) }, { JSON_KEY_INIT("prev"), TEXT, AT(prev) },
	{ JSON_KEY_INIT("purpose"), TEXT, AT(purpose) }, { JSON_KEY_INIT("recv"), TIME, AT(recv) },
	{ JSON_KEY_INIT("ref"), TEXT, AT(ref) }, { JSON_KEY_INIT("seq"), COUNT, AT(seq) },
	{ JSON_KEY_INIT("sid"), TEXT, AT(sid) }, { JSON_KEY_INIT("src"), TEXT, AT(src) },
	{ JSON_KEY_INIT("sseq"), SSEQ, AT(sseq) }, { JSON_KEY_INIT("type"), TEXT, AT(type) },
	{ JSON_KEY_INIT("until"), TEXT, AT(until) }, { JSON_KEY_INIT("v"), VERSION, 0 },
};
enum { MEMBERS = sizeof members / sizeof members[0] };

static struct span
name_of(const struct member *m)
{
	return span_make(m->key.p + 2, m->key.len - 4);
}

static void *
place(const struct ledger_line *l, size_t offset)
{
	return (char *)(uintptr_t)l + offset;
}

static void
write_member(const struct ledger_line *l, const struct member *m, struct json_writer *w)
{
	const struct span *s = place(l, m->offset);

	if ((m->type <= RAW && s->p == NULL) || (m->type == SSEQ && !l->has_sseq) || (m->type == INTERVAL && !l->has_interval))
		return;
	json_ready_key(w, m->key);
	switch (m->type) {
	case TEXT:
		json_text(w, *s);
		break;
	case RAW:
		json_raw(w, *s);
		break;
	case COUNT:
	case SSEQ:
		json_u64(w, *(const uint64_t *)place(l, m->offset));
		break;
	case TIME:
	case INTERVAL:
		json_i64(w, *(const instant *)place(l, m->offset));
		break;
	case VERSION:
		json_u64(w, 1);
		break;
	}
}

void
line_write(const struct ledger_line *l, struct buf *out)
{
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	for (const struct member *m = members; m < members + MEMBERS; m++)
		write_member(l, m, &w);
	json_end(&w);
}

/* Behind the key, and the quote of a text. */
static uint32_t
value_place(const struct member *m, size_t start, const struct buf *out)
{
	size_t comma = out->p[start] == ',';

	return (uint32_t)(start + comma + m->key.len - 1 + (m->type == TEXT));
}

static void
note_place(const struct member *m, size_t start, const struct buf *out, struct line_places *at)
{
	if (m->offset == AT(commit)) {
		at->commit = (uint32_t)start;
		at->commit_end = (uint32_t)out->len;
	} else if (m->offset == AT(prev))
		at->prev = value_place(m, start, out);
	else if (m->offset == AT(seq) && m->type == COUNT)
		at->seq = value_place(m, start, out);
	else if (m->offset == AT(sid))
		at->sid_end = (uint32_t)out->len - 1;
	else if (m->offset == AT(account))
		at->account_end = (uint32_t)out->len - 1;
}

void
line_write_open(const struct ledger_line *l, struct buf *out, struct line_places *at)
{
	static const char filled_in[] = "0000000000000000000000000000000000000000000";
	struct ledger_line open = *l;
	struct json_writer w = json_writer(out);

	open.prev = span_from(filled_in);
	open.seq = 0;
	*at = (struct line_places){ 0 };
	json_open_object(&w);
	for (const struct member *m = members; m < members + MEMBERS; m++) {
		size_t start = out->len;

		write_member(&open, m, &w);
		if (out->len > start)
			note_place(m, start, out, at);
	}
	json_end(&w);
}

/* A text is given as it reads, anything else as it is written. */
static bool
read_value(const struct member *m, struct span value, struct ledger_line *l)
{
	void *to = place(l, m->offset);

	switch (m->type) {
	case TEXT:
	case RAW:
		*(struct span *)to = value;
		return true;
	case SSEQ:
		l->has_sseq = true;
		return u64_parse(value, to);
	case COUNT:
		return u64_parse(value, to);
	case INTERVAL:
		l->has_interval = true;
		return i64_parse(value, to);
	case TIME:
		return i64_parse(value, to);
	case VERSION:
		break;
	}
	return span_is(value, "1");
}

static bool
read_member(const struct ndjson *n, uint32_t key, struct ledger_line *l, struct arena *arena)
{
	const struct nd_node *value = ndjson_nodes(n, NULL) + key + 1;
	const struct member *m = members;

	while (m < members + MEMBERS && !ndjson_is(n, key, name_of(m)))
		m++;
	if (m == members + MEMBERS)
		return false;
	if (m->type == TEXT)
		return value->type == ND_STRING &&
		    read_value(m, ndjson_text(n, key + 1, arena), l);
	if (m->type == RAW)
		return value->type == ND_OBJECT && read_value(m, ndjson_raw(n, key + 1), l);
	return read_value(m, ndjson_raw(n, key + 1), l);
}

/* Written back it would look the same whatever its spelling, so it is held against its one form. */
static bool
is_canonical(struct span data)
{
	struct error ignored = { 0 };
	struct buf text = { 0 };
	json_t *json = data.p == NULL ? NULL : config_parse(data, "data", STATUS_UNSAFE, &ignored);
	bool is = data.p == NULL;

	if (json != NULL && !config_has_real(json)) {
		config_canonical(json, &text);
		is = span_equal(buf_span(&text), data);
	}
	json_decref(json);
	buf_done(&text);
	return is;
}

int
line_read(const struct ndjson *n, struct ledger_line *l, struct arena *arena, struct buf *scratch,
    struct error *e)
{
	*l = (struct ledger_line){ 0 };
	for (uint32_t k = ndjson_first(n, 0); k != 0; k = ndjson_sibling(n, k + 1))
		if (!read_member(n, k, l, arena))
			return error_set(e, UNSAFE, "E_LEDGER", "a member that no ledger line has");
	if (l->id.p == NULL || l->type.p == NULL || l->prev.p == NULL)
		return error_set(e, UNSAFE, "E_LEDGER", "a ledger line without id, type or prev");
	buf_reset(scratch);
	line_write(l, scratch);
	if (!span_equal(buf_span(scratch), ndjson_line(n)) || !is_canonical(l->data))
		return error_set(e, UNSAFE, "E_LEDGER", "a ledger line in another spelling");
	return 0;
}

/* ---- without a tape ---- */

/* Takes the string that begins at *at and moves past it. */
static bool
take_text(struct span s, size_t *at, struct span *text)
{
	struct span rest = span_skip(s, *at + 1);
	size_t n = json_plain(rest);

	if (*at >= s.len || s.p[*at] != '"' || n == rest.len || rest.p[n] != '"')
		return false;
	*text = span_head(rest, n);
	*at += n + 2;
	return true;
}

/* Digits in the one spelling that is written. */
static bool
take_number(struct span s, size_t *at, struct span *digits)
{
	*digits = span_head(span_skip(s, *at), ascii_digits(span_skip(s, *at)));
	*at += digits->len;
	return digits->len == 1 || (digits->len > 1 && digits->p[0] != '0');
}

/* The member at *at, which is not before *m in the table; *m is then the one after it. */
static bool
take_member(struct span s, size_t *at, const struct member **m, struct ledger_line *l,
    unsigned count[VERSION + 1])
{
	struct span name, value = span_none();

	if (!take_text(s, at, &name) || *at == s.len || s.p[*at] != ':')
		return false;
	++*at;
	while (*m < members + MEMBERS && !span_equal(name_of(*m), name))
		++*m;
	if (*m == members + MEMBERS || (*m)->type == RAW ||
	    !((*m)->type == TEXT ? take_text : take_number)(s, at, &value))
		return false;
	count[(*m)->type]++;
	return read_value((*m)++, value, l);
}

/* Names in order, one spelling of everything, and what is always written: so writing it again gives
 * the same bytes. */
bool
line_read_plain(struct span s, struct ledger_line *l)
{
	const struct member *m = members;
	unsigned count[VERSION + 1] = { 0 };
	size_t at = 0;

	*l = (struct ledger_line){ 0 };
	do {
		if (at >= s.len || s.p[at] != (at == 0 ? '{' : ','))
			return false;
		at++;
		if (!take_member(s, &at, &m, l, count))
			return false;
	} while (at >= s.len || s.p[at] != '}');
	return at + 1 == s.len && l->id.p != NULL && l->type.p != NULL && l->prev.p != NULL &&
	    count[COUNT] == 1 && count[TIME] == 1 && count[VERSION] == 1 && count[INTERVAL] != 1;
}

/* ---- its event ---- */

/* "newsletter@7/de-DE" */
static bool
read_notice(struct span s, struct event *v)
{
	size_t at = span_index(s, '@'), slash = span_index(s, '/');
	uint64_t version;

	if (s.p == NULL)
		return true;
	if (at >= slash || !u64_parse(span_make(s.p + at + 1, slash - at - 1), &version) ||
	    version > INT32_MAX)
		return false;
	v->notice_id = span_head(s, at);
	v->notice_version = (int64_t)version;
	v->notice_lang = slash < s.len ? span_skip(s, slash + 1) : span_none();
	return true;
}

int
line_event(const struct ledger_line *l, struct event *v, struct error *e)
{
	int type = event_find(l->type);
	struct span ignored, account_type;

	*v = (struct event){ .seq = l->seq, .id = l->id, .controller = l->controller,
	    .purpose = l->purpose, .channel = l->channel, .dest = l->dest, .basis = l->basis,
	    .ctype = l->ctype, .method = l->method, .actor = l->actor, .src = l->src,
	    .cause = l->cause, .by = l->by, .jur = l->jur, .has_commit = l->commit.p != NULL,
	    .born = INSTANT_NONE, .has_sseq = l->has_sseq, .sseq = l->sseq, .recv = l->recv, .lo = l->lo, .hi = l->hi,
	    .until = INSTANT_NONE, .covers_account = span_is(l->covers, "account") };
	if (type < 0)
		return error_set(e, UNSAFE, "E_LEDGER", "an event type this version does not know");
	v->type = (enum event_type)type;
	if ((l->sid.p != NULL && token_read(l->sid, &v->sid_type, &ignored, &v->sid) < 0) ||
	    (l->account.p != NULL && token_read(l->account, &account_type, &ignored, &v->account) < 0) ||
	    !read_notice(l->notice, v) || (l->until.p != NULL && !instant_parse(l->until, &v->until)))
		return error_set(e, UNSAFE, "E_LEDGER", "a malformed token, notice or end");
	if (l->sid.p == NULL && event_class(v->type) != CLASS_LOG)
		return error_set(e, UNSAFE, "E_LEDGER", "an event without a subject");
	if (!l->has_interval)
		v->lo = v->hi = v->recv;
	/* Erasure reaches the person's other data unless the event says otherwise. */
	v->reach_person = v->type == EVENT_SUPPRESS && (l->data.p == NULL ?
	    span_is(l->cause, "erasure") : memmem(l->data.p, l->data.len, "\"reach\":\"person\"", 16) != NULL);
	return 0;
}

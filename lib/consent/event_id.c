/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/event_id.c: ids, tokens and digests of evidence. */
#include "base/arena.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "consent/event_id.h"
#include "consent/line.h"
#include "consent/token.h"
#include "io/json_config.h"
#include "io/json_write.h"
#include "model/consent.h"
#include "normal/email.h"
#include "normal/person_key.h"
#include "normal/phone.h"

enum { ID_MAX = 64, ID_HASH = 22, HASH_TEXT = 43, SALT_BYTES = 32, VALUE_MAX = 512 };
enum { TOKEN_ROOM = 128 };		/* for nearly every token, written */
enum { FLAT_MEMBERS = 16 };		/* of evidence that needs no tree to be sorted */

bool
event_id_readable(struct span id)
{
	for (size_t i = 0; i < id.len; i++) {
		char c = id.p[i];

		if (!(ascii_alnum(c) || c == '.' || c == '_' || c == ':' || c == '-'))
			return false;
	}
	return id.len > 0 && id.len <= ID_MAX;
}

bool
identifier_type_for_suppression(struct span type)
{
	return span_is(type, "phone_name") || span_is(type, "name_birth_postcode");
}

bool
identifier_type_known(struct span type)
{
	return identifier_type_for_suppression(type) || span_is(type, "email") || span_is(type, "phone_number") || span_is(type, "record") ||
	    (span_starts(type, SPAN("id.")) && type.len > 3 && type.len <= ID_MAX);
}

static struct span
hash_in_small_letters(struct span text, struct arena *arena)
{
	struct span clean = email_sha256_clean(text, arena);

	return clean.p == NULL ? text : clean;
}

struct span
identifier_canonical(struct span type, struct span value, struct arena *arena)
{
	struct normal_context none = { .reference = INSTANT_NONE };
	struct normal n = { .value = value };

	if (span_is(type, "email"))
		n = email_clean(value, &none, arena);
	else if (span_is(type, "phone_number"))
		n = phone_clean(value, &none, arena);
	else if (span_equal(type, EMAIL_SHA256))
		return hash_in_small_letters(value, arena);
	return n.outcome == OUTCOME_INVALID ? span_none() : n.value;
}

/* The value an identifier of an event is tokenised by; absent if it cannot be read. */
static struct span
canonical(struct span type, struct span value, struct arena *arena)
{
	bool address = span_is(type, "email") || span_is(type, "phone_number");

	if (identifier_type_for_suppression(type))
		return key_read(type, value, arena);
	if (!address && (value.len == 0 || value.len > VALUE_MAX))
		return span_none();
	return identifier_canonical(type, value, arena);
}

struct span
event_token(const struct token_key *key, struct span type, struct span value, bool suppression,
    struct arena *arena)
{
	struct token t = token_of(key, type, value);
	struct buf text = { 0 };
	struct span s;

	if (suppression)
		memcpy(t.lookup, t.suppression, sizeof t.lookup);
	buf_room(&text, TOKEN_ROOM);
	token_write(&text, key, type, &t);
	s = arena_copy(arena, buf_span(&text));
	buf_done(&text);
	return s;
}

struct span
event_sid(const struct token_key *key, const struct consent_event *c, struct arena *arena)
{
	bool suppress = span_is(c->type, "suppress") || span_is(c->type, "unsuppress");
	struct span value;

	if (c->identifier_value.p == NULL || !identifier_type_known(c->identifier_type) ||
	    (identifier_type_for_suppression(c->identifier_type) && !suppress))
		return span_none();
	value = canonical(c->identifier_type, c->identifier_value, arena);
	return value.p == NULL ? value :
	    event_token(key, c->identifier_type, value, suppress, arena);
}

/* A text between quotes of ASCII that no JSON escapes; NULL, or what follows it. */
static const char *
plain_text(const char *p, const char *end)
{
	size_t n;

	if (p == end || *p != '"')
		return NULL;
	n = json_plain(span_make(p + 1, (size_t)(end - p - 1)));
	return p + 1 + n < end && p[1 + n] == '"' ? p + n + 2 : NULL;
}

struct flat {				/* "key":"text" as it stands */
	struct span	key, member;
};

/* In the order of the keys, which are ASCII. False: it is there already. */
static bool
insert(struct flat *list, size_t n, struct flat new)
{
	size_t at = n;

	for (; at > 0; at--) {
		int order = span_cmp(list[at - 1].key, new.key);

		if (order == 0)
			return false;
		if (order < 0)
			break;
		list[at] = list[at - 1];
	}
	list[at] = new;
	return true;
}

/* The members of an object that has only plain texts, and no blanks; 0: it is another. */
static size_t
flat_members(struct span json, struct flat list[FLAT_MEMBERS])
{
	const char *p = json.p, *end = json.p + json.len;
	size_t n = 0;

	if (json.len == 0 || *p != '{')
		return 0;
	do {
		const char *begin = ++p, *colon = plain_text(p, end);

		if (n == FLAT_MEMBERS || colon == NULL || colon == end || *colon != ':')
			return 0;
		p = plain_text(colon + 1, end);
		if (p == NULL || p == end || !insert(list, n++, (struct flat){
		    span_make(begin + 1, (size_t)(colon - begin) - 2),
		    span_make(begin, (size_t)(p - begin)) }))
			return 0;
	} while (*p == ',');
	return *p == '}' && p + 1 == end ? n : 0;
}

/* What most evidence is: a few plain texts by name. Absent: it is not. */
static struct span
canonical_flat(struct span json, struct arena *arena)
{
	struct flat list[FLAT_MEMBERS];
	size_t n = flat_members(json, list), len = 1;
	char *to;

	if (n == 0)
		return span_none();
	to = arena_alloc(arena, json.len);
	to[0] = '{';
	for (size_t i = 0; i < n; i++) {
		memcpy(to + len, list[i].member.p, list[i].member.len);
		len += list[i].member.len;
		to[len++] = i + 1 < n ? ',' : '}';
	}
	return span_make(to, len);
}

/* RFC 8785 form of a raw JSON object; absent if it cannot be put so. */
static struct span
canonical_json(struct span json, struct arena *arena)
{
	struct span flat = canonical_flat(json, arena);
	struct error ignored = { 0 };
	struct buf text = { 0 };
	struct span s = span_none();
	json_t *value;

	if (flat.p != NULL)
		return flat;
	value = config_parse(json, "object", STATUS_REFUSED, &ignored);
	if (value != NULL && !config_has_real(value)) {
		config_canonical(value, &text);
		s = arena_copy(arena, buf_span(&text));
	}
	json_decref(value);
	buf_done(&text);
	return s;
}

static struct span
canonical_or_raw(struct span json, struct arena *arena)
{
	struct span s = json.p == NULL ? json : canonical_json(json, arena);

	return s.p == NULL ? json : s;
}

static struct span
hash_text(const unsigned char hash[32], struct arena *arena)
{
	char *text = arena_alloc(arena, HASH_TEXT);

	base64url_put(text, span_make((const char *)hash, 32));
	return span_make(text, HASH_TEXT);
}

static struct span
digest(const struct token_key *key, const struct span *parts, size_t count, struct arena *arena)
{
	unsigned char hash[32];

	blake2b(hash, sizeof hash, key->bytes, parts, count);
	return span_head(hash_text(hash, arena), ID_HASH);
}

/* Everything that was said, in the form of a ledger line, but before any policy was asked. */
struct span
event_id(const struct token_key *key, const struct consent_event *c, struct arena *arena)
{
	struct span sid, parts[2];
	struct ledger_line told = { .type = c->type, .account = c->account, .covers = c->covers,
	    .controller = c->controller, .purpose = c->purpose, .channel = c->channel,
	    .dest = c->dest, .basis = c->basis, .ctype = c->ctype, .notice = c->notice,
	    .method = c->method, .auth = c->auth, .actor = c->actor, .at = c->at, .clock = c->clock,
	    .src = c->src, .jur = c->jur, .until = c->until, .ref = c->ref, .cause = c->cause,
	    .by = c->by, .has_sseq = c->has_sseq, .sseq = c->sseq };
	struct buf text = { 0 };
	struct span id;

	if (event_id_readable(c->id))
		return c->id;
	sid = event_sid(key, c, arena);
	told.sid = sid.p != NULL ? sid : c->identifier_value;
	told.data = canonical_or_raw(c->data, arena);
	line_write(&told, &text);
	parts[0] = buf_span(&text);
	parts[1] = c->evidence.p == NULL ? SPAN("") : canonical_or_raw(c->evidence, arena);
	id = digest(key, parts, 2, arena);
	buf_done(&text);
	return id;
}

struct span
event_own_id(const struct token_key *key, struct span type, struct span place, struct arena *arena)
{
	struct span parts[] = { SPAN("cdp-own/1"), { "", 1 }, type, { "", 1 }, place };

	return digest(key, parts, 5, arena);
}

void
event_salt(const struct token_key *key, struct span id, struct random_pool *random,
    unsigned char salt[SALT_BYTES])
{
	struct span parts[] = { SPAN("cdp-salt/1"), id };

	if (random != NULL)
		random_take(random, salt, SALT_BYTES);
	else
		blake2b(salt, SALT_BYTES, key->bytes, parts, 2);
}

struct span
event_commit(const unsigned char salt[SALT_BYTES], struct span evidence, struct span *canonical_text,
    struct arena *arena)
{
	struct span text = canonical_json(evidence, arena);
	unsigned char hash[SHA256_BYTES];
	struct sha256 h;

	*canonical_text = text;
	if (text.p == NULL)
		return text;
	sha256_start(&h);
	sha256_add(&h, span_make((const char *)salt, SALT_BYTES));
	sha256_add(&h, text);
	sha256_end(&h, hash);
	return hash_text(hash, arena);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/event_id.c: ids, tokens and digests of evidence. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "consent/event_id.h"
#include "consent/line.h"
#include "consent/token.h"
#include "io/json_config.h"
#include "model/consent.h"
#include "normal/email.h"
#include "normal/person_key.h"
#include "normal/phone.h"

enum { ID_MAX = 64, ID_HASH = 22, SALT_BYTES = 32, VALUE_MAX = 512 };

bool
event_id_readable(struct span id)
{
	for (size_t i = 0; i < id.len; i++) {
		char c = id.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    c == '.' || c == '_' || c == ':' || c == '-'))
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

/* The canonical value an identifier is tokenised by; absent if it cannot be read. */
static struct span
canonical(struct span type, struct span value, struct arena *arena)
{
	struct normal_context none = { .reference = INSTANT_NONE };
	struct normal n;

	if (identifier_type_for_suppression(type))
		return key_read(type, value, arena);
	if (span_is(type, "email"))
		n = email_clean(value, &none, arena);
	else if (span_is(type, "phone_number"))
		n = phone_clean(value, &none, arena);
	else
		return value.len > 0 && value.len <= VALUE_MAX ? value : span_none();
	return n.outcome == OUTCOME_INVALID ? span_none() : n.value;
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

/* RFC 8785 form of a raw JSON object; absent if it cannot be put so. */
static struct span
canonical_json(struct span json, struct arena *arena)
{
	struct error ignored = { 0 };
	json_t *value = config_parse(json, "object", STATUS_REFUSED, &ignored);
	struct buf text = { 0 };
	struct span s = span_none();

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
digest(const struct token_key *key, const struct span *parts, size_t count, struct arena *arena)
{
	unsigned char hash[32];
	struct buf text = { 0 };
	struct span s;

	blake2b(hash, sizeof hash, key->bytes, parts, count);
	base64url_write(&text, span_make((const char *)hash, sizeof hash));
	s = arena_copy(arena, span_head(buf_span(&text), ID_HASH));
	buf_done(&text);
	return s;
}

/* Everything that was said, in the form of a ledger line, but before any policy was asked. */
struct span
event_id(const struct token_key *key, const struct consent_event *c, struct arena *arena)
{
	struct span sid = event_sid(key, c, arena), parts[2];
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
event_salt(const struct token_key *key, struct span id, bool random, unsigned char salt[SALT_BYTES])
{
	struct span parts[] = { SPAN("cdp-salt/1"), id };

	if (random)
		random_fill(salt, SALT_BYTES);
	else
		blake2b(salt, SALT_BYTES, key->bytes, parts, 2);
}

struct span
event_commit(const unsigned char salt[SALT_BYTES], struct span evidence, struct span *canonical_text,
    struct arena *arena)
{
	struct span text = canonical_json(evidence, arena);
	unsigned char hash[SHA256_BYTES];
	struct buf commit = { 0 };
	struct sha256 h;

	*canonical_text = text;
	if (text.p == NULL)
		return text;
	sha256_start(&h);
	sha256_add(&h, span_make((const char *)salt, SALT_BYTES));
	sha256_add(&h, text);
	sha256_end(&h, hash);
	base64url_write(&commit, span_make((const char *)hash, sizeof hash));
	text = arena_copy(arena, buf_span(&commit));
	buf_done(&commit);
	return text;
}

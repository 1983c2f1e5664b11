/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/email.c: take the wrapping off, check the form, then look for doubts. */
#include "base/arena.h"
#include "base/ascii.h"
#include "base/crypto.h"
#include "base/utf8.h"
#include "normal/domain.h"
#include "normal/email.h"
#include "normal/table.h"
#include "normal/text.h"

#include <strings.h>
#include <utf8proc.h>

enum { LOCAL_MAX = 64 };

static struct span
unwrap_once(struct span s)
{
	size_t open = span_index(s, '<'), close;

	s = span_trim(s);
	if (open < s.len) {
		struct span inner = span_skip(s, open + 1);

		close = span_index(inner, '>');
		if (close < inner.len)
			return span_trim(span_head(inner, close));
	}
	if (s.len >= 7 && strncasecmp(s.p, "mailto:", 7) == 0)
		return span_trim(span_skip(s, 7));
	if (s.len >= 2 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.len - 1] == s.p[0])
		return span_trim(span_make(s.p + 1, s.len - 2));
	if (s.len > 0 && s.p[s.len - 1] == '.')
		return span_make(s.p, s.len - 1);
	return s;
}

static struct span
unwrap(struct span s)
{
	struct span before;

	do {
		before = s;
		s = unwrap_once(s);
	} while (s.len != before.len);
	return s;
}

static bool
is_hash(struct span s)
{
	if (s.len != 64 && s.len != 40 && s.len != 32)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!ascii_digit((unsigned char)s.p[i]) &&
		    ((s.p[i] | 0x20) < 'a' || (s.p[i] | 0x20) > 'f'))
			return false;
	return true;
}

/* Lower case; the copy is in the arena unless nothing changes. */
static struct span
lower(struct span s, struct arena *arena)
{
	size_t at = 0, len = 0, i = 0;
	char *out;

	while (i < s.len && (unsigned char)s.p[i] < 0x80 && !ascii_upper((unsigned char)s.p[i]))
		i++;
	if (i == s.len)
		return s;
	out = arena_alloc(arena, 2 * s.len);
	while (at < s.len) {
		uint32_t c = utf8_next(s, &at);

		if (c >= 0x80)
			c = (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
		else if (ascii_upper((unsigned char)c))
			c |= 0x20;
		len += utf8_put(out + len, c);
	}
	return span_make(out, len);
}

/* RFC 5322 dot-atom; bytes of other scripts pass. */
static bool
local_good(struct span s)
{
	static const char marks[] = "!#$%&'*+-/=?^_`{|}~";
	unsigned char before = '.';

	if (s.len == 0 || s.len > LOCAL_MAX)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '.' ? before == '.' : c < 0x80 && !ascii_letter(c) &&
		    !ascii_digit(c) && memchr(marks, c, sizeof marks - 1) == NULL)
			return false;
		before = c;
	}
	return before != '.';
}

/* "email:" and local@, local@label or the whole word, whichever is listed. */
static bool
is_placeholder(struct span local, struct span domain, bool at)
{
	char key[6 + LOCAL_MAX + 1 + 64];
	size_t len = 6, dot = span_index(domain, '.');

	if (local.len > LOCAL_MAX || dot > 63)
		return false;
	memcpy(key, "email:", len);
	memcpy(key + len, local.p, local.len);
	len += local.len;
	if (at)
		key[len++] = '@';
	if (table_has(TABLE_PLACEHOLDERS, span_make(key, len)))
		return true;
	if (!at || dot == 0)
		return false;
	memcpy(key + len, domain.p, dot);
	return table_has(TABLE_PLACEHOLDERS, span_make(key, len + dot));
}

static struct span
join(struct span raw, struct span local, struct span domain, struct arena *arena)
{
	size_t len = local.len + 1 + domain.len;
	char *out;

	if (local.p >= raw.p && local.p + len <= raw.p + raw.len &&
	    domain.p == local.p + local.len + 1)
		return span_make(local.p, len);
	out = arena_alloc(arena, len);
	memcpy(out, local.p, local.len);
	out[local.len] = '@';
	memcpy(out + local.len + 1, domain.p, domain.len);
	return span_make(out, len);
}

static struct normal
doubts(struct normal n, struct span local, const struct domain_facts *domain)
{
	if (domain->doubt != NULL)
		return (struct normal){ OUTCOME_SUSPICIOUS, n.value, domain->doubt, domain->detail,
		    false };
	if (!utf8_is_ascii(local))
		return normal_suspicious(n.value, "non_ascii_local");
	if (table_has(TABLE_ROLES, local))
		return normal_suspicious(n.value, "role");
	return n;
}

static struct normal
without_at(struct span s, struct arena *arena)
{
	if (is_placeholder(lower(s, arena), SPAN(""), false))
		return normal_placeholder();
	return normal_invalid(is_hash(s) ? "hash" : "no_at");
}

/* A good local part and what stands behind the @. */
static struct normal
whole(struct span raw, struct span local, struct span rest, const struct normal_context *c,
    struct arena *arena)
{
	struct domain_facts domain = domains_look(c->domains, rest, arena);
	struct span s;

	if (domain.clean.p == NULL)
		return normal_invalid("domain");
	s = join(raw, local, domain.clean, arena);
	if (s.len > EMAIL_MAX_BYTES)
		return normal_invalid("too_long");
	return doubts(normal_value(raw, s), local, &domain);
}

/* Where the @ stands in an address as most are: lower-case words with single dots between them,
 * nothing around it. 0: it needs the long way, which gives the same answer. */
static size_t
everyday(struct span s)
{
	bool word = false;		/* the byte before is of a word */
	size_t at = 0;

	if (s.len > EMAIL_MAX_BYTES)
		return 0;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (ascii_lower(c) || ascii_digit(c) || c == '_' || c == '-' || c == '+') {
			word = true;
			continue;
		}
		if (!word || (c != '.' && (c != '@' || at > 0)))
			return 0;
		if (c == '@')
			at = i;
		word = false;
	}
	return word && at <= LOCAL_MAX ? at : 0;
}

static struct normal
clean_everyday(struct span raw, size_t at, const struct normal_context *c, struct arena *arena)
{
	struct span local = span_head(raw, at), domain = span_skip(raw, at + 1);

	if (is_placeholder(local, domain, true))
		return normal_placeholder();
	return whole(raw, local, domain, c, arena);
}

struct normal
email_clean(struct span raw, const struct normal_context *c, struct arena *arena)
{
	struct span s, local, domain;
	struct normal text;
	size_t at = everyday(raw);

	if (at > 0)
		return clean_everyday(raw, at, c, arena);
	text = text_clean(raw, TEXT_EMAIL, c, arena);
	if (text.value.p == NULL)
		return text;
	s = unwrap(text.value);
	at = s.len;
	while (at > 0 && s.p[at - 1] != '@')
		at--;
	if (at == 0)
		return without_at(s, arena);
	local = lower(span_head(s, at - 1), arena);
	domain = span_skip(s, at);
	if (span_index(local, '@') < local.len)
		return normal_invalid("several");
	if (is_placeholder(local, lower(domain, arena), true))
		return normal_placeholder();
	if (domain.len > 0 && domain.p[0] == '[')
		return normal_invalid("ip_literal");
	if (!local_good(local))
		return normal_invalid("local");
	return whole(raw, local, domain, c, arena);
}

/* Where the address at the start of s ends: a separator outside quotes and <>, if an @ came. */
static size_t
part_end(struct span s)
{
	bool quoted = false, angle = false, at = false;

	if (span_index(s, ';') == s.len && span_index(s, ',') == s.len && span_index(s, '|') == s.len)
		return s.len;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (c == '"')
			quoted = !quoted;
		if (quoted)
			continue;
		angle = c == '<' || (angle && c != '>');
		at |= c == '@';
		if (!angle && at && (c == ';' || c == ',' || c == '|'))
			return i;
	}
	return s.len;
}

static bool
seen(const struct normal *list, size_t count, struct span value)
{
	for (size_t i = 0; i < count; i++)
		if (value.p != NULL && span_equal(list[i].value, value))
			return true;
	return false;
}

size_t
email_list(struct span raw, const struct normal_context *c, struct arena *arena,
    struct normal **list)
{
	size_t at = everyday(raw), end, count = 0, most = 1;

	if (at > 0) {
		*list = arena_alloc(arena, sizeof **list);
		**list = clean_everyday(raw, at, c, arena);
		return 1;
	}
	end = part_end(raw);
	for (size_t i = end; i < raw.len; i++)
		most += raw.p[i] == ';' || raw.p[i] == ',' || raw.p[i] == '|';
	*list = arena_alloc(arena, most * sizeof **list);
	for (;;) {
		struct normal n = email_clean(span_head(raw, end), c, arena);

		if ((n.value.p != NULL || n.outcome == OUTCOME_INVALID) &&
		    !seen(*list, count, n.value))
			(*list)[count++] = n;
		if (end == raw.len)
			return count;
		raw = span_skip(raw, end + 1);
		end = part_end(raw);
	}
}

enum { HASH_DIGITS = 2 * SHA256_BYTES };

struct span
email_sha256(struct span email, struct arena *arena)
{
	char digits[HASH_DIGITS + 1];

	sha256_hex(email, digits, HASH_DIGITS);
	return arena_copy(arena, span_make(digits, HASH_DIGITS));
}

struct span
email_sha256_clean(struct span text, struct arena *arena)
{
	bool small = true;
	char *p;

	if (text.len != HASH_DIGITS || ascii_hex_digits(text) != HASH_DIGITS)
		return span_none();
	for (size_t i = 0; i < text.len; i++)
		small &= !ascii_upper((unsigned char)text.p[i]);
	if (small)
		return text;
	p = arena_text(arena, text);
	for (size_t i = 0; i < text.len; i++)
		p[i] = ascii_lowered(p[i]);
	return span_make(p, text.len);
}

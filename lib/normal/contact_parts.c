/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/contact_parts.c: pieces of addresses. */
#include "base/arena.h"
#include "base/ascii.h"
#include "normal/contact_parts.h"
#include "normal/table.h"

enum { LOCAL_MAX = 32 };

struct email_parts
email_parts(struct span key)
{
	size_t at = span_index(key, '@');

	if (at == 0 || at + 1 >= key.len)
		return (struct email_parts){ 0 };
	return (struct email_parts){ span_head(key, at), span_skip(key, at + 1) };
}

bool
email_local_generic(struct span local)
{
	static const char *const more[] = { "test", "unknown", "anonymous", "guest", "user", "me" };
	char key[6 + LOCAL_MAX + 1] = "email:";

	if (table_has(TABLE_ROLES, local))
		return true;
	for (size_t i = 0; i < sizeof more / sizeof *more; i++)
		if (span_is(local, more[i]))
			return true;
	if (local.len == 0 || local.len > LOCAL_MAX)
		return false;
	memcpy(key + 6, local.p, local.len);
	key[6 + local.len] = '@';
	return table_has(TABLE_PLACEHOLDERS, span_make(key, 6 + local.len)) ||
	    table_has(TABLE_PLACEHOLDERS, span_make(key, 7 + local.len));
}

struct span
website_key(struct span url, struct arena *arena)
{
	static const struct span front[] = { SPAN_INIT("https://"), SPAN_INIT("http://"), SPAN_INIT("//"),
	    SPAN_INIT("www.") };
	struct span s = arena_copy(arena, span_trim(url));
	char *p = (char *)s.p;
	size_t end = 0;

	for (size_t i = 0; i < s.len; i++)
		p[i] = ascii_lowered(p[i]);
	for (size_t i = 0; i < sizeof front / sizeof *front; i++)
		if (span_starts(s, front[i]))
			s = span_skip(s, front[i].len);
	while (end < s.len && s.p[end] != '/' && s.p[end] != '?' && s.p[end] != '#' && s.p[end] != ':')
		end++;
	return end == 0 ? span_none() : span_head(s, end);
}

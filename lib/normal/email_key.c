/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/email_key.c: the mailbox behind an address, by the rules its provider publishes. */
#include "base/arena.h"
#include "normal/key.h"
#include "normal/table.h"

static bool
has_rule(struct span rules, const char *rule)
{
	struct span word;

	while (span_split(&rules, ' ', &word))
		if (span_is(word, rule))
			return true;
	return false;
}

/* "x@user.fastmail.com" is the mailbox of user. */
static bool
user_of_subdomain(struct span *local, struct span *domain, struct span *rule)
{
	size_t dot = span_index(*domain, '.');
	struct span parent, found;

	if (dot == domain->len)
		return false;
	parent = span_skip(*domain, dot + 1);
	found = table_find(TABLE_EMAIL_PROVIDERS, parent);
	if (found.p == NULL || !has_rule(span_head(found, span_index(found, '\t')), "subdomain"))
		return false;
	*local = span_head(*domain, dot);
	*domain = parent;
	*rule = found;
	return true;
}

static struct span
cut_tag(struct span local, char mark)
{
	size_t at = span_index(local, mark);

	return at == 0 ? local : span_head(local, at);
}

static size_t
squeeze(struct span local, struct span rules, char *out)
{
	bool dots = has_rule(rules, "dots"), hyphens = has_rule(rules, "hyphens");
	bool underscores = has_rule(rules, "underscores"), dashes = has_rule(rules, "dashes");
	size_t len = 0;

	for (size_t i = 0; i < local.len; i++) {
		char c = local.p[i];

		if ((dots && c == '.') || (hyphens && c == '-') || (underscores && c == '_'))
			continue;
		out[len++] = dashes && c == '.' ? '-' : c;
	}
	return len;
}

struct span
email_key(struct span email, struct arena *arena)
{
	size_t at = span_index(email, '@'), len;
	struct span local = span_head(email, at), domain = span_skip(email, at + 1);
	struct span target, rules;
	char *out;

	if (at == 0 || domain.len == 0)
		return span_none();
	target = table_find(TABLE_EMAIL_PROVIDERS, domain);
	if (target.p == NULL)
		(void)user_of_subdomain(&local, &domain, &target);
	if (target.p == NULL) {
		local = cut_tag(local, '+');
		if (local.len == at)
			return email;
		target = SPAN("plus\t");
	}
	(void)span_split(&target, '\t', &rules);
	local = cut_tag(local, has_rule(rules, "minus") ? '-' : '+');
	if (target.p != NULL && target.len > 0)
		domain = target;
	out = arena_alloc(arena, local.len + 1 + domain.len);
	len = squeeze(local, rules, out);
	if (len == 0)
		return email;
	out[len++] = '@';
	memcpy(out + len, domain.p, domain.len);
	return span_make(out, len + domain.len);
}

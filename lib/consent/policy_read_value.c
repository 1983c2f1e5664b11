/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_read_value.c: one member of a policy into its type. */
#include "base/arena.h"
#include "base/ascii.h"
#include "base/number.h"
#include "consent/policy_read_priv.h"
#include "model/policy_law.h"
#include "normal/country.h"

enum { REF_BYTES = 256 };

void
policy_refuse_later(const struct config_at *at, const char *const *names)
{
	for (; *names != NULL; names++) {
		struct config_at m = config_member(at, *names);

		if (m.value != NULL && !json_is_false(m.value) && !json_is_null(m.value))
			config_fault(&m, "L101", "not in this version");
	}
}

static bool
all_of(struct span s, const char *allowed)
{
	for (size_t i = 0; i < s.len; i++)
		if (strchr(allowed, s.p[i]) == NULL || s.p[i] == '\0')
			return false;
	return s.len > 0;
}

/* Parts of at most 64; those of a purpose are at most 8, with a dot between them. */
static bool
is_id(struct span s, bool dotted)
{
	size_t part = 0, dots = 0;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];
		bool first = ascii_lower(c) || ascii_digit(c);

		if (dotted && c == '.' && part > 0 && ++dots < 8) {
			part = 0;
			continue;
		}
		if (!first && (part == 0 || (c != '_' && c != '-' && (dotted || c != '.'))))
			return false;
		if (++part > 64)
			return false;
	}
	return part > 0;
}

bool
policy_read_id(const struct config_at *at, const char *key, bool required, bool dotted,
    struct span *s)
{
	struct config_at m = config_member(at, key);

	if (!config_string(at, key, required, s))
		return false;
	if (!is_id(*s, dotted))
		config_fault(&m, "L101", "not an id");
	return true;
}

bool
policy_read_regime_id(const struct config_at *at, const char *key, bool required, struct span *s)
{
	struct config_at m = config_member(at, key);

	if (!config_string(at, key, required, s))
		return false;
	if (policy_is_regime_id(*s))
		return true;
	config_fault(&m, "L101", "not the id of a regime");
	return false;
}

static bool
is_blank(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\n' && s.p[i] != '\r')
			return false;
	return true;
}

bool
policy_read_text(const struct config_at *at, const char *key, bool required, struct span *s)
{
	struct config_at m = config_member(at, key);

	if (!config_string(at, key, required, s))
		return false;
	if (is_blank(*s))
		config_fault(&m, "L101", "empty");
	return true;
}

bool
policy_read_ref(const struct config_at *at, const char *key, struct span *s)
{
	struct config_at m = config_member(at, key);

	if (!policy_read_text(at, key, false, s))
		return false;
	if (s->len > REF_BYTES)
		config_fault(&m, "L101", "longer than %d bytes", REF_BYTES);
	return true;
}

/* The code as the standard has it; absent if it is none. */
static struct span
country_of(struct span s)
{
	struct span part = span_skip(s, 3);

	if (span_is(s, "UK"))
		return SPAN("GB");
	if (span_is(s, "EL"))
		return SPAN("GR");
	if (!country_code(span_head(s, 2)))
		return span_none();
	return s.len == 2 || (s.p[2] == '-' && part.len <= 3 &&
	    all_of(part, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")) ? s : span_none();
}

bool
policy_country_of(struct span s, struct span *code)
{
	struct span found = country_of(s);

	if (found.p != NULL)
		*code = found;
	return found.p != NULL;
}

static void
check_country(const struct config_at *at, struct span *s)
{
	if (!policy_country_of(*s, s))
		config_fault(at, "L101", "not a country code like PT");
}

bool
policy_read_country(const struct config_at *at, const char *key, bool required, struct span *s)
{
	struct config_at m = config_member(at, key);

	if (!config_string(at, key, required, s))
		return false;
	check_country(&m, s);
	return true;
}

void
policy_read_countries(struct policy_reader *r, const struct config_at *at, const char *key,
    struct policy_names *names)
{
	struct config_at m = config_member(at, key);

	policy_read_names(r, at, key, false, names);
	for (size_t i = 0; i < names->n; i++)
		check_country(&m, &names->v[i]);
}

/* The shape of BCP 47: a language, then parts of 1 to 8 letters and digits. */
bool
policy_read_lang(const struct config_at *at, const char *key, struct span *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	struct config_at m = config_member(at, key);
	struct span rest, part;
	bool good = true, first = true;

	if (!config_string(at, key, true, s))
		return false;
	for (rest = *s; span_split(&rest, '-', &part); first = false)
		good &= part.len <= 8 && all_of(part, letters) && (!first || part.len > 1);
	if (!good)
		config_fault(&m, "L101", "not a language tag like pt-PT");
	return true;
}

bool
policy_read_time(const struct config_at *at, const char *key, bool required, instant *t)
{
	struct config_at m = config_member(at, key);
	struct span s;

	if (!config_string(at, key, required, &s))
		return false;
	if (instant_parse(s, t))
		return true;
	config_fault(&m, "L101", "not a time with zone or a date");
	return false;
}

bool
policy_read_duration(const struct config_at *at, const char *key, struct duration *d)
{
	struct config_at m = config_member(at, key);
	struct span s;

	if (!config_string(at, key, false, &s))
		return false;
	if (duration_parse(s, d))
		return true;
	config_fault(&m, "L101", "not a duration like P24M or PT48H");
	return false;
}

void
policy_read_names(struct policy_reader *r, const struct config_at *at, const char *key,
    bool required, struct policy_names *names)
{
	struct config_at list = config_member(at, key);

	if (list.value == NULL && !required)
		return;
	if (!json_is_array(list.value)) {
		config_fault(&list, "L101", "not a list of texts");
		return;
	}
	names->v = arena_alloc(r->arena, json_array_size(list.value) * sizeof *names->v);
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		struct config_at x = config_element(&list, i);

		if (!json_is_string(x.value)) {
			config_fault(&x, "L101", "not a text");
			continue;
		}
		names->v[names->n++] = span_make(json_string_value(x.value),
		    json_string_length(x.value));
	}
}

bool
policy_read_notice_ref(const struct config_at *at, const char *key, struct span *id,
    int64_t *version, struct span *lang)
{
	struct config_at m = config_member(at, key);
	struct span s, rest;
	size_t slash, at_sign;
	uint64_t n;

	if (!config_string(at, key, false, &s))
		return false;
	at_sign = span_index(s, '@');
	rest = at_sign == s.len ? span_none() : span_skip(s, at_sign + 1);
	slash = span_index(rest, '/');
	if (!is_id(span_head(s, at_sign), false) || !u64_parse(span_head(rest, slash), &n) || n == 0 ||
	    n > INT32_MAX || (slash < rest.len && (lang == NULL || slash + 1 == rest.len))) {
		config_fault(&m, "L101", lang == NULL ? "not id@version" : "not id@version or id@version/lang");
		return false;
	}
	*id = span_head(s, at_sign);
	*version = (int64_t)n;
	if (slash < rest.len)
		*lang = span_skip(rest, slash + 1);
	return true;
}

void
policy_read_flag(const struct config_at *at, const char *key, bool *yes)
{
	bool value;

	if (config_bool(at, key, false, &value))
		*yes = value;
}

bool
policy_is_map(const struct config_at *at)
{
	if (at->value != NULL && !json_is_object(at->value))
		config_fault(at, "L101", "not an object");
	return json_is_object(at->value);
}

void *
policy_read_list(struct policy_reader *r, const struct config_at *root, const char *key,
    size_t size, policy_read_entry *read, size_t *count)
{
	struct config_at list = config_member(root, key);
	char *to;

	*count = 0;
	if (list.value == NULL)
		return NULL;
	if (!json_is_array(list.value)) {
		config_fault(&list, "L101", "not a list");
		return NULL;
	}
	to = arena_zero(r->arena, json_array_size(list.value), size);
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		struct config_at x = config_element(&list, i);

		read(r, &x, to + size * i);
	}
	*count = json_array_size(list.value);
	return to;
}

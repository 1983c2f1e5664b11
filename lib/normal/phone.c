/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/phone.c: what a number looks like before any numbering plan is asked. */
#include "base/arena.h"
#include "base/ascii.h"
#include "normal/phone.h"
#include "normal/placeholder.h"
#include "normal/table.h"
#include "normal/text.h"

#include <pthread.h>
#include <stdint.h>
#include <strings.h>

enum { E164_MIN = 7, E164_MAX = 15, NATIONAL_MIN = 5, EXTENSION_MAX = 7 };

static bool
is_letter(char c)
{
	return ascii_letter((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* "1.19877E+10": a spreadsheet kept six digits of it. */
static bool
rounded(struct span s)
{
	size_t i = 0;

	while (i < s.len && (ascii_digit(s.p[i]) || s.p[i] == '.' || s.p[i] == ','))
		i++;
	if (i == 0 || i + 1 >= s.len || (s.p[i] | 0x20) != 'e')
		return false;
	i += s.p[i + 1] == '+' ? 2 : 1;
	while (i < s.len && ascii_digit(s.p[i]))
		i++;
	return i == s.len;
}

/* Takes "x89", "ramal 12", ";ext=3" off the end; the digits, or span_none(). */
static struct span
take_extension(struct span *s)
{
	static const char *const words[] = { "x", "ext", "extension", "ramal", "anexo", "int",
	    "poste", "durchwahl" };
	size_t digits = s->len, end, word;

	while (digits > 0 && ascii_digit(s->p[digits - 1]))
		digits--;
	if (digits == s->len || s->len - digits > EXTENSION_MAX)
		return span_none();
	end = digits;
	while (end > 0 && strchr(" .:=", s->p[end - 1]) != NULL)
		end--;
	word = end;
	while (word > 0 && is_letter(s->p[word - 1]))
		word--;
	if (word == end)
		return span_none();
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct span found = span_skip(*s, digits);

		if (strlen(words[i]) != end - word ||
		    strncasecmp(s->p + word, words[i], end - word) != 0)
			continue;
		while (word > 0 && strchr(" ;,.-", s->p[word - 1]) != NULL)
			word--;
		*s = span_head(*s, word);
		return found;
	}
	return span_none();
}

static struct span
unwrap(struct span s)
{
	size_t len;

	do {
		len = s.len;
		if (s.len > 0 && (s.p[0] == '\'' || s.p[0] == ' '))
			s = span_skip(s, 1);
		if (s.len >= 4 && strncasecmp(s.p, "tel:", 4) == 0)
			s = span_skip(s, 4);
	} while (s.len != len);
	return s;
}

/* The trailing ".0" of a number that was stored as one. */
static struct span
cut_fraction(struct span s)
{
	if (!span_ends(s, SPAN(".0")))
		return s;
	for (size_t i = 0; i < s.len - 2; i++)
		if (!ascii_digit(s.p[i]) && !(i == 0 && s.p[i] == '+'))
			return s;
	return span_head(s, s.len - 2);
}

/* The digits of s; (0) is left out if it is not the first thing. False if there is more. */
static bool
digits_of(struct span s, bool trunk, char out[PHONE_MAX_BYTES], size_t *len)
{
	*len = 0;
	for (size_t i = 0; i < s.len; i++) {
		if (is_letter(s.p[i]))
			return false;
		if (trunk && *len > 0 && span_starts(span_skip(s, i), SPAN("(0)")))
			i += 2;
		else if (ascii_digit(s.p[i]))
			out[(*len)++] = s.p[i];
	}
	return true;
}

/* One digit again and again, or a straight run up or down with 9 before 0. */
static bool
made_up(struct span d)
{
	bool same = d.len > 3, up = d.len > 5, down = d.len > 5;

	for (size_t i = 1; i < d.len && (same || up || down); i++) {
		int step = (d.p[i] - d.p[i - 1] + 10) % 10;

		same = same && step == 0;
		up = up && step == 1;
		down = down && step == 9;
	}
	return same || up || down;
}

/* By the first three digits: how many of them are the calling code; 0: none begins so. */
static pthread_once_t	once = PTHREAD_ONCE_INIT;
static uint8_t		code_length[1000];

static void
load(void)
{
	for (int n = 0; n < 1000; n++) {
		const char digits[] = { (char)('0' + n / 100), (char)('0' + n / 10 % 10),
		    (char)('0' + n % 10) };

		for (uint8_t len = 1; len <= 3 && code_length[n] == 0; len++)
			if (table_has(TABLE_CALLING_CODES, span_make(digits, len)))
				code_length[n] = len;
	}
}

/* Of at least three digits. */
static size_t
calling_code(struct span digits)
{
	pthread_once(&once, load);
	return code_length[(digits.p[0] - '0') * 100 + (digits.p[1] - '0') * 10 +
	    digits.p[2] - '0'];
}

static bool
is_mexican_mobile(struct span digits)
{
	return digits.len == 13 && memcmp(digits.p, "521", 3) == 0;
}

static struct normal
international(struct span raw, struct span digits, struct span extension, struct arena *arena)
{
	size_t code, len = 0;
	char *out;

	if (digits.len < E164_MIN || digits.len > E164_MAX)
		return normal_invalid("length");
	code = calling_code(digits);
	if (code == 0)
		return normal_invalid("calling_code");
	if (made_up(span_skip(digits, code)))
		return normal_placeholder();
	out = arena_alloc(arena, digits.len + extension.len + 8);
	out[len++] = '+';
	memcpy(out + len, digits.p, digits.len);
	len += digits.len;
	if (is_mexican_mobile(digits)) {	/* no 1 since 2019 */
		memmove(out + 3, out + 4, digits.len - 3);
		len--;
	}
	if (extension.len > 0) {
		memcpy(out + len, ";ext=", 5);
		memcpy(out + len + 5, extension.p, extension.len);
		len += 5 + extension.len;
	}
	return normal_value(raw, span_make(out, len));
}

static struct normal
national(struct span digits, const struct normal_context *c)
{
	if (digits.len < NATIONAL_MIN || digits.len > E164_MAX)
		return normal_invalid("length");
	return normal_invalid(c->region.len > 0 || c->country.len > 0 ? "no_plan" : "no_region");
}

/* "+351912345678": nothing is to be taken off. */
static bool
is_international(struct span s)
{
	if (s.len <= E164_MIN || s.len > E164_MAX + 1 || s.p[0] != '+')
		return false;
	for (size_t i = 1; i < s.len; i++)
		if (!ascii_digit(s.p[i]))
			return false;
	return !is_mexican_mobile(span_skip(s, 1));
}

/* What phone_clean says of such a number. */
static struct normal
judge(struct span raw)
{
	struct span digits = span_skip(raw, 1);
	size_t code = calling_code(digits);

	if (made_up(digits))
		return normal_placeholder();
	if (code == 0)
		return normal_invalid("calling_code");
	if (made_up(span_skip(digits, code)))
		return normal_placeholder();
	return (struct normal){ .outcome = OUTCOME_CLEAN, .value = raw };
}

struct normal
phone_clean(struct span raw, const struct normal_context *c, struct arena *arena)
{
	char buffer[PHONE_MAX_BYTES];
	struct span s, extension, digits;
	struct normal text;
	bool plus, abroad;
	size_t len;

	if (is_international(raw))
		return judge(raw);
	text = text_clean(raw, TEXT_PHONE, c, arena);
	if (text.value.p == NULL)
		return text;
	s = unwrap(text.value);
	if (rounded(s))
		return normal_invalid("precision_lost");
	s = cut_fraction(s);
	extension = take_extension(&s);
	plus = s.len > 0 && (s.p[0] == '+' || span_starts(s, SPAN("(+")));
	abroad = plus || c->international_without_plus;
	if (!digits_of(s, true, buffer, &len))
		return placeholder_text(SPAN("phone"), s, arena) ? normal_placeholder() : normal_invalid("letters");
	digits = span_make(buffer, len);
	if (len == 0 || made_up(digits))
		return normal_placeholder();
	if (!plus && len > 2 && buffer[0] == '0' && buffer[1] == '0')
		return international(raw, span_skip(digits, 2), extension, arena);
	return abroad ? international(raw, digits, extension, arena) : national(digits, c);
}

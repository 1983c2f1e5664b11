/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/check_digit.c: one short sum for each kind of number. */
#include "base/ascii.h"
#include "normal/check_digit.h"

#include <string.h>

enum { CODE_MAX = 34 };		/* of the longest, an IBAN */

const char *const check_digit_names[CHECKS + 1] = { "none", "cpf", "cnpj", "nif", "dni", "nie",
    "steuer_id", "codice_fiscale", "iban", "luhn", NULL };

static const struct {
	const char		*type;
	enum check_digit	 check;
} types[] = {
	{ "br_cpf", CHECK_CPF }, { "br_cnpj", CHECK_CNPJ }, { "pt_nif", CHECK_NIF },
	{ "es_dni", CHECK_DNI }, { "es_nie", CHECK_NIE }, { "de_steuer_id", CHECK_STEUER_ID },
	{ "it_codice_fiscale", CHECK_CODICE_FISCALE }, { "iban", CHECK_IBAN },
	{ "imei", CHECK_LUHN },
};

enum check_digit
check_digit_of_type(struct span type)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (span_is(type, types[i].type))
			return types[i].check;
	return CHECK_NONE;
}

/* Letters in upper case and digits; 0 if something else is there or it is too long. */
static size_t
compact(struct span value, char code[CODE_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < value.len; i++) {
		char c = value.p[i];

		if (c == ' ' || c == '.' || c == '-' || c == '/')
			continue;
		if (ascii_lower(c))
			c = (char)(c - 'a' + 'A');
		if (n == CODE_MAX || !(ascii_digit(c) || ascii_upper(c)))
			return 0;
		code[n++] = c;
	}
	return n;
}

static bool
digits(const char *code, size_t n)
{
	return ascii_digits(span_make(code, n)) == n;
}

/* The digit that makes a sum of weights divisible by 11; what would be 10 is 0. */
static char
mod11(unsigned sum)
{
	return (char)('0' + (sum % 11 < 2 ? 0 : 11 - sum % 11));
}

static unsigned
falling(const char *code, size_t n, unsigned weight)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (unsigned)(code[i] - '0') * (weight - (unsigned)i);
	return sum;
}

static bool
cpf(const char *code, size_t n)
{
	return n == 11 && digits(code, n) && code[9] == mod11(falling(code, 9, 10)) &&
	    code[10] == mod11(falling(code, 10, 11)) &&
	    memcmp(code, code + 1, n - 1) != 0;
}

/* Weights rise from 2 to 9 and begin again, from the right; a letter counts as its code less 48. */
static char
cnpj_digit(const char *code, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (unsigned)(code[n - 1 - i] - '0') * (2 + (unsigned)(i % 8));
	return mod11(sum);
}

static bool
cnpj(const char *code, size_t n)
{
	return n == 14 && digits(code + 12, 2) && code[12] == cnpj_digit(code, 12) &&
	    code[13] == cnpj_digit(code, 13) && memcmp(code, code + 1, n - 1) != 0;
}

static bool
nif(const char *code, size_t n)
{
	return n == 9 && digits(code, n) && code[0] != '0' && code[8] == mod11(falling(code, 8, 9));
}

static bool
spanish(const char *code, size_t n, unsigned first)
{
	unsigned number = first;

	if (n != 9 || !digits(code + 1, 7))
		return false;
	for (size_t i = 1; i < 8; i++)
		number = number * 10 + (unsigned)(code[i] - '0');
	return code[8] == "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23];
}

static bool
one_digit_repeats(const char *code, size_t n)
{
	unsigned count[10] = { 0 }, repeated = 0;

	for (size_t i = 0; i < n; i++)
		count[code[i] - '0']++;
	for (int d = 0; d < 10; d++) {
		if (count[d] > 3)
			return false;
		repeated += count[d] > 1;
	}
	return repeated == 1;
}

static bool
steuer_id(const char *code, size_t n)
{
	unsigned product = 10;

	if (n != 11 || !digits(code, n) || code[0] == '0' || !one_digit_repeats(code, 10))
		return false;
	for (size_t i = 0; i < 10; i++) {
		unsigned sum = ((unsigned)(code[i] - '0') + product) % 10;

		product = (sum == 0 ? 10 : sum) * 2 % 11;
	}
	return (unsigned)(code[10] - '0') == (11 - product) % 10;
}

/* Places are counted from 1: a letter or digit at an odd one has the value of this table, at an
 * even one its own number. */
static bool
codice_fiscale(const char *code, size_t n)
{
	static const unsigned char odd[] = { 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3,
	    6, 8, 12, 14, 16, 10, 22, 25, 24, 23 };
	unsigned sum = 0;

	if (n != 16)
		return false;
	for (size_t i = 0; i < 15; i++) {
		unsigned own = (unsigned)(code[i] - (code[i] <= '9' ? '0' : 'A'));

		sum += i % 2 == 0 ? odd[own] : own;
	}
	return (unsigned)(code[15] - 'A') == sum % 26;
}

static bool
iban(const char *code, size_t n)
{
	unsigned rest = 0;

	if (n < 15 || digits(code, 1) || digits(code + 1, 1) || !digits(code + 2, 2))
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = code[(i + 4) % n];

		rest = c <= '9' ? (rest * 10 + (unsigned)(c - '0')) % 97 :
		    (rest * 100 + (unsigned)(c - 'A') + 10) % 97;
	}
	return rest == 1;
}

static bool
luhn(const char *code, size_t n)
{
	unsigned sum = 0;

	if (n < 2 || !digits(code, n))
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned d = (unsigned)(code[n - 1 - i] - '0') * (1 + i % 2);

		sum += d > 9 ? d - 9 : d;
	}
	return sum % 10 == 0;
}

bool
check_digit_holds(enum check_digit c, struct span value)
{
	char code[CODE_MAX];
	size_t n = c == CHECK_NONE ? 0 : compact(value, code);

	switch (c) {
	case CHECK_CPF:
		return cpf(code, n);
	case CHECK_CNPJ:
		return cnpj(code, n);
	case CHECK_NIF:
		return nif(code, n);
	case CHECK_DNI:
		return n > 0 && digits(code, 1) && spanish(code, n, (unsigned)(code[0] - '0'));
	case CHECK_NIE:
		return n > 0 && code[0] >= 'X' && code[0] <= 'Z' &&
		    spanish(code, n, (unsigned)(code[0] - 'X'));
	case CHECK_STEUER_ID:
		return steuer_id(code, n);
	case CHECK_CODICE_FISCALE:
		return codice_fiscale(code, n);
	case CHECK_IBAN:
		return iban(code, n);
	case CHECK_LUHN:
		return luhn(code, n);
	default:
		return true;
	}
}

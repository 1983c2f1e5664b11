/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/check_digit_test.c: published specimen numbers, and every slip of one character. */
#include "normal/check_digit.h"
#include "tap.h"

#include <string.h>

static const struct {
	enum check_digit	 check;
	const char		*good;
} specimens[] = {
	{ CHECK_CPF, "529.982.247-25" }, { CHECK_CPF, "11144477735" },
	{ CHECK_CNPJ, "11.222.333/0001-81" }, { CHECK_CNPJ, "12.ABC.345/01DE-35" },
	{ CHECK_NIF, "501 964 843" }, { CHECK_DNI, "54362315-k" }, { CHECK_NIE, "X-2482300-W" },
	{ CHECK_STEUER_ID, "36 574 261 809" }, { CHECK_CODICE_FISCALE, "rssmra85t10a562s" },
	{ CHECK_IBAN, "GB82 WEST 1234 5698 7654 32" }, { CHECK_IBAN, "DE89370400440532013000" },
	{ CHECK_LUHN, "490154203237518" },
};

static const struct {
	enum check_digit	 check;
	const char		*bad;
} others[] = {
	{ CHECK_CPF, "529.982.247-26" }, { CHECK_CPF, "111.111.111-11" }, { CHECK_CPF, "5299822472" },
	{ CHECK_CPF, "" }, { CHECK_CNPJ, "00000000000000" }, { CHECK_NIF, "501964842" },
	{ CHECK_NIE, "X2482300A" }, { CHECK_DNI, "X2482300W" }, { CHECK_NIE, "54362315K" },
	{ CHECK_STEUER_ID, "36574261890" }, { CHECK_CODICE_FISCALE, "RSSMRA85T10A56NH0" },
	{ CHECK_IBAN, "DE88370400440532013000" }, { CHECK_IBAN, "1234567890123456" },
	{ CHECK_LUHN, "490154203237519" }, { CHECK_LUHN, "0" }, { CHECK_LUHN, "4901542O3237518" },
	{ CHECK_IBAN, "GB82WEST12345698765432GB82WEST12345698765432" },
};

/* Another digit for each digit in turn: a check that misses one is no check. */
static unsigned
slips_missed(enum check_digit check, const char *good)
{
	unsigned missed = 0;
	char text[64];

	for (size_t i = 0; good[i] != '\0'; i++) {
		strcpy(text, good);
		if (text[i] < '0' || text[i] > '9')
			continue;
		text[i] = text[i] == '9' ? '0' : (char)(text[i] + 1);
		missed += check_digit_holds(check, span_from(text));
	}
	return missed;
}

int
main(void)
{
	for (size_t i = 0; i < sizeof specimens / sizeof specimens[0]; i++) {
		enum check_digit c = specimens[i].check;

		ok(check_digit_holds(c, span_from(specimens[i].good)), "%s %s holds",
		    check_digit_names[c], specimens[i].good);
		ok(slips_missed(c, specimens[i].good) == 0, "and no slip of a digit in it does");
	}
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		ok(!check_digit_holds(others[i].check, span_from(others[i].bad)), "%s %s does not",
		    check_digit_names[others[i].check], others[i].bad);
	ok(check_digit_holds(CHECK_NONE, SPAN("anything")), "without a check all hold");
	ok(check_digit_of_type(SPAN("br_cpf")) == CHECK_CPF &&
	    check_digit_of_type(SPAN("loyalty")) == CHECK_NONE, "types that are known have theirs");
	return tap_done();
}

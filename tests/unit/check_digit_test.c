/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/check_digit_test.c: published specimen numbers, and every slip of one character. */
#include "normal/check_digit.h"
#include "tap.h"

#include <string.h>

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

static void
good(enum check_digit check, const char *text)
{
	ok(check_digit_holds(check, span_from(text)), "%s %s holds", check_digit_names[check], text);
	ok(slips_missed(check, text) == 0, "and no slip of a digit in it does");
}

static void
bad(enum check_digit check, const char *text)
{
	ok(!check_digit_holds(check, span_from(text)), "%s \"%s\" does not", check_digit_names[check],
	    text);
}

static void
specimens(void)
{
	good(CHECK_CPF, "529.982.247-25");
	good(CHECK_CPF, "11144477735");
	good(CHECK_CNPJ, "11.222.333/0001-81");
	good(CHECK_CNPJ, "12.ABC.345/01DE-35");
	good(CHECK_NIF, "501 964 843");
	good(CHECK_DNI, "54362315-k");
	good(CHECK_NIE, "X-2482300-W");
	good(CHECK_STEUER_ID, "36 574 261 809");
	good(CHECK_CODICE_FISCALE, "rssmra85t10a562s");
	good(CHECK_IBAN, "GB82 WEST 1234 5698 7654 32");
	good(CHECK_IBAN, "DE89370400440532013000");
	good(CHECK_LUHN, "490154203237518");
}

static void
others(void)
{
	bad(CHECK_CPF, "529.982.247-26");
	bad(CHECK_CPF, "111.111.111-11");
	bad(CHECK_CPF, "5299822472");
	bad(CHECK_CPF, "");
	bad(CHECK_CNPJ, "00000000000000");
	bad(CHECK_NIF, "501964842");
	bad(CHECK_NIE, "X2482300A");
	bad(CHECK_DNI, "X2482300W");
	bad(CHECK_NIE, "54362315K");
	bad(CHECK_STEUER_ID, "36574261890");
	bad(CHECK_CODICE_FISCALE, "RSSMRA85T10A56NH0");
	bad(CHECK_IBAN, "DE88370400440532013000");
	bad(CHECK_IBAN, "1234567890123456");
	bad(CHECK_IBAN, "GB82WEST12345698765432GB82WEST12345698765432");
	bad(CHECK_LUHN, "490154203237519");
	bad(CHECK_LUHN, "0");
	bad(CHECK_LUHN, "4901542O3237518");
}

int
main(void)
{
	specimens();
	others();
	ok(check_digit_holds(CHECK_NONE, SPAN("anything")), "without a check all hold");
	ok(check_digit_of_type(SPAN("br_cpf")) == CHECK_CPF &&
	    check_digit_of_type(SPAN("loyalty")) == CHECK_NONE, "types that are known have theirs");
	return tap_done();
}

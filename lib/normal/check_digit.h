/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/check_digit.h: numbers that carry a proof against slips (ingest 4.10). Separators
 * and the case of letters do not count; a value of another shape does not hold. */
#ifndef CDP_NORMAL_CHECK_DIGIT_H
#define CDP_NORMAL_CHECK_DIGIT_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>

enum check_digit {
	CHECK_NONE,
	CHECK_CPF, CHECK_CNPJ,		/* Brazil: people, companies; letters in the new CNPJ */
	CHECK_NIF,			/* Portugal */
	CHECK_DNI, CHECK_NIE,		/* Spain: nationals, foreigners */
	CHECK_STEUER_ID,		/* Germany: ISO 7064 mod 11,10, and one digit repeated */
	CHECK_CODICE_FISCALE,		/* Italy */
	CHECK_IBAN,			/* mod 97 */
	CHECK_LUHN,			/* cards, IMEI */
	CHECKS
};

/* "none", "cpf" ... by enum check_digit, then NULL. */
extern const char *const check_digit_names[CHECKS + 1];

/* The check of a type of identifier that is known: br_cpf has that of cpf. */
enum check_digit check_digit_of_type(struct span type);
bool check_digit_holds(enum check_digit c, struct span value);

#endif

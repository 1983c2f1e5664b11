/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/table.h: look-ups in the tables of share/: lines of tab-separated columns,
 * `#` begins a comment line.
 * A table is loaded at its first use, once for the process, and never changes after; any thread
 * may ask. Keys are compared byte by byte. */
#ifndef CDP_NORMAL_TABLE_H
#define CDP_NORMAL_TABLE_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>

enum table_id {
	TABLE_CALLING_CODES,	/* code → alpha-2 codes, parted by blanks; "" for no country */
	TABLE_COMMON_NAMES,	/* folded name that many have → languages, parted by blanks, in which it is a family
				 * name and stands first */
	TABLE_COMPANY_ENDINGS,	/* folded words, one or more, behind the name of a company → "" */
	TABLE_COMPANY_FORMS,	/* folded legal form → "" */
	TABLE_COUNTRIES,	/* folded name or code → alpha-2, "!ambiguous", ... */
	TABLE_DEGREES,		/* folded academic degree → display form */
	TABLE_EASTERN,		/* family name of China, Japan, Korea → languages, parted by blanks */
	TABLE_EMAIL_DOMAINS,	/* well-known mail domain → "" */
	TABLE_EMAIL_PROVIDERS,	/* domain → rule */
	TABLE_GENDER,		/* folded word → value */
	TABLE_GENERATIONS,	/* folded word → number, "alone" or "" */
	TABLE_GENERIC_IDS,	/* lower-case value → "" */
	TABLE_GIVEN,		/* folded given name → "" */
	TABLE_MONTHS,		/* folded name → number */
	TABLE_PARTICLES,	/* folded particle → display form */
	TABLE_PLACEHOLDERS,	/* kind:folded value → "" */
	TABLE_REGIONS,		/* country:folded name or code → short code */
	TABLE_ROLES,		/* local part → "" */
	TABLE_STREET_WORDS,	/* folded word → short form, kinds */
	TABLE_SUFFIXES,		/* folded suffix → display form */
	TABLE_TITLES,		/* folded title → "title" or "salutation" and display form */
	TABLE_UNIT_WORDS,	/* folded word → kind */
	TABLES
};

/* What follows the key on its line, tabs included; p == NULL if the key is not there. */
struct span table_find(enum table_id id, struct span key);
bool table_has(enum table_id id, struct span key);
/* All keys in byte order: the i-th, or span_none() beyond the last. */
struct span table_key(enum table_id id, size_t i);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/tools/ledger_small.c: a ledger whose segments are full after a few lines, which cdp-consent init
 * does not make, but reads like any other. It has no policy: cdp-consent publish gives it one.
 *	ledger_small STATE NAME LINES keyed|vault */
#include "base/error.h"
#include "base/number.h"
#include "consent/ledger.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

int
main(int argc, char **argv)
{
	struct ledger_place place = { 0 };
	struct ledger_new n = { .place = &place, .new_keys = true };
	struct error e = { 0 };

	if (argc != 5 || !u64_parse(span_from(argv[3]), &n.segment)) {
		fputs("usage: ledger_small STATE NAME LINES keyed|vault\n", stderr);
		return 2;
	}
	place.state = argv[1];
	n.name = argv[2];
	n.vault = strcmp(argv[4], "vault") == 0;
	umask(077);
	if (ledger_make(&n, &e) == 0)
		return 0;
	fprintf(stderr, "ledger_small: %s\n", e.text);
	return e.status;
}

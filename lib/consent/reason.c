/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/reason.c: what each code means. The articles are those of Regulation (EU) 2016/679. */
#include "consent/reason.h"
#include <assert.h>
#include <string.h>

static const struct reason reasons[REASON_COUNT] = {
	{ "D_CHANNEL_RULE", "Art 95 (Directive 2002/58/EC Art 13)",
	    "direct marketing by this channel may not rest on this basis" },
	{ "D_CONFLICT_LINKED", "Art 7(3)",
	    "another identifier of this person said no, and the consent does not reach it" },
	{ "D_CONTRACT_ENDED", "Art 6(1)(b)",
	    "the contract ended, and its tail is over" },
	{ "D_DENIED", "Art 4(11)",
	    "consent was refused, and it is not certain that a grant is later" },
	{ "D_DESTINATION", "Art 28(3)",
	    "the destination's contract does not cover this purpose, channel, controller or day" },
	{ "D_DM_OBJECTION", "Art 21(2), 21(3)",
	    "the person objected to direct marketing" },
	{ "D_EVIDENCE_NOT_CONSENT", "Art 4(11), 7(1)",
	    "what the person did is not consent" },
	{ "D_EXPIRED", "Art 5(1)(e)",
	    "the consent is older than it may be" },
	{ "D_NO_CONSENT", "Art 6(1)(a)",
	    "nobody gave consent for exactly this purpose, channel and controller here" },
	{ "D_NO_CONTRACT", "Art 6(1)(b)",
	    "no contract is on record" },
	{ "D_NO_EVIDENCE", "Art 7(1)",
	    "the consent cannot be demonstrated" },
	{ "D_NO_FIELDS", "Art 5(1)(b), 5(1)(c)",
	    "nothing usable is left, or no usable contact" },
	{ "D_NO_NOTICE", "Art 13, 14",
	    "no notice that names the purpose was given" },
	{ "D_OBJECTED", "Art 21(1)",
	    "the person objected, and nobody overrode it with reasons" },
	{ "D_PENDING_CONFIRM", "Art 7(1)",
	    "the double opt-in was not confirmed in time" },
	{ "D_PURPOSE_NOT_DECLARED", "Art 5(1)(b)",
	    "the record was not collected for this purpose, nor for a compatible one" },
	{ "D_RESTRICTED", "Art 18(2)",
	    "processing is restricted to storage" },
	{ "D_REVOKED", "Art 7(1)",
	    "the consent was revoked by the controller" },
	{ "D_STALE_VERSION", "Art 7(2)",
	    "the consent was given under an older notice than is asked for" },
	{ "D_SUPPRESSED", "Art 17(1)",
	    "the address or the person is suppressed" },
	{ "D_TRANSFER", "Art 44, 46",
	    "the destination's country needs a safeguard and has none" },
	{ "D_WITHDRAWN", "Art 7(3)",
	    "consent was withdrawn, and it is not certain that a grant is later" },
	{ "E_BASIS_AFTER_COLLECTION", "Art 13(1)(c)",
	    "the lawful basis was registered after the data were collected" },
	{ "E_BASIS_INCOMPLETE", "Art 5(2)",
	    "the lawful basis lacks what it must refer to" },
	{ "E_BASIS_UNDECLARED", "Art 6(1)",
	    "no lawful basis stands for this purpose" },
	{ "E_CHANNEL_UNKNOWN", "Art 5(1)(b)",
	    "the purpose is not registered for this channel" },
	{ "E_COLLECTION_TIME", "Art 5(2)",
	    "when the data were collected is unknown or not yet" },
	{ "E_CONTROLLER_UNKNOWN", "Art 4(7)",
	    "the controller is not registered" },
	{ "E_PURPOSE_UNKNOWN", "Art 5(1)(b)",
	    "the purpose is not registered" },
	{ "E_SOURCE_UNKNOWN", "Art 5(2)",
	    "a record comes from a source that is not registered" },
	{ "P_CONSENT", "Art 6(1)(a)",
	    "consent stands" },
	{ "P_CONTRACT", "Art 6(1)(b)",
	    "a contract stands" },
	{ "P_LI", "Art 6(1)(f)",
	    "legitimate interests stand, and notice was given" },
	{ "Q_EXPIRED", "Art 5(1)(e)",
	    "the quarantined record was past its last day" },
	{ "R_CONTACT", "Art 5(1)(c)",
	    "a refused address was taken away" },
	{ "R_FIELD", "Art 5(1)(c)",
	    "a field outside the view, or not collected for the purpose, was taken away" },
	{ "R_SPECIAL", "Art 9(1)",
	    "a field of a protected kind was taken away" },
};

const struct reason *
reason_at(unsigned i)
{
	assert(i < REASON_COUNT);
	return &reasons[i];
}

unsigned
reason_index(const char *code)
{
	unsigned low = 0, high = REASON_COUNT;

	while (low < high) {
		unsigned middle = (low + high) / 2;
		int order = strcmp(code, reasons[middle].code);

		if (order == 0)
			return middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	assert(!"code of the table");
	return 0;
}

const char *
step_name(unsigned step)
{
	switch (step) {
	case 0:
		return "purpose, source, controller and basis are registered";
	case 1:
		return "no restriction or hold is open";
	case 2:
		return "neither address nor person is suppressed";
	case 4:
		return "no objection to direct marketing stands";
	case 5:
		return "no objection to legitimate interests stands";
	case 8:
		return "the declared basis holds";
	case 11:
		return "the rules of the channel allow this basis";
	case 12:
		return "the destination's contract covers it";
	default:
		return "a usable field and address are left";
	}
}

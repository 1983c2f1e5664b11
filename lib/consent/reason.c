/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/reason.c: what each code means. The articles are those of Regulation (EU) 2016/679. */
#include "consent/decide.h"
#include "consent/reason.h"
#include <assert.h>
#include <string.h>

static const struct reason reasons[REASON_COUNT] = {
	{ "D_ADM", "Art 22(2)",
	    "a machine may decide about the person on none of its grounds" },
	{ "D_AGE_UNKNOWN", "Art 8",
	    "the purpose addresses children, and the person's age is unknown" },
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
	{ "D_ERASURE_PENDING", "Art 17(1)",
	    "an erasure was asked for and is not done yet" },
	{ "D_EVIDENCE_NOT_CONSENT", "Art 4(11), 7(1)",
	    "what the person did is not consent" },
	{ "D_EXPIRED", "Art 5(1)(e)",
	    "the consent is older than it may be" },
	{ "D_LIMITED", NULL,
	    "the person limited the use of sensitive data" },
	{ "D_MINOR_NO_GUARDIAN", "Art 8(1)",
	    "a child below the age of the place acted without a guardian" },
	{ "D_MINOR_NO_OPTIN", NULL,
	    "data of a child below the age of the place are not sold without an opt-in" },
	{ "D_NO_CONSENT", "Art 6(1)(a)",
	    "nobody gave consent for exactly this purpose, channel and controller here" },
	{ "D_NO_CONTRACT", "Art 6(1)(b)",
	    "no contract is on record" },
	{ "D_NO_EVIDENCE", "Art 7(1)",
	    "the consent cannot be demonstrated" },
	{ "D_NO_FIELDS", "Art 5(1)(b), 5(1)(c)",
	    "nothing usable is left, or no usable contact" },
	{ "D_NO_INCIDENT", "Art 6(1)(d)",
	    "no vital interest was declared, or none that is recent enough" },
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
	{ "D_RETENTION_OVER", "Art 5(1)(e)",
	    "the law no longer asks that the data be kept" },
	{ "D_REVOKED", "Art 7(1)",
	    "the consent was revoked by the controller" },
	{ "D_SALE_OPT_OUT", NULL,
	    "the person, or a signal of the person's, opted out of sale and sharing" },
	{ "D_SPECIAL_CATEGORY", "Art 9(2)",
	    "the condition for data of a special category is not met" },
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
	{ "P_LEGAL", "Art 6(1)(c)",
	    "a law asks for it" },
	{ "P_LI", "Art 6(1)(f)",
	    "legitimate interests stand, and notice was given" },
	{ "P_NOTICE", NULL,
	    "notice was given, and the person did not opt out" },
	{ "P_PUBLIC_TASK", "Art 6(1)(e)",
	    "a public task asks for it" },
	{ "P_REGIME", NULL,
	    "a basis of this law alone stands" },
	{ "P_SOFT_OPT_IN", "Art 95 (Directive 2002/58/EC Art 13(2))",
	    "a customer who was offered to opt out, and did not" },
	{ "P_VITAL", "Art 6(1)(d)",
	    "vital interests of the person are at stake" },
	{ "Q_EXPIRED", "Art 5(1)(e)",
	    "the quarantined record was past its last day" },
	{ "R_CONTACT", "Art 5(1)(c)",
	    "a refused address was taken away" },
	{ "R_FIELD", "Art 5(1)(c)",
	    "a field outside the view, or not collected for the purpose, was taken away" },
	{ "R_SPECIAL", "Art 9(1)",
	    "a field of a protected kind was taken away" },
	{ "S_PREFERENCE", NULL,
	    "allowed, but the person does not want it by this channel or about this" },
	{ "S_UNDELIVERABLE", NULL,
	    "allowed, but nothing reaches the address" },
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
	static const char *const names[STEP_COUNT] = {
		"purpose, source, controller and basis are registered",
		"no restriction or hold is open",
		"neither address nor person is suppressed",
		"no erasure is pending",
		"no objection to direct marketing stands",
		"no objection to the basis stands",
		"no opt-out of sale, sharing or sensitive use stands",
		"the person is old enough, or a guardian acted",
		"the declared basis holds",
		"the condition of special categories is met",
		"a machine may decide",
		"the rules of the channel allow this basis",
		"the destination's contract covers it",
		"a usable field and address are left",
		"the person wants it so, and it can be delivered",
	};

	assert(step < STEP_COUNT);
	return names[step];
}

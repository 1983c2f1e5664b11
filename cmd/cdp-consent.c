/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/cdp-consent.c: may this datum be used for this purpose, in this channel, by this recipient,
 * now? Policy, ledger, decisions, and the two gates: the table of commands, each in cmd/consent. */
#include "cmd/consent/commands.h"
#include "consent/schema.h"

static const struct command commands[] = {
	{ "init", "make ledger and keys, publish the first policy", "", 0, 0, TOOL_STATE | TOOL_AS_OF,
	    init_options, run_init },
	{ "publish", "lint a policy and put it in force", "", 0, 0, TOOL_STATE | TOOL_AS_OF,
	    publish_options, run_publish },
	{ "lint", "check a policy", "", 0, 0, TOOL_OUTPUT, lint_options, run_lint },
	{ "append", "consent lines into the ledger; a refusal lost is status 1 always", "[FILE...]", 0, SIZE_MAX,
	    TOOL_OUTPUT | TOOL_REJECTS | TOOL_THREADS | TOOL_AS_OF | TOOL_SUMMARY | TOOL_STATE, append_options, run_append },
	{ "verify", "recompute every digest of the ledger", "", 0, 0, TOOL_OUTPUT | TOOL_STATE,
	    verify_options, run_verify },
	{ "checkpoint", "the signed size and root of the ledger", "", 0, 0,
	    TOOL_OUTPUT | TOOL_AS_OF | TOOL_STATE, checkpoint_options, run_checkpoint },
	{ "gate", "records in, those that may be linked out", "[FILE...]", 0, SIZE_MAX,
	    JUDGING | TOOL_THREADS, gate_options, run_gate },
	{ "filter", "profiles in, their permitted part out", "[FILE...]", 0, SIZE_MAX,
	    JUDGING | TOOL_THREADS, filter_options, run_filter },
	{ "decide", "a decision line for each address", "[FILE...]", 0, SIZE_MAX,
	    JUDGING | TOOL_THREADS, decide_options, run_decide },
	{ "explain", "decisions in words", "[FILE...]", 0, SIZE_MAX, JUDGING | TOOL_THREADS,
	    explain_options, run_explain },
	{ "recheck", "who is to be asked again", "[FILE...]", 0, SIZE_MAX, JUDGING, recheck_options,
	    run_recheck },
	{ "expire", "what lapses", "[FILE...]", 0, SIZE_MAX, JUDGING, expire_options, run_expire },
	{ "conflicts", "persons whose identifiers disagree", "[FILE...]", 0, SIZE_MAX, JUDGING,
	    conflicts_options, run_conflicts },
	{ "impact", "what a merge or a split does to permissions", "", 0, 0, JUDGING, impact_options,
	    run_impact },
	{ "remediate", "past exports that hindsight forbids", "[FILE...]", 0, SIZE_MAX, JUDGING,
	    remediate_options, run_remediate },
	{ "state", "what the ledger says, identifier by identifier", "", 0, 0,
	    TOOL_OUTPUT | TOOL_AS_OF | TOOL_SUMMARY | TOOL_STATE, state_options, run_state },
	{ "preference", "how a person wants to be addressed", "", 0, 0,
	    TOOL_OUTPUT | TOOL_AS_OF | TOOL_SUMMARY | TOOL_STATE, preference_options,
	    run_preference },
	{ "import", "consent told to another system as consent lines", "FORMAT [FILE...]", 1, SIZE_MAX,
	    TOOL_OUTPUT | TOOL_REJECTS | TOOL_THREADS | TOOL_AS_OF | TOOL_SUMMARY | TOOL_STATE,
	    import_options, run_import },
	{ "suppress", "keep a person silent or out; the list of all these", "", 0, 0,
	    TOOL_OUTPUT | TOOL_AS_OF | TOOL_SUMMARY | TOOL_STATE, suppress_options, run_suppress },
	{ "erase", "take a person out of the ledger; its lines stand and lead to nobody", "", 0, 0,
	    TOOL_OUTPUT | TOOL_AS_OF | TOOL_SUMMARY | TOOL_STATE, erase_options, run_erase },
	{ "prove", "lines about a person, with proofs and documents", "", 0, 0,
	    TOOL_OUTPUT | TOOL_AS_OF | TOOL_STATE, prove_options, run_prove },
	{ "check-proof", "proofs of ledger lines, without ledger, policy or key", "FILE...", 1, SIZE_MAX,
	    TOOL_OUTPUT, check_proof_options, run_check_proof },
	{ "compile", "the ledger in a form that is read at once", "", 0, 0, TOOL_OUTPUT | TOOL_STATE,
	    compile_options, run_compile },
	{ "print-schema", "the JSON Schema of a consent line, decision, policy or regime", "KIND", 1, 1, TOOL_OUTPUT,
	    print_schema_options, run_print_schema },
	COMMAND_LAST
};

/* One a line, so that whoever builds one takes out a line. */
static const char *const later[] = {
	NULL
};

static const struct tool_spec spec = {
	.name = "cdp-consent",
	.line = "what people permitted and refused, and what follows from it",
	.commands = commands,
	.later = later,
	.schema = consent_schema,
	.examples = "  cdp-consent init --subjects keyed --name shop.example/consent --new-keys --policy policy.json\n"
	    "  cdp-ingest crm.csv | cdp-consent append --pass | cdp-consent gate | cdp-resolve --require-gate\n"
	    "  cdp-consent filter --purpose marketing.newsletter --channel email profiles.ndjson\n",
	.calls = "  cdp-consent publish --policy policy.json\n"
	    "  cdp-consent lint --policy policy.json --sample profiles.ndjson --mapping shop.map.json\n"
	    "  cdp-consent append --receipts receipts.ndjson consents.ndjson\n"
	    "  cdp-consent verify --evidence --since monday.checkpoints\n"
	    "  cdp-consent checkpoint --tick > today.checkpoint\n"
	    "  cdp-consent gate --quarantine held.ndjson records.ndjson | cdp-resolve --require-gate -o profiles.ndjson\n"
	    "  cdp-consent filter --purpose marketing.newsletter --to newsletter --denied denied.ndjson profiles.ndjson | cdp-export --to newsletter -o list.csv\n"
	    "  cdp-consent decide --check --purpose marketing.newsletter --channel email person.ndjson\n"
	    "  cdp-consent explain --subject-file person.json --purpose marketing.newsletter --channel email --as-of 2026-05-10\n"
	    "  cdp-consent recheck --notice newsletter@8 profiles.ndjson\n"
	    "  cdp-consent expire --within P30D\n"
	    "  cdp-consent conflicts profiles.ndjson\n"
	    "  cdp-consent impact --before yesterday.ndjson --after today.ndjson\n"
	    "  cdp-consent remediate --egress cdp-state/egress/journal.ndjson --since 2026-05-01 profiles.ndjson\n"
	    "  cdp-consent state --subject-file person.json\n"
	    "  cdp-consent preference --subject-file person.json --show\n"
	    "  cdp-consent import segment --source web events.ndjson | cdp-consent append\n"
	    "  cdp-consent suppress --subject-file person.json --cause complaint --by TICKET-17\n"
	    "  cdp-consent suppress --list suppressed.tokens\n"
	    "  cdp-consent prove --subject-file person.json --purpose marketing.newsletter --out-dir pack\n"
	    "  cdp-consent compile\n"
	    "  cdp-consent erase --subject-file person.json --by DPO-2026-17 > erased.json\n"
	    "  cdp-consent check-proof --trust shop.vkey pack/*.tlog-proof\n"
	    "  cdp-consent print-schema policy\n",
};

int
main(int argc, char **argv)
{
	struct settings s = { .batch = BATCH };

	return tool_main(&s.tool, &spec, argc, argv);
}

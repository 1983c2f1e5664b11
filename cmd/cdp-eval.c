/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/cdp-eval.c: how good a resolution is against truth. */
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "cli/tool.h"
#include "io/json_write.h"
#include "io/out.h"
#include "report/evaluation.h"

struct settings {
	struct tool			tool;
	struct evaluation_options	o;
	bool				json;
	struct option_list		expect;
};

enum { SEED = 1 };

static const struct option options[] = {
	{ OPT_INPUT, 0, "truth", offsetof(struct settings, o.truth), "TRUTH",
	    "profiles, or CSV or NDJSON with id and entity", NULL },
	{ OPT_INPUT, 0, "pairs", offsetof(struct settings, o.pairs), "FILE",
	    "judged pairs id_a,id_b,label: only these are scored", NULL },
	{ OPT_INPUT, 0, "links", offsetof(struct settings, o.links), "FILE",
	    "scored pairs: curve, best threshold, calibration, blocking", NULL },
	{ OPT_INPUT, 0, "summary-of", offsetof(struct settings, o.summary_of), "FILE",
	    "summary of the run: its estimated errors beside the true ones", NULL },
	{ OPT_INPUT, 0, "golden", offsetof(struct settings, o.golden), "FILE",
	    "true values of each entity: how many survived", NULL },
	{ OPT_INPUT, 0, "records", offsetof(struct settings, o.records), "FILE",
	    "the records of the run: what --golden could have chosen", NULL },
	{ OPT_TEXT, 0, "by", offsetof(struct settings, o.by), "FIELD",
	    "also the figures of each value of this column", NULL },
	{ OPT_INPUT, 0, "sample", offsetof(struct settings, o.sample), "FILE",
	    "entities drawn with known probability: estimates with intervals", NULL },
	{ OPT_NUMBER, 0, "bootstrap", offsetof(struct settings, o.bootstrap), "N",
	    "intervals from N draws of entities (default 0)", NULL },
	{ OPT_NUMBER, 0, "seed", offsetof(struct settings, o.seed), "N",
	    "of the bootstrap (default 1)", NULL },
	{ OPT_LIST, 0, "expect", offsetof(struct settings, expect), "EXPR",
	    "exit 1 if false, e.g. 'pair_f1>=0.90'; may be repeated", NULL },
	{ OPT_FLAG, 0, "json", offsetof(struct settings, json), NULL, "one JSON object", NULL },
	OPT_LAST
};

/* Expectations are checked against the figures of nothing, before anything is read. */
static int
check_expectations(const struct settings *s, struct error *e)
{
	struct evaluation nothing;
	bool holds;
	int r = 0;

	evaluation_init(&nothing, &s->o);
	evaluation_measure(&nothing);
	for (size_t i = 0; i < s->expect.n && r == 0; i++)
		if (expect_holds(&nothing.scores, span_from(s->expect.v[i]), &holds) < 0)
			r = error_set(e, USAGE, "E_EXPECT", "\"%s\" is no expectation: "
			    "FIGURE OPERATOR NUMBER, and the figure one of this run", s->expect.v[i]);
	evaluation_done(&nothing);
	return r;
}

/* Options that say nothing without another, or that contradict it. */
static int
check_company(const struct evaluation_options *o, struct error *e)
{
	bool plain = o->links == NULL && o->summary_of == NULL && o->golden == NULL && o->by == NULL;

	if ((o->truth == NULL) == (o->pairs == NULL))
		return error_set(e, USAGE, "E_USAGE", "needs one of --truth and --pairs");
	if (o->pairs != NULL && (!plain || o->sample != NULL || o->bootstrap > 0))
		return error_set(e, USAGE, "E_USAGE", "--pairs scores its pairs and nothing else");
	if (o->sample != NULL && !plain)
		return error_set(e, USAGE, "E_USAGE", "of a --sample only the figures of "
		    "records and pairs can be estimated");
	if (o->records != NULL && o->golden == NULL)
		return error_set(e, USAGE, "E_USAGE", "--records needs --golden");
	return 0;
}

static int
check_standard_input(const struct evaluation_options *o, struct error *e)
{
	const char *paths[] = { o->file, o->truth, o->pairs, o->links, o->golden, o->records,
	    o->sample };
	int n = 0;

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		n += paths[i] != NULL && strcmp(paths[i], "-") == 0;
	return n <= 1 ? 0 :
	    error_set(e, USAGE, "E_USAGE", "standard input cannot be two files");
}

static void
hold_expectations(struct settings *s, const struct scores *scores)
{
	for (size_t i = 0; i < s->expect.n; i++) {
		bool holds = false;

		if (expect_holds(scores, span_from(s->expect.v[i]), &holds) == 0 && holds)
			continue;
		tool_notice(&s->tool, "not as expected: %s", s->expect.v[i]);
		s->tool.status = STATUS_REFUSED;
	}
}

static int
evaluate(struct settings *s, struct evaluation *v, struct error *e)
{
	struct feed_options feed;
	struct out *out;

	if (tool_feed(&s->tool, &feed, e) < 0 || evaluation_read(v, &feed, e) < 0)
		return -1;
	evaluation_measure(v);
	if (v->only_found > 0 && v->only_found == map_size(v->found.ids))
		tool_notice(&s->tool, "the truth has no id that is in the other file: the figures say nothing");
	if (s->o.seed != SEED && s->o.bootstrap == 0)
		tool_notice(&s->tool, "--seed has no effect: it is of --bootstrap");
	hold_expectations(s, &v->scores);
	tool_check_rejects(&s->tool, v->lines);
	out = tool_out(&s->tool, e);
	if (out == NULL)
		return -1;
	scores_json(&v->scores, tool_summary(&s->tool));
	if (s->json)
		evaluation_json(v, out_buffer(out));
	else
		evaluation_text(v, out_buffer(out));
	return 0;
}

static int
run(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct evaluation v;
	int r;

	s->o.file = t->operand_count == 0 ? "-" : t->operands[0];
	s->o.strict = t->strict;
	if (check_company(&s->o, e) < 0 || check_standard_input(&s->o, e) < 0 ||
	    check_expectations(s, e) < 0)
		return -1;
	evaluation_init(&v, &s->o);
	r = evaluate(s, &v, e);
	evaluation_done(&v);
	return r;
}

static const struct command commands[] = {
	{ .operands = "[FILE]", .least = 0, .most = 1,
	    .common = TOOL_OUTPUT | TOOL_REJECTS | TOOL_SUMMARY, .options = options,
	    .line = "compare a resolution with truth", .run = run },
	COMMAND_LAST
};

static const struct tool_spec spec = {
	.name = "cdp-eval",
	.line = "how good a resolution is against truth",
	.commands = commands,
	.examples =
	    "  cdp-eval --truth truth.csv profiles.ndjson\n"
	    "  cdp-eval --truth truth.csv --expect 'pair_precision>=0.999' profiles.ndjson\n"
	    "  cdp-eval --pairs judged.csv --json profiles.ndjson\n",
};

int
main(int argc, char **argv)
{
	struct settings s = { .o.seed = SEED };

	return tool_main(&s.tool, &spec, argc, argv);
}

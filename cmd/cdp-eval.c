/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/cdp-eval.c: how good a resolution is against truth. */
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "cli/tool.h"
#include "io/json_write.h"
#include "io/out.h"
#include "report/agreement.h"
#include "report/judged.h"
#include "report/labels.h"
#include "report/labels_read.h"

struct settings {
	struct tool		 tool;
	const char		*truth_path, *pairs_path, *by;
	bool			 json;
	struct option_list	 expect;

	struct labels		 truth, found;
	const struct labels	*slices;	/* the side that has --by; NULL: none */
	struct scores		 scores;
	uint64_t		 lines, only_truth, only_found;
};

static const struct option options[] = {
	{ OPT_TEXT, 0, "truth", offsetof(struct settings, truth_path), "TRUTH",
	    "profiles, or CSV or NDJSON with id and entity", NULL },
	{ OPT_TEXT, 0, "pairs", offsetof(struct settings, pairs_path), "FILE",
	    "judged pairs id_a,id_b,label: only these are scored", NULL },
	{ OPT_TEXT, 0, "by", offsetof(struct settings, by), "FIELD",
	    "also the figures of each value of this column", NULL },
	{ OPT_LIST, 0, "expect", offsetof(struct settings, expect), "EXPR",
	    "exit 1 if false, e.g. 'cluster_f1>=0.90'; may be repeated", NULL },
	{ OPT_FLAG, 0, "json", offsetof(struct settings, json), NULL, "one JSON object", NULL },
	OPT_NOT_YET("links", "FILE"), OPT_NOT_YET("golden", "FILE"),
	OPT_NOT_YET("sample", "FILE"), OPT_NOT_YET("bootstrap", "N"),
	OPT_NOT_YET("summary-of", "FILE"),
	OPT_LAST
};

static int
read_side(struct settings *s, const char *path, struct labels *l, struct error *e)
{
	struct labels_read r = { .path = path, .predicted = l == &s->found, .by = s->by };

	if (tool_feed(&s->tool, &r.feed, e) < 0 || labels_read(&r, l, e) < 0)
		return -1;
	s->lines += r.lines;
	if (map_size(l->ids) > LABELS_MAX)
		return error_set(e, INPUT, "E_LIMIT", "more than %d records", LABELS_MAX);
	if (l->clashes > 0)
		return error_set(e, INPUT, "E_ID_TWICE", "%llu ids with two labels",
		    (unsigned long long)l->clashes);
	if (r.has_by && s->slices == NULL)
		s->slices = l;
	return 0;
}

static uint64_t
missing(const struct labels *from, const struct labels *in)
{
	uint64_t n = 0;

	for (size_t i = 0; i < map_size(from->ids); i++)
		n += !map_has(in->ids, map_key(from->ids, i));
	return n;
}

static int
against_truth(struct settings *s, struct error *e)
{
	if (read_side(s, s->truth_path, &s->truth, e) < 0)
		return -1;
	if (labels_match(&s->truth, &s->found) && s->truth.clashes + s->found.clashes > 0)
		return error_set(e, INPUT, "E_ID_TWICE", "the ids without their source are not unique");
	if (s->by != NULL && s->slices == NULL)
		return error_set(e, USAGE, "E_COLUMN", "neither file has a column \"%s\"", s->by);
	s->only_truth = missing(&s->truth, &s->found);
	s->only_found = missing(&s->found, &s->truth);
	if (s->tool.strict && s->only_truth + s->only_found > 0)
		return error_set(e, INPUT, "E_ID_MISSING",
		    "%llu ids only in the truth, %llu only in the file",
		    (unsigned long long)s->only_truth, (unsigned long long)s->only_found);
	agreement(&s->truth, &s->found, NULL, 0, &s->scores);
	scores_count(&s->scores, "ids_only_in_truth", s->only_truth);
	scores_count(&s->scores, "ids_only_in_file", s->only_found);
	return 0;
}

static int
against_pairs(struct settings *s, struct error *e)
{
	struct labels_read r = { .path = s->pairs_path };
	struct judged judged = { 0 };

	if (tool_feed(&s->tool, &r.feed, e) < 0 || judged_read(&r, &s->found, &judged, e) < 0)
		return -1;
	s->lines += r.lines;
	judged_scores(&judged, &s->scores);
	return 0;
}

static void
hold_expectations(struct settings *s)
{
	for (size_t i = 0; i < s->expect.n; i++) {
		bool holds = false;

		if (expect_holds(&s->scores, span_from(s->expect.v[i]), &holds) == 0 && holds)
			continue;
		tool_notice(&s->tool, "not as expected: %s", s->expect.v[i]);
		s->tool.status = 1;
	}
}

static void
slices_json(const struct settings *s, struct json_writer *w)
{
	const struct labels *by = s->slices;

	json_key(w, SPAN("by"));
	json_open_object(w);
	json_member_string(w, "field", span_from(s->by));
	json_key(w, SPAN("slices"));
	json_open_array(w);
	map_sort(by->values);
	for (size_t i = 0; i < map_size(by->values); i++) {
		struct scores one = { 0 };

		agreement(&s->truth, &s->found, by, map_value(by->values, i), &one);
		json_open_object(w);
		json_member_string(w, "value", map_key(by->values, i));
		scores_json(&one, w);
		json_end(w);
	}
	json_end(w);
	json_end(w);
}

static void
slices_text(const struct settings *s, struct buf *out)
{
	const struct labels *by = s->slices;

	map_sort(by->values);
	for (size_t i = 0; i < map_size(by->values); i++) {
		struct scores one = { 0 };

		agreement(&s->truth, &s->found, by, map_value(by->values, i), &one);
		buf_print(out, "\n%s ", s->by);
		visible(out, map_key(by->values, i), 200);
		buf_byte(out, '\n');
		scores_text(&one, out);
	}
}

static void
print(const struct settings *s, struct buf *out)
{
	struct json_writer w;

	if (!s->json) {
		scores_text(&s->scores, out);
		if (s->slices != NULL)
			slices_text(s, out);
		return;
	}
	w = json_writer(out);
	json_open_object(&w);
	json_member_string(&w, "kind", SPAN("evaluation"));
	scores_json(&s->scores, &w);
	if (s->slices != NULL)
		slices_json(s, &w);
	json_end(&w);
	buf_byte(out, '\n');
}

/* Expectations are checked against the figures of nothing, before anything is read. */
static int
check_expectations(const struct settings *s, struct error *e)
{
	struct scores names = { 0 };
	struct judged none = { 0 };
	bool holds;

	if (s->pairs_path != NULL) {
		judged_scores(&none, &names);
	} else {
		agreement(&s->truth, &s->found, NULL, 0, &names);
		scores_count(&names, "ids_only_in_truth", 0);
		scores_count(&names, "ids_only_in_file", 0);
	}
	for (size_t i = 0; i < s->expect.n; i++)
		if (expect_holds(&names, span_from(s->expect.v[i]), &holds) < 0)
			return error_set(e, USAGE, "E_EXPECT", "\"%s\" is no expectation: "
			    "FIGURE OPERATOR NUMBER", s->expect.v[i]);
	return 0;
}

static int
check_options(const struct settings *s, struct error *e)
{
	const char *path = s->tool.operand_count == 0 ? "-" : s->tool.operands[0];
	const char *other = s->truth_path != NULL ? s->truth_path : s->pairs_path;

	if ((s->truth_path == NULL) == (s->pairs_path == NULL))
		return error_set(e, USAGE, "E_USAGE", "needs one of --truth and --pairs");
	if (s->pairs_path != NULL && s->by != NULL)
		return error_set(e, USAGE, "E_USAGE", "--by needs --truth");
	if (strcmp(path, "-") == 0 && strcmp(other, "-") == 0)
		return error_set(e, USAGE, "E_USAGE", "standard input cannot be both files");
	return 0;
}

static int
evaluate(struct settings *s, struct error *e)
{
	const char *path = s->tool.operand_count == 0 ? "-" : s->tool.operands[0];
	struct out *out;

	if (check_expectations(s, e) < 0 || read_side(s, path, &s->found, e) < 0)
		return -1;
	if ((s->truth_path != NULL ? against_truth(s, e) : against_pairs(s, e)) < 0)
		return -1;
	hold_expectations(s);
	tool_check_rejects(&s->tool, s->lines);
	out = tool_out(&s->tool, e);
	if (out == NULL)
		return -1;
	scores_json(&s->scores, tool_summary(&s->tool));
	print(s, out_buffer(out));
	return 0;
}

static int
run(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	int r;

	if (check_options(s, e) < 0)
		return -1;
	labels_init(&s->truth);
	labels_init(&s->found);
	r = evaluate(s, e);
	labels_done(&s->truth);
	labels_done(&s->found);
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
	    "cdp-eval --truth truth.csv profiles.ndjson\n"
	    "cdp-eval --truth truth.csv --expect 'pair_precision>=0.999' profiles.ndjson\n"
	    "cdp-eval --pairs judged.csv --json profiles.ndjson\n",
};

int
main(int argc, char **argv)
{
	struct settings s = { 0 };

	return tool_main(&s.tool, &spec, argc, argv);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/cdp-export.c: the only way out: files for destinations, and a log of who got what. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/instant.h"
#include "base/map.h"
#include "base/number.h"
#include "cli/tool.h"
#include "export/audience.h"
#include "export/contract.h"
#include "export/egress.h"
#include "export/egress_log.h"
#include "export/egress_who.h"
#include "export/publish.h"
#include "io/json_write.h"
#include "io/out.h"
#include "model/rejects.h"
#include "model/seal.h"
#include "model/token.h"

struct settings {
	struct tool	 tool;
	const char	*to, *purpose, *policy, *csv_profile, *row, *manifest, *format,
				*seal_key, *subject;
	struct token_key seal;
	bool		 dry_run;
	struct option_time since;
	struct out	*rows, *manifest_out;	/* borrowed from the tool; rows NULL for --dry-run */
};

/* ---- an audience ---- */

static void
configure(struct settings *s, struct audience *a)
{
	struct tool *t = &s->tool;

	a->to = span_from(s->to);
	a->purpose = span_from(s->purpose);
	a->now = t->as_of.given ? t->as_of.at : clock_now();
	a->policy_path = s->policy;
	a->state = t->state;
	a->profile = s->csv_profile != NULL && strcmp(s->csv_profile, "spreadsheet") == 0 ?
	    CSV_SPREADSHEET : CSV_MACHINE;
	a->seal = s->seal_key != NULL ? &s->seal : NULL;
	a->by_address = s->row != NULL && strcmp(s->row, "address") == 0;
	a->feed.strict_counts = t->strict;
}

static int
check_usage(struct settings *s, struct error *e)
{
	if (s->to == NULL)
		return error_set(e, USAGE, "E_USAGE", "--to is missing");
	if (s->tool.output != NULL && strcmp(s->tool.output, "-") == 0)
		s->tool.output = NULL;
	if (s->tool.output == NULL && s->manifest == NULL && !s->dry_run)
		return error_set(e, USAGE, "E_USAGE",
		    "--manifest is needed when the rows go to standard output");
	return 0;
}

static void
summarise(struct settings *s, const struct audience *a, const struct publication *p)
{
	struct json_writer *w = tool_summary(&s->tool);

	json_member_string(w, "to", a->to);
	json_member_string(w, "run", span_from(p->run));
	json_member_u64(w, "read", a->read);
	json_member_u64(w, "rows", a->row_count);
	json_member_u64(w, "rejected", a->counts.rejected);
	json_key(w, SPAN("codes"));
	json_open_object(w);
	for (size_t i = 0; i < map_size(a->codes); i++) {
		json_key(w, map_key(a->codes, i));
		json_u64(w, map_value(a->codes, i));
	}
	json_end(w);
	json_key(w, SPAN("reject_codes"));
	rejects_summary(s->tool.rejects, w);
	json_member_bool(w, "dry_run", s->dry_run);
	tool_check_rejects(&s->tool, a->counts.in);
}

static struct span
as_of_text(const struct settings *s, struct buf *text)
{
	if (!s->tool.as_of.given)
		return span_none();
	instant_write(text, s->tool.as_of.at);
	return buf_span(text);
}

/* Where rows and manifest go is found out before anything is read. */
static int
open_outputs(struct settings *s, struct error *e)
{
	struct buf path = { 0 };

	if (s->manifest == NULL) {
		buf_print(&path, "%s.manifest.json", s->tool.output == NULL ? "" : s->tool.output);
		buf_byte(&path, '\0');
	}
	if (!s->dry_run)
		s->rows = tool_out(&s->tool, e);
	s->manifest_out = s->dry_run && s->manifest == NULL ? tool_out(&s->tool, e) :
	    tool_side(&s->tool, s->manifest != NULL ? s->manifest : path.p, e);
	buf_done(&path);
	return s->manifest_out == NULL || (s->rows == NULL && !s->dry_run) ? -1 : 0;
}

/* Rows and manifest into their temp files, synced, so that only renames are left. */
static int
stage(struct settings *s, const struct audience *a, const struct publication *p, struct error *e)
{
	out_add(s->manifest_out, buf_span(&p->manifest));
	if (s->dry_run)
		return 0;
	/* held: out_add would write to a stream before the intent */
	buf_add(out_buffer(s->rows), buf_span(&a->rows));
	if (!out_is_stream(s->rows) && out_prepare(s->rows, e) < 0)
		return -1;
	return out_prepare(s->manifest_out, e);
}

/* No log, no file: intent, then the files, then published. */
static int
publish(struct settings *s, struct audience *a, struct egress *g, struct error *e)
{
	struct publication p = { 0 };
	struct buf as_of = { 0 };
	struct egress_facts f = { .contract = &a->contract, .as_of = as_of_text(s, &as_of) };
	int r = publication_make(&p, a, s->tool.output, egress_previous(g, a->contract.id), f.as_of, e);

	if (r == 0) {
		f.purpose = a->purpose;
		f.policy = span_from(a->digest);
		f.checkpoint = buf_span(&a->checkpoint);
		f.run = span_from(p.run);
		f.sha256 = span_from(p.sha256);
		f.rows = a->row_count;
		summarise(s, a, &p);
		r = stage(s, a, &p, e);
		if (s->rows != NULL && !out_is_stream(s->rows))
			f.file = span_from(p.path);
	}
	if (r == 0 && !s->dry_run)
		r = egress_intent(g, &f, e);
	if (r == 0 && !s->dry_run)
		r = tool_commit(&s->tool, e);
	if (r == 0 && !s->dry_run)
		r = egress_published(g, f.run, e);
	publication_done(&p);
	buf_done(&as_of);
	return r;
}

static int
run_export(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct audience a;
	struct egress *g = NULL;
	int r = check_usage(s, e);

	audience_init(&a);
	if (r == 0 && s->seal_key != NULL)
		r = token_key_read(s->seal_key, SEAL_KEY_USE, &s->seal, e);
	if (r == 0)
		r = tool_feed(t, &a.feed, e);
	if (r == 0) {
		configure(s, &a);
		r = audience_prepare(&a, e);
	}
	if (r == 0)
		r = open_outputs(s, e);
	if (r == 0) {
		g = egress_open(t->state, t->lock_wait, e);
		r = g == NULL ? -1 : audience_read(&a, e);
	}
	if (r == 0)
		r = audience_shape(&a, s->dry_run ? NULL : g, e);
	if (r == 0)
		r = publish(s, &a, g, e);
	egress_close(g);
	audience_done(&a);
	token_key_done(&s->seal);
	return r;
}

/* ---- the rest ---- */

static int
run_init(struct tool *t, struct error *e)
{
	return egress_init(t->state, e);
}

static int
load_policy(struct settings *s, struct policy_text *p, struct error *e)
{
	return s->policy != NULL ? policy_text_load(p, s->policy, e) :
	    policy_text_in_force(p, s->tool.state, INT64_MAX, e);
}

static void
print_contract(struct buf *out, const struct contract *c, bool json)
{
	struct json_writer w = json_writer(out);
	struct buf line = { 0 };

	buf_print(&line, "%.*s\t%s\t%.*s (%.*s)\t%.*s\t", SPAN_ARG(c->id),
	    c->layout == LAYOUT_CSV ? "csv" : "ndjson", SPAN_ARG(c->recipient_name),
	    SPAN_ARG(c->recipient_country), SPAN_ARG(c->role));
	for (size_t i = 0; i < c->field_count; i++)
		buf_print(&line, "%s%.*s", i > 0 ? "," : "", SPAN_ARG(c->fields[i].path));
	if (!json) {
		buf_add(out, buf_span(&line));
		buf_byte(out, '\n');
	} else {
		json_open_object(&w);
		json_member_string(&w, "id", c->id);
		json_member_string(&w, "layout", c->layout == LAYOUT_CSV ? SPAN("csv") : SPAN("ndjson"));
		json_member_string(&w, "recipient", c->recipient_name);
		json_member_string(&w, "country", c->recipient_country);
		json_member_string(&w, "role", c->role);
		json_key(&w, SPAN("fields"));
		json_open_array(&w);
		for (size_t i = 0; i < c->field_count; i++)
			json_text(&w, c->fields[i].path);
		json_end(&w);
		json_end(&w);
		buf_byte(out, '\n');
	}
	buf_done(&line);
}

static void
print_fault(struct buf *out, const struct fault *f, bool json)
{
	struct json_writer w = json_writer(out);

	if (!json) {
		buf_print(out, "error %s %s: %s\n", f->code, f->path, f->text);
		return;
	}
	json_open_object(&w);
	json_member_string(&w, "code", span_from(f->code));
	json_member_string(&w, "path", span_from(f->path));
	json_member_string(&w, "text", span_from(f->text));
	json_end(&w);
	buf_byte(out, '\n');
}

/* destinations lists the contracts, lint what is wrong with them. */
static int
list(struct tool *t, bool lint, struct error *e)
{
	struct settings *s = (struct settings *)t;
	bool json = s->format != NULL && strcmp(s->format, "json") == 0;
	struct policy_text p = { 0 };
	struct faults faults = { 0 };
	struct arena arena = { 0 };
	struct out *out = tool_out(t, e);
	size_t count = 0;
	int r = out == NULL ? -1 : load_policy(s, &p, e);

	if (r == 0) {
		struct contract *all = contracts_read(&p, &arena, &count, &faults);

		for (size_t i = 0; i < count && !lint; i++)
			print_contract(out_buffer(out), &all[i], json);
		for (size_t i = 0; i < faults.count && lint; i++)
			print_fault(out_buffer(out), &faults.list[i], json);
		if (lint && faults.count > 0)
			t->status = STATUS_REFUSED;
	}
	faults_done(&faults);
	policy_text_done(&p);
	arena_done(&arena);
	return r;
}

static int
run_destinations(struct tool *t, struct error *e)
{
	return list(t, false, e);
}

static int
run_lint(struct tool *t, struct error *e)
{
	return list(t, true, e);
}

static int
run_verify(struct tool *t, struct error *e)
{
	struct out *out = tool_out(t, e);

	if (out == NULL)
		return -1;
	for (size_t i = 0; i < t->operand_count; i++) {
		const char *why;
		int r = publication_verify(t->operands[i], t->state, &why, e);

		if (r < 0)
			return -1;
		out_print(out, "%s: %s\n", t->operands[i], r == 0 ? "ok" : why);
		if (r > 0)
			t->status = STATUS_REFUSED;
	}
	return 0;
}

static int
list_egress(struct settings *s, struct out *out, struct error *e)
{
	if (egress_list(s->tool.state, span_from(s->to), s->since.given ? s->since.at : INSTANT_NONE,
	    out, e) < 0)
		return -1;
	if (out_bytes(out) == 0 && (s->to != NULL || s->since.given))
		tool_notice(&s->tool, "the log has no line of this destination or time");
	return 0;
}

static int
run_egress(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct out *out = tool_out(t, e);
	uint64_t seq;

	if (out == NULL)
		return -1;
	if (strcmp(t->operands[0], "list") != 0 && (s->to != NULL || s->since.given))
		return error_set(e, USAGE, "E_USAGE", "--to and --since are of egress list");
	if (strcmp(t->operands[0], "who") == 0 && t->operand_count == 1 && s->subject != NULL)
		return egress_who(t->state, s->subject, out, e);
	if (s->subject != NULL || strcmp(t->operands[0], "who") == 0)
		return error_set(e, USAGE, "E_USAGE", "egress who, with --subject-file FILE");
	if (strcmp(t->operands[0], "list") == 0 && t->operand_count == 1)
		return list_egress(s, out, e);
	if (strcmp(t->operands[0], "show") != 0 || t->operand_count != 2 ||
	    !u64_parse(span_from(t->operands[1]), &seq))
		return error_set(e, USAGE, "E_USAGE", "egress list, egress show SEQ, or egress who");
	return egress_show(t->state, seq, out, e);
}

/* ---- tables ---- */

#define AT(member)	offsetof(struct settings, member)

static const struct option export_options[] = {
	{ OPT_TEXT, 0, "to", AT(to), "ID", "the contract: a destination of the policy", NULL },
	{ OPT_TEXT, 0, "purpose", AT(purpose), "P", "the purpose (the contract's only one)", NULL },
	{ OPT_TEXT, 0, "policy", AT(policy), "PATH", "the policy (the published one)", NULL },
	{ OPT_CHOICE, 0, "csv-profile", AT(csv_profile), "PROFILE", "machine or spreadsheet (machine)",
	    "machine|spreadsheet" },
	{ OPT_CHOICE, 0, "row", AT(row), "WHAT", "a row a person or an address (person)", "person|address" },
	{ OPT_OUTPUT, 0, "manifest", AT(manifest), "FILE", "the manifest (OUT.manifest.json)", NULL },
	{ OPT_FLAG, 0, "dry-run", AT(dry_run), NULL, "write the manifest only; nothing leaves", NULL },
	OPT_NOT_YET("max-drop", "X"), OPT_NOT_YET("max-grow", "X"), OPT_NOT_YET("first-run", NULL),
	OPT_NOT_YET("removals", "FILE"), OPT_NOT_YET("approval", "FILE"),
	{ OPT_TEXT, 0, "seal-key", AT(seal_key), "FILE",
	    "refuse profiles whose decisions this key did not seal", NULL },
	OPT_LAST
};
static const struct option list_options[] = {
	{ OPT_TEXT, 0, "policy", AT(policy), "PATH", "the policy (the newest published one)", NULL },
	{ OPT_CHOICE, 0, "format", AT(format), "FORM", "text or json (text)", "text|json" },
	OPT_NOT_YET("layouts", NULL),
	OPT_LAST
};

static const struct option egress_options[] = {
	{ OPT_TEXT, 0, "to", AT(to), "ID", "list runs to this destination only", NULL },
	{ OPT_TIME, 0, "since", AT(since), "DATE", "list lines written at this time or later", NULL },
	{ OPT_INPUT, 0, "subject-file", AT(subject), "FILE",
	    "who: the person, a profile line or typed identifiers", NULL },
	OPT_LAST
};

static const struct command commands[] = {
	{ NULL, "write what a contract allows", "[FILE...]", 0, SIZE_MAX,
	    TOOL_OUTPUT | TOOL_REJECTS | TOOL_AS_OF | TOOL_SUMMARY | TOOL_STATE, export_options, run_export },
	{ "init", "make the egress log and its key", "", 0, 0, TOOL_STATE, NULL, run_init },
	{ "destinations", "list the contracts", "", 0, 0, TOOL_OUTPUT | TOOL_STATE, list_options,
	    run_destinations },
	{ "lint", "check the contracts", "", 0, 0, TOOL_OUTPUT | TOOL_STATE, list_options, run_lint },
	{ "verify", "files against manifest and egress log", "FILE...", 1, SIZE_MAX,
	    TOOL_OUTPUT | TOOL_STATE, NULL, run_verify },
	{ "egress", "read the egress log", "list|show|who [SEQ]", 1, 2, TOOL_OUTPUT | TOOL_STATE,
	    egress_options, run_egress },
	COMMAND_LAST
};

static const char *const later[] = { "diff", "sar", "ropa", "map", NULL };

static const struct tool_spec spec = {
	.name = "cdp-export",
	.line = "files for destinations, and a log of who got what",
	.commands = commands,
	.later = later,
	.examples = "  cdp-consent filter --purpose marketing.newsletter profiles.ndjson |\n"
	    "      cdp-export --to newsletter -o list.csv\n"
	    "  cdp-export verify list.csv\n",
	.calls = "  cdp-export init\n"
	    "  cdp-export destinations --format json\n"
	    "  cdp-export lint --policy policy.json\n"
	    "  cdp-export egress list --to newsletter\n",
};

int
main(int argc, char **argv)
{
	struct settings s = { 0 };

	return tool_main(&s.tool, &spec, argc, argv);
}

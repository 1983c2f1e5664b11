/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/cdp-ingest.c: every row becomes a clean record, or a reject with its reason. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/instant.h"
#include "cli/tool.h"
#include "ingest/binding.h"
#include "ingest/intake.h"
#include "ingest/raw.h"
#include "ingest/schema.h"
#include "io/json_write.h"
#include "io/lines.h"
#include "io/out.h"
#include "model/rejects.h"
#include "model/suppression.h"
#include "model/token.h"

#include <inttypes.h>

struct settings {
	struct tool		 tool;
	struct option_list	 maps;
	const char		*declare, *source, *purposes, *from, *delimiter, *quote, *encoding,
				*ragged, *blank_lines, *consent_out, *policy, *suppress,
				*suppress_key;
	uint64_t		 max_line, max_field, quote_span, max_depth, max_keys, expand_ratio,
				 expand_limit, limit, suppress_days;
	struct option_limit	 sample, abort_rejects;
	bool			 automatic, no_header, cr, keep_raw, dry_run, raw;
	struct token_key	 key;		/* of the list */
	struct suppression	*suppression;
};
#define AT(member)	offsetof(struct settings, member)

enum { SUPPRESS_DAYS = 31,
	SUPPRESS_DAYS_MOST = 3660 };	/* a list that old guards nobody */

static const struct option options[] = {
	{ OPT_LIST, 0, "map", AT(maps), "FILE", "mapping of the files after it (default: NAME.map.json)",
	    NULL },
	{ OPT_FLAG, 0, "auto", AT(automatic), NULL, "find out what columns mean", NULL },
	{ OPT_INPUT, 0, "declare", AT(declare), "FILE", "source object for --auto", NULL },
	{ OPT_TEXT, 0, "source", AT(source), "NAME", "source name for --auto (default: file name)", NULL },
	{ OPT_TEXT, 0, "purposes", AT(purposes), "LIST",
	    "purposes of records whose mapping declares none, by comma", NULL },
	{ OPT_CHOICE, 0, "from", AT(from), "TYPE", "kind of input (default: by content)",
	    "csv|ndjson|cdp|singer|segment" },
	{ OPT_TEXT, 0, "delimiter", AT(delimiter), "C", "separator (default: detected)", NULL },
	{ OPT_TEXT, 0, "quote", AT(quote), "C", "quote character (default: \")", NULL },
	{ OPT_FLAG, 0, "no-header", AT(no_header), NULL, "name the columns 1 to n", NULL },
	{ OPT_FLAG, 0, "cr", AT(cr), NULL, "a lone carriage return ends a row", NULL },
	{ OPT_TEXT, 0, "encoding", AT(encoding), "NAME", "encoding of the text (default: utf-8)", NULL },
	{ OPT_CHOICE, 0, "ragged", AT(ragged), "MODE", "short rows (default: reject)", "reject|pad" },
	{ OPT_CHOICE, 0, "blank-lines", AT(blank_lines), "MODE", "blank lines (default: skip)",
	    "skip|error" },
	{ OPT_SIZE, 0, "max-line", AT(max_line), "SIZE", "longest line or row (default: 1M)", NULL },
	{ OPT_SIZE, 0, "max-field", AT(max_field), "SIZE", "longest field (default: 64K)", NULL },
	{ OPT_NUMBER, 0, "quote-span", AT(quote_span), "N", "lines of a quoted field (default: 100)", NULL },
	{ OPT_NUMBER, 0, "max-depth", AT(max_depth), "N", "JSON nesting (default: 64)", NULL },
	{ OPT_NUMBER, 0, "max-keys", AT(max_keys), "N", "members of an object (default: 1000)", NULL },
	{ OPT_NUMBER, 0, "expand-ratio", AT(expand_ratio), "N", "bytes out per packed byte (default: 200)",
	    NULL },
	{ OPT_SIZE, 0, "expand-limit", AT(expand_limit), "SIZE", "bytes unpacked in all (default: 1T)", NULL },
	{ OPT_OUTPUT, 0, "consent-out", AT(consent_out), "FILE", "consent lines go there, not inline", NULL },
	{ OPT_LIMIT, 0, "abort-rejects", AT(abort_rejects), "P%",
	    "share of the first 1,000 rows that ends the run (default: 50%)", NULL },
	{ OPT_FLAG, 0, "keep-raw", AT(keep_raw), NULL, "keep the raw text of changed values", NULL },
	{ OPT_LIMIT, 0, "sample", AT(sample), "P%", "share of ids to keep, the same tomorrow", NULL },
	{ OPT_NUMBER, 0, "limit", AT(limit), "N", "first N rows of each file", NULL },
	{ OPT_FLAG, 0, "dry-run", AT(dry_run), NULL, "do everything but write", NULL },
	{ OPT_INPUT, 0, "suppress", AT(suppress), "FILE",
	    "withhold rows of people on this list (cdp-consent suppress --list)", NULL },
	{ OPT_INPUT, 0, "suppress-key-file", AT(suppress_key), "FILE", "the token key it was made with",
	    NULL },
	{ OPT_NUMBER, 0, "suppress-max-age", AT(suppress_days), "DAYS",
	    "a list made before that is too old (default: 31)", NULL },
	OPT_NOT_YET("stream", "NAME"), OPT_NOT_YET("set", "K=V"), OPT_NOT_YET("state-out", "FILE"),
	OPT_NOT_YET("profile", "FILE"), OPT_NOT_YET("baseline", "FILE"), OPT_NOT_YET("report", "FILE"),
	OPT_NOT_YET("tmp-dir", "DIR"),
	OPT_NOT_YET("data-dir", "DIR"),
	OPT_LAST
};
static const struct option check_options[] = {
	{ OPT_INPUT, 0, "policy", AT(policy), "FILE", "compare the source with this policy", NULL },
	OPT_LAST
};
static const struct option rejects_options[] = {
	{ OPT_FLAG, 0, "raw", AT(raw), NULL, "the refused lines as they came", NULL },
	OPT_LAST
};

static int
one_byte(const char *name, const char *text, struct error *e)
{
	if (text == NULL || (strlen(text) == 1 && (unsigned char)text[0] < 0x80))
		return 0;
	return error_set(e, USAGE, "E_USAGE", "--%s takes one ASCII character", name);
}

static int
read_share(const struct option_limit *l, const char *name, uint32_t *ppm, struct error *e)
{
	if (l->given && !l->is_share)
		return error_set(e, USAGE, "E_USAGE", "--%s takes a share like 10%%", name);
	if (l->given)
		*ppm = l->ppm;
	return 0;
}

static enum input_type
type_of(const char *from)
{
	if (from == NULL)
		return INPUT_UNKNOWN;
	return strcmp(from, "csv") == 0 ? INPUT_CSV :
	    strcmp(from, "ndjson") == 0 ? INPUT_NDJSON : INPUT_CDP;
}

/* The list is judged by the clock where no --as-of is given; no output shows which it was. */
static int
open_suppression(struct settings *s, struct error *e)
{
	struct duration days = { 0, (int64_t)s->suppress_days * DAY_MS };

	if ((s->suppress == NULL) != (s->suppress_key == NULL))
		return error_set(e, USAGE, "E_USAGE", "--suppress and --suppress-key-file go together");
	if (s->suppress == NULL)
		return 0;
	if (s->suppress_days > SUPPRESS_DAYS_MOST)
		return error_set(e, USAGE, "E_USAGE", "--suppress-max-age is at most %d days",
		    SUPPRESS_DAYS_MOST);
	if (token_key_read(s->suppress_key, "token", &s->key, e) < 0)
		return -1;
	s->suppression = suppression_open(s->suppress, &s->key,
	    s->tool.as_of.given ? s->tool.as_of.at : clock_now(), days, e);
	return s->suppression == NULL ? -1 : 0;
}

static int
set_options(struct settings *s, struct intake_options *o, struct error *e)
{
	struct tool *t = &s->tool;

	if (s->from != NULL && (strcmp(s->from, "singer") == 0 || strcmp(s->from, "segment") == 0))
		return tool_not_yet(e, s->from);
	*o = (struct intake_options){ .tool = t->spec->name, .threads = (unsigned)t->threads,
	    .as_of = t->as_of.given ? t->as_of.text : NULL, .memory = t->memory,
	    .max_line = s->max_line, .max_field = s->max_field, .quote_span = s->quote_span,
	    .max_depth = s->max_depth, .max_keys = s->max_keys, .limit = s->limit,
	    .delimiter = s->delimiter, .quote = s->quote, .no_header = s->no_header, .cr = s->cr,
	    .ragged_given = s->ragged != NULL, .abort_ppm = 500000, .from = type_of(s->from),
	    .notes = &t->notes, .progress = tool_progress, .progress_arg = t };
	o->pad = s->ragged != NULL && strcmp(s->ragged, "pad") == 0;
	o->blank_error = s->blank_lines != NULL && strcmp(s->blank_lines, "error") == 0;
	o->row.as_of = t->as_of.given ? t->as_of.at : INSTANT_NONE;
	o->row.keep_raw = s->keep_raw;
	o->row.suppression = s->suppression;
	o->source.expand_ratio = s->expand_ratio;
	o->source.expand_limit = s->expand_limit;
	o->source.by_line = tool_by_line(t);
	o->has_encoding = s->encoding != NULL;
	if (s->encoding != NULL && encoding_parse(span_from(s->encoding), &o->source.encoding) < 0)
		return error_set(e, USAGE, "E_USAGE", "--encoding is one of utf-8, windows-1252, iso-8859-1, utf-16le, "
		    "utf-16be");
	if (s->max_line > LINE_MOST)
		return error_set(e, USAGE, "E_USAGE", "--max-line is at most 64M");
	if (one_byte("delimiter", s->delimiter, e) < 0 || one_byte("quote", s->quote, e) < 0 ||
	    read_share(&s->sample, "sample", &o->row.sample_ppm, e) < 0)
		return -1;
	return read_share(&s->abort_rejects, "abort-rejects", &o->abort_ppm, e);
}

/* Every fault of a mapping is told; the error counts them. */
static int
tell_faults(struct tool *t, const char *name, const struct faults *f, struct error *e)
{
	if (f->count == 0)
		return 0;
	for (size_t i = 0; f->count > 1 && i < f->count; i++)
		tool_notice(t, "%s: %s: %s: %s", name, f->list[i].code, f->list[i].path,
		    f->list[i].text);
	if (f->count == 1)
		error_set(e, USAGE, f->list[0].code, "%s: %s", f->list[0].path, f->list[0].text);
	else
		error_set(e, USAGE, f->list[0].code, "the mapping has %zu faults", f->count);
	error_place(e, name, 0, 0);
	return -1;
}

/* Options that wait for another one, or for a file of some kind. */
static void
tell_idle(const struct settings *s, const struct input *inputs, size_t count)
{
	bool automatic = false, assumed = false, csv = false;

	for (size_t i = 0; i < count; i++) {
		const struct mapping *m = inputs[i].mapping;

		csv |= inputs[i].type == INPUT_CSV;
		automatic |= m != NULL && m->automatic;
		assumed |= m != NULL && m->assumed.n > 0;
	}
	const struct { const char *name, *why; bool idle; } all[] = {
		{ "--auto", "every file has a mapping", s->automatic && !automatic },
		{ "--declare", "no file is read by --auto", s->declare != NULL && !automatic },
		{ "--source", "no file is read by --auto", s->source != NULL && !automatic },
		{ "--purposes", "every mapping declares some", s->purposes != NULL && !assumed },
		{ "--delimiter", "no file is CSV", s->delimiter != NULL && !csv },
		{ "--quote", "no file is CSV", s->quote != NULL && !csv },
		{ "--no-header", "no file is CSV", s->no_header && !csv },
		{ "--cr", "no file is CSV", s->cr && !csv },
		{ "--ragged", "no file is CSV", s->ragged != NULL && !csv },
		{ "--suppress-max-age", "it is of --suppress",
		    s->suppress_days != SUPPRESS_DAYS && s->suppress == NULL },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].idle)
			tool_notice(&s->tool, "%s has no effect: %s", all[i].name, all[i].why);
}

/* A mapping holds for the files after it. */
static int
check_maps(const struct settings *s, struct error *e)
{
	for (size_t i = 0; i < s->maps.n; i++)
		if (s->tool.operand_count > 0 && s->maps.before[i] == s->tool.operand_count)
			return error_set(e, USAGE, "E_USAGE", "--map stands before the files that it is for");
	return 0;
}

static int
prepare(struct settings *s, struct input *inputs, size_t count, const struct intake_options *o,
    struct error *e)
{
	const struct binding_options b = { .automatic = s->automatic, .declare = s->declare,
	    .source = s->source, .purposes = s->purposes, .from = o->from, .notes = &s->tool.notes };

	if (check_maps(s, e) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct faults faults = { 0 };
		const char *map = binding_map(s->maps.v, s->maps.before, s->maps.n, i);
		int r = binding_open(&inputs[i], map, &b, o, &faults, e);

		if (r == 0 && faults.count == 0)
			r = input_prepare(&inputs[i], o, &faults, e);
		if (r == 0)
			r = tell_faults(&s->tool, inputs[i].mapping == NULL ? inputs[i].path :
			    inputs[i].mapping->name, &faults, e);
		faults_done(&faults);
		if (r < 0) {
			error_place(e, inputs[i].path, 0, 0);
			return -1;
		}
	}
	tell_idle(s, inputs, count);
	return 0;
}

static void
write_ends(struct tool *t, const struct input *inputs, size_t count,
    const struct intake_options *o)
{
	struct stream_end end = intake_end(inputs, count, o->consent_out == NULL);

	tool_check_rejects(t, end.in);
	end.code = t->status;
	if (o->out != NULL)
		stream_end_write(out_buffer(o->out), &end);
	if (o->consent_out == NULL)
		return;
	end = intake_consent_end(inputs, count);
	end.code = t->status;
	stream_end_write(out_buffer(o->consent_out), &end);
}

/* Standard output gets to know that this is not all, also when nothing was written yet: no output
 * at all would read as an empty stream. */
static void
write_failure(struct settings *s, const struct input *inputs, size_t count,
    const struct intake_options *o, const struct error *e)
{
	struct tool *t = &s->tool;
	struct stream_end end = intake_end(inputs, count, o->consent_out == NULL);
	struct error ignored = { 0 };
	struct buf line = { 0 };
	bool file = t->output != NULL && strcmp(t->output, "-") != 0;

	if (s->dry_run || (file && o->out == NULL) || tool_out(t, &ignored) == NULL)
		return;
	end.ok = false;
	end.code = e->status;
	stream_end_write(&line, &end);
	tool_on_failure(t, arena_copy(&t->arena, buf_span(&line)));
	buf_done(&line);
}

static void
write_figures(struct tool *t, const struct input *inputs, size_t count,
    const struct intake_options *o)
{
	struct json_writer *w = tool_summary(t);
	struct buf seconds = { 0 };
	int64_t ms = tool_elapsed_ms(t);

	intake_summary(inputs, count, w);
	json_key(w, SPAN("reject_codes"));
	rejects_summary(o->rejects, w);
	buf_print(&seconds, "%" PRId64 ".%03d", ms / 1000, (int)(ms % 1000));
	json_member_raw(w, "seconds", buf_span(&seconds));
	buf_done(&seconds);
}

/* Runs what is prepared and closes the streams. */
static int
run_inputs(struct settings *s, struct input *inputs, size_t count, struct intake_options *o,
    struct error *e)
{
	struct tool *t = &s->tool;
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++) {
		if (t->rejects_out != NULL && inputs[i].header_row.len > 0)
			raw_header_write(span_from(source_name(inputs[i].source)),
			    buf_span(&inputs[i].header_row), out_buffer(t->rejects_out));
		r = input_run(&inputs[i], o, e);
		if (inputs[i].check_said_no)
			t->status = STATUS_REFUSED;
	}
	if (r == 0)
		write_ends(t, inputs, count, o);
	write_figures(t, inputs, count, o);
	return r;
}

static int
open_outputs(struct settings *s, const struct input *inputs, size_t count,
    struct intake_options *o, struct error *e)
{
	struct tool *t = &s->tool;

	o->rejects = tool_rejects(t, e);
	if (o->rejects == NULL)
		return -1;
	if (s->dry_run)
		return 0;
	o->out = tool_out(t, e);
	if (o->out != NULL && s->consent_out != NULL)
		o->consent_out = tool_side(t, s->consent_out, e);
	if (o->out == NULL || (s->consent_out != NULL && o->consent_out == NULL))
		return -1;
	intake_header(inputs, count, o, s->purposes, out_buffer(o->out));
	if (o->consent_out != NULL)
		intake_header(inputs, count, o, s->purposes, out_buffer(o->consent_out));
	return 0;
}

/* Two files called alike in two directories: who is in the second would take the place of who is in the
 * first. */
static bool
name_is_taken(const struct input *inputs, size_t which)
{
	for (size_t i = 0; i < which; i++)
		if (inputs[i].mapping != NULL && span_equal(inputs[i].mapping->source.name,
		    inputs[which].mapping->source.name))
			return true;
	return false;
}

static void
warn_sources(struct settings *s, const struct input *inputs, size_t count)
{
	struct tool *t = &s->tool;

	if (s->suppression == NULL)
		notes_add(&t->notes, "no suppression list: rows of people who were erased are not held back");
	for (size_t i = 0; i < count; i++) {
		const struct mapping *m = inputs[i].mapping;

		if (m != NULL && m->automatic && m->source.purpose_count == 0 && m->assumed.n == 0)
			notes_add(&t->notes, "%s: no purposes are declared; nothing downstream will "
			    "be permitted (--purposes LIST or --declare FILE)", inputs[i].path);
		if (m != NULL && m->automatic && s->source == NULL && !m->declared && name_is_taken(inputs, i))
			notes_add(&t->notes, "%s: the source %.*s is that of another file, too: rows with one "
			    "key are one record (--source NAME, one file a run)", inputs[i].path,
			    SPAN_ARG(m->source.name));
	}
}

static int
process(struct settings *s, struct input *inputs, size_t count, struct intake_options *o,
    struct error *e)
{
	if (prepare(s, inputs, count, o, e) < 0 || open_outputs(s, inputs, count, o, e) < 0 ||
	    run_inputs(s, inputs, count, o, e) < 0) {
		write_failure(s, inputs, count, o, e);
		return -1;
	}
	warn_sources(s, inputs, count);
	return 0;
}

static int
run(struct tool *t, struct error *e)
{
	static const char *const standard_input[] = { "-" };
	struct settings *s = (struct settings *)t;
	size_t count = t->operand_count == 0 ? 1 : t->operand_count;
	struct input *inputs = mem_zero(count, sizeof *inputs);
	struct intake_options o;
	struct jobs jobs = { 0 };
	int r = open_suppression(s, e);

	if (r == 0)
		r = set_options(s, &o, e);
	o.jobs = &jobs;
	for (size_t i = 0; i < count; i++)
		inputs[i].path = t->operand_count == 0 ? standard_input[0] : t->operands[i];
	tool_tell_waiting(t);
	if (r == 0)
		r = process(s, inputs, count, &o, e);
	for (size_t i = 0; i < count; i++)
		input_close(&inputs[i]);
	mem_free(inputs);
	jobs_done(&jobs);
	suppression_free(s->suppression);
	token_key_done(&s->key);
	return r;
}

static int
run_check(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct intake_options o = { .notes = &t->notes, .threads = 1 };
	struct faults faults = { 0 };
	struct input in = { .path = t->operand_count > 1 ? t->operands[1] : NULL };
	const char *name = t->operands[0];
	int r = -1;

	in.mapping = mapping_read(t->operands[0], &faults, &t->notes, e);
	if (in.mapping != NULL) {
		name = in.mapping->name;
		r = s->policy == NULL ? 0 : mapping_check_policy(in.mapping, s->policy, &faults, e);
		if (r == 0 && in.path != NULL)
			r = input_open(&in, &o, e);
		if (r == 0 && in.path != NULL && faults.count == 0)
			r = input_prepare(&in, &o, &faults, e);
		if (r == 0)
			binding_check_tags(in.mapping, &faults);
	}
	if (r == 0)
		r = tell_faults(t, name, &faults, e);
	faults_done(&faults);
	input_close(&in);
	return r;
}

static int
run_rejects(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct out *out = tool_out(t, e);

	if (!s->raw)
		return error_set(e, USAGE, "E_USAGE", "rejects needs --raw");
	return out == NULL ? -1 : raw_file(t->operand_count == 0 ? "-" : t->operands[0], out, e);
}

static const struct command commands[] = {
	{ NULL, "rows and lines to clean records", "[FILE...]", 0, SIZE_MAX, TOOL_OUTPUT |
	    TOOL_REJECTS | TOOL_THREADS | TOOL_MEMORY | TOOL_AS_OF | TOOL_SUMMARY | TOOL_SCHEMA, options, run },
	{ "check", "say what is wrong with a mapping", "MAP [FILE]", 1, 2, 0, check_options, run_check },
	{ "rejects", "turn refused lines back into input", "[FILE]", 0, 1, TOOL_OUTPUT, rejects_options,
	    run_rejects },
	COMMAND_LAST
};

static const char *const later[] = { "detect", "suggest", "profile", NULL };

static const struct tool_spec spec = { .name = "cdp-ingest",
	.line = "turn rows of any source into clean records",
	.examples = "  cdp-ingest --map shop.map.json shop.csv -o shop.ndjson\n"
	    "  cdp-ingest crm.csv shop.ndjson | cdp-resolve -o profiles.ndjson\n"
	    "  cdp-ingest check shop.map.json shop.csv\n"
	    "  cdp-ingest rejects --raw crm.rej > fix.csv\n",
	.commands = commands, .later = later, .schema = ingest_schema };

int
main(int argc, char **argv)
{
	static struct settings s = { .suppress_days = SUPPRESS_DAYS };

	return tool_main(&s.tool, &spec, argc, argv);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/import.c: what was told to another system, as consent lines or straight into the
 * ledger. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "consent/append.h"
#include "consent/import.h"
#include "consent/ledger.h"
#include "consent/ledger_write.h"
#include "consent/policy_read.h"
#include "io/json_write.h"
#include "io/out.h"
#include "io/source.h"
#include "model/rejects.h"

enum { MAP_MOST = 1 << 20 };	/* bytes of --map */

const struct option import_options[] = {
	{ OPT_TEXT, 0, "source", AT(source), "ID", "source of the policy that these acts came to", NULL },
	{ OPT_TEXT, 0, "map", AT(map), "FILE",
	    "what foreign purposes mean (default: importers of the policy)", NULL },
	{ OPT_FLAG, 0, "append", AT(append), NULL, "straight into the ledger, as append does", NULL },
	ACCEPT_WIDENED,
	OPT_NOT_YET("zero", "deny|unknown"), OPT_NOT_YET("gvl", "FILE"), ELSEWHERE,
	OPT_LAST
};

/* What import needs of the ledger and of --map while it runs. */
struct preparation {
	struct ledger	 ledger;
	json_t		*map;
	struct import	 import;
};

static int
find_format(struct tool *t, struct import *i, struct error *e)
{
	bool later;

	i->format = import_format_find(t->operands[0], &later);
	if (i->format == NULL && later)
		return tool_not_yet(e, t->operands[0]);
	if (i->format == NULL)
		return error_set(e, USAGE, "E_USAGE", "FORMAT is segment or gpc");
	t->operands++;
	t->operand_count--;
	return 0;
}

static int
read_map(struct settings *s, struct preparation *p, struct error *e)
{
	struct faults faults = { 0 };
	int r = 0;

	p->map = config_load(s->map, MAP_MOST, STATUS_USAGE, e);
	if (p->map == NULL)
		return -1;
	policy_importer_build(p->map, p->import.format->name, &p->import.importer, &s->tool.arena,
	    &faults);
	if (faults.count > 0) {
		r = error_set(e, USAGE, "E_MAP", "%s: %s", faults.list[0].path, faults.list[0].text);
		error_place(e, s->map, 0, 0);
	}
	faults_done(&faults);
	return r;
}

static int
prepare(struct settings *s, struct preparation *p, struct error *e)
{
	struct import *i = &p->import;
	struct ledger_question q = { .place = place_of(&s->tool), .known_at = now_of(&s->tool),
	    .cache = CACHE_WHOLE, .notes = &s->tool.notes };
	const struct policy_importer *named;
	instant next;

	if (find_format(&s->tool, i, e) < 0)
		return -1;
	if (s->accept_widened && !s->append)
		return error_set(e, USAGE, "E_USAGE", "--accept-widened goes with --append");
	if (s->append && s->tool.output != NULL)
		return error_set(e, USAGE, "E_USAGE", "--append writes into the ledger: not with -o");
	if (s->source == NULL)
		return error_set(e, USAGE, "E_USAGE", "--source is missing");
	if (ledger_load(&p->ledger, &q, e) < 0)
		return -1;
	i->policy = ledger_policy(&p->ledger, now_of(&s->tool), &next);
	if (i->policy == NULL)
		return error_set(e, UNSAFE, "E_POLICY", "no policy is in force");
	i->source = policy_source(i->policy, span_from(s->source));
	if (i->source == NULL)
		return error_set(e, USAGE, "E_SOURCE_UNKNOWN", "--source is not registered in the policy");
	named = policy_importer(i->policy, span_from(i->format->name));
	if (named != NULL)
		i->importer = *named;
	if (s->map != NULL && read_map(s, p, e) < 0)
		return -1;
	return import_check(i, e);
}

static void
tell(struct settings *s, const struct import *i)
{
	struct json_writer *w = tool_summary(&s->tool);
	struct buf text = { 0 };

	import_summary(i, w);
	json_key(w, SPAN("reject_codes"));
	rejects_summary(s->tool.rejects, w);
	import_text(i, &text);
	tool_notice(&s->tool, "%.*s", SPAN_ARG(buf_span(&text)));
	buf_done(&text);
	tool_check_rejects(&s->tool, i->lines.in);
	if (import_lost(i) > 0)
		s->tool.status = STATUS_REFUSED;
}

/* The stream that would have been written is what append reads: the same checks, all or nothing. */
static int
append_stream(struct settings *s, struct span stream, struct error *e)
{
	static const char *const path = "import";
	struct tool *t = &s->tool;
	struct append a = { .batch = 1, .feed = { .paths = &path, .path_count = 1,
	    .given = source_of(stream, path), .rejects = t->rejects, .notes = &t->notes,
	    .tool = t->spec->name } };
	struct buf text = { 0 };
	int r = -1;

	a.writer = open_writer(t, false, e);
	if (a.writer == NULL)
		source_close(a.feed.given);
	else
		r = append_run(&a, e);	/* takes the source over */
	if (r == 0) {
		append_text(&a, &text);
		tool_notice(t, "%.*s", SPAN_ARG(buf_span(&text)));
		json_member_u64(tool_summary(t), "appended", a.appended);
		json_member_u64(tool_summary(t), "duplicates", a.duplicates);
		json_member_u64(tool_summary(t), "widened", a.widened);
		tool_check_rejects(t, a.counts.in);
		if (a.lost > 0 || (a.widened > 0 && !s->accept_widened))
			t->status = STATUS_REFUSED;
	}
	buf_done(&text);
	writer_close(a.writer);
	append_done(&a);
	return r;
}

static int
run(struct settings *s, struct import *i, struct error *e)
{
	struct tool *t = &s->tool;
	struct buf stream = { 0 };
	struct out *out;
	int r = tool_feed(t, &i->feed, e);

	if (r == 0)
		r = import_run(i, e);
	if (r < 0)
		return -1;
	tell(s, i);
	import_write_stream(i, span_from(t->as_of.given ? t->as_of.text : NULL), t->status, &stream);
	if (s->append) {
		r = append_stream(s, buf_span(&stream), e);
	} else {
		out = tool_out(t, e);
		r = out == NULL ? -1 : 0;
		if (r == 0)
			out_add(out, buf_span(&stream));
	}
	buf_done(&stream);
	return r;
}

int
run_import(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct preparation p = { .map = NULL };
	int r = prepare(s, &p, e);

	if (r == 0)
		r = run(s, &p.import, e);
	if (r < 0 && !s->append)
		end_not_ok(t, e);
	import_done(&p.import);
	json_decref(p.map);
	ledger_close(&p.ledger);
	return r;
}

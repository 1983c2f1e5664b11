/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/resolve/join.c: the command without a name: joins the records of one person, and tells of it. */
#include "base/beside.h"
#include "base/buf.h"
#include "base/cache.h"
#include "base/error.h"
#include "cmd/resolve/commands.h"
#include "io/out.h"
#include "model/rejects.h"
#include "resolve/block_report.h"
#include "resolve/conflict.h"
#include "resolve/crosswalk.h"
#include "resolve/link_stream.h"
#include "resolve/profile_stream.h"
#include "resolve/redirects.h"
#include "resolve/refusals.h"
#include "resolve/rules.h"
#include "resolve/tally.h"

enum { AHEAD = 8 };	/* lines that pass through: in order, they lie anywhere in memory */

const struct option join_options[] = {
	MATCHING,
	{ OPT_CHOICE, 0, "ids", offsetof(struct settings, ids), "MODE",
	    "ids from the leading record, or kept from --previous (default leader)", "leader|overlap" },
	{ OPT_INPUT, 0, "previous", offsetof(struct settings, previous), "FILE",
	    "yesterday's profiles, for --events, --redirects and --ids overlap", NULL },
	ID_KEY_FILE,
	{ OPT_OUTPUT, 0, "redirects", offsetof(struct settings, redirects), "FILE",
	    "table of retired ids, carried on", NULL },
	{ OPT_OUTPUT, 0, "events", offsetof(struct settings, events), "FILE",
	    "what happened to each id since --previous", NULL },
	VERDICTS,
	{ OPT_OUTPUT, 0, "review", offsetof(struct settings, review), "FILE",
	    "pairs that a person should look at, the most telling first", NULL },
	{ OPT_NUMBER, 0, "review-limit", offsetof(struct settings, words.review_limit), "N",
	    "pairs in --review (default 1000)", NULL },
	{ OPT_OUTPUT, 0, "conflicts", offsetof(struct settings, conflicts), "FILE",
	    "contradictions inside profiles and unions refused", NULL },
	{ OPT_CHOICE, 0, "households", offsetof(struct settings, households), "WHICH",
	    "name who lives together (default on)", "on|off" },
	{ OPT_OUTPUT, 0, "generic", offsetof(struct settings, generic), "FILE",
	    "values that are nobody's alone", NULL },
	SAVE_MODEL,
	{ OPT_OUTPUT, 0, "crosswalk", offsetof(struct settings, crosswalk), "FILE",
	    "which record went into which profile, as CSV to join with", NULL },
	{ OPT_OUTPUT, 0, "links", offsetof(struct settings, links), "FILE",
	    "the evidence of every link", NULL },
	{ OPT_TEXT, 0, "min-link", offsetof(struct settings, words.min_link), "BITS",
	    "weight from which --links tells of a pair (default: that of a link)", NULL },
	{ OPT_OUTPUT, 0, "blocks", offsetof(struct settings, blocks), "FILE",
	    "blocks of records that were too large, and what became of them", NULL },
	{ OPT_LIMIT, 0, "max-lost-pairs", offsetof(struct settings, max_lost), "N|P%",
	    "exit 1 if more pairs of such blocks were not compared", NULL },
	OPT_NOT_YET("tmp-dir", "DIR"),
	OPT_NOT_YET("state", "DIR"), OPT_NOT_YET("follow", NULL), OPT_NOT_YET("report", "FILE"),
	OPT_LAST
};

static void
to_output(void *arg, struct span lines)
{
	struct settings *s = arg;

	out_add(s->tool.out, lines);
}

static void
to_links(void *arg, struct span lines)
{
	out_add(arg, lines);
}

static void
to_conflicts(void *arg, struct span lines)
{
	struct settings *s = arg;

	out_add(s->conflicts_out, lines);
}

static void
write_head(struct settings *s)
{
	struct buf *out = out_buffer(s->tool.out);
	const struct store *store = &s->resolve.store;

	profile_stream_head(&s->resolve, s->tool.spec->name, span_from(s->tool.as_of.text), out);
	for (size_t i = 0; i < store->passing_count; i++) {
		if (i + AHEAD < store->passing_count)
			cache_expect(store->passing[i + AHEAD].p);
		buf_add(out, store->passing[i]);
		buf_byte(out, '\n');
		out_drain(s->tool.out);
	}
}

struct joining {
	struct resolve	*resolve;
	int		 done;
	struct error	 error;
};

static void
join(void *arg)
{
	struct joining *j = arg;

	j->done = resolve_join(j->resolve, &j->error);
	if (j->done == 0)
		resolve_households(j->resolve);
}

/* What passes through goes out while others join, and is not held beside what joining takes. This
 * thread writes: it is the one that a reader who has gone ends. */
static int
join_and_begin(struct settings *s, struct error *e)
{
	struct joining j = { .resolve = &s->resolve };
	struct beside *joining;

	if (tool_out(&s->tool, e) == NULL || read_records(s, e) < 0)
		return -1;
	joining = beside_start((unsigned)s->tool.threads, join, &j);
	write_head(s);
	store_drop_passing(&s->resolve.store);
	beside_end(joining);
	if (j.done < 0) {
		*e = j.error;
		return -1;
	}
	run_notices(s);
	stages_end(&s->stages, "join");
	return 0;
}

/* What only weighed pairs have. */
static int
write_links(struct settings *s, struct error *e)
{
	const char *name = s->tool.spec->name;
	struct span as_of = span_from(s->tool.as_of.text);
	struct out *links = s->links == NULL ? NULL : tool_side(&s->tool, s->links, e);
	struct out *review = s->review == NULL ? NULL : tool_side(&s->tool, s->review, e);

	if ((s->links != NULL && links == NULL) || (s->review != NULL && review == NULL))
		return -1;
	if (links != NULL)
		link_stream(&s->resolve, name, as_of, to_links, links);
	if (review != NULL)
		review_stream(&s->resolve, s->words.review_limit, name, as_of, to_links, review);
	return 0;
}

static int
write_crosswalk(struct settings *s, struct error *e)
{
	struct out *rows = s->crosswalk == NULL ? NULL : tool_side(&s->tool, s->crosswalk, e);

	if (rows != NULL)
		crosswalk_write(&s->resolve.clusters, &s->resolve.store, to_links, rows);
	return s->crosswalk != NULL && rows == NULL ? -1 : 0;
}

static int
write_sides(struct settings *s, struct error *e)
{
	struct buf text = { 0 };

	if (s->generic != NULL) {
		generic_write(&s->resolve.generic, s->tool.show_values, &text);
		if (write_side(s, s->generic, &text, e) < 0)
			return -1;
	}
	if (s->save_model != NULL && save_model(s, e) < 0)
		return -1;
	if (s->blocks != NULL) {
		block_report_write(&s->resolve.by_weight, &text);
		if (write_side(s, s->blocks, &text, e) < 0)
			return -1;
	}
	if (write_crosswalk(s, e) < 0 || write_links(s, e) < 0)
		return -1;
	if (s->conflicts == NULL)
		return 0;
	s->conflicts_out = tool_side(&s->tool, s->conflicts, e);
	if (s->conflicts_out == NULL)
		return -1;
	s->resolve.conflicts = true;
	conflict_head(&text, s->tool.show_values);
	out_add(s->conflicts_out, buf_span(&text));
	buf_done(&text);
	refusals_write(&s->resolve, to_conflicts, s);
	return 0;
}

static int
write_life(struct settings *s, struct error *e)
{
	struct buf text = { 0 };

	if (s->events != NULL) {
		events_write(&s->life, s->tool.spec->name, &text);
		if (write_side(s, s->events, &text, e) < 0)
			return -1;
	}
	if (s->redirects == NULL)
		return 0;
	redirects_write(&s->life, &text);
	return write_side(s, s->redirects, &text, e);
}

static int
history(struct settings *s, struct error *e)
{
	struct events_options o = { .previous = s->previous, .redirects = s->redirects,
	    .overlap = s->ids != NULL ? s->ids[0] == 'o' : s->read_rules->overlap,
	    .threads = (unsigned)s->tool.threads, .key = s->id_key };

	if (s->previous != NULL)
		return s->resolve.clusters.list == NULL ? 0 : events_find(&s->life, &s->resolve, &o, e);
	if (o.overlap || s->events != NULL || s->redirects != NULL)
		return error_set(e, USAGE, "E_USAGE",
		    "--events, --redirects and --ids overlap need --previous");
	return 0;
}

static int
work(struct settings *s, struct error *e)
{
	struct tool *t = &s->tool;
	const struct chosen *chosen = &s->resolve.by_weight.chosen;

	/* What --previous is needed for is known before anything is read. */
	if (load_settings(s, e) < 0 || history(s, e) < 0 || join_and_begin(s, e) < 0 || history(s, e) < 0)
		return -1;
	if (write_sides(s, e) < 0 || write_life(s, e) < 0)
		return -1;
	if (resolve_profiles(&s->resolve, to_output, to_conflicts, s, e) < 0)
		return -1;
	profile_notices(s);
	if (beyond(&s->max_lost, chosen->lost, chosen->planned))
		t->status = STATUS_REFUSED;
	tool_check_rejects(t, s->resolve.intake.counts.in);
	profile_stream_end(&s->resolve, t->status, out_buffer(t->out));
	stages_end(&s->stages, "write");
	if (s->resolve.summary)
		tally_write(&s->resolve, &s->life, t->rejects, tool_summary(t));
	if (t->verbose)
		stages_write(&s->stages, tool_summary(t));
	return 0;
}

int
run_join(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	int r = work(s, e);

	finish_run(s);
	return r;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/preference.c: how a person wants to be addressed: said, and shown. */
#include "base/buf.h"
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "consent/ledger.h"
#include "consent/ledger_write.h"
#include "consent/person.h"
#include "consent/prefer_person.h"
#include "consent/preference.h"
#include "consent/receipt.h"
#include "consent/subject.h"
#include "io/json_write.h"
#include "io/out.h"
#include "io/source.h"

enum { SETTINGS_MOST = 1 << 16 };	/* bytes of --set */

const struct option preference_options[] = {
	PERSON,
	{ OPT_TEXT, 0, "set", AT(set), "FILE", "append these settings: a JSON object", NULL },
	{ OPT_FLAG, 0, "show", AT(show), NULL, "write the settings that hold", NULL },
	KNOWN,
	OPT_LAST
};

static int
read_settings(struct settings *s, struct span *data, struct error *e)
{
	struct source_options options = { 0 };
	struct byte_source *source = source_open(s->set, &options, e);
	struct span all = source == NULL ? span_none() : source_peek(source, SETTINGS_MOST + 1, e);
	struct preference ignored;
	int r = -1;

	if (all.p == NULL || all.len > SETTINGS_MOST)
		error_set(e, INPUT, "E_LIMIT", "--set is empty, or longer than %d bytes", SETTINGS_MOST);
	else if (!preference_read(all, &ignored, &s->tool.arena))
		error_set(e, USAGE, "E_DATA", "--set is no object of topics_out, channels, "
		    "channels_out, quiet with tz, max_per, lang and hard, each in its form");
	else
		r = 0;
	*data = r < 0 ? span_none() : arena_copy(&s->tool.arena, all);
	source_close(source);
	return r;
}

static int
append_settings(struct settings *s, struct span data, struct ledger_writer *w,
    struct buf *receipts, struct error *e)
{
	struct subject subject = { 0 };
	struct person person;
	int64_t added = -1;
	instant next;

	if (open_person(s, &subject, e) == 0 && person_read(&subject,
	    ledger_policy(writer_ledger(w), writer_recv(w), &next), false, &person, &s->tool.arena,
	    e) == 0)
		added = preference_say(w, &person, data, writer_recv(w), receipts, e);
	subject_close(&subject);
	if (added < 0 || writer_commit(w, UINT64_MAX, e) < 0)
		return -1;
	json_member_string(tool_summary(&s->tool), "command", SPAN("preference"));
	json_member_u64(tool_summary(&s->tool), "appended", (uint64_t)added);
	tool_notice(&s->tool, "appended %lld", (long long)added);
	return 0;
}

static int
set(struct settings *s, struct error *e)
{
	struct tool *t = &s->tool;
	struct out *out = tool_out(t, e);
	struct span data;
	struct ledger_writer *w = out == NULL || read_settings(s, &data, e) < 0 ? NULL :
	    open_writer(t, false, e);
	struct buf receipts = { 0 };
	int r = w == NULL ? -1 : append_settings(s, data, w, &receipts, e);

	if (r == 0)
		receipts_end(buf_span(&receipts), writer_size(w), '\n', out_buffer(out));
	writer_close(w);
	buf_done(&receipts);
	return r;
}

static int
show_by(struct settings *s, struct subject *subject, enum cache_use use, void *arg, bool *broken,
    struct error *e)
{
	struct tool *t = &s->tool;
	struct judging_options o = judging_options(s);
	struct consent_state state = { 0 };
	struct person person;
	int r;

	(void)arg;
	o.cache = use;
	r = judging_state(&state, &o, &t->notes, e);
	if (r == 0 && subject->source == NULL)
		r = open_person(s, subject, e);
	if (r == 0)
		r = person_read(subject, state.policy, false, &person, &t->arena, e);
	if (r == 0)
		preference_show(&state, &person, out_buffer(t->out));
	*broken = state_broken(&state, &t->notes);
	state_close(&state);
	return r;
}

static int
show(struct settings *s, struct error *e)
{
	if (tool_out(&s->tool, e) == NULL || ask_of_one(s, CACHE_TOUCHED, show_by, NULL, e) < 0)
		return -1;
	json_member_string(tool_summary(&s->tool), "command", SPAN("preference"));
	return 0;
}

int
run_preference(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;

	if (!has_person(s))
		return error_set(e, USAGE, "E_USAGE", "--subject-file or --subject-fd is needed");
	if ((s->set != NULL) == s->show)
		return error_set(e, USAGE, "E_USAGE", "one of --set and --show is needed");
	if (s->set != NULL && (s->known_at.given || s->max_age != NULL))
		return error_set(e, USAGE, "E_USAGE",
		    "--known-at and --max-ledger-age go with --show: what is set is set now");
	return s->show ? show(s, e) : set(s, e);
}

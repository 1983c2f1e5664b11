/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/state.c: what the ledger says, identifier by identifier. */
#include "base/buf.h"
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "consent/fold.h"
#include "consent/person.h"
#include "consent/subject.h"
#include "io/json_write.h"
#include "io/out.h"
#include "model/stream.h"

const struct option state_options[] = { PERSON, MOMENT, OPT_NOT_YET("cells", NULL), OPT_LAST };

static void
write_header(const struct consent_state *s, const char *tool, struct buf *out)
{
	struct buf at = { 0 };
	struct json_writer w;

	instant_write(&at, s->as_of);
	w = stream_header(out, tool, buf_span(&at));
	json_member_string(&w, "command", SPAN("state"));
	state_header(s, &w);
	stream_header_end(&w);
	buf_done(&at);
}

static int
write_person(struct settings *s, struct subject *subject, struct fold *f, struct buf *out,
    struct error *e)
{
	struct person person;
	int r = subject->source == NULL ? open_person(s, subject, e) : 0;

	if (r == 0)
		r = person_read(subject, f->state->policy, true, &person, &s->tool.arena, e);
	for (size_t i = 0; r == 0 && i < person.count; i++) {
		struct token t = token_of(&f->state->key, person.list[i].type, person.list[i].value);

		fold_identifier(f, person.list[i].type, &t, out);
	}
	return r;
}

static int
write_state(struct settings *s, const struct consent_state *state, struct subject *subject,
    uint64_t *lines, struct error *e)
{
	struct tool *t = &s->tool;
	struct out *out = tool_out(t, e);
	struct stream_end end = { .ok = !state->draft };
	struct fold f;
	int r = out == NULL ? -1 : 0;

	if (r < 0)
		return -1;
	fold_open(&f, state);
	write_header(state, t->spec->name, out_buffer(out));
	if (has_person(s))
		r = write_person(s, subject, &f, out_buffer(out), e);
	else
		fold_all(&f, out_buffer(out));
	end.code = end.ok ? 0 : STATUS_UNSAFE;
	stream_count(&end, "state", f.lines);
	if (r == 0)
		stream_end_write(out_buffer(out), &end);
	*lines = f.lines;
	fold_close(&f);
	return r;
}

static int
write_by(struct settings *s, struct subject *subject, enum cache_use use, void *lines, bool *broken,
    struct error *e)
{
	struct judging_options o = judging_options(s);
	struct consent_state state = { 0 };
	int r;

	o.cache = use;
	r = judging_state(&state, &o, &s->tool.notes, e);
	if (r == 0)
		r = write_state(s, &state, subject, lines, e);
	*broken = state_broken(&state, &s->tool.notes);
	state_close(&state);
	return r;
}

int
run_state(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	uint64_t lines = 0;
	int r = ask_of_one(s, has_person(s) ? CACHE_TOUCHED : CACHE_WHOLE, write_by, &lines, e);

	if (r == 0) {
		json_member_string(tool_summary(t), "command", SPAN("state"));
		json_member_u64(tool_summary(t), "lines", lines);
	} else
		end_not_ok(t, e);
	return r;
}

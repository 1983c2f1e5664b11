/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/common.c: what several commands need of the frame. */
#include "base/buf.h"
#include "base/error.h"
#include "base/instant.h"
#include "base/number.h"
#include "cmd/consent/commands.h"
#include "consent/ledger_write.h"
#include "consent/subject.h"
#include "io/fd.h"
#include "io/out.h"
#include "model/stream.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

const struct ledger_place *
place_of(struct tool *t)
{
	struct settings *s = (struct settings *)t;

	s->place.state = t->state;
	return &s->place;
}

instant
now_of(const struct tool *t)
{
	return t->as_of.given ? t->as_of.at : clock_now();
}

struct ledger_writer *
open_writer(struct tool *t, bool events, struct error *e)
{
	struct writer_question q = { .place = place_of(t), .lock_wait = t->lock_wait, .now = now_of(t),
	    .events = events, .notes = &t->notes };

	return writer_open(&q, e);
}

void
end_not_ok(struct tool *t, const struct error *e)
{
	struct stream_end end = { .ok = false, .code = (int)e->status };
	struct error ignored = { 0 };
	struct buf line = { 0 };

	if (t->out == NULL && t->output != NULL && strcmp(t->output, "-") != 0)
		return;		/* a file, and none will be made */
	if (tool_out(t, &ignored) == NULL)
		return;
	stream_end_write(&line, &end);
	tool_on_failure(t, arena_copy(&t->arena, buf_span(&line)));
	buf_done(&line);
}

bool
has_person(const struct settings *s)
{
	return s->subject != NULL || s->subject_fd != NULL;
}

enum { DESCRIPTORS_MOST = 1 << 20 };

int
open_person(const struct settings *s, struct subject *subject, struct error *e)
{
	char path[sizeof "/dev/fd/1048576"];
	uint64_t fd;

	if (s->subject != NULL && s->subject_fd != NULL)
		return error_set(e, USAGE, "E_USAGE",
		    "--subject-file and --subject-fd exclude each other");
	if (s->subject != NULL)
		return subject_open(subject, s->subject, e);
	if (!u64_parse(span_from(s->subject_fd), &fd) || fd > DESCRIPTORS_MOST ||
	    fcntl((int)fd, F_GETFD) < 0)
		return error_set(e, USAGE, "E_USAGE", "--subject-fd is no open descriptor");
	snprintf(path, sizeof path, "/dev/fd/%u", (unsigned)fd);
	return subject_open(subject, path, e);
}

int
ask_of_one(struct settings *s, enum cache_use use, answer_of_one *answer, void *arg, struct error *e)
{
	struct tool *t = &s->tool;
	struct subject subject = { 0 };
	struct error why = { 0 };
	bool broken;
	int r = answer(s, &subject, use, arg, &broken, &why);

	if (broken) {
		if (t->out != NULL)
			buf_reset(out_buffer(t->out));
		error_clear(&why);
		r = answer(s, &subject, CACHE_UNUSED, arg, &broken, &why);
	}
	if (r < 0)
		*e = why;
	subject_close(&subject);
	return r;
}

bool
has_input(void)
{
	struct stat st;
	int waiting = 0;

	if (fstat(STDIN_FILENO, &st) < 0 || S_ISCHR(st.st_mode))
		return false;
	if (S_ISREG(st.st_mode))
		return st.st_size > lseek(STDIN_FILENO, 0, SEEK_CUR);
	fd_wait(STDIN_FILENO);
	return ioctl(STDIN_FILENO, FIONREAD, &waiting) < 0 || waiting > 0;
}

void
wait_for_input(const struct tool *t)
{
	bool reads = t->operand_count == 0;

	for (size_t i = 0; i < t->operand_count; i++)
		reads |= strcmp(t->operands[i], "-") == 0;
	if (reads)
		fd_wait(STDIN_FILENO);
}

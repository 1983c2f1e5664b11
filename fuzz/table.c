/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/table.c: tables through ingest. The first byte chooses CSV or lines of JSON, and whether a mapping
 * stands in front, divided from the table by an empty line, or columns are known by themselves (--auto). Whatever
 * stands there: it is refused with a reason, or what comes out is lines that a reader of records takes, as many
 * as are counted, and the same when asked again. */
#include "base/buf.h"
#include "base/error.h"
#include "base/notes.h"
#include "ingest/intake.h"
#include "ingest/mapping.h"
#include "ingest/plan.h"
#include "io/ndjson.h"
#include "io/out.h"
#include "model/record.h"
#include "model/rejects.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OF_JSON = 1, MAPPED = 2 };	/* bits of the first byte */

static void
must(bool held)
{
	if (!held)
		abort();
}

/* Standard output goes to memory from the first input on. */
static void
catch_output(void)
{
	static bool caught;
	int fd;

	if (!caught) {
		fd = memfd_create("table", 0);
		must(fd >= 0 && dup2(fd, STDOUT_FILENO) == STDOUT_FILENO);
		close(fd);
		caught = true;
	}
	must(ftruncate(STDOUT_FILENO, 0) == 0 && lseek(STDOUT_FILENO, 0, SEEK_SET) == 0);
}

static void
take_output(struct buf *out)
{
	off_t len = lseek(STDOUT_FILENO, 0, SEEK_END);

	must(len >= 0);
	buf_reset(out);
	if (len == 0)
		return;
	buf_room(out, (size_t)len);
	must(pread(STDOUT_FILENO, out->p, (size_t)len, 0) == (ssize_t)len);
	out->len = (size_t)len;
}

/* The part before the first empty line; *table is what comes after it. */
static struct span
mapping_in(struct span all, struct span *table)
{
	for (size_t i = 0; i + 1 < all.len; i++)
		if (all.p[i] == '\n' && all.p[i + 1] == '\n') {
			*table = span_skip(all, i + 2);
			return span_head(all, i);
		}
	*table = span_skip(all, all.len);
	return all;
}

static void
run(struct input *in, struct intake_options *o, struct error *e)
{
	struct rejects_options none = { .tool = "fuzz", .as_of = INSTANT_NONE };
	struct jobs jobs = { 0 };

	o->rejects = rejects_new(&none);
	o->jobs = &jobs;
	catch_output();
	o->out = out_open(NULL, e);
	must(o->out != NULL);
	must(input_run(in, o, e) == 0 || e->text[0] != '\0');
	must(out_commit(o->out, e) == 0 || e->status != 0);
	jobs_done(&jobs);
	rejects_free(o->rejects);
}

/* What comes out, and whether anything was run at all. */
static bool
ingest(unsigned char how, struct span text, struct buf *out, uint64_t *records)
{
	struct faults faults = { 0 };
	struct notes notes = { 0 };
	struct error e = { 0 };
	struct intake_options o = { .notes = &notes, .threads = 1, .abort_ppm = 1000000,
	    .row.as_of = INSTANT_NONE };
	struct span table = text, mapping = (how & MAPPED) != 0 ? mapping_in(text, &table) : span_none();
	struct input in = { .path = "fuzz", .source = source_of(table, "fuzz"),
	    .type = (how & OF_JSON) != 0 ? INPUT_NDJSON : INPUT_CSV };
	bool ran = false;

	in.mapping = (how & MAPPED) != 0 ? mapping_parse(mapping, "fuzz", &faults, &notes, &e) :
	    mapping_automatic(NULL, SPAN("fuzz"), &faults, &e);
	must(in.mapping != NULL || e.text[0] != '\0');
	if (in.mapping != NULL && faults.count == 0) {
		if (input_prepare(&in, &o, &faults, &e) < 0)
			must(e.text[0] != '\0');
		else if (faults.count == 0) {
			ran = true;
			run(&in, &o, &e);
			take_output(out);
			*records = in.tally[TALLY_RECORDS];
		}
	}
	input_close(&in);
	faults_done(&faults);
	notes_done(&notes);
	return ran;
}

static void
look_at(struct span lines, uint64_t records)
{
	struct ndjson *n = ndjson_new(NULL);
	struct arena arena = { 0 };
	struct span line;
	uint64_t found = 0;

	must(lines.len == 0 || lines.p[lines.len - 1] == '\n');
	while (lines.len > 0) {
		struct record record;
		struct error e = { 0 };
		size_t at;

		line = span_head(lines, span_index(lines, '\n'));
		lines = span_skip(lines, line.len + 1);
		must(ndjson_scan(n, line, &at, &e) == 0);
		if (ndjson_is(n, ndjson_find(n, 0, SPAN("kind")), SPAN("record"))) {
			must(record_read(n, &record, &arena, &e) == 0);
			found++;
		}
		arena_reset(&arena);
	}
	must(found == records);
	arena_done(&arena);
	ndjson_free(n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_make((const char *)data, size);
	struct buf first = { 0 }, second = { 0 };
	uint64_t records = 0, again = 0;

	if (size == 0)
		return 0;
	if (ingest(data[0], span_skip(text, 1), &first, &records)) {
		look_at(buf_span(&first), records);
		must(ingest(data[0], span_skip(text, 1), &second, &again) && again == records);
		must(span_equal(buf_span(&first), buf_span(&second)));
	}
	buf_done(&first);
	buf_done(&second);
	return 0;
}

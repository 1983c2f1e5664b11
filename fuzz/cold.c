/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/cold.c: lines that are read and packed, twice, so that the second time they go like lines before
 * them. What is walked is what is read in one step, each line comes back from what is packed byte for
 * byte, and the record that is read from there is the same. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/ndjson.h"
#include "model/record.h"
#include "model/record_plain.h"
#include "resolve/cold.h"
#include "resolve/cold_record.h"
#include "resolve/cold_walk.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct packing {
	struct cold		*cold;
	struct cold_packer	 packer;
	struct cold_walker	*walker;
	struct line_values	 values;
	struct arena		 arena;
};

static void
must(bool held)
{
	if (!held)
		abort();
}

static void
compare(const struct record *a, const struct record *b)
{
	struct buf x = { 0 }, y = { 0 };

	record_write(a, &x);
	record_write(b, &y);
	must(span_equal(buf_span(&x), buf_span(&y)));
	must(span_equal(a->id, b->id) && a->has_purposes == b->has_purposes);
	buf_done(&x);
	buf_done(&y);
}

static void
check_packed(struct packing *p, const char *packed, struct span line, const struct record *want)
{
	struct cold_reader *reader = cold_reader_new(p->cold);
	struct record back;
	bool ready;

	must(span_equal(cold_id(packed), want->id) && span_equal(cold_line(p->cold, packed, &p->arena), line));
	if (cold_record(reader, packed, &back, &p->arena, &ready))
		compare(&back, want);
	cold_reader_free(reader);
}

static void
pack(struct packing *p, struct span line)
{
	char *walked = mem_alloc(cold_walk_room(line)), *packed;
	struct record plain, r;
	uint64_t bytes = 0, want = 0;
	bool known = cold_walk(p->walker, line, walked, &r, &p->arena, &bytes) != NULL;
	bool read = record_plain(line, &plain, &p->arena, &p->values);

	must(read || !known);
	if (known) {
		compare(&r, &plain);
		check_packed(p, walked, line, &plain);
	}
	if (read) {
		packed = mem_alloc(cold_room(line, p->values.count, plain.id));
		cold_pack(&p->packer, line, &p->values, plain.id, packed, &want);
		must(!known || bytes == want);
		cold_walk_learn(p->walker, packed);
		check_packed(p, packed, line, &plain);
		mem_free(packed);
	}
	mem_free(walked);
	arena_reset(&p->arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_alloc(size + SPAN_ROOM);
	struct packing p = { .cold = cold_new() };

	memcpy(text, data, size);
	memset(text + size, 0, SPAN_ROOM);
	p.packer.shared = p.cold;
	p.walker = cold_walker_new(&p.packer);
	for (int round = 0; round < 2; round++)
		for (struct span rest = span_make(text, size); rest.len > 0;) {
			struct span line = span_head(rest, span_index(rest, '\n'));

			pack(&p, line);
			rest = span_skip(rest, line.len < rest.len ? line.len + 1 : rest.len);
		}
	cold_walker_free(p.walker);
	cold_free(p.cold);
	line_values_done(&p.values);
	arena_done(&p.arena);
	mem_free(text);
	return 0;
}

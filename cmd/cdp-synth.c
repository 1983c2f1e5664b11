/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/cdp-synth.c: labelled customers that do not exist, out of a seed and a size. */
#include "base/buf.h"
#include "base/error.h"
#include "base/number.h"
#include "cli/tool.h"
#include "io/json_write.h"
#include "io/out.h"
#include "model/stream.h"
#include "synth/synth.h"

struct settings {
	struct tool	 tool;
	uint64_t	 people, seed, from, count, identical, collide;
	const char	*preset, *locale, *mean, *unlinkable;
	const char	*truth_path, *golden_path, *consents_path, *directory;

	struct out	*records, *truth, *golden, *consents, *sheet[CHANNELS];	/* NULL: not wanted */
	uint64_t	 record_count, consent_count, people_count;
};
#define AT(member)	offsetof(struct settings, member)

static const struct option options[] = {
	{ OPT_NUMBER, 0, "people", AT(people), "N", "how many people (default: 1000)", NULL },
	{ OPT_NUMBER, 0, "seed", AT(seed), "N", "another seed, other people (default: 1)", NULL },
	{ OPT_CHOICE, 0, "preset", AT(preset), "NAME", "kind of data set (default: retail)",
	    "retail|hard|clean|household|skewed" },
	{ OPT_CHOICE, 0, "locale", AT(locale), "NAME", "whose names and places (default: mix)",
	    "en|pt|es|de|mix" },
	{ OPT_TEXT, 0, "records-per-person", AT(mean), "X",
	    "records of a person on average, 1 to 20 (default: 2.5)", NULL },
	{ OPT_TEXT, 0, "unlinkable", AT(unlinkable), "PCT",
	    "records of a hundred without the linking purpose (default: 3)", NULL },
	{ OPT_NUMBER, 0, "from", AT(from), "ID", "begin with this person (default: 0)", NULL },
	{ OPT_NUMBER, 0, "count", AT(count), "N", "make so many people (default: all that follow)",
	    NULL },
	{ OPT_NUMBER, 0, "identical", AT(identical), "N",
	    "also so many copies of one record (default: 0)", NULL },
	{ OPT_NUMBER, 0, "collide", AT(collide), "BITS",
	    "low bits in which the hashes of all mailboxes agree (default: 0)", NULL },
	{ OPT_OUTPUT, 0, "truth", AT(truth_path), "FILE", "whose record each is: id,entity,household",
	    NULL },
	{ OPT_OUTPUT, 0, "golden", AT(golden_path), "FILE", "the true values of each person", NULL },
	{ OPT_OUTPUT, 0, "consents", AT(consents_path), "FILE",
	    "a stream of what people permitted and refused", NULL },
	{ OPT_TEXT, 0, "csv", AT(directory), "DIR",
	    "no stream, but a CSV file and its mapping for each source", NULL },
	OPT_LAST
};

enum { MEAN_LEAST = 1000, MEAN_MOST = 20000, PERCENT = 10000, YEAR_LEAST = 1970 };

static unsigned
parts_of(const struct settings *s)
{
	return (s->directory != NULL ? SYNTH_SHEETS : SYNTH_RECORDS) |
	    (s->truth_path != NULL ? SYNTH_TRUTH : 0U) |
	    (s->golden_path != NULL ? SYNTH_GOLDEN : 0U) |
	    (s->consents_path != NULL ? SYNTH_CONSENTS : 0U);
}

static int
read_options(const struct settings *s, struct synth_options *o, struct error *e)
{
	const struct option_time *as_of = &s->tool.as_of;
	int64_t mean, unlinkable;

	if (!fixed_parse(span_from(s->mean), 3, &mean) || mean < MEAN_LEAST || mean > MEAN_MOST)
		return error_set(e, USAGE, "E_USAGE", "--records-per-person takes 1 to 20");
	if (!fixed_parse(span_from(s->unlinkable), 4, &unlinkable) || unlinkable < 0 ||
	    unlinkable > 100 * PERCENT)
		return error_set(e, USAGE, "E_USAGE", "--unlinkable takes 0 to 100");
	if (s->people > UINT64_C(1) << PEOPLE_BITS_MOST)
		return error_set(e, USAGE, "E_USAGE", "--people takes at most %llu",
		    1ULL << PEOPLE_BITS_MOST);
	if (s->collide > COLLIDE_MOST)
		return error_set(e, USAGE, "E_USAGE", "--collide takes at most %d", COLLIDE_MOST);
	if (s->directory != NULL && s->tool.output != NULL)
		return error_set(e, USAGE, "E_USAGE", "--csv and -o exclude each other");
	if (as_of->given && as_of->at < day_from(YEAR_LEAST, 1, 1) * (instant)DAY_MS)
		return error_set(e, USAGE, "E_USAGE", "--as-of is before %d", YEAR_LEAST);
	*o = (struct synth_options){ .people = s->people, .seed = s->seed, .from = s->from,
	    .count = s->count, .identical = s->identical, .collide = (unsigned)s->collide,
	    .preset = s->preset, .locale = s->locale, .unlinkable = (uint32_t)unlinkable,
	    .mean_records = (uint32_t)mean, .parts = parts_of(s) };
	o->as_of = as_of->given ? (day)(as_of->at / DAY_MS) : day_from(2026, 1, 1);
	return 0;
}

/* ---- outputs ------------------------------------------------------------------------------- */
static void
add(struct out *out, const struct buf *b)
{
	if (out != NULL)
		out_add(out, buf_span(b));
}

static int
take(void *arg, const struct synth_batch *batch, struct error *e)
{
	struct settings *s = arg;

	(void)e;
	add(s->records, &batch->records);
	add(s->truth, &batch->truth);
	add(s->golden, &batch->golden);
	add(s->consents, &batch->consents);
	for (unsigned i = 0; i < CHANNELS; i++)
		add(s->sheet[i], &batch->sheet[i]);
	s->record_count += batch->record_count;
	s->consent_count += batch->consent_count;
	s->people_count += batch->people;
	tool_progress(&s->tool, s->people_count, s->count < s->people ? s->count : s->people);
	return 0;
}

/* First lines of CSV files stand where the data begin, so that ranges can be put together. */
static void
begin_files(struct settings *s)
{
	struct synth_batch first = { 0 };

	if (s->from > 0)
		return;
	synth_headers(&first);
	(void)take(s, &first, NULL);
	synth_batch_done(&first);
}

static void
begin_stream(const struct settings *s, const struct synth *synth, struct out *out)
{
	struct json_writer w;

	if (out == NULL)
		return;
	w = stream_header(out_buffer(out), s->tool.spec->name, span_from(s->tool.as_of.text));
	json_member_u64(&w, "people", s->people);
	json_member_u64(&w, "seed", s->seed);
	json_member_string(&w, "preset", span_from(s->preset));
	json_member_string(&w, "locale", span_from(s->locale));
	json_member_u64(&w, "name_table", synth_name_bits(synth));
	stream_header_end(&w);
}

static void
end_stream(struct out *out, const char *kind, uint64_t lines)
{
	struct stream_end end = { .ok = true };

	if (out == NULL)
		return;
	stream_count(&end, kind, lines);
	stream_end_write(out_buffer(out), &end);
}

static int
open_side(struct settings *s, const char *path, struct out **out, struct error *e)
{
	if (path == NULL)
		return 0;
	*out = tool_side(&s->tool, path, e);
	return *out == NULL ? -1 : 0;
}

/* DIR/shop.csv, or what `end` says; the path lives as long as the tool. */
static const char *
path_in(struct settings *s, unsigned channel, const char *end)
{
	struct buf path = { 0 };
	const char *text;

	buf_print(&path, "%s/%.*s%s", s->directory, SPAN_ARG(channels[channel].source), end);
	text = arena_text(&s->tool.arena, buf_span(&path));
	buf_done(&path);
	return text;
}

static int
open_sheets(struct settings *s, const struct synth *synth, struct error *e)
{
	if (out_folder(s->directory, e) < 0)
		return -1;
	for (unsigned i = 0; i < CHANNELS; i++) {
		struct out *map = NULL;

		if (open_side(s, path_in(s, i, ".csv"), &s->sheet[i], e) < 0 ||
		    open_side(s, path_in(s, i, ".map.json"), &map, e) < 0)
			return -1;
		synth_mapping(synth, i, out_buffer(map));
	}
	return 0;
}

static int
open_outputs(struct settings *s, const struct synth *synth, struct error *e)
{
	if (open_side(s, s->truth_path, &s->truth, e) < 0 ||
	    open_side(s, s->golden_path, &s->golden, e) < 0 ||
	    open_side(s, s->consents_path, &s->consents, e) < 0)
		return -1;
	if (s->directory != NULL)
		return open_sheets(s, synth, e);
	s->records = tool_out(&s->tool, e);
	return s->records == NULL ? -1 : 0;
}

static void
summarise(struct settings *s)
{
	struct json_writer *w = tool_summary(&s->tool);

	json_member_u64(w, "people", s->people_count);
	json_member_u64(w, "records", s->record_count);
	if (s->consents != NULL)
		json_member_u64(w, "consents", s->consent_count);
}

static int
make(struct settings *s, const struct synth *synth, struct error *e)
{
	if (open_outputs(s, synth, e) < 0)
		return -1;
	begin_files(s);
	begin_stream(s, synth, s->records);
	begin_stream(s, synth, s->consents);
	if (synth_run(synth, (unsigned)s->tool.threads, take, s, e) < 0)
		return -1;
	end_stream(s->records, "record", s->record_count);
	end_stream(s->consents, "consent", s->consent_count);
	summarise(s);
	if (s->people_count == 0 && s->identical == 0)
		tool_notice(&s->tool, "nobody is made: --people, --from and --count leave none");
	return 0;
}

static int
run(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct synth_options o;
	struct synth *synth;
	int r;

	if (read_options(s, &o, e) < 0)
		return -1;
	synth = synth_new(&o);
	r = make(s, synth, e);
	synth_free(synth);
	return r;
}

static const struct command commands[] = {
	{ .operands = "", .least = 0, .most = 0,
	    .common = TOOL_OUTPUT | TOOL_THREADS | TOOL_AS_OF | TOOL_SUMMARY, .options = options,
	    .line = "make labelled customers", .run = run },
	COMMAND_LAST
};

static const struct tool_spec spec = {
	.name = "cdp-synth",
	.line = "labelled customers out of a seed and a size",
	.commands = commands,
	.examples =
	    "  cdp-synth --people 400000 --seed 7 --truth truth.csv -o records.ndjson\n"
	    "  cdp-synth --preset household --truth t.csv | cdp-resolve | cdp-eval --truth t.csv -\n",
};

int
main(int argc, char **argv)
{
	struct settings s = { .people = 1000, .seed = 1, .preset = "retail", .locale = "mix",
	    .mean = "2.5", .unlinkable = "3",
	    .count = UINT64_MAX };

	return tool_main(&s.tool, &spec, argc, argv);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/cdp-synth.c: labelled customers that do not exist, out of a seed and a size. */
#include "base/error.h"
#include "base/number.h"
#include "cli/tool.h"
#include "io/json_write.h"
#include "io/out.h"
#include "model/stream.h"
#include "synth/synth.h"

struct settings {
	struct tool	 tool;
	uint64_t	 people, seed;
	const char	*preset, *locale, *mean, *unlinkable, *truth_path;

	struct out	*records, *truth;	/* truth: NULL when nobody wants it */
	uint64_t	 record_count;
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
	{ OPT_TEXT, 0, "truth", AT(truth_path), "FILE", "whose record each is: id,entity,household",
	    NULL },
	OPT_NOT_YET("identical", "N"), OPT_NOT_YET("collide", "BITS"), OPT_NOT_YET("from", "ID"),
	OPT_NOT_YET("count", "N"), OPT_NOT_YET("csv", "DIR"), OPT_NOT_YET("golden", "FILE"),
	OPT_NOT_YET("consents", "FILE"),
	OPT_LAST
};

enum { MEAN_LEAST = 1000, MEAN_MOST = 20000, PERCENT = 10000 };

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
	*o = (struct synth_options){ .people = s->people, .seed = s->seed, .count = UINT64_MAX,
	    .preset = s->preset, .locale = s->locale, .unlinkable = (uint32_t)unlinkable,
	    .mean_records = (uint32_t)mean, .truth = s->truth_path != NULL };
	o->as_of = as_of->given ? (day)(as_of->at / DAY_MS) : day_from(2026, 1, 1);
	return 0;
}

static int
take(void *arg, const struct synth_batch *batch, struct error *e)
{
	struct settings *s = arg;

	(void)e;
	out_add(s->records, buf_span(&batch->records));
	if (s->truth != NULL)
		out_add(s->truth, buf_span(&batch->truth));
	s->record_count += batch->record_count;
	return 0;
}

static void
write_header(const struct settings *s, const struct synth *synth)
{
	struct json_writer w = stream_header(out_buffer(s->records), s->tool.spec->name,
	    span_from(s->tool.as_of.text));

	json_member_u64(&w, "people", s->people);
	json_member_u64(&w, "seed", s->seed);
	json_member_string(&w, "preset", span_from(s->preset));
	json_member_string(&w, "locale", span_from(s->locale));
	json_member_u64(&w, "name_table", synth_name_bits(synth));
	stream_header_end(&w);
}

static void
write_end(struct settings *s)
{
	struct stream_end end = { .ok = true };

	stream_count(&end, "record", s->record_count);
	stream_end_write(out_buffer(s->records), &end);
	json_member_u64(tool_summary(&s->tool), "people", s->people);
	json_member_u64(tool_summary(&s->tool), "records", s->record_count);
}

static int
open_outputs(struct settings *s, struct error *e)
{
	s->records = tool_out(&s->tool, e);
	if (s->records != NULL && s->truth_path != NULL)
		s->truth = tool_side(&s->tool, s->truth_path, e);
	if (s->records == NULL || (s->truth_path != NULL && s->truth == NULL))
		return -1;
	if (s->truth != NULL)
		out_add(s->truth, SPAN("id,entity,household\n"));
	return 0;
}

static int
run(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct synth_options o;
	struct synth *synth;
	int r;

	if (read_options(s, &o, e) < 0 || open_outputs(s, e) < 0)
		return -1;
	synth = synth_new(&o);
	write_header(s, synth);
	r = synth_run(synth, (unsigned)t->threads, take, s, e);
	write_end(s);
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
	    "cdp-synth --people 400000 --seed 7 --truth truth.csv -o records.ndjson\n"
	    "cdp-synth --preset household --truth t.csv | cdp-resolve | cdp-eval --truth t.csv -\n",
};

int
main(int argc, char **argv)
{
	struct settings s = { .people = 1000, .seed = 1, .preset = "retail", .locale = "mix",
	    .mean = "2.5", .unlinkable = "3" };

	return tool_main(&s.tool, &spec, argc, argv);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/synth.c: districts become batches, several at a time, given out in order. */
#include "base/alloc.h"
#include "base/pipeline.h"
#include "synth/labels.h"
#include "synth/sheet.h"
#include "synth/synth_priv.h"

enum { COPIES = 4096 };		/* in one batch */

/* One and a number by Poisson's law. e^m by its series, which is the same everywhere. */
static void
fill_counts(struct synth *s)
{
	double m = (s->options.mean_records - 1000) / 1000.0, term = 1, e = 1, left = 1;

	for (int i = 1; i < 120; i++) {
		term = term * m / i;
		e += term;
	}
	term = 1 / e;
	for (int n = 0; n < ROWS_MOST; n++) {
		left -= term;
		s->more[n] = left > 0 ? (uint32_t)(left * PERSON_RECORDS) : 0;
		term = term * m / (n + 1);
	}
}

static enum locale
find_locale(const char *name)
{
	int i = 0;

	while (i < LOCALES && strcmp(name, locale_names[i]) != 0)
		i++;
	return (enum locale)i;
}

struct synth *
synth_new(const struct synth_options *o)
{
	struct synth *s = mem_zero(1, sizeof *s);
	uint64_t from = o->from < o->people ? o->from : o->people;

	s->options = *o;
	while (s->name_bits < PEOPLE_BITS_MOST && UINT64_C(1) << s->name_bits < o->people)
		s->name_bits++;
	s->end = o->count < o->people - from ? from + o->count : o->people;
	s->world = (struct world){ .seed = o->seed, .preset = preset_find(o->preset),
	    .locale = find_locale(o->locale), .as_of = o->as_of };
	s->words = words_new(s->name_bits, s->world.preset->skew);
	s->world.words = s->words;
	s->rates = (struct row_rates){ o->unlinkable, o->collide };
	fill_counts(s);
	return s;
}

void
synth_free(struct synth *s)
{
	if (s == NULL)
		return;
	words_free(s->words);
	mem_free(s);
}

unsigned
synth_name_bits(const struct synth *s)
{
	return s->name_bits;
}

/* ---- running ------------------------------------------------------------------------------- */
struct running {
	const struct synth	*s;
	uint64_t		 at, copies;	/* the next person; copies made so far */
	struct district		*idle;		/* one that was given back */
	synth_take		*give;
	void			*arg;
};

static void
each_buffer(struct synth_batch *b, void (*act)(struct buf *buf))
{
	act(&b->records);
	act(&b->truth);
	act(&b->golden);
	act(&b->consents);
	for (int i = 0; i < CHANNELS; i++)
		act(&b->sheet[i]);
}

void
synth_batch_done(struct synth_batch *b)
{
	each_buffer(b, buf_done);
}

static void
district_free(struct district *d)
{
	if (d == NULL)
		return;
	synth_batch_done(&d->batch);
	mem_free(d);
}

static bool
choose_people(struct running *r, struct district *d)
{
	uint64_t border = (r->at / DISTRICT + 1) * DISTRICT;

	if (r->at >= r->s->end)
		return false;
	d->copies = false;
	d->first = border - DISTRICT;
	d->from = r->at;
	d->to = border < r->s->end ? border : r->s->end;
	r->at = d->to;
	return true;
}

/* Copies follow the last of all people, so they are in one range only. */
static bool
choose_copies(struct running *r, struct district *d)
{
	uint64_t left = r->s->options.identical - r->copies;

	if (r->s->end < r->s->options.people || left == 0)
		return false;
	d->copies = true;
	d->from = r->copies;
	d->to = r->copies + (left < COPIES ? left : COPIES);
	r->copies = d->to;
	return true;
}

static int
next_district(void *arg, void **item, struct error *e)
{
	struct running *r = arg;
	struct district *d = r->idle;

	(void)e;
	r->idle = NULL;
	if (d == NULL)
		d = mem_zero(1, sizeof *d);
	if (!choose_people(r, d) && !choose_copies(r, d)) {
		district_free(d);
		return 0;
	}
	*item = d;
	return 1;
}

static void
work(void *arg, void *item, unsigned worker)
{
	const struct running *r = arg;

	(void)worker;
	district_make(r->s, item);
}

static int
emit(void *arg, void *item, struct error *e)
{
	struct running *r = arg;
	struct district *d = item;
	int result = r->give(r->arg, &d->batch, e);

	each_buffer(&d->batch, buf_reset);
	d->batch.record_count = d->batch.consent_count = d->batch.people = 0;
	district_free(r->idle);
	r->idle = d;
	return result;
}

static void
drop(void *arg, void *item)
{
	(void)arg;
	district_free(item);
}

int
synth_run(const struct synth *s, unsigned threads, synth_take *give, void *arg, struct error *e)
{
	struct pipeline p = { .make = next_district, .work = work, .emit = emit, .drop = drop,
	    .threads = threads };
	struct running r = { .s = s, .at = s->options.from, .give = give, .arg = arg };
	int result = pipeline_run(&p, &r, e);

	district_free(r.idle);
	return result;
}

void
synth_headers(struct synth_batch *out)
{
	buf_text(&out->truth, TRUTH_HEADER);
	buf_text(&out->golden, GOLDEN_HEADER);
	for (unsigned i = 0; i < CHANNELS; i++)
		sheet_header(i, &out->sheet[i]);
}

void
synth_mapping(const struct synth *s, unsigned channel, struct buf *out)
{
	sheet_mapping(&s->world, channel, out);
}

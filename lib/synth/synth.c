/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/synth.c: districts of people become batches, several at a time. */
#include "base/alloc.h"
#include "base/pipeline.h"
#include "synth/row.h"
#include "synth/synth.h"

enum { PERSON_RECORDS = 1U << 20 };

struct synth {
	struct synth_options	 options;
	struct world		 world;
	struct words		*words;
	unsigned		 name_bits;
	struct row_rates	 rates;
	/* Chance below more[n]: somebody has more than n + 1 records. */
	uint32_t		 more[ROWS_MOST];
};

/* What one district needs while it is made. */
struct district {
	const struct synth	*s;
	uint64_t		 first, from, to;	/* its first person; those asked for */
	struct person		 people[HOME_LARGEST];
	struct synth_batch	 batch;
};

/* ---- how many records ---------------------------------------------------------------------- */

/* One and a number by Poisson's law. e^-m by its series, which is the same everywhere. */
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

static uint32_t
records_of(const struct synth *s, const struct person *p)
{
	uint64_t bits = draw(p->dice, DRAW_RECORDS, 0);
	uint32_t x = take(&bits, PERSON_RECORDS), n = 0;

	while (n < ROWS_MOST - 1 && x < s->more[n])
		n++;
	return n + 1;
}

/* ---- people -------------------------------------------------------------------------------- */
static void
write_truth(const struct person *p, const struct row *r, struct buf *out)
{
	bool left = p->left != DAY_NEVER;

	buf_text(out, r->channel->source);
	buf_byte(out, ':');
	buf_add(out, text_span(&r->key));
	buf_add(out, SPAN(",p"));
	buf_u64(out, p->number);
	buf_add(out, SPAN(",h"));
	buf_u64(out, left ? p->number : p->home->first);
	buf_byte(out, '\n');
}

static void
make_person(struct district *d, const struct person *p)
{
	const struct synth *s = d->s;
	uint32_t n = records_of(s, p);
	unsigned held = 0;

	for (uint32_t i = 0; i < n; i++) {
		struct row r;

		row_make(&s->world, &s->rates, p, i, &held, &r);
		row_write(&r, &d->batch.records);
		if (s->options.truth)
			write_truth(p, &r, &d->batch.truth);
	}
	d->batch.record_count += n;
	d->batch.people++;
}

static void
make_district(void *arg, void *item, unsigned worker)
{
	const struct synth *s = arg;
	struct district *d = item;
	uint64_t at = d->first, end = d->first + DISTRICT;

	(void)worker;
	while (at < d->to) {
		struct home h;

		home_make(&s->world, at, end, &h);
		if (at + h.size > d->from)
			people_make(&s->world, &h, d->people);
		for (uint32_t i = 0; i < h.size; i++)
			if (at + i >= d->from && at + i < d->to)
				make_person(d, &d->people[i]);
		at += h.size;
	}
}

/* ---- running ------------------------------------------------------------------------------- */
struct running {
	const struct synth	*s;
	uint64_t		 at, end;	/* the next person; behind the last */
	struct district		*idle;		/* one that was given back */
	synth_take		*give;
	void			*arg;
};

static void
district_free(struct district *d)
{
	if (d == NULL)
		return;
	buf_done(&d->batch.records);
	buf_done(&d->batch.truth);
	mem_free(d);
}

static int
next_district(void *arg, void **item, struct error *e)
{
	struct running *r = arg;
	struct district *d = r->idle;
	uint64_t border = (r->at / DISTRICT + 1) * DISTRICT;

	(void)e;
	if (r->at >= r->end)
		return 0;
	r->idle = NULL;
	if (d == NULL)
		d = mem_zero(1, sizeof *d);
	d->s = r->s;
	d->first = border - DISTRICT;
	d->from = r->at;
	d->to = border < r->end ? border : r->end;
	r->at = d->to;
	*item = d;
	return 1;
}

static void
work(void *arg, void *item, unsigned worker)
{
	const struct running *r = arg;

	make_district((void *)(uintptr_t)r->s, item, worker);
}

static int
emit(void *arg, void *item, struct error *e)
{
	struct running *r = arg;
	struct district *d = item;
	int result = r->give(r->arg, &d->batch, e);

	buf_reset(&d->batch.records);
	buf_reset(&d->batch.truth);
	d->batch.record_count = d->batch.people = 0;
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
	const struct synth_options *o = &s->options;
	struct pipeline p = { .make = next_district, .work = work, .emit = emit, .drop = drop,
	    .threads = threads };
	struct running r = { .s = s, .at = o->from, .end = o->people, .give = give, .arg = arg };
	int result;

	if (o->count < o->people - (o->from < o->people ? o->from : o->people))
		r.end = o->from + o->count;
	result = pipeline_run(&p, &r, e);
	district_free(r.idle);
	return result;
}

struct synth *
synth_new(const struct synth_options *o)
{
	struct synth *s = mem_zero(1, sizeof *s);
	const struct preset *preset = preset_find(o->preset);

	s->options = *o;
	while (s->name_bits < PEOPLE_BITS_MOST && UINT64_C(1) << s->name_bits < o->people)
		s->name_bits++;
	s->words = words_new(s->name_bits, preset->skew);
	s->world = (struct world){ .seed = o->seed, .words = s->words, .preset = preset,
	    .locale = LOCALES, .as_of = o->as_of };
	for (int i = 0; i < LOCALES; i++)
		if (strcmp(o->locale, locale_names[i]) == 0)
			s->world.locale = (enum locale)i;
	s->rates.unlinkable = o->unlinkable;
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

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/district.c: the homes of a district, their people, and the records of those. */
#include "synth/consents.h"
#include "synth/labels.h"
#include "synth/sheet.h"
#include "synth/synth_priv.h"

/* The number of the one whose record is copied: nobody else can have it. */
static const uint64_t nobody = UINT64_C(1) << PEOPLE_BITS_MOST;

static uint32_t
records_of(const struct synth *s, const struct person *p)
{
	uint64_t bits = draw(p->dice, DRAW_RECORDS, 0);
	uint32_t x = take(&bits, PERSON_RECORDS), n = 0;

	while (n < ROWS_MOST - 1 && x < s->more[n])
		n++;
	return n + 1;
}

static void
write_row(const struct synth *s, struct district *d)
{
	const struct row *r = &d->row;
	struct synth_batch *b = &d->batch;
	unsigned parts = s->options.parts;

	if ((parts & SYNTH_RECORDS) != 0)
		row_write(r, &b->records);
	if ((parts & SYNTH_SHEETS) != 0)
		sheet_row(&s->world, r, &b->sheet[r->channel - channels]);
	if ((parts & SYNTH_TRUTH) != 0)
		truth_write(r, &d->owner, &b->truth);
	if ((parts & SYNTH_CONSENTS) != 0)
		b->consent_count += consents_write(&s->world, r, &b->consents);
	b->record_count++;
}

static void
make_person(const struct synth *s, const struct person *p, struct district *d)
{
	uint32_t n = records_of(s, p);

	known_begin(&d->known, p);
	owner_write(p, &d->owner);
	for (uint32_t i = 0; i < n; i++) {
		row_make(&s->world, &s->rates, p, i, &d->known, &d->row);
		write_row(s, d);
	}
	if ((s->options.parts & SYNTH_GOLDEN) != 0)
		golden_write(&s->world, p, &d->owner, &d->batch.golden);
	d->batch.people++;
}

static void
make_homes(const struct synth *s, struct district *d)
{
	uint64_t at = d->first, end = d->first + DISTRICT;

	while (at < d->to) {
		struct home h;

		home_make(&s->world, at, end, &h);
		if (at + h.size > d->from)
			people_make(&s->world, &h, d->people);
		for (uint32_t i = 0; i < h.size; i++)
			if (at + i >= d->from && at + i < d->to)
				make_person(s, &d->people[i], d);
		at += h.size;
	}
}

/* One row again and again, under other keys. */
static void
make_copies(const struct synth *s, struct district *d)
{
	struct home h;

	home_make(&s->world, nobody, nobody + 1, &h);
	people_make(&s->world, &h, d->people);
	known_begin(&d->known, d->people);
	row_make(&s->world, &s->rates, d->people, 0, &d->known, &d->row);
	d->row.linkable = true;
	owner_write(d->people, &d->owner);
	for (uint64_t i = d->from; i < d->to; i++) {
		row_copy_key(&d->row, i);
		write_row(s, d);
	}
	if ((s->options.parts & SYNTH_GOLDEN) != 0 && d->from == 0)
		golden_write(&s->world, d->people, &d->owner, &d->batch.golden);
}

void
district_make(const struct synth *s, struct district *d)
{
	if (d->copies)
		make_copies(s, d);
	else
		make_homes(s, d);
}

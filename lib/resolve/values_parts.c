/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/values_parts.c: addresses and mailboxes as numbers of their parts, telephones as
 * digits. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "normal/address_parts.h"
#include "normal/key.h"
#include "normal/postcode_parts.h"
#include "resolve/dict.h"
#include "resolve/values.h"
#include "resolve/values_priv.h"

enum {
	BATCH = 256,		/* values whose parts are read before the first gets its numbers */
	PARTS_MOST = 8,		/* of one value */
	AHEAD = 12		/* parts: how far the cache is told in advance */
};

/* Roles of parts, the first byte of their text in the dictionary. */
enum role { ROLE_STREET = 's', ROLE_HOUSE = 'h', ROLE_UNIT = 'u', ROLE_POSTCODE = 'p',
    ROLE_PREFIX = 'x', ROLE_LOCALITY = 'l', ROLE_HOME = 'o',
    ROLE_LOCAL = '@', ROLE_DOMAIN = '.' };

/* A part that waits for its number, which goes to *to. */
struct waiting {
	uint64_t	 hash;
	uint32_t	 at, len;	/* of its text in the batch */
	uint32_t	*to;
};

struct making {
	struct values	*v;
	struct dict	*parts;
	struct arena	 arena;		/* of one value */
	struct buf	 text;
	struct waiting	 list[BATCH * PARTS_MOST];
	size_t		 count;
};

static struct making *
begin(struct values *v, struct dict *parts)
{
	struct making *m = mem_zero(1, sizeof *m);

	m->v = v;
	m->parts = parts;
	return m;
}

static void
end(struct making *m)
{
	dict_close(m->parts);
	arena_done(&m->arena);
	buf_done(&m->text);
	mem_free(m);
}

static void
part(struct making *m, enum role role, struct span text, uint32_t *to)
{
	struct waiting *w = &m->list[m->count];

	*to = VALUE_NONE;
	if (text.p == NULL || text.len == 0)
		return;
	w->at = (uint32_t)m->text.len;
	buf_byte(&m->text, (char)role);
	buf_add(&m->text, text);
	w->len = (uint32_t)m->text.len - w->at;
	w->hash = dict_hash(span_make(m->text.p + w->at, w->len));
	w->to = to;
	m->count++;
}

static void
expect(const struct making *m, size_t i, void step(const struct dict *, uint64_t))
{
	if (i < m->count)
		step(m->parts, m->list[i].hash);
}

static void
give_numbers(struct making *m)
{
	for (size_t i = 0; i < m->count; i++) {
		const struct waiting *w = &m->list[i];

		expect(m, i + 2 * AHEAD, dict_expect_slot);
		expect(m, i + AHEAD, dict_expect_text);
		*w->to = dict_add(m->parts, span_make(m->text.p + w->at, w->len), w->hash);
	}
	m->count = 0;
	buf_reset(&m->text);
}

static void
mailbox_row(struct making *m, struct email_row *row, struct span text)
{
	size_t at = span_index(text, '@');

	row->letters = sketch_letters(span_head(text, at));
	part(m, ROLE_LOCAL, span_head(text, at), &row->local);
	part(m, ROLE_DOMAIN, at < text.len ? span_skip(text, at + 1) : span_none(), &row->domain);
}

void
values_mailboxes(struct values *v)
{
	uint32_t count = values_count(v, FACT_EMAIL);
	struct making *m;

	v->mailbox_parts = dict_new();
	m = begin(v, v->mailbox_parts);
	v->email = mem_alloc(((size_t)count + 1) * sizeof *v->email);
	for (uint32_t i = 0; i < count; i++) {
		mailbox_row(m, &v->email[i], values_text(v, FACT_EMAIL, i));
		if (i % BATCH == BATCH - 1)
			give_numbers(m);
	}
	give_numbers(m);
	end(m);
}

void
values_phones(struct values *v)
{
	uint32_t count = values_count(v, FACT_PHONE);

	v->phone = mem_zero((size_t)count + 1, sizeof *v->phone);
	for (uint32_t i = 0; i < count; i++) {
		struct span text = values_text(v, FACT_PHONE, i);
		struct phone_row *row = &v->phone[i];

		row->sure = text.p[0] == '+';
		for (size_t c = 0; c < text.len && row->count < 19; c++)
			if (text.p[c] >= '0' && text.p[c] <= '9') {
				row->digits = row->digits * 10 + (uint64_t)(text.p[c] - '0');
				row->count++;
			}
	}
}

void
values_identifiers(struct values *v)
{
	uint32_t count = values_count(v, FACT_IDENTIFIER);

	v->identifier = mem_alloc(((size_t)count + 1) * sizeof *v->identifier);
	for (uint32_t i = 0; i < count; i++)
		v->identifier[i] = sketch_slip(values_text(v, FACT_IDENTIFIER, i));
}

/* ---- places ---- */

static void
street_parts(struct making *m, struct place_row *row, struct span street, struct span country)
{
	struct address_parts parts = address_parts(street, country, span_none(), &m->arena);
	struct address_key key = address_key(&parts, &m->arena);

	part(m, ROLE_STREET, key.street.p != NULL ? key.street : key.po_box, &row->street);
	part(m, ROLE_HOUSE, key.number, &row->house);
	part(m, ROLE_UNIT, key.unit, &row->unit);
	if (parts.building.p != NULL)
		part(m, ROLE_STREET, text_fold(parts.building, &m->arena), &row->building);
}

static const struct place_row PLACE_ROW_NONE = { VALUE_NONE, VALUE_NONE, VALUE_NONE, VALUE_NONE,
    VALUE_NONE, VALUE_NONE, VALUE_NONE, VALUE_NONE, VALUE_NONE };

/* What a neighbour's postcode has too: the district, or where that is the whole code the region. */
static struct span
area_of(struct span postcode, struct span country)
{
	struct span district = postcode_district(postcode, country);

	return district.p != NULL && district.len < postcode.len ? district :
	    postcode_area(postcode, country);
}

static void
place_row(struct making *m, struct place_row *row, struct span text)
{
	struct span field[PLACE_PARTS], postcode = span_none();

	for (int i = 0; i < PLACE_PARTS; i++)
		if (!span_split(&text, PLACE_BETWEEN, &field[i]))
			field[i] = span_none();
	*row = PLACE_ROW_NONE;
	if (field[PLACE_STREET].len > 0)
		street_parts(m, row, field[PLACE_STREET], field[PLACE_COUNTRY]);
	if (field[PLACE_POSTCODE].len > 0)
		postcode = postcode_key(field[PLACE_POSTCODE], &m->arena);
	part(m, ROLE_POSTCODE, postcode, &row->postcode);
	if (postcode.p != NULL) {
		part(m, ROLE_PREFIX, area_of(postcode, field[PLACE_COUNTRY]), &row->prefix);
		row->slip = sketch_slip(postcode);
	}
	if (field[PLACE_LOCALITY].len > 0)
		part(m, ROLE_LOCALITY, locality_key(field[PLACE_LOCALITY], &m->arena), &row->locality);
}

/* Street and house as one. */
static void
home(struct making *m, struct place_row *row)
{
	const uint32_t both[] = { row->street, row->house };

	if (row->street != VALUE_NONE && row->house != VALUE_NONE)
		part(m, ROLE_HOME, span_make((const char *)both, sizeof both), &row->home);
}

void
values_places(struct values *v)
{
	uint32_t count = values_count(v, FACT_PLACE);
	struct making *m;

	v->parts = dict_new();
	m = begin(v, v->parts);
	v->place = mem_alloc(((size_t)count + 1) * sizeof *v->place);
	for (uint32_t from = 0, to; from < count; from = to) {
		to = count - from < BATCH ? count : from + BATCH;
		for (uint32_t i = from; i < to; i++) {
			place_row(m, &v->place[i], values_text(v, FACT_PLACE, i));
			arena_reset(&m->arena);
		}
		give_numbers(m);
		for (uint32_t i = from; i < to; i++)
			home(m, &v->place[i]);
		give_numbers(m);
	}
	end(m);
}

/* ---- who holds them ---- */

static void
hold(uint32_t *held, uint32_t part, uint32_t holders)
{
	if (part != VALUE_NONE)
		held[part] += holders;
}

/* Mailboxes get their final numbers: those of places come first. */
void
values_count_parts(struct values *v)
{
	uint32_t first = dict_count(v->parts);
	uint32_t *held;

	v->part_count = first + dict_count(v->mailbox_parts);
	v->part_holders = v->part_present = held = mem_zero((size_t)v->part_count + 1, sizeof *held);
	for (uint32_t i = 0; i < values_count(v, FACT_PLACE); i++) {
		const struct place_row *p = &v->place[i];
		const uint32_t all[] = { p->street, p->house, p->unit, p->postcode, p->locality,
		    p->prefix, p->building == p->street ? VALUE_NONE : p->building, p->home };

		for (size_t n = 0; n < sizeof all / sizeof *all; n++)
			hold(held, all[n], v->holders[FACT_PLACE][i]);
	}
	for (uint32_t i = 0; i < values_count(v, FACT_EMAIL); i++) {
		struct email_row *row = &v->email[i];

		row->local += row->local == VALUE_NONE ? 0 : first;
		row->domain += row->domain == VALUE_NONE ? 0 : first;
		hold(held, row->local, v->holders[FACT_EMAIL][i]);
		hold(held, row->domain, v->holders[FACT_EMAIL][i]);
	}
}

/* ---- their names ---- */

bool
values_part_weighs(const struct values *v, uint32_t number)
{
	switch (values_part_key(v, number).p[0]) {
	case ROLE_STREET: case ROLE_HOME: case ROLE_POSTCODE: case ROLE_PREFIX: case ROLE_LOCALITY:
		return true;
	default:
		return false;
	}
}

struct span
values_part_name(const struct values *v, uint32_t number, struct buf *room)
{
	struct span key = values_part_key(v, number);
	uint32_t both[2];

	if (key.p[0] != ROLE_HOME)
		return key;
	memcpy(both, key.p + 1, sizeof both);
	buf_reset(room);
	buf_byte(room, ROLE_HOME);
	buf_add(room, values_part(v, both[0]));
	buf_byte(room, PLACE_BETWEEN);
	buf_add(room, values_part(v, both[1]));
	return buf_span(room);
}

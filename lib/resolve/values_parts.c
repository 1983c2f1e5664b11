/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/values_parts.c: addresses and mailboxes as numbers of their parts, telephones as
 * digits. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/pipeline.h"
#include "normal/address_parts.h"
#include "normal/key.h"
#include "normal/postcode_parts.h"
#include "resolve/dict.h"
#include "resolve/values.h"
#include "resolve/values_priv.h"

enum {
	BATCH = 512,		/* values whose parts are read before the first gets its numbers */
	PARTS_MOST = 7		/* of one value */
};

/* Roles of parts, the first byte of their text in the dictionary. */
enum role { ROLE_STREET = 's', ROLE_HOUSE = 'h', ROLE_UNIT = 'u', ROLE_POSTCODE = 'p',
    ROLE_PREFIX = 'x', ROLE_LOCALITY = 'l', ROLE_HOME = 'o',
    ROLE_LOCAL = '@', ROLE_DOMAIN = '.' };

/* Some values, whose parts are read by any thread and then numbered in their order. */
struct batch {
	uint32_t	 from, to;
	struct arena	 arena;		/* of one value */
	struct arena	 texts;		/* of the list */
	struct dict_wanted list[BATCH * PARTS_MOST];
	size_t		 count;
	struct batch	*next;
};

struct making {
	struct values	*v;
	struct dict	*parts;
	uint32_t	 next, count;	/* values */
	struct batch	*spare;
};

static void
part(struct batch *b, enum role role, struct span text, uint32_t *to)
{
	char *value;

	*to = VALUE_NONE;
	if (text.p == NULL || text.len == 0)
		return;
	value = arena_alloc(&b->texts, 1 + text.len);
	value[0] = (char)role;
	memcpy(value + 1, text.p, text.len);
	b->list[b->count++] = (struct dict_wanted){ span_make(value, 1 + text.len),
	    dict_hash(span_make(value, 1 + text.len)), to };
}

static void
give_numbers(struct dict *parts, struct batch *b)
{
	dict_add_all(parts, b->list, b->count);
	b->count = 0;
	arena_reset(&b->texts);
}

static int
make(void *arg, void **item, struct error *e)
{
	struct making *m = arg;
	struct batch *b = m->spare;

	(void)e;
	if (m->next == m->count)
		return 0;
	if (b != NULL)
		m->spare = b->next;
	else
		b = mem_zero(1, sizeof *b);
	b->from = m->next;
	b->to = m->next += m->count - m->next < BATCH ? m->count - m->next : BATCH;
	*item = b;
	return 1;
}

static void
drop(void *arg, void *item)
{
	struct making *m = arg;
	struct batch *b = item;

	b->next = m->spare;
	m->spare = b;
}

typedef void batch_work(void *arg, void *item, unsigned worker);
typedef int batch_emit(void *arg, void *item, struct error *e);

/* All values of the kind. */
static void
make_parts(struct values *v, enum fact_kind kind, struct dict *parts, batch_work *work,
    batch_emit *emit, unsigned threads)
{
	struct making m = { .v = v, .parts = parts, .count = values_count(v, kind) };
	struct pipeline p = { make, work, emit, drop, threads, 0 };
	struct error none = { 0 };
	int r = pipeline_run(&p, &m, &none);

	(void)r;	/* nothing in it can fail */
	dict_close(parts);
	while (m.spare != NULL) {
		struct batch *b = m.spare;

		m.spare = b->next;
		arena_done(&b->arena);
		arena_done(&b->texts);
		mem_free(b);
	}
}

/* ---- mailboxes, telephones, identifiers ---- */

static void
mailbox_row(struct batch *b, struct email_row *row, struct span text)
{
	size_t at = span_index(text, '@');

	row->letters = sketch_letters(span_head(text, at));
	part(b, ROLE_LOCAL, span_head(text, at), &row->local);
	part(b, ROLE_DOMAIN, at < text.len ? span_skip(text, at + 1) : span_none(), &row->domain);
}

static void
read_mailboxes(void *arg, void *item, unsigned worker)
{
	struct batch *b = item;
	struct values *v = ((struct making *)arg)->v;

	(void)worker;
	for (uint32_t i = b->from; i < b->to; i++)
		mailbox_row(b, &v->email[i], values_text(v, FACT_EMAIL, i));
}

static int
number_mailboxes(void *arg, void *item, struct error *e)
{
	struct making *m = arg;

	(void)e;
	give_numbers(m->parts, item);
	drop(m, item);
	return 0;
}

void
values_mailboxes(struct values *v)
{
	v->mailbox_parts = dict_new();
	v->email = mem_alloc(((size_t)values_count(v, FACT_EMAIL) + 1) * sizeof *v->email);
	make_parts(v, FACT_EMAIL, v->mailbox_parts, read_mailboxes, number_mailboxes, 1);
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
			if (ascii_digit(text.p[c])) {
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
street_parts(struct batch *b, struct place_row *row, struct span street, struct span country)
{
	struct address_parts parts = address_parts(street, country, span_none(), &b->arena);
	struct address_key key = address_key(&parts, &b->arena);
	struct span named = key.street.p != NULL ? key.street : key.po_box;

	part(b, ROLE_STREET, named, &row->street);
	row->of_street = sketch_make(named);
	part(b, ROLE_HOUSE, key.number, &row->house);
	part(b, ROLE_UNIT, key.unit, &row->unit);
	if (parts.building.p != NULL)
		part(b, ROLE_STREET, text_fold(parts.building, &b->arena), &row->building);
}

static const struct place_row PLACE_ROW_NONE = { VALUE_NONE, VALUE_NONE, VALUE_NONE, VALUE_NONE,
    VALUE_NONE, VALUE_NONE, VALUE_NONE, VALUE_NONE, VALUE_NONE, { 0, 0, 0, 0 } };

/* What a neighbour's postcode has too: the district, or where that is the whole code the region. */
static struct span
area_of(struct span postcode, struct span country)
{
	struct span district = postcode_district(postcode, country);

	return district.p != NULL && district.len < postcode.len ? district :
	    postcode_area(postcode, country);
}

static void
place_row(struct batch *b, struct place_row *row, struct span text)
{
	struct span field[PLACE_PARTS], postcode = span_none();

	for (int i = 0; i < PLACE_PARTS; i++)
		if (!span_split(&text, PLACE_BETWEEN, &field[i]))
			field[i] = span_none();
	*row = PLACE_ROW_NONE;
	if (field[PLACE_STREET].len > 0)
		street_parts(b, row, field[PLACE_STREET], field[PLACE_COUNTRY]);
	if (field[PLACE_POSTCODE].len > 0)
		postcode = postcode_key(field[PLACE_POSTCODE], &b->arena);
	part(b, ROLE_POSTCODE, postcode, &row->postcode);
	if (postcode.p != NULL) {
		part(b, ROLE_PREFIX, area_of(postcode, field[PLACE_COUNTRY]), &row->prefix);
		row->slip = sketch_slip(postcode);
	}
	if (field[PLACE_LOCALITY].len > 0)
		part(b, ROLE_LOCALITY, locality_key(field[PLACE_LOCALITY], &b->arena), &row->locality);
}

/* Street and house as one. */
static void
home(struct batch *b, struct place_row *row)
{
	const uint32_t both[] = { row->street, row->house };

	if (row->street != VALUE_NONE && row->house != VALUE_NONE)
		part(b, ROLE_HOME, span_make((const char *)both, sizeof both), &row->home);
}

static void
read_places(void *arg, void *item, unsigned worker)
{
	struct batch *b = item;
	struct values *v = ((struct making *)arg)->v;

	(void)worker;
	for (uint32_t i = b->from; i < b->to; i++) {
		place_row(b, &v->place[i], values_text(v, FACT_PLACE, i));
		arena_reset(&b->arena);
	}
}

static int
number_places(void *arg, void *item, struct error *e)
{
	struct making *m = arg;
	struct batch *b = item;

	(void)e;
	give_numbers(m->parts, b);
	for (uint32_t i = b->from; i < b->to; i++)
		home(b, &m->v->place[i]);
	give_numbers(m->parts, b);
	drop(m, b);
	return 0;
}

void
values_places(struct values *v, unsigned threads)
{
	v->parts = dict_new();
	v->place = mem_alloc(((size_t)values_count(v, FACT_PLACE) + 1) * sizeof *v->place);
	make_parts(v, FACT_PLACE, v->parts, read_places, number_places, threads);
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

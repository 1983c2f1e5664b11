/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/row.c: rows out of a profile: columns = contract ∩ decision, contact columns only
 * with the addresses that have a permit of their own. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/map.h"
#include "export/audience.h"
#include "export/egress.h"
#include "export/permit.h"
#include "export/pseudonym.h"
#include "export/row.h"
#include "io/json_write.h"
#include "model/decision.h"
#include "model/profile.h"
#include "model/seal.h"

struct row_maker {
	struct audience	*a;
	struct egress	*g;
	struct arena	 arena;		/* of the profile at hand */
	struct buf	 row, text;
	unsigned char	*present;	/* per field of the contract: stands in the row */
};

struct row_maker *
row_maker_new(struct audience *a, struct egress *g)
{
	struct row_maker *m = mem_zero(1, sizeof *m);

	m->a = a;
	m->g = g;
	m->present = mem_zero(a->contract.field_count + 1, 1);
	return m;
}

void
row_maker_free(struct row_maker *m)
{
	arena_done(&m->arena);
	mem_free(m->present);
	buf_done(&m->row);
	buf_done(&m->text);
	mem_free(m);
}

static void
count(struct row_maker *m, struct span code)
{
	++*map_slot(m->a->codes, code);
}

/* Wishes that no column of the layout can carry on; one that binds has kept its address out. */
static void
count_obligations(struct row_maker *m, const struct permit *permit)
{
	for (size_t i = 0; i < permit->count; i++)
		for (size_t k = 0; k < permit->released[i]->obligation_count; k++)
			count(m, SPAN("N_OBLIGATION"));
}

void
row_header(struct row_maker *m)
{
	const struct contract *c = &m->a->contract;

	if (c->layout != LAYOUT_CSV)
		return;
	buf_add(&m->a->rows, formula_mark(m->a->profile));
	for (size_t i = 0; i < c->field_count; i++) {
		if (i > 0)
			buf_byte(&m->a->rows, ',');
		formula_cell(&m->a->rows, c->fields[i].path, m->a->profile);
	}
	buf_add(&m->a->rows, formula_line_end(m->a->profile));
}

/* What one row is made of: the person, and the permits that stand behind it. */
struct sheet {
	const struct profile	 *p;
	const struct decision	**d;
	size_t			  n;
};

static bool
dropped(const struct field *f, const struct sheet *s)
{
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->d[i]->drop.n; k++)
			if (field_dropped(f, s->d[i]->drop.v[k]))
				return true;
	return false;
}

static bool
is_contact(const struct field *f, const struct sheet *s)
{
	return s->d[0]->address_field.p != NULL && (span_equal(f->path, s->d[0]->address_field) ||
	    (f->kind == FIELD_ADDRESS_PART && span_is(s->d[0]->address_field, "address")));
}

/* Best first: the person's own order is unknown in this version, so byte order decides. */
static size_t
contacts(struct row_maker *m, const struct sheet *s, struct span **values)
{
	*values = arena_alloc(&m->arena, s->n * sizeof **values);
	for (size_t i = 0; i < s->n; i++)
		(*values)[i] = s->d[i]->address_value;
	return s->n;
}

static size_t
made(struct row_maker *m, const struct field *f, const struct sheet *s, struct span **values)
{
	buf_reset(&m->text);
	if (f->kind == FIELD_PSEUDONYM)
		pseudonym_write(m->a, s->p->fields.id, &m->text);
	else if (f->kind == FIELD_BASIS && s->d[0]->basis.n > 0)
		buf_add(&m->text, s->d[0]->basis.v[0]);
	else if (f->kind == FIELD_VALID_UNTIL)
		instant_write(&m->text, s->d[0]->valid_until);
	*values = arena_alloc(&m->arena, sizeof **values);
	(*values)[0] = arena_copy(&m->arena, buf_span(&m->text));
	return m->text.len > 0;
}

static size_t
values_of(struct row_maker *m, const struct field *f, const struct sheet *s, struct span **values)
{
	if (dropped(f, s)) {
		count(m, SPAN("R_FIELD"));
		return 0;
	}
	if (is_contact(f, s) && (f->kind == FIELD_MANY || f->kind == FIELD_IDENTIFIER))
		return contacts(m, s, values);
	if (f->kind == FIELD_PSEUDONYM || f->kind == FIELD_BASIS || f->kind == FIELD_VALID_UNTIL)
		return made(m, f, s, values);
	return field_values(f, s->p, values, &m->arena);
}

/* Four fields a hexadecimal digit, the first field the highest bit. */
static void
write_present(struct row_maker *m, struct buf *out)
{
	for (size_t i = 0; i < m->a->contract.field_count; i += 4) {
		unsigned digit = 0;

		for (size_t k = i; k < i + 4; k++)
			digit = digit * 2 + (k < m->a->contract.field_count && m->present[k]);
		buf_byte(out, "0123456789abcdef"[digit]);
	}
}

/* A cell holds one value, the best; --row address gives every address its row. */
static void
write_csv(struct row_maker *m, const struct sheet *s)
{
	const struct contract *c = &m->a->contract;

	for (size_t i = 0; i < c->field_count; i++) {
		struct span *v;
		size_t n = values_of(m, &c->fields[i], s, &v);
		bool there = n > 0 && v[0].p != NULL;

		if (i > 0)
			buf_byte(&m->row, ',');
		m->present[i] = there;
		if (there)
			m->a->cells_guarded += formula_cell(&m->row, v[0], m->a->profile);
		else if (m->a->profile == CSV_SPREADSHEET || c->field_count == 1)
			buf_text(&m->row, "\"\"");	/* a line of nothing would be no row */
	}
	buf_add(&m->row, formula_line_end(m->a->profile));
}

static void
write_json(struct row_maker *m, const struct sheet *s)
{
	const struct contract *c = &m->a->contract;
	struct json_writer w = json_writer(&m->row);

	json_open_object(&w);
	for (size_t i = 0; i < c->field_count; i++) {
		const struct field *f = &c->fields[i];
		struct span *v;
		size_t n = values_of(m, f, s, &v);
		bool list = f->kind == FIELD_MANY || f->kind == FIELD_IDENTIFIER ||
		    f->kind == FIELD_ADDRESS_PART;

		m->present[i] = n > 0;
		if (n == 0)
			continue;
		json_key(&w, f->path);
		if (list)
			json_open_array(&w);
		for (size_t k = 0; k < (list ? n : 1); k++)
			if (v[k].p == NULL)
				json_raw(&w, SPAN("null"));
			else
				json_text(&w, v[k]);
		if (list)
			json_end(&w);
	}
	json_end(&w);
	buf_byte(&m->row, '\n');
}

static void
write_row(struct row_maker *m, const struct sheet *s)
{
	struct audience *a = m->a;

	buf_reset(&m->row);
	if (a->contract.layout == LAYOUT_CSV)
		write_csv(m, s);
	else
		write_json(m, s);
	buf_add(&a->rows, buf_span(&m->row));
	a->row_count++;
	for (size_t i = 0; i < s->n; i++)
		if (a->valid_until == INSTANT_NONE || s->d[i]->valid_until < a->valid_until)
			a->valid_until = s->d[i]->valid_until;
	buf_reset(&m->text);
	write_present(m, &m->text);
	for (size_t i = 0; m->g != NULL && i < s->n; i++)
		egress_row(m->g, s->p->fields.id, (struct egress_contact){ s->d[i]->address_field,
		    s->d[i]->address_value }, s->d[i]->id, buf_span(&m->row), buf_span(&m->text));
}

/* Of one that was edited nobody knows what it would have said. */
static int
check_seals(const struct token_key *key, struct span profile, const struct decision *list,
    size_t count, struct error *e)
{
	for (size_t i = 0; key != NULL && i < count; i++)
		if (!seal_holds(key, profile, list[i].raw))
			return error_set(e, REFUSED, "E_SEAL",
			    "a decision that is not as cdp-consent filter sealed it");
	return 0;
}

int
row_profile(struct row_maker *m, const struct ndjson *n, struct error *e)
{
	struct audience *a = m->a;
	struct permit_question q = { a->purpose, a->contract.controller, a->contract.channel,
	    a->contract.id, a->now };
	struct decision *list = NULL;
	struct profile p;
	struct permit permit;
	size_t decided = 0;

	arena_reset(&m->arena);
	if (profile_read(n, &p, &m->arena, e) < 0)
		return -1;
	if (p.fields.decisions.p != NULL &&
	    decisions_read(p.fields.decisions, &list, &decided, &m->arena, e) < 0)
		return -1;
	if (check_seals(a->seal, p.fields.id, list, decided, e) < 0)
		return -1;
	if (permit_judge(&q, &p.fields, list, decided, &permit, &m->arena, e) < 0)
		return -1;
	if (permit.count == 0) {
		count(m, permit.code);
		return 0;
	}
	count_obligations(m, &permit);
	if (!a->by_address) {	/* a cell has room for one address: only its permit is used */
		write_row(m, &(struct sheet){ &p, permit.released,
		    a->contract.layout == LAYOUT_CSV ? 1 : permit.count });
		return 0;
	}
	for (size_t i = 0; i < permit.count; i++)
		write_row(m, &(struct sheet){ &p, &permit.released[i], 1 });
	return 0;
}

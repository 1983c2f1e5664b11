/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/auto_house.c: a house number in a column of its own goes with its street. Apart, neither
 * is an address: the street alone is shared by hundreds, the number alone says nothing. */
#include "base/alloc.h"
#include "ingest/auto_priv.h"
#include "ingest/intake_priv.h"
#include "ingest/words.h"

#include <string.h>

/* What a column of house numbers is called, and whether the number stands before the street there. */
static const struct {
	struct span	word;
	bool		before;
} house_words[] = {
	{ SPAN_INIT("house number"), true }, { SPAN_INIT("house num"), true },
	{ SPAN_INIT("house no"), true }, { SPAN_INIT("street number"), true },
	{ SPAN_INIT("street num"), true }, { SPAN_INIT("street no"), true },
	{ SPAN_INIT("hausnummer"), false }, { SPAN_INIT("haus nr"), false },
	{ SPAN_INIT("hausnr"), false }, { SPAN_INIT("numero da porta"), false },
	{ SPAN_INIT("numero de porta"), false }, { SPAN_INIT("numero da casa"), false },
	{ SPAN_INIT("numero de casa"), false }, { SPAN_INIT("numero de calle"), false },
};

static bool
is_house_number(struct input *in, size_t column, bool *before)
{
	struct span word = header_fold(in->header[column], &in->arena);

	for (size_t i = 0; i < sizeof house_words / sizeof *house_words; i++)
		if (span_equal(word, house_words[i].word)) {
			*before = house_words[i].before;
			return true;
		}
	return false;
}

static bool
all_digits(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.len > 0;
}

/* "12 Main Street", "Rua do Ouro 12"; "47th Avenue" has none. */
bool
auto_has_number(struct span street)
{
	size_t first = span_index(street, ' '), last = street.len;

	while (last > 0 && street.p[last - 1] != ' ')
		last--;
	return all_digits(span_head(street, first)) || all_digits(span_skip(street, last));
}

/* The rule of the only column that is a street so far, or NULL. */
static struct column_rule *
street_of(struct mapping *m)
{
	struct target street;

	if (!target_parse(SPAN("address.0.street_address"), &street, m->arena))
		return NULL;
	for (size_t i = 0; i < m->column_count; i++)
		if (target_same(&m->columns[i].target, &street))
			return &m->columns[i];
	return NULL;
}

static bool
is_numbered(const struct input *in, struct span street, const struct seen *seen)
{
	for (size_t i = 0; i < in->header_count; i++)
		if (span_equal(in->header[i], street))
			return 2 * seen[i].numbered > seen[i].filled;
	return false;
}

/* What was the rule of the street becomes one of both columns. */
static void
join(struct mapping *m, struct column_rule *street, struct span number, bool before)
{
	struct derive_rule *d = arena_zero(m->arena, 1, sizeof *d);
	struct span *columns = arena_zero(m->arena, 2, sizeof *columns);

	columns[before ? 0 : 1] = number;
	columns[before ? 1 : 0] = street->name;
	*d = (struct derive_rule){ .kind = DERIVE_CONCAT, .rule = *street, .columns = { columns, 2 },
	    .with = SPAN(" "), .part = 1 };
	d->rule.name = SPAN("address.0.street_address");
	m->derives = d;
	m->derive_count = 1;
	memmove(street, street + 1,
	    (size_t)(m->columns + m->column_count - (street + 1)) * sizeof *street);
	m->column_count--;
}

void
auto_house(struct input *in, const struct intake_options *o, const struct seen *seen, bool *known)
{
	struct column_rule *street = street_of(in->mapping);
	struct buf why = { 0 };
	bool before = false;

	if (in->type != INPUT_CSV || street == NULL || is_numbered(in, street->name, seen))
		return;
	for (size_t i = 0; i < in->header_count; i++) {
		if (seen[i].filled == 0 || !is_house_number(in, i, &before))
			continue;
		buf_print(&why, "a house number, %s the street", before ? "before" : "after");
		auto_note(in, o, in->header[i], SPAN("address.0.street_address"), &why);
		join(in->mapping, street, in->header[i], before);
		known[i] = true;
		break;
	}
	buf_done(&why);
}

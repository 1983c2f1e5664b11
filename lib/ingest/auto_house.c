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
	{ SPAN_INIT("huisnummer"), false }, { SPAN_INIT("huisnr"), false },
	{ SPAN_INIT("numer domu"), false }, { SPAN_INIT("nr domu"), false },
	{ SPAN_INIT("numero civico"), false }, { SPAN_INIT("civico"), false },
	{ SPAN_INIT("numero da porta"), false },
	{ SPAN_INIT("numero de porta"), false }, { SPAN_INIT("numero da casa"), false },
	{ SPAN_INIT("numero de casa"), false }, { SPAN_INIT("numero de calle"), false },
	{ SPAN_INIT("numero exterior"), false }, { SPAN_INIT("num ext"), false }, { SPAN_INIT("no ext"), false },
	{ SPAN_INIT("no exterior"), false }, { SPAN_INIT("husnummer"), false }, { SPAN_INIT("hus nr"), false },
	{ SPAN_INIT("talonumero"), false }, { SPAN_INIT("hazszam"), false }, { SPAN_INIT("cislo domu"), false },
	{ SPAN_INIT("cislo popisne"), false }, { SPAN_INIT("c p"), false }, { SPAN_INIT("kucni broj"), false },
	{ SPAN_INIT("kapi no"), false }, { SPAN_INIT("номер дома"), false }, { SPAN_INIT("дом"), false },
	{ SPAN_INIT("מס בית"), false }, { SPAN_INIT("מספר בית"), false }, { SPAN_INIT("αριθμοσ οδου"), false },
};

/* Any number may be called so; only right beside a street it is the house's. */
static const struct span number_words[] = { SPAN_INIT("numero"), SPAN_INIT("number"),
    SPAN_INIT("nummer"), SPAN_INIT("num"), SPAN_INIT("nr"), SPAN_INIT("no"),
    SPAN_INIT("αριθμοσ"), SPAN_INIT("αρ"), SPAN_INIT("cislo"), SPAN_INIT("broj"), SPAN_INIT("מספר"), SPAN_INIT("מס") };

static bool
is_house_number(const struct sheet *s, size_t column, size_t street, bool *before)
{
	struct span word = header_fold(s->in->header[column], &s->in->arena);

	for (size_t i = 0; i < sizeof house_words / sizeof *house_words; i++)
		if (word_is(word, house_words[i].word)) {
			*before = house_words[i].before;
			return true;
		}
	*before = column + 1 == street;
	if ((!*before && column != street + 1) || 2 * s->seen[column].numbered < s->seen[column].filled)
		return false;
	for (size_t i = 0; i < sizeof number_words / sizeof *number_words; i++)
		if (word_is(word, number_words[i]))
			return true;
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

/* What was the rule of the street becomes one of both columns. */
static void
join(struct sheet *s, struct column_rule *street, struct span number, bool before)
{
	struct span *columns = arena_zero(s->m->arena, 2, sizeof *columns);

	columns[before ? 0 : 1] = number;
	columns[before ? 1 : 0] = street->name;
	auto_withdraw(s->m, street);
	auto_derive(s, DERIVE_CONCAT, (struct texts){ columns, 2 }, SPAN("address.0.street_address"));
}

void
auto_house(struct sheet *s)
{
	struct column_rule *street = auto_rule_of(s->m, SPAN("address.0.street_address"));
	size_t at = street == NULL ? 0 : auto_column_of(s, street->name);
	struct buf why = { 0 };
	bool before = false;

	if (s->in->type != INPUT_CSV || street == NULL || 2 * s->seen[at].numbered > s->seen[at].filled)
		return;
	for (size_t i = 0; i < s->in->header_count; i++) {
		if (s->seen[i].filled == 0 || !is_house_number(s, i, at, &before))
			continue;
		buf_print(&why, "a house number, %s the street", before ? "before" : "after");
		auto_note(s, s->in->header[i], SPAN("address.0.street_address"), &why);
		join(s, street, s->in->header[i], before);
		s->known[i] = true;
		break;
	}
	buf_done(&why);
}

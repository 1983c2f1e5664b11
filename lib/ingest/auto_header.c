/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/auto_header.c: headers that say more than a word: the same in two languages ("Courriel /
 * Email"), a remark in brackets ("DOB (dd/mm/yyyy)"), or all the parts of a column ("PLZ/Ort"). */
#include "base/arena.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "ingest/auto_priv.h"
#include "ingest/intake_priv.h"
#include "ingest/words.h"
#include "normal/town.h"

#include <string.h>

/* Somebody else than the person of the row, as the beginning of a word or anywhere in scripts without
 * blanks. Told apart from the row's own only by the whole header, which the table does not have. */
static const char *const others[] = { "parent", "guardian", "emergency", "spouse", "partner", "mother", "father",
    "kin", "referr", "beneficiar", "insured", "employer", "dependant", "dependent", "relative", "manager",
    "notfall", "eltern", "mutter", "vater", "ehe", "vormund", "versicherte", "urgence", "mere", "pere", "conjoint",
    "tuteur", "assure", "emergencia", "madre", "padre", "tutor", "conyuge", "asegurado", "beneficiario", "mae",
    "pai", "conjuge", "responsavel", "segurado", "emergenza", "genitore", "coniuge", "tutore", "ouder", "nood",
    "voogd", "matka", "matki", "ojciec", "ojca", "opiekun", "rodic", "zastupce", "matky", "otce", "huoltaja",
    "保護者", "緊急", "보호자", "비상", "监护", "紧急", "ผปกครอง", "ฉกเฉน", "מבוטח", "הורה", "חירום",
    "кон жен", "родител", "мать", "отец", NULL };

bool
header_is_of_other(struct span header, struct arena *arena)
{
	struct span folded = header_fold_whole(header, arena);

	for (size_t i = 0; others[i] != NULL; i++) {
		struct span word = span_from(others[i]), rest = folded, token;
		bool letters = (unsigned char)word.p[0] < 0x80;

		if (!letters && memmem(folded.p, folded.len, word.p, word.len) != NULL)
			return true;
		while (letters && span_split(&rest, ' ', &token))
			if (span_starts(token, word))
				return true;
	}
	return false;
}

/* The header without what stands in brackets, if something does. */
static struct span
without_remark(struct span header, struct arena *arena)
{
	static const struct span open[] = { SPAN_INIT("("), SPAN_INIT("["), SPAN_INIT("（") };
	static const struct span close[] = { SPAN_INIT(")"), SPAN_INIT("]"), SPAN_INIT("）") };

	for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
		const char *from = memmem(header.p, header.len, open[i].p, open[i].len), *to;
		struct buf text = { 0 };
		struct span rest;

		if (from == NULL)
			continue;
		rest = span_skip(header, (size_t)(from - header.p));
		to = memmem(rest.p, rest.len, close[i].p, close[i].len);
		buf_add(&text, span_head(header, (size_t)(from - header.p)));
		if (to != NULL)
			buf_add(&text, span_skip(rest, (size_t)(to - rest.p) + close[i].len));
		rest = arena_copy(arena, span_trim(buf_span(&text)));
		buf_done(&text);
		return rest;
	}
	return span_none();
}

/* The senses of one side that the other has as well; a side that says nothing leaves them all. */
static struct meaning
common(const struct meaning *a, const struct meaning *b)
{
	struct meaning m = a->n > 0 ? *a : *b;
	size_t kept = 0;

	if (a->n == 0 || b->n == 0)
		return m;
	for (size_t i = 0; i < a->n; i++)
		for (size_t j = 0; j < b->n; j++)
			if (span_equal(a->senses[i].target, b->senses[j].target)) {
				m.senses[kept++] = a->senses[i].beside.len > 0 ? b->senses[j] : a->senses[i];
				break;
			}
	m.n = kept;
	return m;
}

static struct meaning
meaning_of_sides(struct span header, struct arena *arena)
{
	struct meaning m = { .n = 0 };
	struct span rest = header, side;
	bool first = true;

	while (span_split(&rest, '/', &side)) {
		struct meaning next = meaning_of_plain(span_trim(side), arena);

		if (!first && next.n > 0 && m.n > 0) {
			m = common(&m, &next);
			if (m.n == 0)
				return m;
		} else if (next.n > 0) {
			m = next;
		}
		first = false;
	}
	return m;
}

/* Where the last mark is that joins a word to what it is a part or a kind of: "Phone - Work", "Address 1: City",
 * "TEL;TYPE=CELL" of a business card; its length, or 0. */
static size_t
last_mark(struct span header, size_t *at)
{
	static const struct span marks[] = { SPAN_INIT(" - "), SPAN_INIT(":"), SPAN_INIT(";") };

	for (size_t i = header.len; i-- > 1;)
		for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
			if (span_starts(span_skip(header, i), marks[k])) {
				*at = i;
				return marks[k].len;
			}
	return 0;
}

/* Which of several telephones or mailboxes, and nothing else than that. */
static bool
is_kind(struct span right, struct arena *arena)
{
	static const char *const kinds[] = { "value", "work", "home", "mobile", "cell", "other", "main", "primary",
	    "secondary", "private", "personal", "business", "office", "landline", "internet", "voice", "pref", NULL };
	struct span rest = header_fold_whole(right, arena), token;
	size_t known = 0;

	while (span_split(&rest, ' ', &token)) {
		bool found = span_is(token, "type");

		for (size_t i = 0; kinds[i] != NULL && !found; i++)
			found = span_is(token, kinds[i]);
		if (!found)
			return false;
		known++;
	}
	return known > 0;
}

static bool
is_address_part(struct span target)
{
	return span_starts(target, SPAN("address."));
}

/* A part of the address that stands before the mark, or one of the telephones or mailboxes. */
static struct meaning
meaning_of_marked(struct span header, struct arena *arena)
{
	struct meaning m = { .n = 0 }, left, right;
	size_t at, len = last_mark(header, &at);

	if (len == 0)
		return m;
	left = meaning_of(span_trim(span_head(header, at)), arena);
	if (left.n > 0 && is_address_part(left.senses[0].target)) {
		right = meaning_of(span_trim(span_skip(header, at + len)), arena);
		for (size_t i = 0; i < right.n; i++)
			if (is_address_part(right.senses[i].target))
				m.senses[m.n++] = right.senses[i];
		m.place = header_fold_whole(span_head(header, at), arena);
	} else if (left.n > 0 && left.senses[0].shape.len > 0 && is_kind(span_skip(header, at + len), arena) &&
	    (span_is(left.senses[0].target, "phone_number") || span_is(left.senses[0].target, "email"))) {
		m = left;
	}
	return m;
}

struct meaning
meaning_of(struct span header, struct arena *arena)
{
	struct meaning m = meaning_of_plain(header, arena), marked = { .n = 0 };
	struct span bare;

	if (m.n > 0 || header_is_of_other(header, arena))
		return m;
	bare = without_remark(header, arena);
	if (bare.len > 0)
		m = meaning_of_plain(bare, arena);
	else
		bare = header;
	if (m.n == 0)
		marked = meaning_of_marked(bare, arena);
	if (marked.n > 0)
		return marked;
	return m.n > 0 || span_index(bare, '/') == bare.len ? m : meaning_of_sides(bare, arena);
}

/* "A1_" of "A1_NOME": letters of a table with its number, or two of them, before a line. A word is none: of
 * "product_name" it is what says that nobody is called so. */
static bool
is_mark(struct span prefix)
{
	return prefix.len > 1 && prefix.len <= 5 && prefix.p[prefix.len - 1] == '_' &&
	    (prefix.len <= 3 || ascii_has_digit(prefix));
}

struct span
auto_unmarked(const struct sheet *s, size_t column)
{
	struct span header = s->in->header[column];
	size_t len = span_index(header, '_') + 1;
	struct span prefix = span_head(header, len <= header.len ? len : 0);

	if (s->in->type != INPUT_CSV || len >= header.len || s->in->header_count < 3 || !is_mark(prefix))
		return header;
	for (size_t i = 0; i < s->in->header_count; i++)
		if (!span_starts(s->in->header[i], prefix))
			return header;
	return span_skip(header, len);
}

/* What joins two words of one header. */
static bool
is_joint(struct span word)
{
	static const char *const joints[] = { "and", "und", "et", "y", "e", "en", "i", "a", "och", "og", "ja", "si",
	    "es", "ve", "και", NULL };

	for (size_t i = 0; joints[i] != NULL; i++)
		if (span_is(word, joints[i]))
			return true;
	return false;
}

/* As bits 1 << enum town_part; 0 for what is no part of a town. */
static unsigned
part_of(struct span word, struct arena *arena)
{
	struct meaning m = meaning_of_plain(word, arena);
	unsigned part = 0;

	for (size_t i = 0; i < m.n && part == 0; i++)
		part = span_is(m.senses[i].target, "address.0.postal_code") ? 1u << TOWN_POSTCODE :
		    span_is(m.senses[i].target, "address.0.locality") ? 1u << TOWN_LOCALITY :
		    span_is(m.senses[i].target, "address.0.region") ? 1u << TOWN_REGION : 0;
	return part;
}

/* The parts that the words name, each once and nothing beside them; 0 if they say something else. */
static unsigned
parts_of(struct span words, unsigned found, struct arena *arena)
{
	size_t at = 0;

	words = span_trim(words);
	if (words.len == 0)
		return found;
	while (at < words.len) {
		struct span head;
		unsigned part, all;

		at += 1 + span_index(span_skip(words, at + 1), ' ');
		head = span_head(words, at);
		part = part_of(head, arena);
		if ((part == 0 || (found & part) != 0) && !is_joint(head))
			continue;
		all = parts_of(span_skip(words, at), found | part, arena);
		if (all != 0)
			return all;
	}
	return 0;
}

static unsigned
town_parts(struct span header, struct arena *arena)
{
	const unsigned least = 1u << TOWN_POSTCODE | 1u << TOWN_LOCALITY;
	unsigned parts = parts_of(header_fold_whole(header, arena), 0, arena);

	return (parts & least) == least ? parts : 0;
}

static void
take_part(struct sheet *s, size_t column, enum derive_kind kind, enum town_part part, const char *target)
{
	struct span path = span_from(target), *name;
	struct buf why = { 0 };

	if (auto_rule_of(s->m, path) != NULL)
		return;
	name = arena_zero(s->m->arena, 1, sizeof *name);
	*name = s->in->header[column];
	auto_derive(s, kind, (struct texts){ name, 1 }, path);
	s->m->derives[s->m->derive_count - 1].part = (int64_t)part;
	buf_text(&why, kind == DERIVE_TOWN ? "part of a postcode and its town" : "part of a whole address");
	auto_note(s, *name, path, &why);
	buf_done(&why);
}

size_t
auto_column_of(const struct sheet *s, struct span name)
{
	size_t i = 0;

	while (i < s->in->header_count && !span_equal(s->in->header[i], name))
		i++;
	return i;
}

/* A street with its postcode and town behind it, where no other column has them. */
static void
split_address(struct sheet *s)
{
	struct column_rule *street = auto_rule_of(s->m, SPAN("address.0.street_address"));
	size_t at = street == NULL ? 0 : auto_column_of(s, street->name);

	if (street == NULL || s->in->type != INPUT_CSV || !auto_confirmed(&s->seen[at], SHAPE_ADDRESS, false) ||
	    auto_rule_of(s->m, SPAN("address.0.postal_code")) != NULL ||
	    auto_rule_of(s->m, SPAN("address.0.locality")) != NULL)
		return;
	auto_withdraw(s->m, street);
	take_part(s, at, DERIVE_ADDRESS, TOWN_STREET, "address.0.street_address");
	take_part(s, at, DERIVE_ADDRESS, TOWN_POSTCODE, "address.0.postal_code");
	take_part(s, at, DERIVE_ADDRESS, TOWN_LOCALITY, "address.0.locality");
	take_part(s, at, DERIVE_ADDRESS, TOWN_REGION, "address.0.region");
}

void
auto_towns(struct sheet *s)
{
	for (size_t i = 0; i < s->in->header_count; i++) {
		unsigned parts = s->known[i] || s->meanings[i].n > 0 || s->in->type != INPUT_CSV ||
		    !auto_confirmed(&s->seen[i], SHAPE_TOWN, true) ? 0 :
		    town_parts(s->in->header[i], &s->in->arena);

		if (parts == 0)
			continue;
		take_part(s, i, DERIVE_TOWN, TOWN_POSTCODE, "address.0.postal_code");
		if (parts & 1u << TOWN_REGION) {
			take_part(s, i, DERIVE_TOWN, TOWN_LOCALITY, "address.0.locality");
			take_part(s, i, DERIVE_TOWN, TOWN_REGION, "address.0.region");
		} else {
			take_part(s, i, DERIVE_TOWN, TOWN_WHOLE, "address.0.locality");
		}
		s->known[i] = true;
		return;
	}
	split_address(s);
}

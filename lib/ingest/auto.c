/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/auto.c: a header word proposes a target, the values confirm it.
 * A word that means two things is taken only if the other headers point to one language. */
#include "ingest/auto.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/map.h"
#include "base/notes.h"
#include "ingest/auto_priv.h"
#include "ingest/intake_priv.h"
#include "ingest/words.h"
#include "io/csv_fields.h"
#include "io/csv_rows.h"
#include "io/json_write.h"

#include <stdlib.h>

enum { NAMED_MOST = 8,		/* columns in one note */
	DERIVES_MOST = 9 };	/* a date, three names, a nickname, a street, a postcode and its town and region */

static void
measure_rows(struct input *in, struct csv_fields *f, const struct chunk *c, struct seen *seen,
    size_t *left)
{
	struct arena arena = { 0 };

	for (size_t i = 0; i < c->count && *left > 0; i++) {
		struct error none = { 0 };
		const struct span *fields;
		size_t count;

		if (c->rows[i].fault != ROW_GOOD ||
		    span_equal(chunk_row(c, i), buf_span(&in->header_row)) ||
		    csv_fields_split(f, chunk_row(c, i), &fields, &count, &none) < 0 ||
		    count != in->header_count)
			continue;
		--*left;
		for (size_t k = 0; k < count; k++)
			if (span_trim(fields[k]).len > 0)
				auto_measure(&seen[k], span_trim(fields[k]), &arena);
			else
				seen[k].empty++;
		arena_reset(&arena);
	}
	arena_done(&arena);
}

static int
read_shapes(struct sheet *sheet, struct error *e)
{
	struct input *in = sheet->in;
	struct span head = source_peek(in->source, SAMPLE_BYTES, e);
	struct byte_source *s;
	struct csv_rows *rows;
	struct csv_fields *fields;
	struct chunk c = { 0 };
	size_t left = SAMPLE_ROWS;
	int got = 1;

	sheet->seen = mem_zero(in->header_count, sizeof *sheet->seen);
	for (size_t i = 0; i < in->header_count; i++)
		seen_begin(&sheet->seen[i], in->header[i], &in->arena);
	if (head.p == NULL)
		return e->status == STATUS_DONE ? 0 : -1;
	s = source_of(head, "sample");
	rows = csv_rows_open(s, &in->dialect);
	fields = csv_fields_new(&in->dialect);
	while (left > 0 && got == 1) {
		struct error cut = { 0 };

		got = csv_rows_chunk(rows, &c, 0, &cut);
		if (got == 1)
			measure_rows(in, fields, &c, sheet->seen, &left);
	}
	sheet->whole = left > 0 && head.len < SAMPLE_BYTES;
	chunk_done(&c);
	csv_fields_free(fields);
	csv_rows_close(rows);
	source_close(s);
	return 0;
}

bool
auto_is_list(const struct sheet *s, size_t column)
{
	struct span path = s->in->header[column];

	return s->in->type == INPUT_NDJSON && memmem(path.p, path.len, "[]", 2) != NULL;
}

bool
auto_is_of_line(const struct sheet *s, size_t column)
{
	struct span path = s->in->header[column];

	return !auto_is_list(s, column) && (s->in->type != INPUT_NDJSON || span_index(path, '.') == path.len);
}

void
auto_note(struct sheet *s, struct span column, struct span target, const struct buf *why)
{
	struct input *in = s->in;
	struct json_writer w;
	struct buf name = { 0 };

	if (in->decisions.len > 0)
		buf_byte(&in->decisions, ',');
	w = json_writer(&in->decisions);
	json_open_object(&w);
	json_member_string(&w, "column", column);
	json_member_string(&w, "target", target);
	json_member_string(&w, "why", buf_span(why));
	json_end(&w);
	visible(&name, column, 100);
	notes_add(s->o->notes, "%s: \"%.*s\" -> %.*s (%.*s)", source_name(in->source),
	    SPAN_ARG(buf_span(&name)), SPAN_ARG(target), SPAN_ARG(buf_span(why)));
	buf_done(&name);
}

struct column_rule *
auto_rule_of(struct mapping *m, struct span target)
{
	struct target t;

	if (!target_parse(target, &t, m->arena))
		return NULL;
	for (size_t i = 0; i < m->column_count; i++)
		if (target_same(&m->columns[i].target, &t))
			return &m->columns[i];
	return NULL;
}

void
auto_withdraw(struct mapping *m, struct column_rule *rule)
{
	memmove(rule, rule + 1, (size_t)(m->columns + m->column_count - (rule + 1)) * sizeof *rule);
	m->column_count--;
}

bool
auto_rule(struct sheet *s, size_t column, struct span target)
{
	struct mapping *m = s->m;
	struct column_rule *rule = &m->columns[m->column_count];

	*rule = column_rule_default(&m->source);
	rule->name = s->in->header[column];
	if (!target_parse(target, &rule->target, m->arena) || (!target_is_list(&rule->target) &&
	    (auto_rule_of(m, target) != NULL || auto_is_list(s, column))))
		return false;
	rule->sha256 = span_is(target, "identifiers.email_sha256");	/* letters of either case */
	m->column_count++;
	return true;
}

void
auto_derive(struct sheet *s, enum derive_kind kind, struct texts columns, struct span target)
{
	struct derive_rule *d = &s->m->derives[s->m->derive_count++];

	*d = (struct derive_rule){ .kind = kind, .rule = column_rule_default(&s->m->source),
	    .columns = columns, .with = SPAN(" "), .part = 1 };
	d->rule.name = target;
	target_parse(target, &d->rule.target, s->m->arena);
}

/* The header has one meaning, and the values are against it: who wrote the file should know. */
static void
note_unconfirmed(struct sheet *s, size_t column)
{
	const struct sense *sense = &s->meanings[column].senses[0];
	const struct seen *seen = &s->seen[column];
	enum shape shape = shape_find(sense->shape);
	struct buf name = { 0 };

	if (seen->filled == 0 || shape == SHAPE_SYSTEM || shape == SHAPE_ROWS || auto_confirmed(seen, shape, true))
		return;
	visible(&name, s->in->header[column], 100);
	notes_add(s->o->notes, "%s: \"%.*s\" stays an attribute: %llu of %llu values are no %s, too many "
	    "for %.*s; a mapping can say it is one", source_name(s->in->source),
	    SPAN_ARG(buf_span(&name)), (unsigned long long)(seen->filled - seen->good[shape]),
	    (unsigned long long)seen->filled, shape_name(shape), SPAN_ARG(sense->target));
	buf_done(&name);
}

static bool
all_look_like(const struct seen *s, enum shape shape)
{
	return seen_nearly_all(s, s->good[shape]);
}

/* What the values of a column say whose header says nothing. */
static struct span
target_of_shape(const struct seen *s, struct buf *why)
{
	enum shape shape = all_look_like(s, SHAPE_EMAIL) ? SHAPE_EMAIL : SHAPE_UUID;

	if (!all_look_like(s, shape))
		return span_none();
	buf_print(why, "shape %llu of %llu %s", (unsigned long long)s->good[shape],
	    (unsigned long long)s->filled, shape == SHAPE_EMAIL ? "email" : "uuid");
	return shape == SHAPE_EMAIL ? SPAN("email") : SPAN("identifiers.uuid");
}

/* "address.0.locality" of the second address is "address.1.locality". */
static struct span
in_place(struct sheet *s, size_t column, struct span target)
{
	static const struct span first = SPAN_INIT("address.0.");
	struct buf text = { 0 };
	struct span result;

	if (!span_starts(target, first))
		return target;
	buf_print(&text, "address.%u.%.*s", (unsigned)s->address[column],
	    SPAN_ARG(span_skip(target, first.len)));
	result = arena_copy(s->m->arena, buf_span(&text));
	buf_done(&text);
	return result;
}

/* A meaning that the column cannot have. */
static void
note_left(struct sheet *s, size_t column, struct span target)
{
	struct buf name = { 0 };

	visible(&name, s->in->header[column], 100);
	if (auto_is_list(s, column))
		notes_add(s->o->notes, "%s: \"%.*s\" stays an attribute: it is in a list, and a record "
		    "has one %.*s", source_name(s->in->source),
		    SPAN_ARG(buf_span(&name)), SPAN_ARG(target));
	else
		notes_add(s->o->notes, "%s: \"%.*s\" stays an attribute: another column is %.*s already; a "
		    "mapping can choose", source_name(s->in->source), SPAN_ARG(buf_span(&name)),
		    SPAN_ARG(target));
	buf_done(&name);
}

static void
note_of_firm(struct sheet *s, size_t column)
{
	struct buf name = { 0 };

	visible(&name, s->in->header[column], 100);
	notes_add(s->o->notes, "%s: \"%.*s\" stays an attribute: its mailboxes, %u in %llu rows where another column has "
	    "many, are those of a firm; a mapping can say they are not", source_name(s->in->source),
	    SPAN_ARG(buf_span(&name)), (unsigned)s->seen[column].value_count,
	    (unsigned long long)s->seen[column].filled);
	buf_done(&name);
}

/* Chooses what a column is; false if its name says nothing and neither do its values. */
static bool
decide(struct sheet *s, size_t column)
{
	const struct meaning *m = &s->meanings[column];
	const struct sense *sense = s->chosen[column];
	struct buf why = { 0 };
	struct span target = span_none();

	if (header_is_credential(s->in->header[column], &s->in->arena) && (sense == NULL ||
	    !header_may_be_postcode(s->in->header[column], &s->in->arena)))
		return true;
	if (sense != NULL) {
		target = in_place(s, column, sense->target);
		buf_print(&why, "synonym %.*s \"%.*s\"", SPAN_ARG(sense->language), SPAN_ARG(sense->word));
		if (sense->beside.len > 0)
			buf_print(&why, " beside %.*s", SPAN_ARG(sense->beside));
	} else if (auto_numbers_rows(s, column)) {
		target = SPAN("drop");
		buf_text(&why, "it numbers the rows");
	} else if (m->n == 0) {
		target = target_of_shape(&s->seen[column], &why);
	} else if (m->n == 1) {
		note_unconfirmed(s, column);
	}
	if (span_is(target, "email") && sense == NULL && auto_is_of_other(s, column)) {
		buf_done(&why);
		return true;
	}
	if (span_is(target, "email") && auto_is_of_firm(s, column)) {
		note_of_firm(s, column);
		buf_done(&why);
		return true;
	}
	if (target.p != NULL && !auto_is_part(s, column) && !span_is(target, "source")) {
		if (auto_rule(s, column, target)) {
			/* Of the languages of the words, English alone has countries that put the month first. */
			s->m->columns[s->m->column_count - 1].day_first =
			    sense != NULL && !span_is(sense->language, "en");
			auto_note(s, s->in->header[column], target, &why);
		} else
			note_left(s, column, target);
	}
	buf_done(&why);
	return target.p != NULL || m->n == 1;
}

static bool
are_names_alone(struct mapping *m)
{
	return m->column_count == 1 && m->derive_count == 0 && auto_rule_of(m, SPAN("name")) != NULL;
}

/* What a column says of the system that a record was gathered from becomes part of its source. A
 * declared source has said what it is; and of names alone two lists have too much in common by chance
 * for what is known of lists to be of use. */
static void
decide_source(struct sheet *s)
{
	struct buf why = { 0 };

	for (size_t i = 0; i < s->in->header_count; i++) {
		const struct sense *sense = s->chosen[i];

		if (sense == NULL || !span_is(sense->target, "source") || !auto_is_of_line(s, i) ||
		    s->m->declared || are_names_alone(s->m))
			continue;
		mapping_gathered(s->m, s->in->header[i]);
		buf_print(&why, "synonym %.*s \"%.*s\"", SPAN_ARG(sense->language), SPAN_ARG(sense->word));
		auto_note(s, s->in->header[i], sense->target, &why);
		break;
	}
	buf_done(&why);
}

static bool
is_key(const struct mapping *m, struct span column)
{
	for (size_t i = 0; i < m->key_columns.n; i++)
		if (span_equal(m->key_columns.v[i], column))
			return true;
	return false;
}

/* Where no word of the first row is known, none for a key either, it may be somebody's and no header. */
static bool
is_header_unsure(const struct sheet *s)
{
	size_t words = 0;

	for (size_t i = 0; i < s->in->header_count; i++)
		words += s->meanings[i].n + (s->seen[i].keys != NULL);
	return words == 0 && s->in->type == INPUT_CSV && !s->in->no_header;
}

static void
add_name(const struct sheet *s, size_t column, bool unsure, struct buf *names)
{
	if (unsure) {
		buf_print(names, "column %zu", column + 1);
		return;
	}
	buf_byte(names, '"');
	visible(names, s->in->header[column], 100);
	buf_byte(names, '"');
}

/* A file in a language that the words lack would lose its birth dates without a word. */
static void
note_unknown(const struct sheet *s)
{
	const struct input *in = s->in;
	struct buf names = { 0 };
	bool unsure = is_header_unsure(s);
	size_t count = 0;

	for (size_t i = 0; i < in->header_count; i++) {
		if (s->known[i] || s->seen[i].filled == 0 || is_key(in->mapping, in->header[i]))
			continue;
		if (count++ >= NAMED_MOST)
			continue;
		buf_text(&names, count > 1 ? ", " : "");
		add_name(s, i, unsure, &names);
	}
	if (count > NAMED_MOST)
		buf_print(&names, " and %zu more", count - NAMED_MOST);
	if (count > 0)
		notes_add(s->o->notes, "%s: %.*s %s: neither name nor values tell what is meant; a mapping can",
		    source_name(in->source), SPAN_ARG(buf_span(&names)),
		    count > 1 ? "stay attributes" : "stays an attribute");
	buf_done(&names);
}

/* A table of goods or titles has rows that are rightly without a person. Where people are to be kept out
 * nobody passes for a row of such a table. */
static void
decide_identity(struct sheet *s)
{
	if (s->o->row.suppression != NULL)
		return;
	mapping_identify(s->m);
	if (!s->m->has_identity)
		notes_add(s->o->notes, "%s: no column is known to say who a row is about: records are made of "
		    "attributes alone%s", source_name(s->in->source), is_header_unsure(s) ? "; if the first row is "
		    "no header, give --no-header and --map" : "");
}

/* A title above the header: "Customers,,,". */
static int
check_names(const struct sheet *s, struct error *e)
{
	size_t named = 0, nameless = 0;

	for (size_t i = 0; i < s->in->header_count && !s->in->no_header; i++)
		if (s->seen[i].filled > 0)
			*(auto_is_nameless(s, i) ? &nameless : &named) += 1;
	if (nameless <= named)
		return 0;
	return error_set(e, USAGE, "E_CSV_HEADER", "the first row names %zu of %zu columns: give them names; "
	    "a mapping can leave out lines before the header (format.skip_lines)", named, named + nameless);
}

/* Days may head columns, of sales or visits, but not columns of days. */
static bool
is_date_over_dates(const struct sheet *s, size_t column, struct arena *arena)
{
	const struct seen *seen = &s->seen[column];

	return seen->filled > 0 && seen->good[SHAPE_DATE] * 10 >= seen->filled * 9 &&
	    auto_is_date(s->in->header[column], arena);
}

/* Taken for a header a row would be lost, and its values would stand in messages as names of columns. */
static int
check_header(const struct sheet *s, struct error *e)
{
	const struct input *in = s->in;
	struct arena arena = { 0 };
	int result = 0;

	for (size_t i = 0; i < in->header_count && result == 0; i++)
		if (auto_is_value(in->header[i], &arena) || is_date_over_dates(s, i, &arena))
			result = error_set(e, USAGE, "E_CSV_HEADER", "the first row is no header: column %zu "
			    "holds a value of a person; if there is none give --no-header and --map", i + 1);
	arena_done(&arena);
	return result;
}

int
auto_columns(struct input *in, const struct intake_options *o, struct error *e)
{
	struct mapping *m = in->mapping;
	struct sheet s = { .in = in, .o = o, .m = m };
	int result;

	result = in->type == INPUT_CSV ? read_shapes(&s, e) : auto_paths(in, o, &s.seen, e);

	m->columns = arena_zero(m->arena, in->header_count + 1, sizeof *m->columns);
	m->derives = arena_zero(m->arena, DERIVES_MOST, sizeof *m->derives);
	s.known = arena_zero(&in->arena, in->header_count + 1, sizeof *s.known);
	s.meanings = arena_zero(&in->arena, in->header_count + 1, sizeof *s.meanings);
	s.chosen = arena_zero(&in->arena, in->header_count + 1, sizeof *s.chosen);
	s.address = arena_zero(&in->arena, in->header_count + 1, sizeof *s.address);
	if (result == 0 && in->type == INPUT_CSV && !in->no_header && check_header(&s, e) < 0)
		result = -1;
	if (result == 0 && in->type == INPUT_CSV)
		result = check_names(&s, e);
	if (result == 0) {
		for (size_t i = 0; i < in->header_count; i++)
			s.meanings[i] = meaning_of(auto_unmarked(&s, i), &in->arena);
		auto_choose(&s);
		auto_whose(&s);
		auto_places(&s);
		for (size_t i = 0; i < in->header_count; i++)
			s.known[i] = decide(&s, i);
		auto_parts(&s);
		auto_house(&s);
		auto_towns(&s);
		decide_source(&s);
		auto_key(&s);
		note_unknown(&s);
		decide_identity(&s);
	}
	for (size_t i = 0; s.seen != NULL && i < in->header_count; i++)
		map_free(s.seen[i].keys);
	mem_free(s.seen);
	return result;
}

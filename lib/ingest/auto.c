/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/auto.c: a header word proposes a target, the values confirm it.
 * A word that means two things is taken only if the other headers point to one language. */
#include "ingest/auto.h"
#include "base/alloc.h"
#include "base/asset.h"
#include "base/error.h"
#include "base/notes.h"
#include "ingest/auto_priv.h"
#include "ingest/intake_priv.h"
#include "ingest/words.h"
#include "io/csv_fields.h"
#include "io/csv_rows.h"
#include "io/json_write.h"
#include "normal/country.h"
#include "normal/date.h"
#include "normal/email.h"
#include "normal/phone.h"
#include "normal/postcode.h"

#include <stdlib.h>

enum { LANGUAGES = 8, SHAPE_SHARE = 90, SHAPE_ALONE = 98, SENSES_MAX = 16,
	NAMED_MOST = 8 };	/* columns in one note */

/* One meaning of a word. */
struct sense {
	struct span	word, language, target, shape;
};

static bool
next_sense(struct span *rest, struct sense *s)
{
	struct span line;

	if (!words_line(rest, &line))
		return false;
	*s = (struct sense){ 0 };
	span_split(&line, '\t', &s->word);
	span_split(&line, '\t', &s->language);
	span_split(&line, '\t', &s->target);
	span_split(&line, '\t', &s->shape);
	return true;
}

/* "customer first name" is "first name". */
static struct span
without_prefix(struct span word)
{
	static const struct span heads[] = { SPAN_INIT("customer "), SPAN_INIT("contact "),
	    SPAN_INIT("cliente "), SPAN_INIT("kunde "), SPAN_INIT("kunden "), SPAN_INIT("client "),
	    SPAN_INIT("billing ") };

	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		if (span_starts(word, heads[i]))
			return span_skip(word, heads[i].len);
	return word;
}

static size_t
senses_of(struct span word, struct sense *senses)
{
	struct span rest = asset_find("ingest/synonyms.tsv");
	struct sense s;
	size_t n = 0;

	while (n < SENSES_MAX && next_sense(&rest, &s))
		if (span_equal(s.word, word))
			senses[n++] = s;
	return n;
}

static size_t
find_senses(struct span header, struct arena *arena, struct sense *senses)
{
	struct span word = header_fold(header, arena);
	size_t n = senses_of(word, senses);

	return n > 0 ? n : senses_of(without_prefix(word), senses);
}

bool
auto_knows_header(struct span header)
{
	struct arena arena = { 0 };
	struct sense senses[SENSES_MAX];
	bool known = find_senses(header, &arena, senses) > 0;

	arena_done(&arena);
	return known;
}

static bool
is_good(struct normal n)
{
	return n.value.p != NULL && n.outcome <= OUTCOME_CHANGED;
}

static bool
looks_like_phone(struct span s)
{
	size_t digits = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9')
			digits++;
		else if (memchr(" ()+-./x", s.p[i], 8) == NULL)
			return false;
	}
	return digits >= 7 && digits <= 16;
}

/* 8-4-4-4-12 hex digits. */
static bool
looks_like_uuid(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		char c = (char)(s.p[i] | 0x20);

		if (dash ? s.p[i] != '-' : !((s.p[i] >= '0' && s.p[i] <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return s.len == 36;
}

void
auto_measure(struct seen *s, struct span cell, struct arena *a)
{
	static const struct normal_context none = { .reference = INSTANT_NONE };
	const struct normal_context *c = &none;
	struct normal date = date_clean(cell, c, a), email = email_clean(cell, c, a);

	s->filled++;
	s->numbered += auto_has_number(cell);
	s->good[SHAPE_EMAIL] += email.value.p != NULL;
	s->good[SHAPE_PHONE] += is_good(phone_clean(cell, c, a)) || looks_like_phone(cell);
	s->good[SHAPE_DATE] += date.value.p != NULL || (date.reason != NULL &&
	    strcmp(date.reason, "order_unknown") == 0);
	s->good[SHAPE_COUNTRY] += is_good(country_clean(cell, c, a));
	s->good[SHAPE_POSTCODE] += cell.len >= 3 && cell.len <= 10 &&
	    is_good(postcode_clean(cell, c, a));
	s->good[SHAPE_UUID] += looks_like_uuid(cell);
}

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
		arena_reset(&arena);
	}
	arena_done(&arena);
}

static int
read_shapes(struct input *in, struct seen **seen, struct error *e)
{
	struct span head = source_peek(in->source, SAMPLE_BYTES, e);
	struct byte_source *s;
	struct csv_rows *rows;
	struct csv_fields *fields;
	struct chunk c = { 0 };
	size_t left = SAMPLE_ROWS;
	int got = 1;

	*seen = mem_zero(in->header_count, sizeof **seen);
	if (head.p == NULL)
		return e->status == STATUS_DONE ? 0 : -1;
	s = source_of(head, "sample");
	rows = csv_rows_open(s, &in->dialect);
	fields = csv_fields_new(&in->dialect);
	while (left > 0 && got == 1) {
		struct error cut = { 0 };

		got = csv_rows_chunk(rows, &c, 0, &cut);
		if (got == 1)
			measure_rows(in, fields, &c, *seen, &left);
	}
	chunk_done(&c);
	csv_fields_free(fields);
	csv_rows_close(rows);
	source_close(s);
	return 0;
}

static const char *const shape_names[SHAPES] = { "", "email", "phone", "date", "country",
    "postcode", "uuid" };

static enum shape
shape_find(struct span name)
{
	for (int i = 1; i < SHAPES; i++)
		if (span_is(name, shape_names[i]))
			return (enum shape)i;
	return SHAPE_NONE;
}

static bool
confirmed(const struct seen *s, enum shape shape)
{
	return shape == SHAPE_NONE || (s->filled > 0 && s->good[shape] * 100 >= s->filled * SHAPE_SHARE);
}

/* The language of the headers that have one meaning; "en" counts like the others. */
static struct span
main_language(struct input *in)
{
	struct span names[LANGUAGES] = { { NULL, 0 } };
	size_t votes[LANGUAGES] = { 0 }, used = 0, best = 0;

	for (size_t i = 0; i < in->header_count; i++) {
		struct sense senses[SENSES_MAX];
		size_t n = find_senses(in->header[i], &in->arena, senses), at = 0;

		if (n != 1 || senses[0].language.len == 0)
			continue;
		while (at < used && !span_equal(names[at], senses[0].language))
			at++;
		if (at == LANGUAGES)
			continue;
		if (at == used)
			names[used++] = senses[0].language;
		votes[at]++;
	}
	for (size_t i = 1; i < used; i++)
		if (votes[i] > votes[best])
			best = i;
	for (size_t i = 0; i < used; i++)
		if (i != best && votes[i] == votes[best])
			return span_none();
	return used == 0 ? span_none() : names[best];
}

/* The one sense that is left, or NULL. */
static const struct sense *
choose(const struct sense *senses, size_t n, struct span language, const struct seen *seen)
{
	const struct sense *found = NULL;

	for (size_t i = 0; i < n; i++) {
		if (!confirmed(seen, shape_find(senses[i].shape)))
			continue;
		if (n > 1 && !span_equal(senses[i].language, language))
			continue;
		if (found != NULL && !span_equal(found->target, senses[i].target))
			return NULL;
		found = &senses[i];
	}
	return found;
}

/* Whether some header means this, and nothing else. */
static bool
is_somewhere(struct input *in, struct span target)
{
	struct sense senses[SENSES_MAX];

	for (size_t i = 0; i < in->header_count; i++)
		if (find_senses(in->header[i], &in->arena, senses) == 1 && span_equal(senses[0].target, target))
			return true;
	return false;
}

/* "nome" beside "sobrenome" is the given name; a "full name" stays whole. */
static bool
is_half_a_name(struct input *in, const struct sense *s)
{
	return (span_is(s->word, "name") || span_is(s->word, "nome") || span_is(s->word, "nombre")) &&
	    span_is(s->target, "name") && is_somewhere(in, SPAN("family_name")) &&
	    !is_somewhere(in, SPAN("given_name"));
}

void
auto_note(struct input *in, const struct intake_options *o, struct span column, struct span target,
    const struct buf *why)
{
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
	notes_add(o->notes, "%s: \"%.*s\" -> %.*s (%.*s)", source_name(in->source),
	    SPAN_ARG(buf_span(&name)), SPAN_ARG(target), SPAN_ARG(buf_span(why)));
	buf_done(&name);
}

/* The header has one meaning, and the values are against it: who wrote the file should know. */
static void
note_unconfirmed(struct input *in, const struct intake_options *o, struct span column,
    const struct sense *s, const struct seen *seen)
{
	enum shape shape = shape_find(s->shape);
	struct buf name = { 0 };

	if (seen->filled == 0 || confirmed(seen, shape))
		return;
	visible(&name, column, 100);
	notes_add(o->notes, "%s: \"%.*s\" stays an attribute: %llu of %llu values are no %s, too many "
	    "for %.*s; a mapping can say it is one", source_name(in->source),
	    SPAN_ARG(buf_span(&name)), (unsigned long long)(seen->filled - seen->good[shape]),
	    (unsigned long long)seen->filled, shape_names[shape], SPAN_ARG(s->target));
	buf_done(&name);
}

static bool
taken(const struct mapping *m, const struct target *t)
{
	if (target_is_list(t))
		return false;
	for (size_t i = 0; i < m->column_count; i++)
		if (target_same(&m->columns[i].target, t))
			return true;
	return false;
}

static bool
is_key_word(struct span header, struct arena *arena)
{
	struct span word = header_fold(header, arena);

	return span_is(word, "id") || span_is(word, "key") || span_is(word, "customer id") ||
	    span_is(word, "record id") || span_is(word, "contact id") || span_is(word, "kundennummer") ||
	    span_is(word, "kundennr") || span_is(word, "kunden nr") ||
	    span_is(word, "kunden id") || span_is(word, "id cliente");
}

static bool
all_look_like(const struct seen *s, enum shape shape)
{
	return s->filled > 0 && s->good[shape] * 100 >= s->filled * SHAPE_ALONE;
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

static bool
is_list_path(const struct input *in, struct span path)
{
	return in->type == INPUT_NDJSON && memmem(path.p, path.len, "[]", 2) != NULL;
}

/* Chooses what a column is; false if its name says nothing and neither do its values. */
static bool
decide(struct input *in, const struct intake_options *o, size_t column, struct span language,
    const struct seen *seen)
{
	struct mapping *m = in->mapping;
	struct column_rule *rule = &m->columns[m->column_count];
	struct sense senses[SENSES_MAX];
	size_t n = find_senses(in->header[column], &in->arena, senses);
	const struct sense *s = choose(senses, n, language, seen);
	struct buf why = { 0 };
	struct span target = span_none();

	if (header_is_credential(in->header[column], &in->arena))
		return true;
	if (s != NULL) {
		target = s->target;
		buf_print(&why, "synonym %.*s \"%.*s\"", SPAN_ARG(s->language), SPAN_ARG(s->word));
		if (is_half_a_name(in, s)) {
			target = SPAN("given_name");
			buf_text(&why, " beside a family name");
		}
	} else if (n == 0) {
		target = target_of_shape(seen, &why);
	} else if (n == 1) {
		note_unconfirmed(in, o, in->header[column], &senses[0], seen);
	}
	if (target.p != NULL) {
		*rule = column_rule_default(&m->source);
		rule->name = in->header[column];
		if (target_parse(target, &rule->target, m->arena) && !taken(m, &rule->target) &&
		    (target_is_list(&rule->target) || !is_list_path(in, rule->name))) {
			m->column_count++;
			auto_note(in, o, rule->name, target, &why);
		}
	}
	buf_done(&why);
	return target.p != NULL || n == 1;
}

/* Of JSON only a member of the line itself: an id inside belongs to something else. */
static bool
may_be_key(struct input *in, size_t column)
{
	struct span name = in->header[column];

	if (in->type == INPUT_NDJSON && (is_list_path(in, name) || span_index(name, '.') < name.len))
		return false;
	return is_key_word(name, &in->arena);
}

static void
decide_key(struct input *in, const struct intake_options *o, const struct seen *seen)
{
	struct mapping *m = in->mapping;
	struct buf why = { 0 };
	struct span *key = arena_zero(m->arena, 1, sizeof *key);

	for (size_t i = 0; i < in->header_count && m->key_columns.n == 0; i++) {
		if (!may_be_key(in, i) || seen[i].filled == 0)
			continue;
		*key = in->header[i];
		m->key = KEY_COLUMN;
		m->key_columns = (struct texts){ key, 1 };
		buf_text(&why, "the name of the column");
		auto_note(in, o, *key, SPAN("key"), &why);
	}
	if (m->key_columns.n == 0) {
		buf_text(&why, "no column is called id");
		auto_note(in, o, SPAN("*"), in->type == INPUT_CSV ? SPAN("key: hash of all columns") :
		    SPAN("key: hash of the line"), &why);
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

/* A file in a language that the words lack would lose its birth dates without a word. */
static void
note_unknown(const struct input *in, const struct intake_options *o, const struct seen *seen,
    const bool *known)
{
	struct buf names = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < in->header_count; i++) {
		if (known[i] || seen[i].filled == 0 || is_key(in->mapping, in->header[i]))
			continue;
		if (count++ >= NAMED_MOST)
			continue;
		buf_text(&names, count > 1 ? ", \"" : "\"");
		visible(&names, in->header[i], 100);
		buf_byte(&names, '"');
	}
	if (count > NAMED_MOST)
		buf_print(&names, " and %zu more", count - NAMED_MOST);
	if (count > 0)
		notes_add(o->notes, "%s: %.*s %s: neither name nor values tell what is meant; a mapping can",
		    source_name(in->source), SPAN_ARG(buf_span(&names)),
		    count > 1 ? "stay attributes" : "stays an attribute");
	buf_done(&names);
}

int
auto_columns(struct input *in, const struct intake_options *o, struct error *e)
{
	struct mapping *m = in->mapping;
	struct seen *seen = NULL;
	struct span language;
	bool *known;
	int result = in->type == INPUT_CSV ? read_shapes(in, &seen, e) : auto_paths(in, o, &seen, e);

	m->columns = arena_zero(m->arena, in->header_count + 1, sizeof *m->columns);
	known = arena_zero(&in->arena, in->header_count + 1, sizeof *known);
	language = main_language(in);
	for (size_t i = 0; result == 0 && i < in->header_count; i++)
		known[i] = decide(in, o, i, language, &seen[i]);
	if (result == 0) {
		auto_house(in, o, seen, known);
		decide_key(in, o, seen);
		note_unknown(in, o, seen, known);
	}
	mem_free(seen);
	return result;
}

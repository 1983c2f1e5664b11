/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/auto_parts.c: what stands in several columns is put together: the day, month and year of
 * a birth, the first and the second name, the father's and the mother's surname. */
#include "base/arena.h"
#include "base/buf.h"
#include "ingest/auto_priv.h"
#include "ingest/intake_priv.h"

enum { PARTS_MOST = 10 };	/* numbers have one digit */

/* 1 to 9 of the target's "family_name.2", or of the header's "first name 2"; 0 without. */
static unsigned
number_of(const struct sheet *s, size_t column)
{
	struct span target = s->chosen[column]->target, tail = span_skip(target, span_index(target, '.') + 1);

	if (s->meanings[column].number > 0)
		return s->meanings[column].number;
	return tail.len == 1 && tail.p[0] >= '1' && tail.p[0] <= '9' ? (unsigned)(tail.p[0] - '0') : 0;
}

static bool
is_of(const struct sheet *s, size_t column, struct span whole)
{
	struct span target = s->chosen[column] == NULL ? span_none() : s->chosen[column]->target;

	return span_equal(span_head(target, span_index(target, '.')), whole);
}

static bool
is_name_part(const struct sheet *s, size_t column, struct span name)
{
	return is_of(s, column, name) && number_of(s, column) > 0;
}

/* How a name is read, beside the name in another script. */
static const struct span reading = SPAN_INIT(".reading");

bool
auto_is_part(const struct sheet *s, size_t column)
{
	struct span target = s->chosen[column] == NULL ? span_none() : s->chosen[column]->target;

	return target.p != NULL && (span_starts(target, SPAN("birthdate.")) || span_ends(target, reading) ||
	    span_starts(target, SPAN("middle_name.")) || is_name_part(s, column, SPAN("given_name")) ||
	    is_name_part(s, column, SPAN("family_name")) || is_name_part(s, column, SPAN("name")));
}

static void
note_part(struct sheet *s, size_t column, struct span target)
{
	const struct sense *sense = s->chosen[column];
	struct buf why = { 0 };

	buf_print(&why, "part of it, synonym %.*s \"%.*s\"", SPAN_ARG(sense->language), SPAN_ARG(sense->word));
	auto_note(s, s->in->header[column], target, &why);
	buf_done(&why);
}

/* A year may stand alone; a month or a day is nothing without it. */
static void
join_birth(struct sheet *s)
{
	static const struct span parts[] = { SPAN_INIT("birthdate.year"), SPAN_INIT("birthdate.month"),
	    SPAN_INIT("birthdate.day") };
	struct span *columns = arena_zero(s->m->arena, 3, sizeof *columns);
	size_t from[3];

	for (size_t p = 0; p < 3; p++) {
		for (size_t i = 0; i < s->in->header_count && columns[p].p == NULL; i++) {
			from[p] = i;
			if (s->chosen[i] != NULL && span_equal(s->chosen[i]->target, parts[p]) &&
			    !auto_is_list(s, i))
				columns[p] = s->in->header[i];
		}
	}
	if (columns[0].p == NULL || auto_rule_of(s->m, SPAN("birthdate")) != NULL)
		return;
	auto_derive(s, DERIVE_DATE, (struct texts){ columns, 3 }, SPAN("birthdate"));
	for (size_t p = 0; p < 3; p++)
		if (columns[p].p != NULL)
			note_part(s, from[p], SPAN("birthdate"));
}

/* The columns that are parts of a name, by their numbers; of one number the first. */
static size_t
name_parts(const struct sheet *s, struct span name, size_t *columns)
{
	size_t n = 0;

	for (unsigned number = 1; number < PARTS_MOST; number++) {
		for (size_t i = 0; i < s->in->header_count; i++) {
			if (!is_name_part(s, i, name) || number_of(s, i) != number || auto_is_list(s, i))
				continue;
			columns[n++] = i;
			break;
		}
	}
	return n;
}

/* One column is the whole; more are put together in their order, behind a column that is there for
 * itself ("surname" beside "second surname"). */
static void
join_names(struct sheet *s, const size_t *columns, size_t n, struct span target)
{
	struct column_rule *own = auto_rule_of(s->m, target);
	struct span *names = arena_zero(s->m->arena, n + 1, sizeof *names);
	size_t count = 0;

	if (n == 0)
		return;
	if (own != NULL) {
		names[count++] = own->name;
		auto_withdraw(s->m, own);
	}
	for (size_t i = 0; i < n; i++) {
		names[count++] = s->in->header[columns[i]];
		note_part(s, columns[i], target);
	}
	if (count > 1)
		auto_derive(s, DERIVE_CONCAT, (struct texts){ names, count }, target);
	else
		auto_rule(s, columns[0], target);
}

/* An initial is the middle name where there is no better one. */
static void
take_initial(struct sheet *s)
{
	for (size_t i = 0; i < s->in->header_count; i++) {
		struct span target = s->chosen[i] == NULL ? span_none() : s->chosen[i]->target;

		if (span_is(target, "middle_name.initial") && auto_rule(s, i, SPAN("middle_name")))
			note_part(s, i, SPAN("middle_name"));
	}
}

/* "NAME1" and "NAME2" of SAP are lines of an address: what is in which of them differs from firm to firm, a
 * company, a family or a given name. Together they are the name. */
static void
join_lines(struct sheet *s)
{
	size_t columns[PARTS_MOST], n = name_parts(s, SPAN("name"), columns);

	if (auto_rule_of(s->m, SPAN("name")) == NULL && auto_rule_of(s->m, SPAN("given_name")) == NULL &&
	    auto_rule_of(s->m, SPAN("family_name")) == NULL)
		join_names(s, columns, n, SPAN("name"));
}

/* The reading of a given name is one more name that somebody is found by. */
static void
take_read_given(struct sheet *s, size_t column, bool whole)
{
	struct span *name;

	if (!whole) {
		if (auto_rule(s, column, SPAN("nickname")))
			note_part(s, column, SPAN("nickname"));
		return;
	}
	name = arena_zero(s->m->arena, 1, sizeof *name);
	*name = s->in->header[column];
	auto_derive(s, DERIVE_SPLIT, (struct texts){ name, 1 }, SPAN("nickname"));
	s->m->derives[s->m->derive_count - 1].part = 2;
}

/* Where nothing else is a name the reading is; else it stays beside it. */
static void
take_readings(struct sheet *s)
{
	bool named = auto_rule_of(s->m, SPAN("name")) != NULL || auto_rule_of(s->m, SPAN("given_name")) != NULL ||
	    auto_rule_of(s->m, SPAN("family_name")) != NULL;

	for (size_t i = 0; i < s->in->header_count; i++) {
		struct span target = s->chosen[i] == NULL ? span_none() : s->chosen[i]->target;
		struct buf path = { 0 };

		if (!span_ends(target, reading))
			continue;
		target = span_head(target, target.len - reading.len);
		if (named && !span_is(target, "family_name"))
			take_read_given(s, i, span_is(target, "name"));
		if (named && span_is(target, "given_name"))
			continue;
		if (named) {
			buf_print(&path, "attributes.%.*s_reading", SPAN_ARG(target));
			target = arena_copy(s->m->arena, buf_span(&path));
		}
		if (auto_rule(s, i, target))
			note_part(s, i, target);
		buf_done(&path);
	}
}

void
auto_parts(struct sheet *s)
{
	size_t columns[PARTS_MOST], n;

	take_initial(s);
	join_birth(s);
	n = name_parts(s, SPAN("family_name"), columns);
	join_names(s, columns, n, SPAN("family_name"));
	n = name_parts(s, SPAN("given_name"), columns);
	if (n > 0 && auto_rule_of(s->m, SPAN("given_name")) == NULL) {
		join_names(s, columns, 1, SPAN("given_name"));
		join_names(s, columns + 1, n - 1, SPAN("middle_name"));
	} else {
		join_names(s, columns, n, SPAN("middle_name"));
	}
	join_lines(s);
	take_readings(s);
}

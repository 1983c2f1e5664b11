/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/row_put.c: where clean values go: fields, lists, attributes, flags and tags. */
#include "ingest/row.h"
#include "base/attr.h"
#include "io/json_write.h"
#include "normal/address.h"

static bool
is_plain(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
			return false;
	}
	return true;
}

static struct span
text_as_json(struct builder *b, struct span text)
{
	char *p;

	if (is_plain(text)) {
		p = arena_alloc(&b->arena, text.len + 2);
		p[0] = '"';
		memcpy(p + 1, text.p, text.len);
		p[text.len + 1] = '"';
		return span_make(p, text.len + 2);
	}
	buf_reset(&b->scratch);
	json_quote(&b->scratch, text);
	return arena_copy(&b->arena, buf_span(&b->scratch));
}

/* A second value under one name makes a list of both. */
static struct span
append_json(struct builder *b, struct span old, struct span json)
{
	bool old_list = old.p[0] == '[', list = json.p[0] == '[';

	buf_reset(&b->scratch);
	buf_byte(&b->scratch, '[');
	buf_add(&b->scratch, old_list ? span_make(old.p + 1, old.len - 2) : old);
	buf_byte(&b->scratch, ',');
	buf_add(&b->scratch, list ? span_make(json.p + 1, json.len - 2) : json);
	buf_byte(&b->scratch, ']');
	return arena_copy(&b->arena, buf_span(&b->scratch));
}

/* Where the name is among those of the row, or belongs. */
static size_t
attribute_place(const struct builder *b, struct span name)
{
	size_t from = 0, to = b->attribute_count;

	while (from < to) {
		size_t middle = (from + to) / 2;

		if (span_cmp(b->attributes[middle].name, name) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* They are always in the order of their names: a row may have a thousand. */
void
row_attribute(struct builder *b, struct span name, struct span json)
{
	size_t at = attribute_place(b, name);
	struct named_json *a = &b->attributes[at];

	if (at < b->attribute_count && span_equal(a->name, name)) {
		a->json = append_json(b, a->json, json);
	} else if (b->attribute_count == ROW_ATTRIBUTES_MAX) {
		row_refuse(b, "E_ATTRIBUTES", "has more than 1,000 attributes; a mapping can drop columns", name);
	} else {
		memmove(a + 1, a, (b->attribute_count++ - at) * sizeof *a);
		*a = (struct named_json){ name, json };
	}
}

void
row_attribute_text(struct builder *b, struct span name, struct span text)
{
	if (text.len > 0)
		row_attribute(b, name, text_as_json(b, text));
}

void
row_flag(struct builder *b, unsigned rank, struct span path, int index, const char *reason,
    struct span detail)
{
	struct flag *f;

	if (b->flag_count == ROW_FLAGS_MAX)
		return;
	buf_reset(&b->scratch);
	buf_add(&b->scratch, path);
	if (index >= 0) {
		buf_byte(&b->scratch, '.');
		buf_u64(&b->scratch, (uint64_t)index);
	}
	buf_byte(&b->scratch, ':');
	buf_text(&b->scratch, reason);
	if (detail.len > 0) {
		buf_byte(&b->scratch, ':');
		buf_add(&b->scratch, detail);
	}
	f = &b->flags[b->flag_count++];
	f->rank = rank;
	f->text = arena_copy(&b->arena, buf_span(&b->scratch));
	for (size_t i = 0; i + 1 < b->flag_count; i++) {
		if (span_equal(b->flags[i].text, f->text)) {
			b->flag_count--;
			return;
		}
	}
}

void
row_tag(struct builder *b, struct span path, struct span tag)
{
	struct span *v;
	size_t i = 0;

	while (i < b->tag_count && !span_equal(b->tags[i].name, path))
		i++;
	if (i == ROW_TAGS_MAX)
		return;
	if (i == b->tag_count)
		b->tags[b->tag_count++] = (struct named_texts){ path, { NULL, 0 } };
	for (size_t j = 0; j < b->tags[i].values.n; j++)
		if (span_equal(b->tags[i].values.v[j], tag))
			return;
	v = arena_zero(&b->arena, b->tags[i].values.n + 1, sizeof *v);
	for (size_t j = 0; j < b->tags[i].values.n; j++)
		v[j] = b->tags[i].values.v[j];
	v[b->tags[i].values.n] = tag;
	b->tags[i].values = (struct texts){ v, b->tags[i].values.n + 1 };
}

void
row_label(struct builder *b, const struct target *t, size_t index, struct span label)
{
	struct span text = span_trim(label);

	if (span_starts(text, SPAN("* ")))
		text = span_skip(text, 2);
	if (text.len == 0)
		return;
	buf_reset(&b->scratch);
	buf_print(&b->scratch, "%.*s.%zu=", SPAN_ARG(t->path), index);
	buf_add(&b->scratch, text);
	text = text_as_json(b, arena_copy(&b->arena, buf_span(&b->scratch)));
	buf_reset(&b->scratch);
	buf_print(&b->scratch, "[%.*s]", SPAN_ARG(text));
	row_attribute(b, SPAN("labels"), arena_copy(&b->arena, buf_span(&b->scratch)));
}

int
row_list_put(struct builder *b, const struct op *op, struct span *list, size_t *count,
    struct span value)
{
	for (size_t i = 0; i < *count; i++)
		if (span_equal(list[i], value))
			return (int)i;
	if (*count == RECORD_LIST_MAX) {
		row_refuse(b, "E_LIST_LONG", "has too many values", op->rule.name);
		return 0;
	}
	list[*count] = value;
	return (int)(*count)++;
}

NOINLINE void
put_attribute(struct builder *b, const struct op *op, struct span value)
{
	struct span json = value;

	if (op->rule.type != TYPE_INTEGER && op->rule.type != TYPE_BOOLEAN)
		json = text_as_json(b, value);
	if (op->rule.type == TYPE_LIST) {
		buf_reset(&b->scratch);
		buf_byte(&b->scratch, '[');
		buf_add(&b->scratch, json);
		buf_byte(&b->scratch, ']');
		json = arena_copy(&b->arena, buf_span(&b->scratch));
	}
	row_attribute(b, op->rule.target.name, json);
}

NOINLINE int
put_identifier(struct builder *b, const struct op *op, struct span value)
{
	const struct target *t = &op->rule.target;
	struct span tag = identifier_tag(t->name);

	if (tag.p != NULL)
		row_tag(b, t->path, tag);
	return row_list_put(b, op, b->identifiers[op->identifier],
	    &b->identifier_count[op->identifier], value);
}

/* Shops write a street with its second line behind it, and both once more in columns of their own. */
static bool
has_behind(struct span street, struct span value)
{
	return street.len > value.len && span_ends(street, value) &&
	    memchr(" ,", street.p[street.len - value.len - 1], 2) != NULL;
}

NOINLINE int
put_second_line(struct builder *b, const struct target *t, struct span value)
{
	struct span *part = &b->addresses[t->number].part[t->part];

	if (has_behind(*part, value))
		return -1;
	*part = address_join(*part, value, &b->arena);
	return -1;
}

int
row_put(struct builder *b, const struct op *op, struct span value)
{
	const struct target *t = &op->rule.target;

	switch (t->kind) {
	case TARGET_OBSERVED_AT:
		b->record.observed_at = value;
		return -1;
	case TARGET_COLLECTED_AT:
		b->record.collected_at = value;
		return -1;
	case TARGET_ONE:
		b->record.one[t->part] = value;
		return -1;
	case TARGET_MANY:
		return row_list_put(b, op, b->many[t->part], &b->many_count[t->part], value);
	case TARGET_ADDRESS:
		if (t->second_line)
			return put_second_line(b, t, value);
		b->addresses[t->number].part[t->part] = value;
		return -1;
	case TARGET_IDENTIFIER:
		return put_identifier(b, op, value);
	case TARGET_ATTRIBUTE:
		put_attribute(b, op, value);
		return -1;
	case TARGET_DROP:
		break;
	}
	return -1;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/row_gate.c: the id of a row, and which purposes it may carry. */
#include "base/ascii.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "ingest/gate.h"
#include "ingest/row.h"
#include "normal/time.h"

enum { KEY_MAX = 256, SOURCE_MAX = 64, KEY_HASH_BYTES = 16 };

static bool
refuse_key(struct builder *b, const char *text)
{
	const struct plan *p = b->plan;

	row_refuse(b, "E_KEY", text, p->key_count == 1 && p->key_columns[0] >= 0 ?
	    p->header[p->key_columns[0]] : span_none());
	return false;
}

static struct span
key_cell(const struct builder *b, const struct cells *row, size_t i)
{
	int column = b->plan->key_columns[i];

	return column >= 0 && row[column].n > 0 ? row[column].v[0] : SPAN("");
}

/* Over the raw cells, each with its length, so that ids outlive changes of the rules. Without
 * key columns (--auto on NDJSON) the line is the one cell: its members may change from line to
 * line. */
static struct span
hash_key(struct builder *b, const struct cells *row)
{
	size_t n = b->plan->key_count > 0 ? b->plan->key_count : 1;
	struct span *parts = arena_alloc(&b->arena, (2 * n + 1) * sizeof *parts);
	unsigned char sum[KEY_HASH_BYTES];

	for (size_t i = 0; i < n; i++) {
		struct span cell = b->plan->key_count > 0 ? key_cell(b, row, i) : b->line;
		char *len = arena_alloc(&b->arena, 8);

		for (int j = 0; j < 8; j++)
			len[j] = (char)((uint64_t)cell.len >> (8 * j) & 0xff);
		parts[2 * i] = span_make(len, 8);
		parts[2 * i + 1] = cell;
	}
	blake2b(sum, sizeof sum, NULL, parts, 2 * n);
	buf_reset(&b->scratch);
	buf_text(&b->scratch, "h-");
	hex_write(&b->scratch, span_make((const char *)sum, sizeof sum));
	return arena_copy(&b->arena, buf_span(&b->scratch));
}

static bool
make_key(struct builder *b, const struct cells *row, struct span *key)
{
	const struct mapping *m = b->plan->m;

	if (m->key == KEY_HASH) {
		*key = hash_key(b, row);
		return true;
	}
	if (b->plan->key_count == 1) {
		*key = key_cell(b, row, 0);
		if (m->key_prefix.p != NULL && span_starts(*key, m->key_prefix))
			*key = span_skip(*key, m->key_prefix.len);
		return key->len > 0 || refuse_key(b, "has no key");
	}
	buf_reset(&b->scratch);
	for (size_t i = 0; i < b->plan->key_count; i++) {
		struct span cell = key_cell(b, row, i);

		if (cell.len == 0)
			return refuse_key(b, "has an empty part of its key");
		if (i > 0)
			buf_add(&b->scratch, m->key_with);
		buf_add(&b->scratch, cell);
	}
	*key = arena_copy(&b->arena, buf_span(&b->scratch));
	return true;
}

/* The system inside the export: lower case, other bytes as '-'. */
static bool
make_source(struct builder *b, const struct cells *row)
{
	const struct plan *p = b->plan;
	struct span name = p->m->source.name, cell;
	char *s;

	b->record.source = name;
	if (p->name_column < 0 || row[p->name_column].n == 0)
		return true;
	cell = span_trim(row[p->name_column].v[0]);
	if (cell.len == 0)
		return true;
	if (name.len + 1 + cell.len > SOURCE_MAX && p->m->automatic)
		return true;		/* nobody said that it names one */
	if (name.len + 1 + cell.len > SOURCE_MAX) {
		row_refuse(b, "E_KEY", "names a source of more than 64 bytes",
		    p->header[p->name_column]);
		return false;
	}
	s = arena_alloc(&b->arena, SOURCE_MAX);
	memcpy(s, name.p, name.len);
	s[name.len] = '.';
	for (size_t i = 0; i < cell.len; i++) {
		char c = ascii_lowered(cell.p[i]);

		if (!(ascii_lower(c) || ascii_digit(c) || c == '_' || c == '.'))
			c = '-';
		s[name.len + 1 + i] = c;
	}
	b->record.source = span_make(s, name.len + 1 + cell.len);
	return true;
}

bool
row_key(struct builder *b, const struct cells *row)
{
	struct span key = span_none(), source;
	char *id;

	if (!make_source(b, row) || !make_key(b, row, &key))
		return false;
	if (key.len > KEY_MAX)
		return refuse_key(b, "has a key of more than 256 bytes");
	for (size_t i = 0; i < key.len; i++)
		if ((unsigned char)key.p[i] < 0x20 || key.p[i] == 0x7f)
			return refuse_key(b, "has a control byte in its key");
	source = b->record.source;
	id = arena_alloc(&b->arena, source.len + 1 + key.len);
	memcpy(id, source.p, source.len);
	id[source.len] = ':';
	memcpy(id + source.len + 1, key.p, key.len);
	b->record.id = span_make(id, source.len + 1 + key.len);
	b->record.key = span_make(id + source.len + 1, key.len);
	return true;
}

/* Whether the time of collection came with a zone: the clean value always has one. */
static bool
collected_zoned(const struct builder *b, const struct cells *row)
{
	int column = b->plan->collected_column;
	struct time_text raw;

	return column >= 0 && row[column].n > 0 &&
	    time_parse(span_trim(row[column].v[0]), &raw) && raw.has_zone;
}

bool
row_purposes(struct builder *b, const struct cells *row)
{
	const struct mapping *m = b->plan->m;
	const struct mapping_source *s = &m->source;
	instant first;
	size_t n = 0;

	b->record.has_purposes = true;
	if (s->purpose_count == 0) {
		b->record.purposes = m->assumed;
		return true;
	}
	first = gate_earliest(s, b->record.collected_at, !s->has_zone && collected_zoned(b, row));
	for (size_t i = 0; i < s->purpose_count; i++) {
		const struct source_purpose *p = &s->purposes[i];

		if (gate_permits(p, first))
			b->purposes[n++] = p->id;
		else
			b->tally[tally_purpose(b->plan, i)]++;
	}
	b->record.purposes = (struct texts){ b->purposes, n };
	return n > 0;
}

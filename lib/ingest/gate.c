/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/gate.c: which purposes had a basis in time, and what finished streams declare. */
#include "ingest/gate.h"
#include "base/alloc.h"
#include "base/error.h"
#include "io/ndjson.h"

enum { HOUR_MS = 3600000, MINUTE_MS = 60000 };

instant
gate_earliest(const struct mapping_source *s, struct span collected_at, bool zoned)
{
	struct time_text t;

	if (collected_at.p == NULL || !time_parse(collected_at, &t))
		return s->collected_since;
	if (t.date_only && s->has_zone)
		return t.at - (instant)s->zone_minutes * MINUTE_MS;
	return s->has_zone || zoned ? t.at : t.at - 14 * (instant)HOUR_MS;
}

bool
gate_permits(const struct source_purpose *p, instant earliest)
{
	return p->covers_earlier.p != NULL || (earliest != INSTANT_NONE &&
	    p->since != INSTANT_NONE && p->since <= earliest);
}

struct entry {
	struct mapping	*mapping;	/* only its source is filled */
	uint64_t	 line;		/* of the header */
};

struct declared {
	struct entry	*list;
	size_t		 count, cap;
};

struct declared *
declared_new(void)
{
	return mem_zero(1, sizeof(struct declared));
}

void
declared_free(struct declared *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < d->count; i++)
		mapping_free(d->list[i].mapping);
	mem_free(d->list);
	mem_free(d);
}

static int
add_source(struct declared *d, struct span json, uint64_t line, struct error *e)
{
	struct faults faults = { 0 };
	struct mapping *m = mapping_of_source(json, &faults, e);
	bool whole = faults.count == 0;

	faults_done(&faults);
	if (m != NULL && !whole) {
		mapping_free(m);
		return error_set(e, USAGE, "E_SCHEMA",
		    "the stream declares a source that this version cannot read");
	}
	if (m == NULL)
		return -1;
	d->list = mem_grow(d->list, d->count + 1, &d->cap, sizeof *d->list);
	d->list[d->count++] = (struct entry){ m, line };
	return 0;
}

int
declared_add(struct declared *d, const struct ndjson *header, uint64_t line, struct error *e)
{
	uint32_t list = ndjson_find(header, 0, SPAN("sources"));

	if (list == 0 || ndjson_nodes(header, NULL)[list].type != ND_ARRAY)
		return 0;
	for (uint32_t v = ndjson_first(header, list); v != 0; v = ndjson_sibling(header, v))
		if (add_source(d, ndjson_raw(header, v), line, e) < 0)
			return -1;
	return 0;
}

/* "shop", or with a name_column "shop.VALUE". */
static bool
names(const struct mapping_source *s, struct span source)
{
	if (span_equal(s->name, source))
		return true;
	return s->name_column.p != NULL && s->name.p != NULL && source.len > s->name.len &&
	    span_starts(source, s->name) && source.p[s->name.len] == '.';
}

const struct mapping_source *
declared_find(const struct declared *d, struct span source, uint64_t line)
{
	const struct mapping_source *found = NULL;
	uint64_t header = 0;

	for (size_t i = d->count; i-- > 0;) {
		const struct entry *entry = &d->list[i];
		const struct mapping_source *s = &entry->mapping->source;

		if (entry->line > line)
			continue;
		if (header != 0 && entry->line != header)
			break;			/* of an older stream */
		header = entry->line;
		if (names(s, source) && (found == NULL || s->name.len > found->name.len))
			found = s;
	}
	return found;
}

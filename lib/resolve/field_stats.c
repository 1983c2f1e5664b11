/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/field_stats.c: one pass over the rows of all linked records. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/number.h"
#include "base/pipeline.h"
#include "io/json_write.h"
#include "resolve/dict.h"
#include "resolve/fold.h"
#include "resolve/field_stats.h"
#include "resolve/rules.h"
#include "resolve/sort.h"
#include "resolve/store.h"
#include "resolve/types.h"

enum {
	SLOTS = UINT8_MAX + 1,			/* types of one kind */
	DATES = 10000 << 9, PLACES = 6,
	JOINED = 1, CONSTRAINED = 2		/* what a field is used for */
};

/* One field in the making: a kind of fact and a type of it. */
struct slot {
	uint64_t	records, distinct;
	uint32_t	last;		/* record that was counted last, and one */
};

struct counting {
	const struct store	*s;
	struct slot		(*slot)[SLOTS];		/* by kind */
	uint64_t		*seen[FACT_KINDS];	/* a bit for each value */
	uint64_t		 linked, nodes;
};

static void
count_row(struct counting *c, uint32_t record)
{
	for (const uint32_t *word = rec_row(c->s, record); *word != 0; word++) {
		enum fact_kind kind = fact_kind(*word);
		uint32_t number = fact_number(*word);
		struct slot *slot = &c->slot[kind][fact_has_type(kind) ? facts_type(&c->s->facts, *word) : 0];

		slot->records += slot->last != record + 1;
		slot->last = record + 1;
		if (c->seen[kind] == NULL || (c->seen[kind][number / 64] >> number % 64 & 1) != 0)
			continue;
		c->seen[kind][number / 64] |= (uint64_t)1 << number % 64;
		slot->distinct++;
	}
}

static void
add(struct field_stats *f, const char *head, struct span name, const struct slot *slot,
    unsigned use, const char *unused)
{
	static const char *const why[] = { NULL, "join", "constraint", "join and constraint" };
	struct buf path = { 0 };

	buf_text(&path, head);
	buf_add(&path, name);
	f->list = mem_grow(f->list, f->count + 1, &f->cap, sizeof *f->list);
	f->list[f->count++] = (struct field_stat){ arena_copy(&f->arena, buf_span(&path)),
	    slot->records, slot->distinct, use == 0 ? unused : why[use], use != 0 };
	buf_done(&path);
}

/* ---- what the rules use ---- */

static bool
uses(const struct rules *rules, enum atom from, enum atom to)
{
	for (size_t i = 0; i < rules->join_count; i++)
		for (size_t a = 0; a < rules->joins[i].count; a++)
			if (rules->joins[i].atom[a] >= from && rules->joins[i].atom[a] <= to)
				return true;
	return false;
}

static bool
joins_type(const struct rules *rules, const struct type *t)
{
	for (size_t i = 0; i < rules->join_count; i++) {
		const struct join *j = &rules->joins[i];

		if (j->atom[0] == ATOM_IDENTIFIER &&
		    (j->type.p == NULL ? t->key : span_equal(j->type, t->name)))
			return true;
	}
	return false;
}

static void
list_standard(struct field_stats *f, const struct counting *c, const struct rules *rules)
{
	const struct {
		enum fact_kind	kind;
		const char	*name;
		unsigned	use;
	} fields[] = {
		{ FACT_EMAIL, "email", uses(rules, ATOM_EMAIL, ATOM_EMAIL) },
		{ FACT_PHONE, "phone_number", uses(rules, ATOM_PHONE, ATOM_PHONE_LAST8) },
		{ FACT_GIVEN, "given_name", uses(rules, ATOM_GIVEN, ATOM_NAME_SET) },
		{ FACT_FAMILY, "family_name", uses(rules, ATOM_NAME_SET, ATOM_NAME_SET) },
		{ FACT_BIRTHDATE, "birthdate", CONSTRAINED |
		    (unsigned)uses(rules, ATOM_BIRTHDATE, ATOM_BIRTHDATE_YM) },
		{ FACT_POSTCODE, "address.postal_code", uses(rules, ATOM_POSTCODE, ATOM_POSTCODE) },
		{ FACT_LOCALITY, "address.locality", uses(rules, ATOM_LOCALITY, ATOM_LOCALITY) },
		{ FACT_SUFFIX, "attributes.name_suffix", CONSTRAINED },
	};

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (c->slot[fields[i].kind][0].records > 0)
			add(f, fields[i].name, SPAN(""), &c->slot[fields[i].kind][0], fields[i].use,
			    "no join");
}

static void
list_types(struct field_stats *f, const struct counting *c, const struct rules *rules,
    const struct types *types)
{
	for (size_t t = 0; t < types_count(types); t++) {
		const struct type *type = types_at(types, t);

		add(f, "identifiers.", type->name, &c->slot[FACT_IDENTIFIER][t],
		    (joins_type(rules, type) ? JOINED : 0) | (type->limit > 0 ? CONSTRAINED : 0),
		    "no join");
	}
	for (size_t a = 0; a < rules->attribute_count; a++)
		add(f, "", rules->attributes[a], &c->slot[FACT_ATTRIBUTE][a], JOINED, NULL);
}

/* What the rules keep out of matching was never counted. */
static void
list_ignored(struct field_stats *f, const struct rules *rules)
{
	static const struct slot none = { 0 };

	for (size_t i = 0; i < rules->never_count; i++)
		add(f, "", rules->never[i], &none, 0, "never matched");
	for (size_t i = 0; i < rules->identifier_count; i++)
		if (!rules->identifiers[i].match)
			add(f, "identifiers.", rules->identifiers[i].name, &none, 0, "never matched");
}

/* ---- the whole ---- */

static int
by_name(const void *a, const void *b)
{
	return span_cmp(((const struct field_stat *)a)->name, ((const struct field_stat *)b)->name);
}

/* A field is listed once: counted before ignored, because the sort is stable. */
static void
order(struct field_stats *f)
{
	size_t kept = 0;

	sort_array(f->list, f->count, sizeof *f->list, by_name, 1);
	for (size_t i = 0; i < f->count; i++)
		if (kept == 0 || by_name(&f->list[kept - 1], &f->list[i]) != 0)
			f->list[kept++] = f->list[i];
	f->count = kept;
}

static void
count_rows(struct counting *c)
{
	for (uint32_t i = 0; i < c->s->count; i++)
		if (c->s->rec[i].flags & REC_LINKED) {
			count_row(c, i);
			c->linked++;
		}
}

static void
count_part(void *arg, unsigned part)
{
	struct counting *c = arg;

	if (part == 0)
		count_rows(c);
	else
		c->nodes = fold_count(c->s);
}

void
field_stats_find(struct field_stats *f, const struct store *s, const struct rules *rules,
    const struct types *types, unsigned threads)
{
	struct counting c = { .s = s, .slot = mem_zero(FACT_KINDS, sizeof *c.slot) };

	for (int k = 0; k < FACT_KINDS; k++) {
		size_t values = k == FACT_BIRTHDATE ? DATES : s->facts.dict[k] == NULL ? 0 :
		    dict_count(s->facts.dict[k]);

		c.seen[k] = values == 0 ? NULL : mem_zero(values / 64 + 1, sizeof *c.seen[k]);
	}
	parallel_each(threads, 2, count_part, &c);
	f->linked = c.linked;
	f->nodes = c.nodes;
	list_standard(f, &c, rules);
	list_types(f, &c, rules, types);
	list_ignored(f, rules);
	order(f);
	for (int k = 0; k < FACT_KINDS; k++)
		mem_free(c.seen[k]);
	mem_free(c.slot);
}

void
field_stats_write(const struct field_stats *f, struct json_writer *w)
{
	struct buf share = { 0 };

	json_key(w, SPAN("fields"));
	json_open_array(w);
	for (size_t i = 0; i < f->count; i++) {
		const struct field_stat *x = &f->list[i];

		json_open_object(w);
		json_member_string(w, "name", x->name);
		if (x->records > 0) {
			buf_reset(&share);
			ratio_write(&share, x->records, f->linked, PLACES);
			json_member_string(w, "fill", buf_span(&share));
			json_member_u64(w, "distinct", x->distinct);
		}
		json_member_bool(w, "used", x->used);
		json_member_string(w, "why", span_from(x->why));
		json_end(w);
	}
	json_end(w);
	json_member_u64(w, "nodes", f->nodes);
	json_member_u64(w, "folded", f->linked - f->nodes);
	buf_done(&share);
}

void
field_stats_done(struct field_stats *f)
{
	mem_free(f->list);
	arena_done(&f->arena);
	*f = (struct field_stats){ 0 };
}

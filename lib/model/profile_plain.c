/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/profile_plain.c: from the first member to the last, as record_plain.c. */
#include "base/alloc.h"
#include "base/arena.h"
#include "io/json_write.h"
#include "model/plain_priv.h"
#include "model/profile.h"
#include "model/profile_plain.h"

enum {
	TIES = 32,		/* of one profile */
	ORIGIN_LEAST = 14	/* bytes of {"record":"x"} */
};

/* Values that only profiles have come after those of records. */
enum { PLAIN_MEMBER_PURPOSES = PLAIN_TAGS + 1, PLAIN_TIES, PLAIN_PROVENANCE };

#define AT(field)	offsetof(struct profile, field)
#define FIELD(lit, kind, field)	{ JSON_KEY_INIT(lit), kind, AT(fields.field) }
static const struct {
	struct span	key;
	int		kind;		/* enum plain_kind, or one of the above */
	size_t		at;		/* of the text or the list in struct profile */
} members[PROFILE_MEMBERS] = {
	FIELD("id", PLAIN_TEXT, id),
	{ JSON_KEY_INIT("members"), PLAIN_TEXTS, AT(members) },
	FIELD("given_name", PLAIN_TEXT, one[ONE_GIVEN_NAME]),
	FIELD("middle_name", PLAIN_TEXT, one[ONE_MIDDLE_NAME]),
	FIELD("family_name", PLAIN_TEXT, one[ONE_FAMILY_NAME]),
	FIELD("name", PLAIN_TEXT, one[ONE_NAME]),
	FIELD("birthdate", PLAIN_TEXT, one[ONE_BIRTHDATE]),
	FIELD("gender", PLAIN_TEXT, one[ONE_GENDER]),
	FIELD("locale", PLAIN_TEXT, one[ONE_LOCALE]),
	FIELD("zoneinfo", PLAIN_TEXT, one[ONE_ZONEINFO]),
	FIELD("nickname", PLAIN_TEXTS, many[MANY_NICKNAME]),
	FIELD("email", PLAIN_TEXTS, many[MANY_EMAIL]),
	FIELD("phone_number", PLAIN_TEXTS, many[MANY_PHONE_NUMBER]),
	FIELD("website", PLAIN_TEXTS, many[MANY_WEBSITE]),
	{ JSON_KEY_INIT("address"), PLAIN_ADDRESSES, 0 },
	{ JSON_KEY_INIT("identifiers"), PLAIN_IDENTIFIERS, 0 },
	{ JSON_KEY_INIT("attributes"), PLAIN_ATTRIBUTES, 0 },
	{ JSON_KEY_INIT("first_seen"), PLAIN_TEXT, AT(first_seen) },
	{ JSON_KEY_INIT("last_seen"), PLAIN_TEXT, AT(last_seen) },
	{ JSON_KEY_INIT("sources"), PLAIN_TEXTS, AT(sources) },
	{ JSON_KEY_INIT("channels"), PLAIN_TEXTS, AT(channels) },
	{ JSON_KEY_INIT("household"), PLAIN_TEXT, AT(household) },
	{ JSON_KEY_INIT("confidence"), PLAIN_TEXT, AT(confidence) },
	FIELD("purposes", PLAIN_PURPOSES, purposes),
	{ JSON_KEY_INIT("member_purposes"), PLAIN_MEMBER_PURPOSES, 0 },
	{ JSON_KEY_INIT("shared"), PLAIN_TEXTS, AT(shared) },
	{ JSON_KEY_INIT("ties"), PLAIN_TIES, 0 },
	{ JSON_KEY_INIT("provenance"), PLAIN_PROVENANCE, 0 },
	{ JSON_KEY_INIT("tags"), PLAIN_TAGS, 0 },
	FIELD("flags", PLAIN_TEXTS, flags),
};

struct span
profile_member_name(unsigned i)
{
	return span_make(members[i].key.p + 2, members[i].key.len - 4);
}

void
profile_members_done(struct profile_members *m)
{
	mem_free(m->provenance);
	*m = (struct profile_members){ .count = 0 };
}

/* One a record at most; ascending, as members are, so that none is there twice. */
static bool
take_member_purposes(struct reading *r, struct profile *p)
{
	struct member_purposes *list = arena_alloc(r->arena, (p->members.n + 1) * sizeof *list);
	size_t n = 0;

	if (!take_byte(r, '{'))
		return false;
	do {
		if (n == p->members.n || !take_name(r, &list[n].record) ||
		    !plain_texts(r, &list[n].purposes) ||
		    (n > 0 && span_cmp(list[n - 1].record, list[n].record) >= 0))
			return false;
		n++;
	} while (take_byte(r, ','));
	p->member_purposes = list;
	p->member_purpose_count = n;
	p->has_member_purposes = true;
	return take_byte(r, '}');
}

/* An object of some of the keys, in their order. */
static bool
take_object(struct reading *r, const struct span *keys, struct span *const *texts, size_t n)
{
	size_t no_comma = 1;		/* before the first member */

	if (!take_byte(r, '{'))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!take_key(r, span_skip(keys[i], no_comma)))
			continue;
		if (!take_text(r, texts[i]))
			return false;
		no_comma = 0;
	}
	return take_byte(r, '}');
}

static bool
take_ties(struct reading *r, struct profile *p)
{
	static const struct span keys[] = { JSON_KEY_INIT("a"), JSON_KEY_INIT("b"),
	    JSON_KEY_INIT("by"), JSON_KEY_INIT("weight") };
	struct tie *list = arena_zero(r->arena, TIES, sizeof *list);
	size_t n = 0;

	if (!take_byte(r, '['))
		return false;
	do {
		struct tie *t = &list[n];

		if (n++ == TIES || !take_object(r, keys, (struct span *const[]){ &t->a, &t->b,
		    &t->by, &t->weight }, sizeof keys / sizeof *keys))
			return false;
	} while (take_byte(r, ','));
	arena_trim(r->arena, list, n * sizeof *list);
	p->ties = list;
	p->tie_count = n;
	return take_byte(r, ']');
}

/* {"record":…,"records":[…],"rule":…}, of which the last two may be missing. */
static bool
take_origin(struct reading *r, struct provenance *v)
{
	v->records = (struct texts){ &v->record, 1 };
	v->rule = span_none();
	return take_key(r, SPAN("{\"record\":")) && take_text(r, &v->record) &&
	    (!take_key(r, SPAN(",\"records\":")) || plain_texts(r, &v->records)) &&
	    (!take_key(r, SPAN(",\"rule\":")) || take_text(r, &v->rule)) && take_byte(r, '}');
}

/* An object for a single value, a list for several. */
static bool
take_path(struct reading *r, struct provenance *list, size_t *n)
{
	struct span path;
	bool many;
	uint32_t i = 0;

	if (!take_name(r, &path))
		return false;
	many = take_byte(r, '[');
	do {
		list[*n].path = path;
		list[*n].index = i++;
		if (!take_origin(r, &list[(*n)++]))
			return false;
	} while (many && take_byte(r, ','));
	return !many || take_byte(r, ']');
}

/* Whether the path that begins at `new` was there before. Few do; a bit for each tells most. */
static bool
is_repeated(const struct provenance *list, size_t new, uint64_t *seen)
{
	struct span path = list[new].path;
	uint64_t bit = UINT64_C(1) << (short_hash(path) & 63);

	if ((*seen & bit) != 0)
		for (size_t i = 0; i < new; i++)
			if (span_equal(list[i].path, path))
				return true;
	*seen |= bit;
	return false;
}

/* The list has room for as many as can be in the line, so that nothing moves. */
static bool
take_provenance(struct reading *r, struct profile *p, struct profile_members *m)
{
	size_t n = 0, most = (size_t)(r->end - r->p) / ORIGIN_LEAST + 1;
	uint64_t seen = 0;

	if (!take_byte(r, '{'))
		return false;
	m->provenance = mem_grow(m->provenance, most, &m->provenance_cap, sizeof *m->provenance);
	do {
		size_t new = n;

		if (!take_path(r, m->provenance, &n) || is_repeated(m->provenance, new, &seen))
			return false;
	} while (take_byte(r, ','));
	p->provenance = m->provenance;
	p->provenance_count = n;
	return take_byte(r, '}');
}

static bool
take_member(struct reading *r, unsigned i, struct profile *p, struct profile_members *m)
{
	switch (members[i].kind) {
	case PLAIN_MEMBER_PURPOSES:
		return take_member_purposes(r, p);
	case PLAIN_TIES:
		return take_ties(r, p);
	case PLAIN_PROVENANCE:
		return take_provenance(r, p, m);
	default:
		return plain_value(r, (enum plain_kind)members[i].kind, &p->fields,
		    (char *)p + members[i].at);
	}
}

bool
profile_plain(struct span line, struct profile *p, struct arena *arena, struct profile_members *m)
{
	static const struct span head = SPAN_INIT("{\"kind\":\"profile\"");
	struct reading r = { line.p + head.len, line.p + line.len, line.p, arena, NULL };

	if (line.len > LINE_PLAIN || !span_starts(line, head))
		return false;
	*p = (struct profile){ 0 };
	m->count = 0;
	for (unsigned i = 0; i < PROFILE_MEMBERS; i++) {
		const char *begin = r.p + 1;

		if (r.end - r.p < KEY_LEAST)
			break;
		if (!take_key(&r, members[i].key))
			continue;
		if (!take_member(&r, i, p, m))
			return false;
		m->list[m->count].name = i;
		m->list[m->count++].json = span_make(begin, (size_t)(r.p - begin));
	}
	return take_byte(&r, '}') && r.p == r.end && p->fields.id.p != NULL;
}

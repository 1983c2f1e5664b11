/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/survive_priv.h: a profile in the making; for survive*.c and conflict.c only. */
#ifndef CDP_RESOLVE_SURVIVE_PRIV_H
#define CDP_RESOLVE_SURVIVE_PRIV_H

#include "base/arena.h"		/* by value */
#include "base/ascii.h"
#include "base/buf.h"		/* by value */
#include "base/error.h"		/* by value */
#include "model/profile.h"	/* struct record, struct provenance: by value */
#include "resolve/rules.h"	/* enum strategy, struct chain */
#include "resolve/survive.h"

struct accord;
struct candidate;
struct cold_reader;
struct ndjson;
struct source_rule;

#define SURVIVE_WHOLE	UINT32_MAX	/* no place in a list */

enum field_class { CLASS_ONE, CLASS_MANY, CLASS_ADDRESS };

struct member {
	struct record			 r;
	instant				 at;
	uint32_t			 priority, place, ties;
	uint32_t			 noted;		/* letters: that its tags and flags begin with */
	const struct source_rule	*rule;		/* NULL: the rules say nothing of its source */
};

/* A flag that travelled; of texts that are the same bytes in the same place. */
struct carried {
	const char	*flag, *path;
	size_t		 len;
	uint32_t	 from, to;
};

enum { KINDS = 32 };		/* types of identifiers that are kept: more than most runs have */

/* What the rules say of a type of identifier. */
struct identifier_kind {
	struct span		 name, path;	/* path: "identifiers.NAME" */
	const struct chain	*chain;
	enum check_digit	 check;
	bool			 exclusive;
	uint32_t		 limit;		/* values a person may have; 0: any number */
};

struct survivor {
	const struct survival	*s;
	struct cold_reader	*reader;
	struct ndjson		*scanner;	/* of lines that the reader leaves */
	struct error		 unread;	/* of the first line that was changed under us */
	struct arena		 arena;		/* of one profile */
	struct buf		 key;		/* scratch */
	struct member		*members;
	const struct member	**rank;		/* by recency, source priority, record id */
	struct span		*ids;		/* by place */
	size_t			 count, member_cap, rank_cap, id_cap;
	struct candidate	*list;		/* candidates of the field at hand */
	size_t			 listed, list_cap;
	bool			 keyed;		/* their keys were made; else they are the values */
	struct candidate	*kept;		/* room for RECORD_LIST_MAX: those that survive in a list */
	struct provenance	*from;
	size_t			 from_count, from_cap;
	int			 winner[ONE_COUNT];	/* member whose value survived, or -1 */
	struct span		*names;
	size_t			 name_count, name_cap;
	struct arena		 kinds;		/* texts of kind, of all profiles */
	struct span		 assume;	/* of survival, in this arena */
	bool			 plain;		/* neither it nor pinned values need an escape */
	bool			 ready;		/* as in struct profile */
	struct identifier_kind	 kind[KINDS];
	size_t			 kind_count;
	struct named_texts	*tags;
	size_t			 tag_count, tag_cap;
	struct span		*flags;
	size_t			 flag_count, flag_cap;
	struct span		*shared;
	size_t			 shared_count, shared_cap;
	struct pinned		*pins;		/* values pinned to members, in the order of the rules */
	size_t			 pin_count, pin_cap;
	uint32_t		 noted;		/* of all members */
	uint32_t		 said;		/* bit per enum one_field: a member has a value */
	bool			 erases;	/* a member is of a source that erases */
	bool			 free;		/* none is, and no rule pins a value */
	struct span		 id;
	struct carried		 carried;	/* the last flag: of many members it is the same */
	struct buf		*conflicts;	/* NULL: not asked for */
	uint64_t		*conflict_counts;
	struct accord		*accord;	/* of all profiles of this survivor */
};

/* ---- candidates: of one field, in v->list ---- */

void survive_candidate(struct survivor *v, const struct member *m, struct span value,
    uint32_t index);
/* Looks up what is pinned to the members, once for all fields. */
void survive_find_pins(struct survivor *v);
/* Adds the values that the rules pin to this field: they stand alone, unless the chain says when
 * they count or keeps several. True: there are any. */
bool survive_pin(struct survivor *v, struct span path, const struct chain *chain);
size_t survive_pins_first(struct survivor *v);			/* returns how many */
/* Whether a later record of the same source, which erases, says that it has no value. */
bool survive_erased(const struct survivor *v, const struct member *m, enum field_class class,
    size_t field);
/* An earlier candidate of the same value, which has the same key, among the first few; or i. */
size_t survive_earlier(const struct survivor *v, size_t i);
/* The chain of the rules, else `otherwise`. */
static inline const struct chain *
survive_chain(const struct survivor *v, struct span path, const struct chain *otherwise)
{
	const struct chain *c = v->s->rules->chain_count == 0 ? NULL :
	    rules_chain(v->s->rules, path);

	return c == NULL ? otherwise : c;
}
static inline bool
chain_has(const struct chain *c, enum strategy step)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->step[i] == step)
			return true;
	return false;
}
void survive_rank(struct candidate *list, size_t n);
void survive_origin(struct survivor *v, struct span path, uint32_t index,
    const struct candidate *winner, struct texts records, struct span rule);
struct texts survive_record(const struct survivor *v, const struct candidate *c);
struct texts survive_records(const struct survivor *v);		/* all members */

/* ---- names of identifiers and attributes ---- */

void survive_name(struct survivor *v, struct span name);	/* into v->names, once, in order */
void survive_names(struct survivor *v, bool identifiers);	/* those of all members */
struct span survive_path(struct survivor *v, const char *head, struct span name);
/* Of this type; until the next profile. */
const struct identifier_kind *survive_kind(struct survivor *v, struct span type);

/* ---- fields ---- */

void survive_ones(struct survivor *v, struct profile *p);
void survive_many(struct survivor *v, struct profile *p, enum many_field f);
void survive_addresses(struct survivor *v, struct profile *p);
void survive_identifiers(struct survivor *v, struct profile *p);
void survive_attributes(struct survivor *v, struct profile *p);

/* Whether the first letter or digit that differs is another one: then their folded forms differ, too. */
static inline bool
survive_spelt_otherwise(struct span a, struct span b)
{
	size_t i = 0, len = a.len < b.len ? a.len : b.len;

	while (i < len && (a.p[i] | 0x20) == (b.p[i] | 0x20))
		i++;
	return i < len && ascii_alnum(a.p[i]) && ascii_alnum(b.p[i]);
}
/* ---- addresses, in v->list ---- */

enum { SURVIVE_NUMBERED = 256 };	/* that can be numbered together: a byte tells which */

const struct address *survive_address(const struct survivor *v, const struct candidate *c);
/* Whether all are the same. */
bool survive_one_address(const struct survivor *v);
/* Gives some of them keys that compare among themselves, with a number for each part. */
void survive_number_addresses(struct survivor *v, struct candidate *list, size_t n);
/* In how many parts two numbered ones say the same. */
size_t survive_agreement(const struct survivor *v, const struct candidate *a,
    const struct candidate *b);
/* Leaves no numbered one that says nothing beside another; of those that are ranked, each once. */
void survive_leave_lesser(struct survivor *v);
void survive_join_addresses(struct survivor *v);

/* Values in the form they are compared in. */
struct span survive_one_key(struct survivor *v, enum one_field f, struct span value);
struct span survive_many_key(struct survivor *v, enum many_field f, struct span value);
struct span survive_address_key(struct survivor *v, const struct address *a);
struct span survive_attribute_key(struct survivor *v, struct span json);

/* ---- what is known of members and values ---- */

void survive_begin(struct survivor *v);
/* Notes begin with the name of their field; most fields have none. A bit for the first letter of a
 * name tells so: where it is not set, no note is on a field that begins with it. */
static inline uint32_t
survive_letter(struct span name)
{
	return name.len == 0 ? 0 : UINT32_C(1) << (name.p[0] & 31);
}
/* Whether nothing but values decides. */
static inline bool
survive_bare(const struct survivor *v, struct span path)
{
	return v->free && (v->noted & survive_letter(path)) == 0;
}
/* Members in an order in which candidates need no ranking, where only their rank decides. */
static inline const struct member *
survive_member(const struct survivor *v, size_t i, bool ranked)
{
	return ranked ? v->rank[i] : &v->members[i];
}
void survive_carry_notes(struct survivor *v, const struct member *m, struct span path, uint32_t from,
    uint32_t to);
/* Takes the tags and flags of the member's value along to where it stands in the profile. */
static inline void
survive_carry(struct survivor *v, uint32_t member, struct span path, uint32_t from, uint32_t to)
{
	const struct member *m = &v->members[member];

	if ((m->noted & survive_letter(path)) != 0)
		survive_carry_notes(v, m, path, from, to);
}
void survive_shared(struct survivor *v, struct span path, uint32_t index);
/* Members, times, sources, channels, purposes, ties, shared, tags, flags. */
void survive_facts(struct survivor *v, struct profile *p, const struct cluster *c);

#endif

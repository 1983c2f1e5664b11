/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/survive_kinds.c: what the rules say of a type of identifier, found once: there are few
 * types, and every profile asks. */
#include "resolve/rules.h"
#include "resolve/strategy.h"
#include "resolve/survive_priv.h"

static const struct chain chain_vote = { .count = 1, .step = { STRATEGY_VOTE } };
static const struct chain chain_union = { .count = 1, .step = { STRATEGY_UNION },
	.top = RECORD_LIST_MAX };

static void
make(struct survivor *v, struct identifier_kind *k, struct span type, struct arena *arena)
{
	const struct rules *rules = v->s->rules;
	const struct identifier_rule *rule = rules_identifier(rules, type);

	k->name = arena_copy(arena, type);
	k->path = arena_copy(arena, survive_path(v, "identifiers.", type));
	k->exclusive = rules_exclusive(rules, type);
	k->check = rules_check(rules, type);
	k->chain = survive_chain(v, k->path, k->exclusive ? &chain_vote : &chain_union);
	k->limit = rule != NULL && rule->limit > 0 ? rule->limit :
	    k->exclusive ? 1 : rules->limit_default;
}

/* Types beyond those that are kept are made for one profile. */
const struct identifier_kind *
survive_kind(struct survivor *v, struct span type)
{
	struct identifier_kind *k;

	for (size_t i = 0; i < v->kind_count; i++)
		if (span_equal(v->kind[i].name, type))
			return &v->kind[i];
	if (v->kind_count < KINDS) {
		k = &v->kind[v->kind_count++];
		make(v, k, type, &v->kinds);
	} else {
		k = arena_alloc(&v->arena, sizeof *k);
		make(v, k, type, &v->arena);
	}
	return k;
}

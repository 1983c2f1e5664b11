/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/facts.h: what is asked, and what is known about one person, for decide().
 * Plain memory: whoever fills it owns it, and the steps only read. */
#ifndef CDP_CONSENT_FACTS_H
#define CDP_CONSENT_FACTS_H

#include "base/instant.h"	/* instant */
#include "consent/event.h"	/* struct token, by value */
#include "consent/policy.h"	/* enum basis_type */
#include "consent/regime.h"	/* regime_set */

#define CONTACT_NONE	SIZE_MAX

/* What a question means in one regime, whoever the person is. Codes: NULL passes. */
struct question_regime {
	const struct policy_basis		*basis;		/* of the purpose there; NULL: none */
	const char				*row_code;	/* step 0 */
	const char				*channel_code;	/* step 11 */
	const char				*transfer_code;	/* step 12 */
};

/* One question of a run, put to every row. Filled by question_set. */
struct question {
	const struct policy			*policy;
	const struct policy_purpose		*purpose;	/* NULL: not registered */
	const struct policy_controller		*controller_entry; /* NULL: not registered */
	const struct policy_destination		*destination;	/* NULL: none asked */
	const struct policy_channel		*reach;		/* NULL: no contact needed */
	const struct policy_view		*view;		/* of the purpose; NULL: none */
	struct span				 channel, controller;
	instant					 as_of, known_at;	/* T and K */
	instant					 next_policy;	/* INSTANT_NONE: none published */
	bool					 needs_contact;	/* the channel is not "none" */
	bool					 reaches_records; /* it is a postal one */
	bool					 has_least_validity;
	bool					 sells;		/* sale or sharing: steps 6 and 7 */
	bool					 sensitive;	/* step 6: limit_sensitive applies */
	bool					 needs_age;	/* step 7 looks at birth dates */
	bool					 preferred_only; /* step 14: the best channel or none */
	instant					 least_validity; /* no permit holds longer */
	const char				*contract_code;	/* step 12; NULL: passes */
	regime_set				 defaults;	/* of a person without signals */
	regime_set				 established;	/* those that follow the controller */
	regime_set				 gpc_binds, override_stands;
	regime_set				 resting[BASIS_REGIME + 1];	/* by type of basis there */
	struct question_regime			 regimes[REGIMES_MAX];
};

struct numbered;
struct provenance;

/* One typed value of the person. Holders are indexes of the member records it stands in. */
struct fact_identifier {
	struct span			 type;
	struct token			 token;
	bool				 shared;	/* carries refusals, never grants */
	bool				 sent;		/* goes to the destination as an audience key */
	const struct event *const	*events;
	size_t				 event_count;
	const struct event *const	*suppressing;	/* found by the suppression half */
	size_t				 suppressing_count;
	const uint32_t			*holders;	/* ascending */
	size_t				 holder_count;
	struct span			 field, value;	/* where it stands in the row; not for the steps */
	uint32_t			 index;
	bool				 has_token;
	bool				 spread;	/* of the compliance graph: no contact */
};
struct fact_member {
	struct span			 id;		/* record id */
	const struct policy_source	*source;	/* NULL: not registered */
	struct token			 account;	/* token of the record id, where accounts matter */
	const char			*unusable;	/* why its values may not be used; NULL: they may */
	bool				 covered;	/* set by decide: rule 5.6, channel none */
	bool				 covered_before; /* by the regimes that judged so far */
};

/* The events that name an earlier one by `ref`, whoever's they are. */
struct referrers;
struct referrers *referrers_new(const struct events *es);
/* The same from a list, for tests. */
struct referrers *referrers_from(const struct event *const *list, size_t count);
void referrers_free(struct referrers *r);			/* NULL is fine */
/* Events that name others, in the order (ref, seq); and those in such a list that name seq. */
void referrers_sort(const struct event **list, size_t count);
size_t referrers_find(const struct event *const *list, size_t count, uint64_t seq,
    const struct event *const **found);
size_t referrers_of(const struct referrers *r, uint64_t seq, const struct event *const **list);

struct facts {
	struct fact_identifier		*identifiers;
	size_t				 identifier_count;
	struct fact_member		*members;
	size_t				 member_count;
	size_t				 records;	/* place of the first member among the identifiers */
	const struct numbered		*members_by_id;	/* of many, and where values come from: see holders.h */
	const struct provenance *const	*origins;
	size_t				 contact;	/* index of an identifier, or CONTACT_NONE */
	struct span			 unread;	/* type of an identifier that cannot be read; absent */
	const struct referrers		*referrers;
	regime_set			 regimes;	/* by the person's signals; empty: there are none */
	const struct span		*countries;	/* of all signals, once each: "PT", "US-CA" */
	size_t				 country_count;
	instant				 born;		/* the youngest of the row's birth dates, its latest
							 * reading; INSTANT_NONE: unknown */
	instant				 newest;	/* contributing observed_at; INSTANT_NONE: unknown */
	regime_set			 in_play;	/* set by decide: the regimes that judge */
	uint64_t			 types;		/* set by decide: bit t: some event has type t */
};

#endif

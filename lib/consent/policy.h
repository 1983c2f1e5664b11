/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy.h: the policy of one moment, typed; read-only once it is loaded.
 * Spans are borrowed from the policy and live until policy_free. Look-ups return NULL for
 * "not registered", which always means no. Members of the design that this version does not
 * evaluate are refused by lint (L101, the member named), so nothing here is silently ignored. */
#ifndef CDP_CONSENT_POLICY_H
#define CDP_CONSENT_POLICY_H

#include "base/instant.h"	/* instant, struct duration */
#include "base/span.h"		/* by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum basis_type { BASIS_NONE, BASIS_CONSENT, BASIS_CONTRACT, BASIS_LEGAL_OBLIGATION,
    BASIS_VITAL_INTERESTS, BASIS_PUBLIC_TASK, BASIS_LEGITIMATE_INTERESTS, BASIS_SOFT_OPT_IN,
    BASIS_NOTICE_OPT_OUT };
enum clock_class { CLOCK_TRUSTED, CLOCK_DEVICE, CLOCK_DATE_ONLY };
enum assurance { ASSURANCE_INFERRED, ASSURANCE_CLAIMED, ASSURANCE_VERIFIED,
    ASSURANCE_AUTHENTICATED };
enum field_category { CATEGORY_ORDINARY, CATEGORY_SPECIAL, CATEGORY_PRECISE_LOCATION,
    CATEGORY_GOVERNMENT_ID, CATEGORY_FINANCIAL, CATEGORY_CREDENTIAL, CATEGORY_FREE_TEXT,
    CATEGORY_THIRD_PARTY, CATEGORY_SHARED_DEVICE };
enum conflict_mode { CONFLICT_MOST_RESTRICTIVE, CONFLICT_PER_IDENTIFIER, CONFLICT_ASK };

struct policy_names {			/* a list of ids */
	struct span	*v;
	size_t		 n;
};
struct policy_basis {			/* purposes[].basis, one regime or "*" */
	struct span	 regime;
	enum basis_type	 type;
	instant		 claimed_at;	/* as the document says */
	instant		 registered_at;	/* effective: section 2.4 has been applied */
	struct span	 registered_ref, citation, lia_ref;
	bool		 has_max_age, has_tail, has_retention, explicit_consent, double_opt_in;
	struct duration	 max_age, tail, retention;
};
struct policy_title {
	struct span	 lang, text;
};
struct policy_purpose {
	struct span		 id, notice, special_condition, counsel_ref;
	struct policy_title	*titles;
	size_t			 title_count;
	struct policy_basis	*basis;
	size_t			 basis_count;
	struct policy_names	 channels;
	int64_t			 min_version;		/* 0: none */
	instant			 effective_min_from;	/* INSTANT_NONE: at once */
	bool			 direct_marketing, compliance, grant_inherits, survives_restriction,
				 account_override, required_for_service;
	enum conflict_mode	 conflict;
	struct {
		struct span	purpose, assessment;
	}			*compatible;
	size_t			 compatible_count;
};
struct policy_notice {
	struct span		 id, lang, sha256;
	int64_t			 version;
	instant			 published_at;
	struct policy_names	 purposes, material, recipients;
};
struct policy_controller {
	struct span	 id, legal_name, country, contact;
};
struct policy_group {
	struct span		 id;
	struct policy_names	 members;
};
struct policy_source {
	struct span		 id, controller, channel, notice_id, jurisdiction;
	int64_t			 notice_version;	/* 0: no notice_at_collection */
	struct policy_names	 purposes;
	enum assurance		 assurance;
	enum clock_class	 clock;
	bool			 has_tz;
	int32_t			 tz_early, tz_late;	/* minutes; the offset giving the earliest and the latest reading */
	instant			 collected_since;	/* INSTANT_NONE: not given */
	bool			 first_party, third_party;
};
struct policy_destination {
	struct span		 id, controller, recipient_name, recipient_country, role, channel, layout;
	struct policy_names	 purposes, fields, countries;
	bool			 has_transfer, sale_or_share, audience;
	instant			 ends;			/* INSTANT_NONE: none */
};
struct policy_field {
	struct span		 path;
	enum field_category	 category;
};
struct policy_channel {				/* channels: which identifier types it reaches */
	struct span		 name;
	struct policy_names	 types;
};
struct policy_view {
	struct span		 purpose;
	struct policy_names	 fields;
};
struct policy_channel_rule {			/* for direct marketing */
	struct policy_names	 channels, allow;	/* allow: names of basis types */
};
struct policy_regime {				/* from share/regimes */
	struct span		 id;
	struct policy_names	 countries, bases;
	instant			 dated;
	bool			 establishment_binds;
	struct policy_channel_rule	*rules;
	size_t			 rule_count;
	struct policy_names	 safe_countries;
};

struct policy {
	struct span			 id, digest;		/* digest: 64 hex digits */
	instant				 effective_from, published_at;	/* published_at INSTANT_NONE: a draft */
	bool				 backdated;
	struct policy_regime		*regimes;
	size_t				 regime_count;
	struct policy_controller	*controllers;
	size_t				 controller_count;
	struct policy_group		*groups;
	size_t				 group_count;
	struct policy_notice		*notices;
	size_t				 notice_count;
	struct policy_purpose		*purposes;
	size_t				 purpose_count;
	struct policy_source		*sources;
	size_t				 source_count;
	struct policy_destination	*destinations;
	size_t				 destination_count;
	struct policy_field		*fields;
	size_t				 field_count;
	struct policy_channel		*channels;
	size_t				 channel_count;
	struct policy_view		*views;
	size_t				 view_count;
	bool				 has_jurisdictions;	/* else all of regimes */
	struct policy_names		 jurisdictions;
	struct policy_names		 shared_mailboxes, shared_namespaces;
	struct duration			 doi_window, future_tolerance, device_skew, max_ledger_age, permit_ttl,
					 clock_back_limit;
	int64_t				 quarantine_days;
	enum assurance			 grant_edge_min;
	void				*document;		/* json_t its texts are borrowed from; NULL: the caller's */
	void				*memory;		/* owns everything above */
};

void policy_free(struct policy *p);		/* NULL is fine */

const struct policy_purpose *policy_purpose(const struct policy *p, struct span id);
/* A source "shop.eu" written by name_column falls back to "shop". */
const struct policy_source *policy_source(const struct policy *p, struct span id);
const struct policy_controller *policy_controller(const struct policy *p, struct span id);
const struct policy_destination *policy_destination(const struct policy *p, struct span id);
const struct policy_notice *policy_notice(const struct policy *p, struct span id, int64_t version,
    struct span lang);				/* lang absent: any */
const struct policy_channel *policy_channel(const struct policy *p, struct span name);
const struct policy_view *policy_view(const struct policy *p, struct span purpose);
/* The basis of the purpose in the regime: its own, else "*", else NULL. */
const struct policy_basis *policy_basis(const struct policy_purpose *purpose, struct span regime);
enum field_category policy_category(const struct policy *p, struct span path);
bool policy_same_group(const struct policy *p, struct span controller_a, struct span controller_b);
bool names_has(const struct policy_names *n, struct span name);
/* ancestor is `id` itself or a dotted prefix of it: "marketing" of "marketing.newsletter". */
bool purpose_within(struct span id, struct span ancestor);
struct span basis_name(enum basis_type t);	/* "legitimate_interests" */

#endif

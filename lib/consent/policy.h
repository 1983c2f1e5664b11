/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy.h: the policy of one moment, typed; read-only once it is loaded.
 * Spans are borrowed from the policy and live until policy_free. Look-ups return NULL for
 * "not registered", which always means no. A member that the readers take and no step evaluates
 * is refused by them (L101, the member named), so nothing here is silently ignored. */
#ifndef CDP_CONSENT_POLICY_H
#define CDP_CONSENT_POLICY_H

#include "base/instant.h"	/* instant, struct duration */
#include "base/span.h"		/* by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum basis_type { BASIS_NONE, BASIS_CONSENT, BASIS_CONTRACT, BASIS_LEGAL_OBLIGATION,
    BASIS_VITAL_INTERESTS, BASIS_PUBLIC_TASK, BASIS_LEGITIMATE_INTERESTS, BASIS_SOFT_OPT_IN,
    BASIS_NOTICE_OPT_OUT, BASIS_REGIME };	/* the last: a type that only its regime knows */
enum clock_class { CLOCK_TRUSTED, CLOCK_DEVICE, CLOCK_DATE_ONLY };
enum assurance { ASSURANCE_INFERRED, ASSURANCE_CLAIMED, ASSURANCE_VERIFIED,
    ASSURANCE_AUTHENTICATED };
enum field_category { CATEGORY_ORDINARY, CATEGORY_SPECIAL, CATEGORY_PRECISE_LOCATION,
    CATEGORY_GOVERNMENT_ID, CATEGORY_FINANCIAL, CATEGORY_CREDENTIAL, CATEGORY_FREE_TEXT,
    CATEGORY_THIRD_PARTY, CATEGORY_SHARED_DEVICE };
enum collected { COLLECTED_SUBJECT, COLLECTED_THIRD_PARTY, COLLECTED_PUBLIC };
enum adm_ground { ADM_NONE, ADM_CONTRACT, ADM_LAW, ADM_EXPLICIT_CONSENT };
enum conflict_mode { CONFLICT_MOST_RESTRICTIVE, CONFLICT_PER_IDENTIFIER, CONFLICT_ASK };

struct policy_names {			/* a list of ids */
	struct span	*v;
	size_t		 n;
};
struct policy_basis {			/* purposes[].basis, one regime or "*" */
	struct span	 regime;
	bool		 inherited;	/* what "*" says for a regime in use without its own */
	enum basis_type	 type;
	struct span	 type_name;	/* as written: "consent", or the regime's own */
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
	struct span		 id, notice, special_condition, counsel_ref, dpv;
	struct policy_title	*titles;
	size_t			 title_count;
	struct policy_basis	*basis;
	size_t			 basis_count;
	struct policy_names	 channels;
	int64_t			 min_version;		/* 0: none */
	instant			 effective_min_from;	/* INSTANT_NONE: at once */
	bool			 direct_marketing, profiling, automated_decision, sale, share, special,
				 child_directed, compliance, required_for_service, grant_inherits,
				 survives_restriction, account_override;
	bool			 special_explicit;	/* the special_condition is explicit consent */
	enum adm_ground		 adm_ground;		/* ADM_NONE: not registered */
	struct span		 adm_logic;
	bool			 has_retention;
	struct duration		 retention;
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
	struct span		 id, legal_name, country, contact, address, dpo, authority;
	struct policy_names	 brands;
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
	enum collected		 collected;
	bool			 first_party;
};
struct policy_destination {
	struct span		 id, controller, recipient_name, recipient_country, recipient_contact, role,
				 channel, layout, safeguard, safeguard_ref;	/* channel "none": no contact */
	struct policy_names	 purposes, fields, countries;
	bool			 has_transfer;		/* both of safeguard are there */
	bool			 sale_or_share, audience;
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
struct policy_importer {			/* what a foreign consent means here */
	struct span	 name;				/* "segment", as of consent 8.3 */
	struct {
		struct span	foreign, purpose;
	}		*map;
	size_t		 map_count;
	int64_t		 vendor;			/* 0: none */
	struct span	 channel, controller;		/* absent: the purpose or the source says */
	struct span	 notice_id, notice_lang;	/* absent: none; lang absent: the only one */
	int64_t		 notice_version;
};

/* ---- law, from share/regimes or regime_dir ---- */

struct policy_channel_rule {			/* for direct marketing */
	struct policy_names	 channels, allow;	/* allow: names of basis types */
};
struct policy_country_age {
	struct span	 country;
	int64_t		 years;
};
struct policy_deadline {
	struct span	 name;
	struct duration	 within;
};
struct policy_regime {
	struct span			 id, holidays;	/* holidays: name of the file; or absent */
	size_t				 place;		/* in $.regimes of the document */
	instant				 dated;		/* the oldest along extends */
	struct policy_names		 sources, countries, bases;	/* bases: the types it knows */
	struct policy_names		 ancestors;	/* what it extends, nearest first */
	struct policy_names		 area;		/* countries, and those of all ancestors */
	bool				 establishment_binds, special_condition_required;
	int64_t				 digital_age;	/* years; 0: the regime sets none */
	struct policy_country_age	*ages;		/* where a country has its own */
	size_t				 age_count;
	int64_t				 sale_opt_in_below, sale_guardian_below; /* years; 0: no such rule */
	int64_t				 sale_never_below;	/* years; not even with an opt-in; 0: none */
	struct policy_channel_rule	*rules;
	size_t				 rule_count;
	bool				 gpc_binds;	/* signals.gpc is "sale" */
	bool				 override_stands; /* a confirmed override outlives later signals */
	bool				 restricts_transfer; /* beyond area and safe_countries */
	struct policy_names		 safe_countries;
	bool				 has_reask_after;
	struct duration			 reask_after;
	struct policy_deadline		*deadlines;
	size_t				 deadline_count;
};

struct policy {
	struct span			 id, digest;		/* digest: 64 hex digits */
	instant				 effective_from, published_at;	/* published_at INSTANT_NONE: a draft */
	uint64_t			 published;	/* seq + 1 of its event in the ledger; 0: a draft */
	bool				 backdated;	/* every decision says N_BACKDATED */
	struct span			 backdated_reason, backdated_signed_by;
	struct policy_regime		*regimes;	/* in byte order of id */
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
	struct policy_importer		*importers;
	size_t				 importer_count;
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
const struct policy_importer *policy_importer(const struct policy *p, struct span name);
const struct policy_view *policy_view(const struct policy *p, struct span purpose);
/* The basis of the purpose in the regime: its own, else "*", else NULL. */
const struct policy_basis *policy_basis(const struct policy_purpose *purpose, struct span regime);
enum field_category policy_category(const struct policy *p, struct span path);
bool policy_same_group(const struct policy *p, struct span controller_a, struct span controller_b);
bool names_has(const struct policy_names *n, struct span name);
/* ancestor is `id` itself or a dotted prefix of it: "marketing" of "marketing.newsletter". */
bool purpose_within(struct span id, struct span ancestor);
bool policy_basis_same_type(const struct policy_basis *a, const struct policy_basis *b);
struct span policy_basis_name(const struct policy_basis *b);	/* also of a type of the regime's own */
struct span basis_name(enum basis_type t);	/* "legitimate_interests"; "regime" for BASIS_REGIME */

#endif

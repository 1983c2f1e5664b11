/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_read_priv.h: the parts of the reader of policies, for policy_read*.c only. */
#ifndef CDP_CONSENT_POLICY_READ_PRIV_H
#define CDP_CONSENT_POLICY_READ_PRIV_H

#include "consent/policy.h"
#include "io/json_config.h"	/* struct config_at, passed by value */

struct arena;

#define LIST(...)	(const char *const[]){ __VA_ARGS__, NULL }

struct policy_reader {
	struct policy	*p;
	struct arena	*arena;
};

/* ---- values: false where there is none; what is wrong with it is a fault ---- */

/* Members of the design that this version does not evaluate: present means refused. */
void policy_refuse_later(const struct config_at *at, const char *const *names);
bool policy_read_id(const struct config_at *at, const char *key, bool required, bool dotted,
    struct span *s);
/* As policy_is_regime_id says. */
bool policy_read_regime_id(const struct config_at *at, const char *key, bool required,
    struct span *s);
/* A text that says something: blanks name nobody. */
bool policy_read_text(const struct config_at *at, const char *key, bool required, struct span *s);
/* Such a text of at most 256 bytes: a document, an assessment, a law. */
bool policy_read_ref(const struct config_at *at, const char *key, struct span *s);
/* ISO 3166-1 alpha-2 or a part of it (3166-2); UK and EL are read as GB and GR. */
bool policy_read_country(const struct config_at *at, const char *key, bool required,
    struct span *s);
/* The code as the standard has it, borrowed from s or a literal; false if it is none. */
bool policy_country_of(struct span s, struct span *code);
void policy_read_countries(struct policy_reader *r, const struct config_at *at, const char *key,
    struct policy_names *names);
bool policy_read_lang(const struct config_at *at, const char *key, struct span *s);
bool policy_read_time(const struct config_at *at, const char *key, bool required, instant *t);
bool policy_read_duration(const struct config_at *at, const char *key, struct duration *d);
void policy_read_names(struct policy_reader *r, const struct config_at *at, const char *key,
    bool required, struct policy_names *names);
/* "privacy@3" into its parts; "newsletter@7/de-DE" too where a language is asked for. */
bool policy_read_notice_ref(const struct config_at *at, const char *key, struct span *id,
    int64_t *version, struct span *lang);
void policy_read_flag(const struct config_at *at, const char *key, bool *yes);
/* Whether an object is there; anything else but nothing is a fault. */
bool policy_is_map(const struct config_at *at);
/* Calls read for each object of the list and gives the zeroed array. */
typedef void policy_read_entry(struct policy_reader *r, const struct config_at *at, void *to);
void *policy_read_list(struct policy_reader *r, const struct config_at *root, const char *key,
    size_t size, policy_read_entry *read, size_t *count);

/* ---- entries ---- */

policy_read_entry policy_read_controller, policy_read_group, policy_read_notice,
    policy_read_purpose, policy_read_source, policy_read_destination, policy_read_field;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/event_check.c: grants must be complete; a refusal needs a subject and a type. */
#include "base/arena.h"
#include "base/error.h"
#include "base/number.h"
#include "consent/event_check.h"
#include "consent/event_data.h"
#include "consent/event_id.h"
#include "consent/policy.h"
#include "consent/when.h"
#include "io/json_config.h"
#include "model/consent.h"

enum { TIME_MAX = 64 };		/* bytes */

struct check {
	const struct event_context	*x;
	const struct consent_event	*c;
	struct ledger_line		*l;
	struct arena			*arena;
	enum event_type			 type;
	enum event_class		 class;
	unsigned			 widened;	/* a bit for each part */
	struct error			*e;
};

#define REFUSE(k, code, ...) error_set((k)->e, REFUSED, code, __VA_ARGS__)

/* What narrows is kept whatever else is wrong with it. */
static bool
spreads(const struct check *k)
{
	return k->class == CLASS_REFUSAL || k->class == CLASS_STOP;
}

/* Whether the event is about the one it names, so that it may leave the subject to it. */
static bool
is_about_another(const struct check *k)
{
	return spreads(k) || k->class == CLASS_LIFT || k->type == EVENT_CONFIRM ||
	    k->type == EVENT_BASIS_ENDED;
}

const char *
event_part_name(enum event_part p)
{
	static const char *const names[PART_EVENT_COUNT] = { "controller", "purpose", "channel", "dest",
	    "at", "ref" };

	return names[p];
}

static void
widen(struct check *k, enum event_part part)
{
	k->widened |= 1u << part;
}

/* ---- the subject ---- */

static int
find_subject(struct check *k)
{
	const struct consent_event *c = k->c;
	const struct event_named *named = k->x->named;

	if (k->x->torn != NULL)
		k->l->sid = k->x->torn->sid;
	else if (c->identifier_value.p != NULL)
		k->l->sid = event_sid(k->x->key, c, k->arena);
	else if (c->identifier_type.p == NULL && named != NULL && is_about_another(k))
		k->l->sid = named->sid;
	if (k->l->sid.p != NULL)
		return 0;
	return REFUSE(k, "E_SUBJECT", c->identifier_value.p == NULL ?
	    "the event names no subject, nor another event of one" :
	    "the identifier is of no known type, or cannot be read");
}

static int
check_subject(struct check *k)
{
	if (find_subject(k) < 0)
		return -1;
	if (k->x->torn != NULL)
		k->l->account = k->x->torn->account;
	else if (k->c->account.p != NULL)
		k->l->account = event_token(k->x->key, SPAN("record"), k->c->account, false, k->arena);
	if (k->c->covers.p != NULL && !span_is(k->c->covers, "identifier") && !spreads(k)) {
		if (!span_is(k->c->covers, "account") || k->l->account.p == NULL)
			return REFUSE(k, "E_COVERS", "covers is account without an account, or unknown");
		k->l->covers = SPAN("account");
	}
	return 0;
}

/* ---- the scope ---- */

/* A member of a refusal that cannot be read holds for everything; of a grant it ends it. */
static int
scope(struct check *k, struct span given, bool known, const char *code, enum event_part part,
    struct span *to)
{
	const char *name = event_part_name(part);
	bool any = given.p == NULL || span_is(given, "*");

	if (!any && known) {
		*to = given;
		return 0;
	}
	if (spreads(k)) {
		if (!any) {
			widen(k, part);
			*to = SPAN("*");
		} else if (given.p != NULL)
			*to = given;
		return 0;
	}
	if (k->class == CLASS_LIFT || k->class == CLASS_INFORMATION || k->class == CLASS_BASIS) {
		if (!any)
			return REFUSE(k, code, "the %s is not registered", name);
		*to = given;
		return 0;
	}
	if (span_is(given, "*"))
		return REFUSE(k, "E_WILDCARD_GRANT", "a grant names exactly one %s", name);
	return REFUSE(k, code, "the %s is %s", name, any ? "missing" : "not registered");
}

/* An ancestor of a registered purpose is a scope too: "marketing" of "marketing.newsletter". */
static bool
purpose_known(const struct policy *p, struct span id)
{
	for (size_t i = 0; i < p->purpose_count; i++)
		if (purpose_within(p->purposes[i].id, id))
			return true;
	return false;
}

/* What a confirmation leaves out is that of its grant. */
static struct span
told_or(struct span told, struct span of_grant)
{
	return told.p != NULL ? told : of_grant;
}

static int
check_scope(struct check *k)
{
	const struct policy *p = k->x->policy;
	const struct consent_event *c = k->c;
	struct event_named none = { 0 };
	const struct event_named *grant = k->type == EVENT_CONFIRM && k->x->named != NULL ?
	    k->x->named : &none;
	struct span controller = told_or(c->controller, grant->controller);
	struct span purpose = told_or(c->purpose, grant->purpose);
	struct span channel = told_or(c->channel, grant->channel);

	if (scope(k, controller, policy_controller(p, controller) != NULL, "E_CONTROLLER_UNKNOWN",
	    PART_CONTROLLER, &k->l->controller) < 0 ||
	    scope(k, purpose, purpose_known(p, purpose), "E_PURPOSE_UNKNOWN", PART_PURPOSE,
	    &k->l->purpose) < 0 ||
	    scope(k, channel, policy_channel(p, channel) != NULL, "E_CHANNEL_UNKNOWN", PART_CHANNEL,
	    &k->l->channel) < 0)
		return -1;
	if (c->dest.p == NULL)
		return 0;
	if (k->class == CLASS_GRANT && span_is(c->dest, "*"))
		return REFUSE(k, "E_WILDCARD_GRANT", "a grant names one destination, or none");
	if (policy_destination(p, c->dest) != NULL || span_is(c->dest, "*")) {
		k->l->dest = c->dest;
		return 0;
	}
	if (!spreads(k))
		return REFUSE(k, "E_DESTINATION_UNKNOWN", "the destination is not registered");
	widen(k, PART_DESTINATION);	/* absent holds for every one */
	return 0;
}

/* ---- the act ---- */

/* Or a purpose below it: a grant may be of the whole that they are parts of. */
static bool
names_purpose(const struct policy_notice *n, struct span purpose)
{
	for (size_t i = 0; i < n->purposes.n; i++)
		if (purpose_within(n->purposes.v[i], purpose))
			return true;
	return false;
}

static int
check_notice(struct check *k)
{
	struct span s = k->c->notice;
	size_t at = span_index(s, '@'), slash = span_index(s, '/');
	const struct policy_notice *n = NULL;
	uint64_t version;

	if (s.p == NULL && k->class == CLASS_GRANT && k->type != EVENT_CONFIRM &&
	    !span_is(k->c->method, "import") && !span_is(k->c->method, "unknown"))
		return REFUSE(k, "E_NOTICE_UNKNOWN", "a grant names the notice that was shown");
	if (s.p == NULL)
		return 0;
	if (at < slash && u64_parse(span_make(s.p + at + 1, slash - at - 1), &version) &&
	    version <= INT32_MAX)
		n = policy_notice(k->x->policy, span_head(s, at), (int64_t)version,
		    slash < s.len ? span_skip(s, slash + 1) : span_none());
	if (n == NULL)
		return spreads(k) ? 0 : REFUSE(k, "E_NOTICE_UNKNOWN", "the notice is not registered");
	if (k->class == CLASS_GRANT && n->published_at > k->l->hi)
		return REFUSE(k, "E_NOTICE_AFTER_GRANT", "the notice was published after the grant");
	if ((k->type == EVENT_GRANT || k->type == EVENT_RENEW) && !names_purpose(n, k->l->purpose))
		return REFUSE(k, "E_NOTICE_PURPOSE", "the notice says nothing of the purpose");
	k->l->notice = s;
	return 0;
}

/* Whether the purpose, or one below it, rests on that basis somewhere. */
static bool
basis_fits(const struct policy *p, struct span purpose, struct span basis)
{
	for (size_t i = 0; i < p->purpose_count; i++)
		for (size_t k = 0; k < p->purposes[i].basis_count; k++)
			if (purpose_within(p->purposes[i].id, purpose) &&
			    span_equal(policy_basis_name(&p->purposes[i].basis[k]), basis))
				return true;
	return false;
}

static int
check_basis(struct check *k)
{
	struct span basis = k->c->basis;
	bool fits;

	if (basis.p == NULL)
		return 0;
	fits = basis_fits(k->x->policy, k->l->purpose, basis);
	if (!fits && !spreads(k))
		return REFUSE(k, "E_BASIS_MISMATCH", "the basis is not the policy's for this purpose");
	if (fits)
		k->l->basis = basis;
	return 0;
}

/* Whether the evidence object has the member at its top: a word in some text is not enough. */
static bool
has_evidence(const struct check *k, const char *member)
{
	struct error ignored = { 0 };
	json_t *value = k->c->evidence.p == NULL ? NULL :
	    config_parse(k->c->evidence, "evidence", STATUS_REFUSED, &ignored);
	bool there = json_object_get(value, member) != NULL;

	json_decref(value);
	return there;
}

static int
check_actor(struct check *k)
{
	struct span actor = k->c->actor.p != NULL ? k->c->actor : SPAN("subject");
	bool known = span_is(actor, "subject") || span_is(actor, "guardian") ||
	    span_is(actor, "agent") || span_is(actor, "controller") || span_is(actor, "system");

	if (k->class == CLASS_GRANT) {
		if (!known || span_is(actor, "controller") || span_is(actor, "system"))
			return REFUSE(k, "E_ACTOR", "a grant is an act of the subject, a guardian or an agent");
		if (span_is(actor, "guardian") && !has_evidence(k, "guardian_check"))
			return REFUSE(k, "E_ACTOR", "a guardian needs evidence guardian_check");
		if (span_is(actor, "agent") && !has_evidence(k, "mandate"))
			return REFUSE(k, "E_ACTOR", "an agent needs evidence mandate");
	}
	k->l->actor = known ? k->c->actor : span_none();
	return 0;
}

/* What the law asks of marketing to customers without their consent. */
static int
check_soft_opt_in(struct check *k)
{
	if (k->type != EVENT_SOFT_OPT_IN || (has_evidence(k, "sale_reference") &&
	    has_evidence(k, "similar_products") && has_evidence(k, "opt_out_offered")))
		return 0;
	return REFUSE(k, "E_EVIDENCE", "a soft opt-in needs evidence sale_reference, "
	    "similar_products and opt_out_offered");
}

/* Whether the objection named is one to direct marketing. */
static bool
is_marketing(const struct check *k)
{
	const struct policy_purpose *p = policy_purpose(k->x->policy, k->x->named->purpose);

	return p != NULL && p->direct_marketing;
}

static int
check_ref(struct check *k)
{
	int old = k->x->named == NULL ? -1 : (int)k->x->named->type;

	if (k->class == CLASS_LIFT && (k->c->by.p == NULL || k->c->ref.p == NULL))
		return REFUSE(k, "E_LIFT", "a lift names the event (ref) and who decided (by)");
	if (k->class == CLASS_LIFT && old < 0)
		return REFUSE(k, "E_LIFT", "a lift of an event that is not in the ledger");
	if (k->type == EVENT_OBJECT_OVERRIDDEN && (old != EVENT_OBJECT || is_marketing(k)))
		return REFUSE(k, "E_LIFT",
		    "only an objection of Art 21(1) can be overridden, never for direct marketing");
	if ((k->type == EVENT_UNRESTRICT && old != EVENT_RESTRICT) ||
	    (k->type == EVENT_UNHOLD && old != EVENT_HOLD) ||
	    (k->type == EVENT_ERASE_WITHDRAWN && old != EVENT_ERASE_PENDING) ||
	    (k->type == EVENT_UNSUPPRESS && old != EVENT_SUPPRESS))
		return REFUSE(k, "E_LIFT", "the event named is not of the kind this lifts");
	/* One of an event that is not there yet holds for everything at that identifier till then. */
	if (k->class == CLASS_STOP && k->c->ref.p != NULL && old < 0)
		widen(k, PART_REF);
	if (k->type == EVENT_CONFIRM && (old < 0 || old == EVENT_CONFIRM ||
	    event_class((enum event_type)old) != CLASS_GRANT))
		return REFUSE(k, "E_REF", "a confirmation names the grant it confirms");
	if (k->type == EVENT_BASIS_ENDED && old != EVENT_BASIS_DECLARED)
		return REFUSE(k, "E_REF", "the end of a basis names its declaration");
	return 0;
}

/* What a controller does by a command has the time of its receipt, of this clock: else whoever is
 * suppressed today would seem to have been so yesterday, and yesterday's exports wrong. */
static bool
done_now(const struct check *k, const struct policy_source *s)
{
	instant at;

	return s == NULL && span_is(k->c->actor, "controller") && instant_parse(k->c->at, &at) &&
	    at == k->x->recv;
}

static int
check_time(struct check *k)
{
	const struct policy_source *s = k->c->src.p == NULL ? NULL :
	    policy_source(k->x->policy, k->c->src);
	struct when_context when = { .clock = s == NULL ? CLOCK_DEVICE : s->clock,
	    .has_tz = s != NULL && s->has_tz, .tz_early = s == NULL ? 0 : s->tz_early,
	    .tz_late = s == NULL ? 0 : s->tz_late, .device_skew = k->x->policy->device_skew,
	    .future_tolerance = k->x->policy->future_tolerance, .recv = k->x->recv,
	    .grant = k->class == CLASS_GRANT };
	struct time_text told = { .unknown_zone = false };
	const char *code;
	bool readable;

	if (done_now(k, s))
		when.clock = CLOCK_TRUSTED;
	/* The line's own word counts only where it is less trusting than the registry's. */
	if (span_is(k->c->clock, "device"))
		when.clock = CLOCK_DEVICE;
	else if (span_is(k->c->clock, "date_only") && when.clock == CLOCK_TRUSTED)
		when.clock = CLOCK_DATE_ONLY;
	code = when_interval(k->c->at, &when, &k->l->lo, &k->l->hi);
	if (code != NULL)
		return REFUSE(k, code, strcmp(code, "Q_TIME") == 0 ?
		    "the time of a grant is missing, or cannot be read: 2026-03-01T10:00:00Z, or a date" :
		    strcmp(code, "Q_NO_ZONE") == 0 ?
		    "the time of a grant has no zone, and the policy says none for its source" :
		    "the time of a grant lies ahead");
	readable = k->c->at.p != NULL && k->c->at.len <= TIME_MAX && time_parse(k->c->at, &told);
	if (k->class == CLASS_REFUSAL && (!readable || told.unknown_zone))
		widen(k, PART_TIME);
	k->l->has_interval = true;
	k->l->recv = k->x->recv;
	k->l->at = readable ? k->c->at : span_none();	/* what is no time may be anything */
	k->l->clock = when.clock == CLOCK_TRUSTED ? SPAN("trusted") :
	    when.clock == CLOCK_DEVICE ? SPAN("device") : SPAN("date_only");
	return 0;
}

static bool
listed(struct span s, const char *const *words)
{
	for (; *words != NULL; words++)
		if (span_is(s, *words))
			return true;
	return false;
}

/* Only words that we know, or that have the form of an id, may stand in the ledger: a shifted
 * column must not carry a name or an address into it. A refusal goes without; else it ends. */
static int
keep(struct check *k, struct span given, bool known, const char *name, struct span *to)
{
	if (given.p == NULL)
		return 0;
	if (known) {
		*to = given;
		return 0;
	}
	return spreads(k) ? 0 : REFUSE(k, "E_MEMBER", "%s is not a word that the ledger keeps", name);
}

static int
keep_until(struct check *k)
{
	instant until;

	if (k->c->until.p == NULL)
		return 0;
	if (k->c->until.len <= TIME_MAX && instant_parse(k->c->until, &until)) {
		k->l->until = k->c->until;
		return 0;
	}
	return k->class == CLASS_GRANT ?
	    REFUSE(k, "E_UNTIL", "the end of validity cannot be read") : 0;
}

static int
copy_rest(struct check *k)
{
	static const char *const kinds[] = { "expressed", "explicit", "double_opt_in", "implied", NULL };
	static const char *const poor[] = { "terms_acceptance", "preticked", "scroll", "silence",
	    "import", "unknown", NULL };
	static const char *const causes[] = { "erasure", "complaint", "legal", "deceased", "staff", NULL };
	const struct consent_event *c = k->c;
	struct ledger_line *l = k->l;

	if (keep(k, c->ctype, listed(c->ctype, kinds), "ctype", &l->ctype) < 0 ||
	    keep(k, c->method, method_acceptable(c->method) || listed(c->method, poor), "method",
	    &l->method) < 0 ||
	    keep(k, c->cause, listed(c->cause, causes), "cause", &l->cause) < 0 ||
	    keep(k, c->auth, event_id_readable(c->auth), "auth", &l->auth) < 0 ||
	    keep(k, c->jur, event_id_readable(c->jur) && c->jur.len <= 6, "jur", &l->jur) < 0 ||
	    keep(k, c->by, event_id_readable(c->by), "by", &l->by) < 0 ||
	    keep(k, c->ref, event_id_readable(c->ref), "ref", &l->ref) < 0 ||
	    keep(k, c->src, c->src.p != NULL && policy_source(k->x->policy, c->src) != NULL, "src",
	    &l->src) < 0)
		return -1;
	l->has_sseq = c->has_sseq && c->sseq < 1ULL << 53 && l->src.p != NULL;
	l->sseq = c->sseq;
	return keep_until(k);
}

/* ---- evidence, data ---- */

static int
set_commit(struct check *k)
{
	struct event_opening usual = { .random = NULL }, *o =
	    k->x->opening != NULL ? k->x->opening : &usual;

	if (k->x->torn != NULL)
		k->l->commit = k->x->torn->commit;
	else if (k->c->evidence.p != NULL) {
		event_salt(k->x->key, k->l->id, o->random, o->salt);
		k->l->commit = event_commit(o->salt, k->c->evidence, &o->evidence, k->arena);
	}
	return k->c->evidence.p == NULL || k->l->commit.p != NULL || spreads(k) ? 0 :
	    REFUSE(k, "E_EVIDENCE",
	    "evidence is nested too deeply, or holds a number that is not whole");
}

static const char *
data_wanted(enum event_type type)
{
	switch (type) {
	case EVENT_PREFERENCE_SET:
		return "data has topics_out, channels, channels_out, quiet with tz, max_per, lang and "
		    "hard in their forms, at least one of them";
	case EVENT_BIRTHDATE_KNOWN:
		return "data has birthdate, and of that year and month only (YYYY-MM)";
	case EVENT_BOUNCE:
		return "data has nothing but hard and cleared, each true or false";
	default:
		return "data has nothing but reach, contract, incident and reference";
	}
}

/* What cannot be kept ends an event that is no refusal; a suppression that loses its data reaches
 * the person. */
static int
set_data(struct check *k)
{
	bool needed = k->type == EVENT_PREFERENCE_SET || k->type == EVENT_BIRTHDATE_KNOWN;

	if (k->c->data.p == NULL && !needed)
		return 0;
	if (k->c->data.p != NULL)
		k->l->data = event_data_canonical(k->type, k->c->data, k->arena);
	if (k->l->data.p != NULL)
		return 0;
	if (k->type == EVENT_SUPPRESS)
		k->l->data = SPAN("{\"reach\":\"person\"}");
	return spreads(k) ? 0 : REFUSE(k, "E_DATA", "%s", data_wanted(k->type));
}

static int
check_type(struct check *k)
{
	int type = event_find(k->c->type);

	if (type < 0 || event_class((enum event_type)type) == CLASS_LOG)
		return REFUSE(k, "E_EVENT_TYPE", "the type of the event is not known in this version");
	k->type = (enum event_type)type;
	k->class = event_class(k->type);
	return 0;
}

/* By a clock that ran back nobody can say which of two acts was later: only what narrows is kept. */
static int
check_clock(struct check *k)
{
	return k->x->clock_back && !spreads(k) && k->type != EVENT_BASIS_ENDED ?
	    REFUSE(k, "Q_CLOCK", "the clock is behind the last line of the ledger") : 0;
}

int
event_check(const struct event_context *x, const struct consent_event *c, struct ledger_line *l,
    struct arena *arena, struct error *e)
{
	struct check k = { .x = x, .c = c, .l = l, .arena = arena, .e = e };

	*l = (struct ledger_line){ .id = x->id };
	if (check_type(&k) < 0)
		return -1;
	l->type = event_name(k.type);
	if (check_clock(&k) < 0 || check_ref(&k) < 0 || check_subject(&k) < 0 ||
	    check_scope(&k) < 0 || check_time(&k) < 0 || check_basis(&k) < 0 ||
	    check_notice(&k) < 0 || check_actor(&k) < 0 || check_soft_opt_in(&k) < 0 ||
	    copy_rest(&k) < 0 || set_data(&k) < 0 || set_commit(&k) < 0)
		return -1;
	return (int)k.widened;
}

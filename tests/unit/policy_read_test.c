/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/policy_read_test.c: what a policy and its regimes say arrives in their types */
#include "base/error.h"
#include "consent/policy.h"
#include "consent/policy_read.h"
#include "consent/regime.h"
#include "tap.h"

/* Single quotes are double ones. */
static const char regimes[] =
    "'regimes':['US-X','EU','A'],'regime_files':{"
    "'A':{'schema':'cdp-regime/1','id':'A','dated':'2026-02-01','sources':['https://a.example'],'countries':['AU','NZ'],"
    "'establishment_binds':true,'bases':['consent','research'],'digital_age':{'default':15,'by_country':{'NZ':14}},"
    "'sale_age':{'opt_in_below':18,'guardian_below':13,'never_below':16},"
    "'channel_rules':[{'channels':['sms'],'when':'direct_marketing','allow':['consent']}],"
    "'signals':{'gpc':'sale','override_stands':true},'transfer':{'safe':['UK']},'reask_after':'P1Y',"
    "'deadlines':{'subject_request':'P20D'},'holidays':'au.txt','special_condition_required':true},"
    "'US-X':{'schema':'cdp-regime/1','id':'US-X','dated':'2026-03-01','sources':['https://x.example'],"
    "'extends':'A','countries':['US-CA'],'digital_age':{'default':13},'signals':{'gpc':'ignore'}}},";
static const char head[] =
    "'schema':'cdp-policy/1','id':'p','effective_from':'2026-01-01','backdated':{'reason':'why','signed_by':'who'},"
    "'defaults':{'jurisdictions':['EU'],'permit_ttl':'P2D','grant_edge_min':'verified'},"
    "'controllers':[{'id':'c','legal_name':'C','country':'EL','contact':'x','address':'a','dpo':'d',"
    "'authority':'h','brands':['b']}],'shared':{'mailboxes':['info'],'namespaces':['device']},"
    "'channels':{'letter':['record']},'views':{'q':['email']},'fields':[{'path':'attributes.diet','category':'special'}],"
    "'importers':{'segment':{'map':{'ads':'q','news':'r.s'},'vendor':12,'channel':'email','controller':'c',"
    "'notice':'n@7/pt-PT'}},"
    "'notices':[{'id':'n','version':7,'lang':'pt-PT','published_at':'2026-01-01','purposes':['q'],'material':['q'],"
    "'recipients':['d'],'sha256':'60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752'}],";
static const char rest[] =
    "'purposes':[{'id':'q','channels':['none'],'notice':'n','min_version':7,'effective_min_from':'2026-02-01',"
    "'direct_marketing':true,'profiling':true,'compliance':true,'required_for_service':true,'grant_inherits':true,"
    "'survives_restriction':true,'account_override':false,'conflict':'ask','counsel_ref':'k','dpv':'dpv:x',"
    "'special_condition':'explicit_consent:dpia-7','retention':'P3Y','title':{'en':'Q'},"
    "'compatible_from':[{'purpose':'q','assessment':'s'}],"
    "'basis':{'*':{'type':'consent','registered_at':'2025-01-01','registered_ref':'r1','max_age':'P24M',"
    "'consent_type':'explicit','double_opt_in':true},"
    "'A':{'type':'contract','registered_at':'2025-01-02','tail':'P1M'}}}],"
    "'sources':[{'id':'s','controller':'c','channel':'web','purposes':['q'],'assurance':'claimed','clock':'date_only',"
    "'tz':'+00:00,+01:00','collected':'public','collected_since':'2025-01-01','notice_at_collection':'n@7',"
    "'jurisdiction':'US-CA','first_party':false}],"
    "'destinations':[{'id':'d','recipient':{'name':'D','country':'US','contact':'z'},'role':'processor','controller':'c',"
    "'countries':['UK'],'transfer':{'safeguard':'scc','reference':'f'},'purposes':['q'],'channel':'none','fields':['email'],"
    "'sale_or_share':true,'hash_profile':'sha256','layout':'l','ends':'2027-01-01'}]";

static struct policy *
read_policy(struct policy_document *d, struct faults *f)
{
	static char text[8192];
	struct error e = { 0 };
	size_t len = (size_t)snprintf(text, sizeof text, "{%s%s%s}", head, regimes, rest);

	for (size_t i = 0; i < len; i++)
		if (text[i] == '\'')
			text[i] = '"';
	d->json = config_parse(span_make(text, len), "test", STATUS_USAGE, &e);
	return policy_build(d, f);
}

static void
check_regimes(const struct policy *p)
{
	const struct policy_regime *a = &p->regimes[0], *x = &p->regimes[2];

	ok(p->regime_count == 3 && span_is(a->id, "A") && span_is(p->regimes[1].id, "EU") &&
	    a->place == 2 && x->place == 0, "regimes are in order of id and know their place");
	ok(a->establishment_binds && a->special_condition_required && a->gpc_binds &&
	    a->override_stands && a->restricts_transfer, "flags of a regime");
	ok(a->digital_age == 15 && regime_digital_age(a, SPAN("NZ")) == 14 &&
	    a->sale_opt_in_below == 18 && a->sale_guardian_below == 13 && a->sale_never_below == 16,
	    "ages of a regime");
	ok(a->rule_count == 1 && names_has(&a->rules[0].channels, SPAN("sms")) &&
	    names_has(&a->rules[0].allow, SPAN("consent")) && names_has(&a->bases, SPAN("research")),
	    "bases and rules of a regime");
	ok(names_has(&a->safe_countries, SPAN("GB")) && a->has_reask_after && a->reask_after.months == 12 &&
	    a->deadline_count == 1 && span_is(a->deadlines[0].name, "subject_request") &&
	    a->deadlines[0].within.ms == 20LL * DAY_MS && span_is(a->holidays, "au.txt"),
	    "countries, times and holidays of a regime");
	ok(names_has(&x->ancestors, SPAN("A")) && x->ancestors.n == 1 && x->countries.n == 1 &&
	    x->area.n == 3 && x->dated == a->dated && names_has(&x->sources, SPAN("https://x.example")),
	    "what a regime extends is its area, and the older date counts");
	ok(x->digital_age == 13 && x->age_count == 0 && !x->gpc_binds && !x->override_stands &&
	    x->establishment_binds && x->sale_opt_in_below == 18, "a member of its own replaces one inherited");
}

static void
check_purpose(const struct policy *p)
{
	const struct policy_purpose *q = policy_purpose(p, SPAN("q"));

	ok(q->direct_marketing && q->profiling && q->compliance && q->required_for_service &&
	    q->grant_inherits && q->survives_restriction && !q->account_override &&
	    q->conflict == CONFLICT_ASK, "flags of a purpose");
	ok(q->has_retention && q->retention.months == 36 && q->min_version == 7 &&
	    q->effective_min_from != INSTANT_NONE && span_is(q->dpv, "dpv:x") &&
	    span_is(q->counsel_ref, "k") && q->special_explicit && q->compatible_count == 1 &&
	    q->title_count == 1, "times and references of a purpose");
	ok(q->basis_count == 4, "each regime in use has an entry, beside the star");
	ok(policy_basis(q, SPAN("A"))->type == BASIS_CONTRACT && policy_basis(q, SPAN("A"))->has_tail &&
	    !policy_basis(q, SPAN("A"))->inherited, "its own");
	ok(policy_basis(q, SPAN("EU"))->type == BASIS_CONSENT && policy_basis(q, SPAN("EU"))->inherited &&
	    policy_basis(q, SPAN("EU"))->explicit_consent && policy_basis(q, SPAN("EU"))->double_opt_in &&
	    span_is(policy_basis(q, SPAN("US-X"))->regime, "US-X"), "or the star's");
}

static void
check_entries(const struct policy *p)
{
	const struct policy_source *s = policy_source(p, SPAN("s"));
	const struct policy_destination *d = policy_destination(p, SPAN("d"));
	const struct policy_controller *c = policy_controller(p, SPAN("c"));
	const struct policy_importer *i = policy_importer(p, SPAN("segment"));

	ok(p->backdated && span_is(p->backdated_reason, "why") && span_is(p->backdated_signed_by, "who") &&
	    p->has_jurisdictions && p->permit_ttl.ms == 2LL * DAY_MS && p->grant_edge_min == ASSURANCE_VERIFIED,
	    "the object and its defaults");
	ok(span_is(c->country, "GR") && span_is(c->address, "a") && span_is(c->dpo, "d") &&
	    span_is(c->authority, "h") && c->brands.n == 1, "a controller");
	ok(s->collected == COLLECTED_PUBLIC && !s->first_party && s->collected_since != INSTANT_NONE &&
	    s->tz_early == 60 && s->tz_late == 0 && s->clock == CLOCK_DATE_ONLY &&
	    s->notice_version == 7 && span_is(s->jurisdiction, "US-CA"), "a source");
	ok(d->has_transfer && span_is(d->safeguard, "scc") && span_is(d->safeguard_ref, "f") &&
	    names_has(&d->countries, SPAN("GB")) && d->sale_or_share && d->audience &&
	    d->ends != INSTANT_NONE && span_is(d->recipient_contact, "z"), "a destination");
	ok(i->map_count == 2 && span_is(i->map[1].foreign, "news") && span_is(i->map[1].purpose, "r.s") &&
	    i->vendor == 12 && span_is(i->channel, "email") && span_is(i->controller, "c") &&
	    span_is(i->notice_id, "n") && i->notice_version == 7 && span_is(i->notice_lang, "pt-PT"),
	    "an importer");
	ok(policy_importer(p, SPAN("tcf")) == NULL, "one that is not there");
	ok(policy_category(p, SPAN("attributes.diet")) == CATEGORY_SPECIAL &&
	    policy_channel(p, SPAN("letter")) != NULL && policy_channel(p, SPAN("sms")) != NULL &&
	    names_has(&p->shared_namespaces, SPAN("device")), "fields, channels, what is shared");
}

int
main(void)
{
	struct policy_document d = { 0 };
	struct faults f = { 0 };
	struct policy *p = read_policy(&d, &f);

	for (size_t i = 0; i < f.count; i++)
		printf("# %s %s %s\n", f.list[i].code, f.list[i].path, f.list[i].text);
	ok(p != NULL && f.count == 0, "a policy that has every member reads without a fault");
	if (p != NULL) {
		check_regimes(p);
		check_purpose(p);
		check_entries(p);
	}
	policy_free(p);
	policy_document_done(&d);
	faults_done(&f);
	return tap_done();
}

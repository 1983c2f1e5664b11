/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/dpv.c: consent records as JSON-LD: who, for what, on what ground, told what. */
#include "base/alloc.h"
#include "base/buf.h"
#include "consent/dpv_priv.h"
#include "io/json_write.h"

#include <stdlib.h>

static const char *const context[][2] = {
	{ "dpv", "https://w3id.org/dpv#" }, { "eu-gdpr", "https://w3id.org/dpv/legal/eu/gdpr#" },
	{ "loc", "https://w3id.org/dpv/loc#" }, { "dct", "http://purl.org/dc/terms/" },
	{ "rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#" }, { "schema", "https://schema.org/" },
};

/* Members whose texts are names, not words. */
static const char *const references[] = { "dct:conformsTo", "dct:source", "dpv:hasLegalBasis",
    "dpv:hasLocation", "dpv:hasNotice", "dpv:hasRecipient", "dpv:isIndicatedBy" };

static void
reference_members(struct json_writer *w)
{
	for (size_t i = 0; i < sizeof references / sizeof references[0]; i++) {
		json_key(w, span_from(references[i]));
		json_open_object(w);
		json_member_string(w, "@type", SPAN("@id"));
		json_end(w);
	}
}

static void
write_context(const struct dpv *d, struct json_writer *w)
{
	struct buf own = { 0 };

	json_key(w, SPAN("@context"));
	json_open_object(w);
	for (size_t i = 0; i < sizeof context / sizeof context[0]; i++)
		json_member_string(w, context[i][0], span_from(context[i][1]));
	buf_print(&own, "urn:cdp:%.*s:", SPAN_ARG(d->log));
	json_member_string(w, "cdp", buf_span(&own));
	reference_members(w);
	json_end(w);
	buf_done(&own);
}

/* "cdp:KIND:NAME", an IRI of this ledger. */
static void
write_iri(struct json_writer *w, const char *kind, struct span name)
{
	struct buf text = { 0 };

	buf_print(&text, "cdp:%s:", kind);
	buf_add(&text, name);
	json_text(w, buf_span(&text));
	buf_done(&text);
}

void
dpv_iri_member(struct json_writer *w, const char *key, const char *kind, struct span name)
{
	json_key(w, span_from(key));
	write_iri(w, kind, name);
}

static void
open_thing(struct json_writer *w, const char *key, const char *kind, struct span name, const char *type)
{
	if (key != NULL)
		json_key(w, span_from(key));
	json_open_object(w);
	dpv_iri_member(w, "@id", kind, name);
	json_member_string(w, "@type", span_from(type));
}

static void
write_location(struct json_writer *w, struct span country)
{
	struct buf text = { 0 };

	if (country.p == NULL)
		return;
	buf_text(&text, "loc:");
	buf_add(&text, country);
	json_member_string(w, "dpv:hasLocation", buf_span(&text));
	buf_done(&text);
}

static void
write_controller(const struct dpv_record *r, struct json_writer *w)
{
	const struct policy_controller *c = r->controller;

	open_thing(w, "dpv:hasDataController", "controller", c->id, "dpv:DataController");
	json_member_string(w, "dpv:hasName", c->legal_name);
	write_location(w, c->country);
	json_key(w, SPAN("schema:contactPoint"));
	json_open_object(w);
	json_member_string(w, "@type", SPAN("schema:ContactPoint"));
	json_member_string(w, "schema:email", c->contact);
	json_end(w);
	json_member_string(w, "schema:address", c->address);
	json_end(w);
}

/* ---- what is done ---- */

static void
write_titles(const struct policy_purpose *p, struct json_writer *w)
{
	if (p->title_count == 0)
		return;
	json_key(w, SPAN("dct:title"));
	json_open_array(w);
	for (size_t i = 0; i < p->title_count; i++) {
		json_open_object(w);
		json_member_string(w, "@value", p->titles[i].text);
		json_member_string(w, "@language", p->titles[i].lang);
		json_end(w);
	}
	json_end(w);
}

static void
write_purpose(const struct policy_purpose *p, struct json_writer *w)
{
	open_thing(w, "dpv:hasPurpose", "purpose", p->id, "dpv:Purpose");
	write_titles(p, w);
	if (p->dpv.p != NULL) {
		json_key(w, SPAN("rdf:type"));
		json_open_object(w);
		json_member_string(w, "@id", p->dpv);
		json_end(w);
	}
	json_end(w);
}

static bool
receives(const struct dpv_record *r, const struct policy_destination *to)
{
	return span_equal(to->controller, r->controller->id) && names_has(&to->purposes, r->purpose->id) &&
	    (to->ends == INSTANT_NONE || to->ends > r->d->as_of);
}

static void
write_recipients(const struct dpv_record *r, struct json_writer *w)
{
	json_key(w, SPAN("dpv:hasRecipient"));
	json_open_array(w);
	write_iri(w, "controller", r->controller->id);
	for (size_t i = 0; i < r->d->policy->destination_count; i++) {
		const struct policy_destination *to = &r->d->policy->destinations[i];

		if (!receives(r, to))
			continue;
		open_thing(w, NULL, "destination", to->id, "dpv:Recipient");
		json_member_string(w, "dpv:hasName", to->recipient_name);
		write_location(w, to->recipient_country);
		json_end(w);
	}
	json_end(w);
}

static void
write_data(const struct dpv_record *r, struct json_writer *w)
{
	const struct policy_view *view = policy_view(r->d->policy, r->purpose->id);

	json_key(w, SPAN("dpv:hasPersonalData"));
	json_open_array(w);
	for (size_t i = 0; view != NULL && i < view->fields.n; i++) {
		json_open_object(w);
		json_member_string(w, "@type", SPAN("dpv:PersonalData"));
		json_member_string(w, "dct:title", view->fields.v[i]);
		json_end(w);
	}
	json_end(w);
}

static void
write_process(const struct dpv_record *r, struct json_writer *w)
{
	json_key(w, SPAN("dpv:hasProcess"));
	json_open_object(w);
	json_member_string(w, "@type", SPAN("dpv:Process"));
	write_purpose(r->purpose, w);
	write_data(r, w);
	write_recipients(r, w);
	json_end(w);
}

/* ---- on what ground ---- */

static bool
within(const struct policy *p, struct span regime, const char *law)
{
	for (size_t i = 0; i < p->regime_count; i++)
		if (span_equal(p->regimes[i].id, regime))
			return span_is(regime, law) || names_has(&p->regimes[i].ancestors, span_from(law));
	return false;
}

/* The names of consent in the law of a regime; where the vocabulary has none, our own. */
static const char *
basis_iri(const struct policy *p, const struct policy_basis *b)
{
	if (within(p, b->regime, "EU"))
		return b->explicit_consent ? "eu-gdpr:A9-2-a" : "eu-gdpr:A6-1-a";
	if (within(p, b->regime, "BR"))
		return "urn:cdp:law:lgpd:art-7-I";
	return b->explicit_consent ? "dpv:ExplicitlyExpressedConsent" : "dpv:ExpressedConsent";
}

static bool
rests_here(const struct policy_basis *b)
{
	return b->type == BASIS_CONSENT && !span_is(b->regime, "*");
}

static void
write_bases(const struct dpv_record *r, struct json_writer *w)
{
	const struct policy_purpose *p = r->purpose;

	json_key(w, SPAN("dpv:hasLegalBasis"));
	json_open_array(w);
	for (size_t i = 0; i < p->basis_count; i++) {
		const char *iri = basis_iri(r->d->policy, &p->basis[i]);
		bool again = !rests_here(&p->basis[i]);

		for (size_t k = 0; k < i; k++)
			again |= rests_here(&p->basis[k]) &&
			    strcmp(iri, basis_iri(r->d->policy, &p->basis[k])) == 0;
		if (!again)
			json_text(w, span_from(iri));
	}
	json_end(w);
}

/* ---- told what ---- */

static bool
is_told_in(const struct dpv_record *r, const struct policy_notice *n)
{
	struct buf name = { 0 };
	bool is = false;

	buf_print(&name, "%.*s@%lld/%.*s", SPAN_ARG(n->id), (long long)n->version, SPAN_ARG(n->lang));
	for (size_t i = 0; i < r->d->count && !is; i++)
		is = dpv_belongs(r, &r->d->acts[i]) &&
		    span_equal(r->d->acts[i].line.notice, buf_span(&name));
	buf_done(&name);
	return is;
}

static void
write_notice(const struct policy_notice *n, struct json_writer *w)
{
	struct buf text = { 0 };

	buf_print(&text, "%.*s@%lld/%.*s", SPAN_ARG(n->id), (long long)n->version, SPAN_ARG(n->lang));
	open_thing(w, NULL, "notice", buf_span(&text), "dpv:ConsentNotice");
	json_member_string(w, "dct:language", n->lang);
	buf_reset(&text);
	instant_write(&text, n->published_at);
	json_member_string(w, "dct:date", buf_span(&text));
	json_member_string(w, "schema:sha256", n->sha256);
	json_end(w);
	buf_done(&text);
}

static void
write_notices(const struct dpv_record *r, struct json_writer *w)
{
	const struct policy *p = r->d->policy;

	json_key(w, SPAN("dpv:hasNotice"));
	json_open_array(w);
	for (size_t i = 0; i < p->notice_count; i++)
		if (is_told_in(r, &p->notices[i]))
			write_notice(&p->notices[i], w);
	json_end(w);
}

/* Where the person says no. */
static void
write_withdrawal(const struct dpv_record *r, struct json_writer *w)
{
	json_key(w, SPAN("dpv:hasConsentControl"));
	json_open_object(w);
	json_member_string(w, "@type", SPAN("dpv:WithdrawConsent"));
	json_member_string(w, "dpv:isExercisedAt", r->controller->contact);
	json_end(w);
}

static void
write_record(const struct dpv_record *r, struct json_writer *w)
{
	struct buf text = { 0 };

	buf_print(&text, "%.*s:%.*s:%.*s", SPAN_ARG(r->subject), SPAN_ARG(r->purpose->id),
	    SPAN_ARG(r->controller->id));
	open_thing(w, NULL, "record", buf_span(&text), "dpv:ConsentRecord");
	json_member_string(w, "dct:identifier", buf_span(&text));
	json_member_string(w, "dct:conformsTo",
	    SPAN("https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr"));
	buf_reset(&text);
	instant_write(&text, r->d->as_of);
	json_member_string(w, "dct:issued", buf_span(&text));
	open_thing(w, "dpv:hasDataSubject", "subject", r->subject, "dpv:DataSubject");
	json_end(w);
	write_controller(r, w);
	write_bases(r, w);
	write_process(r, w);
	write_notices(r, w);
	write_withdrawal(r, w);
	dpv_statuses(r, w);
	json_end(w);
	buf_done(&text);
}

/* ---- all of them ---- */

static int
by_text(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

/* Subjects in byte order, each once. */
static struct span *
subjects(const struct dpv *d, size_t *count)
{
	struct span *list = mem_zero(d->count + 1, sizeof *list);
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < d->count; i++)
		if (d->acts[i].line.sid.p != NULL)
			list[n++] = d->acts[i].line.sid;
	qsort(list, n, sizeof *list, by_text);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || !span_equal(list[i], list[i - 1]))
			list[kept++] = list[i];
	*count = kept;
	return list;
}

static bool
rests_on_consent_somewhere(const struct policy_purpose *p)
{
	for (size_t i = 0; i < p->basis_count; i++)
		if (p->basis[i].type == BASIS_CONSENT)
			return true;
	return false;
}

/* A purpose that was not asked for has a record where somebody said something about it by name. */
static bool
is_wanted(const struct dpv_record *r)
{
	bool named = false, spoken = false;

	if (!rests_on_consent_somewhere(r->purpose))
		return false;
	for (size_t i = 0; i < r->d->count; i++) {
		const struct dpv_act *a = &r->d->acts[i];

		spoken |= dpv_belongs(r, a);
		named |= dpv_belongs(r, a) && span_equal(a->event.purpose, r->purpose->id);
	}
	return r->d->purpose.p == NULL ? named :
	    span_equal(r->purpose->id, r->d->purpose) && (spoken || r->d->policy->controller_count == 1);
}

size_t
dpv_write(const struct dpv *d, struct buf *out)
{
	struct json_writer w = json_writer(out);
	size_t subject_count, records = 0;
	struct span *list = subjects(d, &subject_count);

	json_open_object(&w);
	write_context(d, &w);
	json_key(&w, SPAN("@graph"));
	json_open_array(&w);
	for (size_t s = 0; s < subject_count; s++)
		for (size_t p = 0; p < d->policy->purpose_count; p++)
			for (size_t c = 0; c < d->policy->controller_count; c++) {
				struct dpv_record r = { d, list[s], &d->policy->purposes[p],
				    &d->policy->controllers[c] };

				if (!is_wanted(&r))
					continue;
				write_record(&r, &w);
				records++;
			}
	json_end(&w);
	json_end(&w);
	buf_byte(out, '\n');
	mem_free(list);
	return records;
}

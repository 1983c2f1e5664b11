/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_lint_flow.c: what is wrong with where data come from and where they go. */
#include "base/buf.h"
#include "consent/policy_lint_priv.h"
#include "consent/regime.h"

/* ---- views ---- */

static bool
has_special_condition(const struct lint *l, struct span purpose)
{
	const struct policy_purpose *x = policy_purpose(l->p, purpose);

	return x != NULL && x->special_condition.p != NULL;
}

static void
check_views(struct lint *l)
{
	for (size_t i = 0; i < l->p->view_count; i++) {
		const struct policy_view *v = &l->p->views[i];
		const char *text = NULL;

		if (policy_purpose(l->p, v->purpose) == NULL)
			faults_add(l->f, "L102", "$.views", "a view for a purpose that is not there");
		for (size_t k = 0; k < v->fields.n; k++) {
			enum field_category c = policy_category(l->p, v->fields.v[k]);

			if (c == CATEGORY_CREDENTIAL)
				text = "a credential field in a view";
			else if ((c == CATEGORY_SPECIAL || c == CATEGORY_GOVERNMENT_ID) &&
			    !has_special_condition(l, v->purpose))
				text = "a special or government_id field in a view of a purpose without "
				    "special_condition";
		}
		if (text != NULL)
			faults_add(l->f, "L113", "$.views", "%s", text);
	}
}

/* ---- destinations ---- */

/* Whoever the person is: one regime in use that asks for a safeguard is enough. */
static bool
needs_safeguard(const struct policy *p, struct span country)
{
	for (size_t i = 0; i < p->regime_count && country.p != NULL; i++)
		if (!regime_is_safe(&p->regimes[i], country))
			return true;
	return false;
}

static void
check_transfer(struct lint *l, size_t i)
{
	const struct policy_destination *d = &l->p->destinations[i];
	bool needed = needs_safeguard(l->p, d->recipient_country);

	for (size_t k = 0; k < d->countries.n; k++)
		needed |= needs_safeguard(l->p, d->countries.v[k]);
	if (needed && !d->has_transfer)
		lint_fault(l, "L112", "destinations", i, "transfer",
		    "a country outside the area needs a safeguard with a reference");
}

static void
check_served(struct lint *l, size_t i)
{
	const struct policy_destination *d = &l->p->destinations[i];
	bool differs = false, closed = span_is(d->role, "authority") || span_is(d->role, "subject");

	for (size_t k = 0; k < d->purposes.n; k++) {
		const struct policy_purpose *x = policy_purpose(l->p, d->purposes.v[k]);

		if (x == NULL)
			continue;
		differs |= (x->sale || x->share) != d->sale_or_share;
		if (x->compliance && !closed)
			lint_fault(l, "L115", "destinations", i, "role",
			    "a compliance purpose goes to an authority or the subject only");
	}
	if (differs)
		lint_fault(l, "L112", "destinations", i, "sale_or_share",
		    "differs from sale and share of its purposes");
}

/* None of its purposes reaches anybody that way, so nothing can leave. */
static bool
channel_unused(const struct policy *p, const struct policy_destination *d)
{
	bool known = false;

	for (size_t k = 0; k < d->purposes.n; k++) {
		const struct policy_purpose *x = policy_purpose(p, d->purposes.v[k]);

		known |= x != NULL;
		if (x != NULL && names_has(&x->channels, d->channel))
			return false;
	}
	return known;
}

static void
check_destination(struct lint *l, size_t i)
{
	const struct policy_destination *d = &l->p->destinations[i];

	lint_controller(l, d->controller, "destinations", i);
	lint_purpose_names(l, &d->purposes, "destinations", i, "purposes");
	if (d->channel.p != NULL && policy_channel(l->p, d->channel) == NULL)
		lint_fault(l, "L102", "destinations", i, "channel", "names a channel that is not there");
	else if (d->channel.p != NULL && channel_unused(l->p, d))
		lint_fault(l, "L217", "destinations", i, "channel", "a channel that none of its purposes has");
	check_transfer(l, i);
	check_served(l, i);
	for (size_t k = 0; k < d->fields.n; k++)
		if (policy_category(l->p, d->fields.v[k]) == CATEGORY_CREDENTIAL)
			lint_fault(l, "L113", "destinations", i, "fields", "a credential field in a destination");
	if (d->ends == INSTANT_NONE)
		lint_fault(l, "L210", "destinations", i, "ends", "the contract has no end");
}

/* ---- sources and importers ---- */

static void
check_source(struct lint *l, size_t i)
{
	const struct policy_source *s = &l->p->sources[i];

	lint_controller(l, s->controller, "sources", i);
	lint_purpose_names(l, &s->purposes, "sources", i, "purposes");
	if (s->notice_version > 0 &&
	    policy_notice(l->p, s->notice_id, s->notice_version, span_none()) == NULL)
		lint_fault(l, "L102", "sources", i, "notice_at_collection", "names a notice that is not there");
	if (s->clock != CLOCK_TRUSTED && !s->has_tz)
		lint_fault(l, "L202", "sources", i, "tz", "clock is date_only or device, and there is no tz");
	if (s->collected != COLLECTED_SUBJECT && s->notice_version == 0)
		lint_fault(l, "L209", "sources", i, "notice_at_collection", "third-party source without a notice");
}

static void
importer_fault(struct lint *l, const char *code, const struct policy_importer *i, const char *member,
    const char *text)
{
	struct buf path = { 0 };

	buf_print(&path, "$.importers.%.*s.%s", SPAN_ARG(i->name), member);
	buf_byte(&path, '\0');
	faults_add(l->f, code, path.p, "%s", text);
	buf_done(&path);
}

static void
check_importer(struct lint *l, const struct policy_importer *i)
{
	bool lost = false;

	for (size_t k = 0; k < i->map_count; k++)
		lost |= i->map[k].purpose.p != NULL && policy_purpose(l->p, i->map[k].purpose) == NULL;
	if (lost)
		importer_fault(l, "L102", i, "map", "names a purpose that is not there");
	if (i->vendor > 0 && (span_is(i->name, "segment") || span_is(i->name, "gpc")))
		importer_fault(l, "L217", i, "vendor", "has no effect: this format knows no vendors");
	if (i->channel.p != NULL && policy_channel(l->p, i->channel) == NULL)
		importer_fault(l, "L102", i, "channel", "names a channel that is not there");
	if (i->controller.p != NULL && policy_controller(l->p, i->controller) == NULL)
		importer_fault(l, "L102", i, "controller", "names a controller that is not there");
	if (i->notice_version > 0 &&
	    policy_notice(l->p, i->notice_id, i->notice_version, i->notice_lang) == NULL)
		importer_fault(l, "L102", i, "notice", "names a notice that is not there");
}

void
lint_flows(struct lint *l)
{
	for (size_t i = 0; i < l->p->source_count; i++)
		check_source(l, i);
	for (size_t i = 0; i < l->p->importer_count; i++)
		check_importer(l, &l->p->importers[i]);
	for (size_t i = 0; i < l->p->destination_count; i++)
		check_destination(l, i);
	check_views(l);
}

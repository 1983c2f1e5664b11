/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/notice.c: whether a notice that names the purpose was given */
#include "consent/scope.h"
#include "consent/steps.h"

static bool
names_purpose(const struct question *q, struct span notice, int64_t version, struct span lang)
{
	const struct policy_notice *n;

	if (notice.p == NULL || version < 1)
		return false;
	n = policy_notice(q->policy, notice, version, lang);
	return n != NULL && names_has(&n->purposes, q->purpose->id) && n->published_at <= q->as_of;
}

static bool
notice_event(const struct question *q, const struct event *e)
{
	return e->type == EVENT_NOTICE_SERVED && event_counts(q, e) &&
	    scope_fits(e->controller, q->controller) && scope_fits(e->purpose, q->purpose->id) &&
	    names_purpose(q, e->notice_id, e->notice_version, e->notice_lang);
}

static bool
source_gives_notice(const struct question *q, const struct fact_member *m)
{
	return m->source != NULL && m->unusable == NULL &&
	    span_equal(m->source->controller, q->controller) &&
	    names_purpose(q, m->source->notice_id, m->source->notice_version, span_none());
}

static bool
served(const struct question *q, struct facts *f, struct ruling *r)
{
	bool found = false;

	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			const struct event *e = f->identifiers[i].events[k];

			if (!notice_event(q, e) || !stands_here(q, f, e, i))
				continue;
			cover_holders(q, f, e, i);
			ruling_evidence(r, e->seq);
			found = true;
		}
	return found;
}

static bool
collected_with_notice(const struct question *q, struct facts *f, struct ruling *r)
{
	bool found = false;

	for (size_t i = 0; i < f->member_count; i++) {
		struct fact_member *m = &f->members[i];

		if (!source_gives_notice(q, m) || (q->needs_contact &&
		    !identifier_held(&f->identifiers[f->contact], (uint32_t)i)))
			continue;
		m->covered = true;
		found = true;
		if (r->notice == NULL)
			r->notice = m->source;
	}
	return found;
}

const char *
notice_given(const struct question *q, struct facts *f, struct ruling *r)
{
	bool by_event = served(q, f, r), by_source = collected_with_notice(q, f, r);

	return by_event || by_source ? NULL : "D_NO_NOTICE";
}

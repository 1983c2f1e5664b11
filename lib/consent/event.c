/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/event.c: one table of event types. */
#include "consent/event.h"

static const struct {
	struct span		 name;
	enum event_class	 class;
} types[EVENT_TYPES] = {
	[EVENT_GRANT] = { SPAN_INIT("grant"), CLASS_GRANT },
	[EVENT_RENEW] = { SPAN_INIT("renew"), CLASS_GRANT },
	[EVENT_CONFIRM] = { SPAN_INIT("confirm"), CLASS_GRANT },
	[EVENT_OPT_IN_SALE] = { SPAN_INIT("opt_in_sale"), CLASS_GRANT },
	[EVENT_SOFT_OPT_IN] = { SPAN_INIT("soft_opt_in"), CLASS_GRANT },
	[EVENT_GPC_OVERRIDE_CONFIRMED] = { SPAN_INIT("gpc_override_confirmed"), CLASS_GRANT },
	[EVENT_DENY] = { SPAN_INIT("deny"), CLASS_REFUSAL },
	[EVENT_WITHDRAW] = { SPAN_INIT("withdraw"), CLASS_REFUSAL },
	[EVENT_OBJECT] = { SPAN_INIT("object"), CLASS_REFUSAL },
	[EVENT_OBJECT_DM] = { SPAN_INIT("object_dm"), CLASS_REFUSAL },
	[EVENT_OPT_OUT_SALE] = { SPAN_INIT("opt_out_sale"), CLASS_REFUSAL },
	[EVENT_GPC] = { SPAN_INIT("gpc"), CLASS_REFUSAL },
	[EVENT_LIMIT_SENSITIVE] = { SPAN_INIT("limit_sensitive"), CLASS_REFUSAL },
	[EVENT_RESTRICT] = { SPAN_INIT("restrict"), CLASS_STOP },
	[EVENT_HOLD] = { SPAN_INIT("hold"), CLASS_STOP },
	[EVENT_ERASE_PENDING] = { SPAN_INIT("erase_pending"), CLASS_STOP },
	[EVENT_SUPPRESS] = { SPAN_INIT("suppress"), CLASS_STOP },
	[EVENT_REVOKE] = { SPAN_INIT("revoke"), CLASS_STOP },
	[EVENT_INVALIDATE] = { SPAN_INIT("invalidate"), CLASS_STOP },
	[EVENT_UNRESTRICT] = { SPAN_INIT("unrestrict"), CLASS_LIFT },
	[EVENT_UNHOLD] = { SPAN_INIT("unhold"), CLASS_LIFT },
	[EVENT_ERASE_WITHDRAWN] = { SPAN_INIT("erase_withdrawn"), CLASS_LIFT },
	[EVENT_UNSUPPRESS] = { SPAN_INIT("unsuppress"), CLASS_LIFT },
	[EVENT_OBJECT_OVERRIDDEN] = { SPAN_INIT("object_overridden"), CLASS_LIFT },
	[EVENT_BASIS_DECLARED] = { SPAN_INIT("basis_declared"), CLASS_BASIS },
	[EVENT_BASIS_ENDED] = { SPAN_INIT("basis_ended"), CLASS_BASIS },
	[EVENT_NOTICE_SERVED] = { SPAN_INIT("notice_served"), CLASS_INFORMATION },
	[EVENT_REQUESTED] = { SPAN_INIT("requested"), CLASS_INFORMATION },
	[EVENT_DEFERRED] = { SPAN_INIT("deferred"), CLASS_INFORMATION },
	[EVENT_PREFERENCE_SET] = { SPAN_INIT("preference_set"), CLASS_INFORMATION },
	[EVENT_BOUNCE] = { SPAN_INIT("bounce"), CLASS_INFORMATION },
	[EVENT_BIRTHDATE_KNOWN] = { SPAN_INIT("birthdate_known"), CLASS_INFORMATION },
	[EVENT_POLICY] = { SPAN_INIT("policy"), CLASS_LOG },
	[EVENT_TICK] = { SPAN_INIT("tick"), CLASS_LOG },
	[EVENT_KEY] = { SPAN_INIT("key"), CLASS_LOG },
	[EVENT_ERASED] = { SPAN_INIT("erased"), CLASS_LOG },
};

enum event_class
event_class(enum event_type t)
{
	return types[t].class;
}

struct span
event_name(enum event_type t)
{
	return types[t].name;
}

int
event_find(struct span name)
{
	for (int t = 0; t < EVENT_TYPES; t++)
		if (span_equal(types[t].name, name))
			return t;
	return -1;
}

bool
event_has_suppression(enum event_type t)
{
	return t == EVENT_SUPPRESS || t == EVENT_UNSUPPRESS;
}

bool
method_acceptable(struct span method)
{
	static const char *const good[] = { "web_form", "app_form", "paper", "call_recorded",
	    "in_person", "double_opt_in", "tcf", "gpp", "api", "guardian_verified" };

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		if (span_is(method, good[i]))
			return true;
	return false;
}

bool
event_later(const struct event *g, const struct event *r)
{
	if (g->has_sseq && r->has_sseq && g->src.p != NULL && span_equal(g->src, r->src))
		return g->sseq > r->sseq;
	return g->lo > r->hi;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/export_case.h: a policy around one contract, for tests of lib/export. */
#ifndef CDP_TESTS_EXPORT_CASE_H
#define CDP_TESTS_EXPORT_CASE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "export/contract.h"
#include "export/policy_text.h"
#include "model/policy_law.h"

#include <stdio.h>

/* A policy whose one contract "list" is right but for the members given, which are JSON text
 * (",\"role\":\"friend\"") and stand in place of those left out. */
static inline void
case_policy(struct policy_text *p, const char *fields, const char *layout, const char *channel,
    const char *more)
{
	struct buf text = { 0 };
	struct error e = { 0 };

	buf_print(&text, "{\"regimes\":[\"EU\"],\"controllers\":[{\"id\":\"north\"}],"
	    "\"purposes\":[{\"id\":\"news\"}],\"destinations\":[{\"id\":\"list\",\"controller\":\"north\","
	    "\"recipient\":{\"name\":\"Example\",\"country\":\"DE\"},\"role\":\"processor\","
	    "\"purposes\":[\"news\"],\"layout\":\"%s\",\"channel\":\"%s\",\"fields\":%s%s}]}",
	    layout, channel, fields, more);
	p->json = config_parse(buf_span(&text), "policy", STATUS_USAGE, &e);
	if (policy_take_law(p->json, "policy", STATUS_USAGE, &e) < 0)
		puts("Bail out! the law that is built in cannot be read");
	buf_done(&text);
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/remediate_priv.h: past exports out of the egress log, for remediate*.c only. */
#ifndef CDP_CONSENT_REMEDIATE_PRIV_H
#define CDP_CONSENT_REMEDIATE_PRIV_H

#include "base/instant.h"	/* instant */
#include "base/span.h"		/* passed by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct exports;

struct export_run {
	uint64_t	seq;
	struct span	run, to, recipient, purpose, at, detail, sha256;
	instant		as_of;		/* what counted as now, else when it was written */
	bool		is_void;	/* it never came there */
};

struct exports *exports_open(const char *journal, instant since, struct error *e);
void exports_close(struct exports *x);		/* NULL is fine */
size_t exports_count(const struct exports *x);	/* 0 of NULL; none is void */
const struct export_run *exports_at(const struct exports *x, size_t i);
/* Whether the address token, or of a row without one the profile's, was in it. */
bool exports_have(const struct exports *x, size_t i, struct span token);

#endif

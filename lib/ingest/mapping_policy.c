/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/mapping_policy.c: the legal facts of a mapping against those of the policy, which
 * owns them. Only the entry of this source and the bases of its purposes are looked at. */
#include "ingest/mapping.h"
#include "base/error.h"

#include <stdio.h>

enum { POLICY_MAX_BYTES = 16 << 20 };

static struct span
text_of(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_string(v) ? span_make(json_string_value(v), json_string_length(v)) :
	    span_none();
}

static const json_t *
find(const json_t *list, struct span id)
{
	size_t i;
	json_t *entry;

	json_array_foreach(list, i, entry) {
		if (span_equal(text_of(entry, "id"), id))
			return entry;
	}
	return NULL;
}

static void
compare(struct faults *f, const json_t *entry, const char *key, struct span ours, const char *absent)
{
	struct span theirs = text_of(entry, key);
	char path[64];

	if (theirs.p == NULL)
		theirs = span_from(absent);
	if (span_equal(theirs, ours))
		return;
	snprintf(path, sizeof path, "$.source.%s", key);
	faults_add(f, "E_MAP_POLICY", path, "is not what the policy says of this source");
}

/* The basis must be one the policy gives the purpose in some regime. */
static bool
has_basis(const json_t *purpose, struct span basis)
{
	const char *regime;
	json_t *entry, *bases = json_object_get(purpose, "basis");

	json_object_foreach(bases, regime, entry) {
		if (span_equal(text_of(entry, "type"), basis))
			return true;
	}
	return false;
}

static bool
lists(const json_t *source, struct span purpose)
{
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(source, "purposes"), i, one) {
		if (json_is_string(one) && span_is(purpose, json_string_value(one)))
			return true;
	}
	return false;
}

static void
compare_purposes(const struct mapping *m, const json_t *policy, const json_t *source,
    struct faults *f)
{
	const json_t *purposes = json_object_get(policy, "purposes");

	for (size_t i = 0; i < m->source.purpose_count; i++) {
		const struct source_purpose *p = &m->source.purposes[i];
		const json_t *entry = find(purposes, p->id);
		char path[48];

		snprintf(path, sizeof path, "$.source.purposes[%zu]", i);
		if (!lists(source, p->id))
			faults_add(f, "E_MAP_POLICY", path, "the policy does not give this purpose "
			    "to this source");
		else if (entry == NULL || !has_basis(entry, p->basis))
			faults_add(f, "E_MAP_POLICY", path, "the policy has another basis");
	}
}

int
mapping_check_policy(const struct mapping *m, const char *policy, struct faults *faults,
    struct error *e)
{
	json_t *root = config_load(policy, POLICY_MAX_BYTES, STATUS_USAGE, e);
	const json_t *entry;

	if (root == NULL)
		return -1;
	entry = find(json_object_get(root, "sources"), m->source.name);
	if (entry == NULL) {
		faults_add(faults, "E_MAP_POLICY", "$.source.name", "the policy has no such source");
	} else {
		compare(faults, entry, "controller", m->source.controller, NULL);
		compare(faults, entry, "channel", m->source.channel, NULL);
		compare(faults, entry, "clock", m->source.clock, NULL);
		compare(faults, entry, "collected", m->source.collected, "subject");
		compare_purposes(m, root, entry, faults);
	}
	json_decref(root);
	return 0;
}

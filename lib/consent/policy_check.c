/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_check.c: what is wrong with a policy file, counted and told. */
#include "base/buf.h"
#include "base/error.h"
#include "consent/policy.h"
#include "consent/policy_check.h"
#include "io/json_write.h"

int
policy_check(struct policy_check *c, const char *path, const struct lint_moment *m,
    struct error *e)
{
	*c = (struct policy_check){ 0 };
	if (path == NULL)
		return error_set(e, USAGE, "E_USAGE", "--policy is missing");
	if (policy_document_load(&c->document, path, e) < 0)
		return -1;
	c->policy = policy_build(&c->document, &c->faults);
	if (c->policy != NULL && policy_check_errors(c, false) == 0)
		policy_lint(c->policy, m, &c->faults);
	return 0;
}

void
policy_check_done(struct policy_check *c)
{
	policy_free(c->policy);
	faults_done(&c->faults);
	policy_document_done(&c->document);
}

size_t
policy_check_errors(const struct policy_check *c, bool strict)
{
	size_t n = 0;

	for (size_t i = 0; i < c->faults.count; i++)
		n += strict || !lint_is_warning(c->faults.list[i].code);
	return n;
}

static void
print_json(const struct fault *x, const char *level, struct buf *out)
{
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	json_member_string(&w, "level", span_from(level));
	json_member_string(&w, "code", span_from(x->code));
	json_member_string(&w, "path", span_from(x->path));
	json_member_string(&w, "text", span_from(x->text));
	json_end(&w);
	buf_byte(out, '\n');
}

void
policy_check_print(const struct policy_check *c, bool as_json, struct buf *out)
{
	for (size_t i = 0; i < c->faults.count; i++) {
		const struct fault *x = &c->faults.list[i];
		const char *level = lint_is_warning(x->code) ? "warning" : "error";

		if (as_json)
			print_json(x, level, out);
		else
			buf_print(out, "%s %s %s: %s\n", level, x->code, x->path, x->text);
	}
}

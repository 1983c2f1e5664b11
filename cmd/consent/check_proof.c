/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/check_proof.c: proofs, checked with nothing but the keys one trusts. */
#include "base/alloc.h"
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "consent/proof_check.h"
#include "consent/proof_report.h"
#include "io/fd.h"
#include "io/out.h"
#include "io/tlog_key.h"

enum { TRUST_MOST = 1 << 20 };	/* bytes of a file of keys */

const struct option check_proof_options[] = {
	{ OPT_TEXT, 0, "trust", AT(trust), "FILE",
	    "the public keys that count, one a line: of the log, of its witnesses", NULL },
	OPT_LAST
};

static void
tell(const struct tool *t, const struct proof_check *c)
{
	struct buf words = { 0 };

	for (size_t i = 0; i < c->count; i++) {
		buf_reset(&words);
		proof_words(&c->list[i], &words);
		tool_notice(t, "%.*s", SPAN_ARG(buf_span(&words)));
	}
	buf_done(&words);
}

static int
check(struct tool *t, const struct tlog_keys *keys, struct error *e)
{
	struct proof_check c;
	struct out *out = tool_out(t, e);
	int r = out == NULL ? -1 : 0;

	proof_check_begin(&c, keys);
	for (size_t i = 0; i < t->operand_count && r == 0; i++)
		r = proof_check_add(&c, t->operands[i], e);
	if (r == 0)
		r = proof_check_finish(&c, e);
	if (r == 0) {
		tell(t, &c);
		proof_report(&c, out_buffer(out));
		if (proof_check_held(&c) < c.count)
			t->status = STATUS_REFUSED;
	}
	proof_check_end(&c);
	return r;
}

int
run_check_proof(struct tool *t, struct error *e)
{
	const char *path = ((struct settings *)t)->trust;
	struct tlog_keys keys = { 0 };
	size_t len;
	char *text;
	int r;

	if (path == NULL)
		return error_set(e, USAGE, "E_USAGE", "--trust FILE is needed: whose signatures count?");
	if (fd_read_file(path, TRUST_MOST, STATUS_USAGE, &text, &len, e) < 0)
		return -1;
	r = tlog_keys_read(span_make(text, len), &keys, e);
	if (r < 0)
		error_place(e, path, 0, 0);
	else
		r = check(t, &keys, e);
	tlog_keys_done(&keys);
	mem_free(text);
	return r;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/prove.c: what the ledger says about a person, with proofs for whoever has no ledger. */
#include "base/error.h"
#include "base/number.h"
#include "cmd/consent/commands.h"
#include "consent/prove.h"
#include "consent/prove_pack.h"
#include "consent/subject.h"
#include "io/out.h"

#include <string.h>

const struct option prove_options[] = {
	PERSON,
	{ OPT_LIST, 0, "seq", AT(lines), "N", "the line at that place; may be given more than once", NULL },
	{ OPT_TEXT, 0, "purpose", AT(purpose), "ID", "only what bears on it (default: everything)", NULL },
	{ OPT_TEXT, 0, "out-dir", AT(out_dir), "DIR", "where the files go; made, or empty", NULL },
	{ OPT_CHOICE, 0, "format", AT(format), "FORMAT",
	    "tlog: proofs (the default); dpv: consent records; kantara: not in this version",
	    "tlog|dpv|kantara" },
	{ OPT_TEXT, 0, "notices", AT(notices), "DIR", "where the texts of notices are, under any name", NULL },
	{ OPT_TIME, 0, "known-at", AT(known_at), "TIME",
	    "what was known then (default: --as-of)", NULL },
	PROOF_VAULT, ELSEWHERE,
	OPT_LAST
};

static int
check_options(const struct settings *s, struct error *e)
{
	if (s->format != NULL && strcmp(s->format, "kantara") == 0)
		return tool_not_yet(e, "--format kantara");
	if (has_person(s) == (s->lines.n > 0))
		return error_set(e, USAGE, "E_USAGE",
		    "one of --subject-file (or --subject-fd) and --seq is needed");
	if (s->lines.n > 0 && s->purpose != NULL)
		return error_set(e, USAGE, "E_USAGE", "--seq and --purpose exclude each other");
	if (s->lines.n > 0 && s->proof_vault)
		return error_set(e, USAGE, "E_USAGE", "--proof-vault is about a person: not with --seq");
	if (s->notices != NULL && s->format != NULL && strcmp(s->format, "dpv") == 0)
		return error_set(e, USAGE, "E_USAGE", "--notices goes with proofs: consent records hold no texts");
	return s->out_dir != NULL ? 0 :
	    error_set(e, USAGE, "E_USAGE", "--out-dir DIR is needed: where do the files go?");
}

static int
ask_lines(const struct settings *s, struct prove *p, struct error *e)
{
	uint64_t seq;

	for (size_t i = 0; i < s->lines.n; i++) {
		if (!u64_parse(span_from(s->lines.v[i]), &seq))
			return error_set(e, USAGE, "E_USAGE", "--seq is a number of a line, from 0");
		if (prove_line(p, seq, e) < 0)
			return -1;
	}
	return 0;
}

static int
ask_person(const struct settings *s, struct prove *p, struct error *e)
{
	struct subject subject = { 0 };
	int r = open_person(s, &subject, e) < 0 ? -1 : prove_person(p, &subject, e);

	subject_close(&subject);
	return r;
}

static void
tell(struct settings *s, const struct prove *p, const struct pack_counts *n)
{
	if (p->count == 0) {
		tool_notice(&s->tool, "no line of the ledger says this, so there is nothing to prove");
		s->tool.status = STATUS_REFUSED;
	} else if (n->lines > 0)
		tool_notice(&s->tool, "%s: lines %zu of %llu, policies %zu, notices %zu of %zu",
		    s->out_dir, n->lines, (unsigned long long)p->ledger.now.checkpoint.size,
		    n->policies, n->notices, n->notices_named);
	else
		tool_notice(&s->tool, "%s: consent records %zu", s->out_dir, n->records);
}

int
run_prove(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct prove_question q = { .place = place_of(t), .purpose = s->purpose, .as_of = now_of(t),
	    .proof_vault = s->proof_vault,
	    .known_at = s->known_at.given ? s->known_at.at : t->as_of.given ? t->as_of.at :
	    INSTANT_NONE };
	struct pack_options o = { .dir = s->out_dir, .notices = s->notices,
	    .records = s->format != NULL && strcmp(s->format, "dpv") == 0 };
	struct pack_counts n;
	struct prove p = { 0 };
	struct out *out;
	int r;

	if (check_options(s, e) < 0)
		return -1;
	out = tool_out(t, e);
	r = out == NULL || prove_open(&p, &q, e) < 0 ? -1 :
	    s->lines.n > 0 ? ask_lines(s, &p, e) : ask_person(s, &p, e);
	if (r == 0)
		r = prove_read(&p, e) < 0 ? -1 : prove_pack(&p, &o, &n, out_buffer(out), e);
	if (r == 0)
		tell(s, &p, &n);
	prove_close(&p);
	return r;
}

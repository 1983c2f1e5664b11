/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/erase_report.c: what an erasure says it did. Nothing here is about the person but
 * counts. */
#include "base/span.h"
#include "consent/erase.h"
#include "consent/receipt.h"
#include "io/json_write.h"

/* What this command leaves, and why; the last two are not its own to look at. */
static const struct stay {
	struct span	what, why;
} stays[] = {
	{ SPAN_INIT("lines"), SPAN_INIT("they name random tokens that lead to nobody now, so that every "
	    "proof made of the ledger still holds; an id that a producer gave may lead back in his own "
	    "books") },
	{ SPAN_INIT("suppressions"), SPAN_INIT("keyed tokens by which the person is kept out; they lead to "
	    "somebody only for who has the token key and knows the value") },
	{ SPAN_INIT("shared"), SPAN_INIT("identifiers of many people: what others refused by them would "
	    "be lost") },
	{ SPAN_INIT("accounts"), SPAN_INIT("accounts that these lines name and that were not given: give "
	    "their records, or the profile, to erase them too") },
	{ SPAN_INIT("account_lines"), SPAN_INIT("lines of identifiers that were not given and that name an "
	    "account erased here") },
	{ SPAN_INIT("policies"), SPAN_INIT("published documents; they name nobody") },
	{ SPAN_INIT("proof"), SPAN_INIT("who it was, for prove --proof-vault, and the evidence of these "
	    "lines; both go with the first command that appends after that time") },
	{ SPAN_INIT("exports"), SPAN_INIT("the log of exports holds tokens under another key and says who "
	    "must be told; it is kept for as long as it has to be shown") },
	{ SPAN_INIT("copies"), SPAN_INIT("inputs, stores, profiles, models, questions and verdicts, quarantined "
	    "and rejected rows, outputs and backups are elsewhere: run the pipeline again with the list of "
	    "suppress --list, train models again, and delete what is older; a backup restored needs this "
	    "command once more") },
};
enum { STAYS = sizeof stays / sizeof stays[0], COUNTED = 7, PROOF = 6 };

static void
write_until(instant until, struct json_writer *w)
{
	struct buf text = { 0 };

	instant_write(&text, until);
	json_member_string(w, "until", buf_span(&text));
	buf_done(&text);
}

static void
write_stays(const struct erase_report *r, const struct erase_act *a, struct json_writer *w)
{
	const uint64_t counts[COUNTED] = { r->lines, r->suppressed.added + r->suppressed.had, r->shared,
	    r->accounts, r->account_lines, r->policies, r->kept };

	json_key(w, SPAN("stays"));
	json_open_array(w);
	for (size_t i = 0; i < STAYS; i++) {
		if (i < COUNTED && counts[i] == 0)
			continue;
		json_open_object(w);
		json_member_string(w, "what", stays[i].what);
		if (i < COUNTED)
			json_member_u64(w, "count", counts[i]);
		if (i == PROOF)
			write_until(a->keep_until, w);
		json_member_string(w, "why", stays[i].why);
		json_end(w);
	}
	json_end(w);
}

static void
write_suppressed(const struct erase_report *r, const struct erase_act *a, struct json_writer *w)
{
	if (!a->suppress)
		return;
	json_key(w, SPAN("suppressed"));
	json_open_object(w);
	json_member_u64(w, "added", r->suppressed.added);
	json_member_u64(w, "had", r->suppressed.had);
	json_member_u64(w, "left_out", r->suppressed.left_out);
	json_end(w);
}

void
erase_report_write(const struct erase_report *r, const struct erase_act *a, struct buf *out)
{
	struct json_writer w = json_writer(out);
	struct buf receipts = { 0 };

	json_open_object(&w);
	json_key(&w, SPAN("identifiers"));
	json_open_object(&w);
	json_member_u64(&w, "given", r->given);
	json_member_u64(&w, "erased", r->erased);
	json_member_u64(&w, "shared", r->shared);
	json_member_u64(&w, "unknown", r->unknown);
	json_end(&w);
	json_member_u64(&w, "lines", r->lines);
	json_member_u64(&w, "evidence", r->evidence);
	json_member_u64(&w, "holds", r->holds);
	json_key(&w, SPAN("proof"));
	json_open_object(&w);
	json_member_u64(&w, "kept", r->kept);
	json_member_u64(&w, "dropped", r->dropped);
	json_end(&w);
	write_suppressed(r, a, &w);
	buf_byte(&receipts, '[');
	receipts_end(buf_span(&r->receipts), r->size, ',', &receipts);
	buf_byte(&receipts, ']');
	json_member_raw(&w, "receipts", buf_span(&receipts));
	json_member_u64(&w, "size", r->size);
	write_stays(r, a, &w);
	json_end(&w);
	buf_byte(out, '\n');
	buf_done(&receipts);
}

void
erase_report_text(const struct erase_report *r, const struct erase_act *a, struct buf *out)
{
	if (r->erased == 0)
		buf_text(out, "nobody: no identifier given leads to a line");
	else
		buf_print(out, "erased %llu identifiers, %llu lines lead to nobody, %llu pieces of evidence "
		    "deleted", (unsigned long long)r->erased, (unsigned long long)r->lines,
		    (unsigned long long)r->evidence);
	if (a->suppress)
		buf_print(out, "; suppressed %llu, already %llu", (unsigned long long)r->suppressed.added,
		    (unsigned long long)r->suppressed.had);
	else
		buf_text(out, "; not suppressed: the person may come back with any import");
	if (r->kept > 0)
		buf_print(out, "; %llu rows are kept for proof", (unsigned long long)r->kept);
	if (r->dropped > 0)
		buf_print(out, "; %llu rows kept for proof are gone", (unsigned long long)r->dropped);
	if (r->holds > 0)
		buf_print(out, "; %llu holds were open", (unsigned long long)r->holds);
	if (r->shared > 0)
		buf_print(out, "; %llu identifiers of many people stay", (unsigned long long)r->shared);
	if (r->accounts > 0)
		buf_print(out, "; %llu accounts that these lines name were not given and stay",
		    (unsigned long long)r->accounts);
	buf_text(out, "; what else stays, and why, is in the report");
}

void
erase_report_done(struct erase_report *r)
{
	buf_done(&r->receipts);
}

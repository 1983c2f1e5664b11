/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/proof_check.c: one proof of a ledger line, checked by itself. */
#include "base/alloc.h"
#include "consent/proof_beside.h"
#include "consent/proof_check.h"
#include "io/fd.h"
#include "io/journal.h"
#include "io/ndjson.h"
#include "io/tlog_checkpoint.h"
#include "io/tlog_note.h"
#include "io/tlog_proof_file.h"

#define NO(found, code, ...) error_set(&(found)->why, REFUSED, code, __VA_ARGS__)

void
proof_check_begin(struct proof_check *c, const struct tlog_keys *trust)
{
	*c = (struct proof_check){ .trust = trust, .tape = ndjson_new(NULL) };
}

void
proof_check_end(struct proof_check *c)
{
	arena_done(&c->arena);
	buf_done(&c->scratch);
	ndjson_free(c->tape);
	mem_free(c->list);
}

/* Every trusted key is asked. Those of the log have its name, and one of them must have signed. */
static int
check_signatures(struct proof_check *c, const struct tlog_note *note, struct proof_found *f)
{
	bool known = false, signed_by_log = false;

	f->signers = arena_zero(&c->arena, c->trust->count, sizeof *f->signers);
	for (size_t i = 0; i < c->trust->count; i++) {
		const struct tlog_key *key = &c->trust->list[i];
		bool of_log = key->type == TLOG_KEY_ED25519 && span_equal(key->name, f->log);
		enum tlog_said said = tlog_note_said(note, key);

		if (said == TLOG_FORGED)
			return NO(f, "E_SIGNATURE", "a signature of %.*s does not hold", SPAN_ARG(key->name));
		known |= of_log;
		signed_by_log |= of_log && said == TLOG_SIGNED;
		if (said == TLOG_SIGNED)
			f->signers[f->signer_count++] = key->name;
	}
	if (!known)
		return NO(f, "E_TRUST", "no key of the log it names is trusted");
	return signed_by_log ? 0 : NO(f, "E_SIGNATURE", "not signed by a trusted key of its log");
}

static int
check_checkpoint(struct proof_check *c, struct span bytes, struct proof_found *f)
{
	struct tlog_checkpoint checkpoint;
	struct tlog_note note;
	const char *why = tlog_note_read(arena_copy(&c->arena, bytes), &note);

	if (why == NULL)
		why = tlog_checkpoint_read(note.text, &checkpoint);
	if (why != NULL)
		return NO(f, "E_PROOF", "%s", why);
	f->log = checkpoint.origin;
	f->size = checkpoint.size;
	f->root = checkpoint.root;
	return check_signatures(c, &note, f);
}

/* The line is what the ledger would have written, to the byte. */
static int
check_line(struct proof_check *c, struct span line, uint64_t index, struct proof_found *f)
{
	struct error why = { 0 };
	struct event event;
	size_t at;

	if (line.len > JOURNAL_LINE)
		return NO(f, "E_LINE", "a line of more than %d bytes", JOURNAL_LINE);
	if (ndjson_scan(c->tape, line, &at, &why) < 0 ||
	    line_read(c->tape, &f->line, &c->arena, &c->scratch, &why) < 0 ||
	    line_event(&f->line, &event, &why) < 0)
		return NO(f, "E_LINE", "not a line of a ledger: %s", why.text);
	return f->line.seq == index ? 0 :
	    NO(f, "E_LINE", "the line says another number than the one it is proved for");
}

static int
check_file(struct proof_check *c, struct span bytes, struct proof_found *f)
{
	struct tlog_proof_file file;
	struct tlog_hash leaf;
	const char *why = tlog_proof_file_read(bytes, &file, &c->scratch);
	struct span line;

	if (why != NULL)
		return NO(f, "E_PROOF", "%s", why);
	if (file.extra.p == NULL)
		return NO(f, "E_PROOF", "a proof without the line it is for");
	line = arena_copy(&c->arena, file.extra);
	if (check_checkpoint(c, file.checkpoint, f) < 0)
		return -1;
	leaf = tlog_leaf(line);
	if (!tlog_included(file.index, &leaf, f->size, &f->root, file.proof.hash, file.proof.count))
		return NO(f, "E_INCLUSION", "the line is not in the log of the checkpoint");
	return check_line(c, line, file.index, f);
}

int
proof_check_add(struct proof_check *c, const char *file, struct error *e)
{
	struct proof_found *f;
	size_t len;
	char *bytes;

	if (fd_read_file(strcmp(file, "-") == 0 ? "/dev/stdin" : file, TLOG_PROOF_FILE_MOST, STATUS_INPUT,
	    &bytes, &len, e) < 0)
		return -1;
	c->list = mem_grow(c->list, c->count + 1, &c->cap, sizeof *c->list);
	f = &c->list[c->count++];
	*f = (struct proof_found){ .file = file };
	(void)check_file(c, span_make(bytes, len), f);
	mem_free(bytes);
	return 0;
}

/* Two roots of one size: somebody was shown another history. */
static void
check_histories(struct proof_check *c)
{
	for (size_t i = 0; i < c->count; i++)
		for (size_t k = 0; k < i; k++) {
			struct proof_found *a = &c->list[k], *b = &c->list[i];

			if (a->signer_count == 0 || b->signer_count == 0 || a->size != b->size ||
			    !span_equal(a->log, b->log) || tlog_hash_equal(&a->root, &b->root))
				continue;
			(void)NO(a, "E_FORK", "the log signed two histories of this size");
			(void)NO(b, "E_FORK", "the log signed two histories of this size");
		}
}

int
proof_check_finish(struct proof_check *c, struct error *e)
{
	check_histories(c);
	return proof_beside(c, e);
}

size_t
proof_check_held(const struct proof_check *c)
{
	size_t held = 0;

	for (size_t i = 0; i < c->count; i++)
		held += c->list[i].why.status == STATUS_DONE;
	return held;
}

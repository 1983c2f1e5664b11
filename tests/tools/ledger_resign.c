/* SPDX-License-Identifier: Apache-2.0 */
/* tests/tools/ledger_resign.c: what somebody could do who has all files and the sign key.
 *	ledger_resign STATE <LINES	the ledger of STATE gets these lines, chained, in segments of
 *					the length its origin says, signed anew, and forgets every
 *					checkpoint it had */
#include "base/buf.h"
#include "base/error.h"
#include "base/encode.h"
#include "base/crypto.h"
#include "io/json_config.h"
#include "io/keyfile.h"
#include "io/out.h"
#include "io/tlog_checkpoint.h"
#include "io/tlog_key.h"
#include "io/tlog_origin.h"
#include "io/tlog_spot.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int
put(const char *state, const char *name, struct span text)
{
	struct buf path = { 0 };
	struct error e = { 0 };
	struct out *o;
	int r = -1;

	buf_print(&path, "%s/ledger/%s%c", state, name, 0);
	o = out_open(path.p, &e);
	if (o != NULL) {
		out_add(o, text);
		r = out_commit(o, &e);
	}
	buf_done(&path);
	return r;
}

static void
set_prev(json_t *line, const unsigned char digest[SHA256_BYTES])
{
	struct buf prev = { 0 };

	base64url_write(&prev, span_make((const char *)digest, SHA256_BYTES));
	json_object_set_new(line, "prev", json_stringn(prev.p, prev.len));
	buf_done(&prev);
}

/* The lines of standard input, each with the link to the one before. */
static int
chain(const struct tlog_origin *o, struct buf *lines, struct buf *leaves, struct tlog_tree *tree)
{
	struct error e = { 0 };
	struct tlog_hash leaf;
	char text[1 << 16];

	sha256_of(buf_span(&o->text), leaf.bytes);
	while (fgets(text, sizeof text, stdin) != NULL) {
		json_t *json = config_parse(span_from(text), "line", STATUS_INPUT, &e);
		size_t at = lines->len;

		if (json == NULL)
			return -1;
		set_prev(json, leaf.bytes);
		config_canonical(json, lines);
		json_decref(json);
		leaf = tlog_leaf(span_skip(buf_span(lines), at));
		buf_byte(lines, '\n');
		buf_add(leaves, span_make((const char *)leaf.bytes, sizeof leaf.bytes));
		tlog_tree_add(tree, &leaf);
	}
	return 0;
}

/* Each full segment is a file that nobody may write, and a root. */
static int
put_segments(const char *state, const struct tlog_origin *o, struct span lines, struct buf *roots)
{
	struct buf name = { 0 }, path = { 0 };
	struct span rest = lines, line, segment;
	int r = 0;

	for (unsigned i = 0; r == 0 && (rest.len > 0 || i == 0); i++) {
		struct tlog_tree tree = { 0 };
		const char *from = rest.p;

		while (tree.size < o->segment && rest.len > 0 && span_split(&rest, '\n', &line)) {
			struct tlog_hash leaf = tlog_leaf(line);

			tlog_tree_add(&tree, &leaf);
		}
		segment = span_make(from, rest.len > 0 ? (size_t)(rest.p - from) :
		    (size_t)(lines.p + lines.len - from));
		buf_reset(&name);
		buf_reset(&path);
		buf_print(&name, "seg/%06u.ndjson%c", i, 0);
		buf_print(&path, "%s/ledger/%s%c", state, name.p, 0);
		(void)unlink(path.p);
		r = put(state, name.p, segment);
		if (r == 0 && tree.size == o->segment) {
			struct tlog_hash root = tlog_tree_root(&tree);

			buf_add(roots, span_make((const char *)root.bytes, sizeof root.bytes));
			r = chmod(path.p, 0400);
		}
	}
	buf_done(&name);
	buf_done(&path);
	return r;
}

static int
resign(const char *state, const struct tlog_origin *o)
{
	struct buf lines = { 0 }, leaves = { 0 }, roots = { 0 }, note = { 0 }, path = { 0 };
	struct tlog_tree tree = { 0 };
	unsigned char *seed = NULL, public[ED25519_PUBLIC], secret[ED25519_SECRET];
	struct tlog_checkpoint c = { .origin = span_from(o->name) };
	struct error e = { 0 };
	struct tlog_key key;
	char id[KEYFILE_ID];
	int r;

	buf_print(&path, "%s/keys/sign%c", state, 0);
	r = keyfile_read(path.p, "sign", &seed, id, &e) < 0 || chain(o, &lines, &leaves, &tree) < 0 ||
	    tlog_key_read(span_from(o->key), &key) != NULL ? -1 : 0;
	if (r == 0) {
		ed25519_keys(seed, public, secret);
		c.size = tree.size;
		c.root = tlog_tree_root(&tree);
		tlog_checkpoint_sign(&c, &key, secret, &note);
		r = put_segments(state, o, buf_span(&lines), &roots) < 0 ||
		    put(state, "roots", buf_span(&roots)) < 0 ||
		    put(state, "hashes", buf_span(&leaves)) < 0 ||
		    put(state, "checkpoint", buf_span(&note)) < 0 ||
		    put(state, "checkpoints.log", buf_span(&note)) < 0 ? -1 : 0;
	}
	secret_free(seed);
	buf_done(&lines);
	buf_done(&leaves);
	buf_done(&roots);
	buf_done(&note);
	buf_done(&path);
	return r;
}

int
main(int argc, char **argv)
{
	struct buf dir = { 0 };
	struct error e = { 0 };
	struct tlog_origin o = { .name = NULL };
	int r = -1;

	if (argc == 2) {
		buf_print(&dir, "%s/ledger%c", argv[1], 0);
		r = tlog_origin_read(&o, dir.p, &e);
	}
	if (r == 0)
		r = resign(argv[1], &o);
	tlog_origin_done(&o);
	buf_done(&dir);
	return r == 0 ? 0 : 1;
}

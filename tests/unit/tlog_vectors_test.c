/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/tlog_vectors_test.c: the public proof vectors of RFC 6962 trees (corpus merkle-rfc6962):
 * 36 proofs that hold, 482 that do not. */
#include "base/number.h"
#include "corpus.h"
#include "io/tlog_proof.h"
#include "tap.h"

#include <ftw.h>

enum { HELD = 36, REFUSED = 482, PROOF_MOST = 256 };

static int held, refused, wrong;

/* Some roots are a few words, as any bytes would do there: their digest stands for them. */
static bool
read_hash(const json_t *string, struct tlog_hash *to)
{
	struct buf b = { 0 };
	bool is = corpus_bytes(string, base64_read, &b) && b.len > 0;

	if (b.len == SHA256_BYTES)
		memcpy(to->bytes, b.p, SHA256_BYTES);
	else
		sha256_of(buf_span(&b), to->bytes);
	buf_done(&b);
	return is;
}

/* Read from the text, as some of them are beyond what a JSON reader of signed numbers takes. */
static uint64_t
number(struct span text, const char *key)
{
	struct span line, name;
	uint64_t n = 0;

	while (span_split(&text, '\n', &line)) {
		line = span_trim(line);
		if (!span_split(&line, ':', &name) || !span_is(span_head(span_skip(name, 1),
		    strlen(key)), key) || name.len != strlen(key) + 2)
			continue;
		if (!u64_parse(span_trim(span_head(line, span_index(line, ','))), &n))
			printf("# %s is no number\n", key);
	}
	return n;
}

/* How each of the four kinds of vector says that something is in a tree. */
static bool
holds(const json_t *v, struct span text)
{
	struct tlog_hash proof[PROOF_MOST], part, root;
	const json_t *list = json_object_get(v, "proof");
	size_t count = json_array_size(list);
	struct tlog_range range = { number(text, "start"), number(text, "end") };
	uint64_t at = number(text, "leafIdx");
	bool leaf = json_object_get(v, "leafIdx") != NULL;

	if (count > PROOF_MOST || !read_hash(json_object_get(v, leaf ? "leafHash" : "root1"), &part) ||
	    !read_hash(json_object_get(v, leaf ? "root" : "root2"), &root))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!read_hash(json_array_get(list, i), &proof[i]))
			return false;
	if (json_object_get(v, "size1") != NULL)
		return tlog_consistent(number(text, "size1"), &part, number(text, "size2"), &root,
		    proof, count);
	if (json_object_get(v, "treeSize") != NULL)
		return tlog_included(at, &part, number(text, "treeSize"), &root, proof, count);
	if (!leaf)
		return tlog_within(range, &part, number(text, "size"), &root, proof, count);
	return tlog_range_fits(range, range.end) && at >= range.start &&
	    tlog_included(at - range.start, &part, range.end - range.start, &root, proof, count);
}

static int
vector(const char *path, const struct stat *st, int type, struct FTW *at)
{
	struct buf text = { 0 };
	json_error_t why;
	json_t *v;
	bool want, got;

	(void)st, (void)at;
	if (type != FTW_F || !span_ends(span_from(path), SPAN(".json")))
		return 0;
	if (!corpus_read(path, &text)) {
		wrong++;
		return 0;
	}
	v = json_loadb(text.p, text.len, JSON_DECODE_INT_AS_REAL, &why);
	want = !json_is_true(json_object_get(v, "wantErr"));
	got = holds(v, buf_span(&text));
	held += got;
	refused += !got;
	if (v == NULL || want != got) {
		printf("# %s: %s\n", path, got ? "held" : "refused");
		wrong++;
	}
	json_decref(v);
	buf_done(&text);
	return 0;
}

int
main(void)
{
	char path[512];

	if (!corpus_path("merkle-rfc6962/testdata", path)) {
		skip("no corpus merkle-rfc6962 (set CORPORA=DIR; looked in ../shared/corpora)");
		return tap_done();
	}
	nftw(path, vector, 16, FTW_PHYS);
	ok(wrong == 0 && held == HELD && refused == REFUSED,
	    "proof vectors of RFC 6962: %d accepted, %d refused", held, refused);
	return tap_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_proof_file.c: a proof of inclusion as text. */
#include "base/buf.h"
#include "base/encode.h"
#include "base/number.h"
#include "io/tlog_proof_file.h"

static const char magic[] = "c2sp.org/tlog-proof@v1";

void
tlog_proof_file_write(const struct tlog_proof_file *f, struct buf *out)
{
	buf_print(out, "%s\n", magic);
	if (f->extra.p != NULL) {
		buf_text(out, "extra ");
		base64_write(out, f->extra);
		buf_byte(out, '\n');
	}
	buf_text(out, "index ");
	buf_u64(out, f->index);
	buf_byte(out, '\n');
	for (size_t i = 0; i < f->proof.count; i++) {
		base64_write(out, span_make((const char *)f->proof.hash[i].bytes, SHA256_BYTES));
		buf_byte(out, '\n');
	}
	buf_byte(out, '\n');
	buf_add(out, f->checkpoint);
}

/* Takes the next whole line off *rest. */
static bool
take_line(struct span *rest, struct span *line)
{
	size_t at = span_index(*rest, '\n');

	if (at == rest->len)
		return false;
	*line = span_head(*rest, at);
	*rest = span_skip(*rest, at + 1);
	return true;
}

/* "name VALUE": the value. */
static bool
take_value(struct span line, struct span name, struct span *value)
{
	*value = span_skip(line, name.len);
	return span_starts(line, name);
}

static bool
read_index(struct span digits, uint64_t *index)
{
	return u64_parse(digits, index) && (digits.len == 1 || digits.p[0] != '0') &&
	    *index >> (TLOG_LEVELS - 1) == 0;
}

static bool
add_hash(struct span line, struct tlog_proof *proof)
{
	struct buf bytes = { 0 };
	bool is = proof->count < TLOG_PROOF_MOST && base64_read(&bytes, line) &&
	    bytes.len == SHA256_BYTES;

	if (is)
		memcpy(proof->hash[proof->count++].bytes, bytes.p, SHA256_BYTES);
	buf_done(&bytes);
	return is;
}

/* From "index" on. */
static const char *
read_proof(struct span line, struct span rest, struct tlog_proof_file *f)
{
	struct span value;

	if (!take_value(line, SPAN("index "), &value) || !read_index(value, &f->index))
		return "a proof without the index of its line";
	while (take_line(&rest, &line)) {
		if (line.len == 0) {
			f->checkpoint = rest;
			return NULL;
		}
		if (!add_hash(line, &f->proof))
			return "a proof with a line that is no digest, or with more than 65 of them";
	}
	return "a proof without a checkpoint";
}

const char *
tlog_proof_file_read(struct span bytes, struct tlog_proof_file *f, struct buf *held)
{
	struct span line, rest = bytes, value;

	*f = (struct tlog_proof_file){ 0 };
	buf_reset(held);
	if (bytes.len > TLOG_PROOF_FILE_MOST)
		return "a proof of more than 1 MiB";
	if (!take_line(&rest, &line) || !span_is(line, magic))
		return "not a proof: the first line is not c2sp.org/tlog-proof@v1";
	if (!take_line(&rest, &line))
		return "a proof without the index of its line";
	if (take_value(line, SPAN("extra "), &value)) {
		if (!base64_read(held, value))
			return "a proof whose extra is not base64";
		f->extra = buf_span(held);
		if (!take_line(&rest, &line))
			return "a proof without the index of its line";
	}
	return read_proof(line, rest, f);
}

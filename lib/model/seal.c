/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/seal.c: a seal on a decision, and whether it holds. */
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "model/seal.h"
#include "model/token.h"

enum { SEAL_BYTES = 16, SEAL_TEXT = 22 };

static const struct span member = SPAN_INIT(",\"seal\":\"");

static void
seal_of(const struct token_key *key, struct span profile, struct span decision, struct buf *text)
{
	struct span parts[] = { profile, { "", 1 }, decision };
	unsigned char sum[SEAL_BYTES];

	blake2b(sum, sizeof sum, key->bytes, parts, 3);
	base64url_write(text, span_make((const char *)sum, sizeof sum));
}

void
seal_add(const struct token_key *key, struct span profile, struct buf *out, size_t start)
{
	struct buf text = { 0 };

	seal_of(key, profile, span_skip(buf_span(out), start), &text);
	out->len--;				/* the brace */
	buf_add(out, member);
	buf_add(out, buf_span(&text));
	buf_text(out, "\"}");
	buf_done(&text);
}

bool
seal_holds(const struct token_key *key, struct span profile, struct span decision)
{
	size_t tail = member.len + SEAL_TEXT + 2;
	struct buf bare = { 0 }, text = { 0 };
	struct span given;
	bool holds;

	if (decision.len <= tail ||
	    !span_starts(span_skip(decision, decision.len - tail), member))
		return false;
	given = span_head(span_skip(decision, decision.len - tail + member.len), SEAL_TEXT);
	buf_add(&bare, span_head(decision, decision.len - tail));
	buf_byte(&bare, '}');
	seal_of(key, profile, buf_span(&bare), &text);
	holds = span_equal(given, buf_span(&text));
	buf_done(&bare);
	buf_done(&text);
	return holds;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/token_test.c: keyed hashes, pinned: a ledger must be readable for ever. */
#include "base/buf.h"
#include "base/crypto.h"
#include "consent/policy.h"
#include "consent/token.h"
#include "tap.h"

static unsigned char bytes[KEY_BYTES];
static const struct token_key key = { bytes, "t1", NULL };

static struct span
text_of(struct span type, const struct token *t)
{
	static struct buf text;

	buf_reset(&text);
	token_write(&text, &key, type, t);
	return buf_span(&text);
}

/* Both halves, computed by another implementation of BLAKE2b. */
static void
vectors(void)
{
	static const struct {
		struct span	type, value;
		const char	*text, *suppression;
	} rows[] = {
		{ SPAN_INIT("email"), SPAN_INIT("ana@example.com"),
		    "email:t1:2UUbjryB-a1l7luV49cGSQ", "email:t1:me-GI2lm2mg0LUFdgMzo4g" },
		{ SPAN_INIT("record"), SPAN_INIT("shop/1"),
		    "record:t1:LjvzMcZD87mFWnO8JEebJg", "record:t1:goebYLH46B8bqql3d4jE_w" },
		{ SPAN_INIT("id.device"), SPAN_INIT("a:b"),
		    "id.device:t1:rYVBd1WD1IfeIfsJvAfjvw", "id.device:t1:MQ-qNTTtJQAts8BNS-JkWw" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct token t = token_of(&key, rows[i].type, rows[i].value);
		struct token other = { { 0 }, { 0 } };

		memcpy(other.lookup, t.suppression, sizeof other.lookup);
		ok(span_is(text_of(rows[i].type, &t), rows[i].text), "%s", rows[i].text);
		ok(span_is(text_of(rows[i].type, &other), rows[i].suppression),
		    "its suppression half is %s", rows[i].suppression);
	}
}

static void
both_ways(void)
{
	struct token t = token_of(&key, SPAN("id.device"), SPAN("a:b")), back;
	struct span type, id;

	ok(token_read(text_of(SPAN("id.device"), &t), &type, &id, &back) == 0 &&
	    span_is(type, "id.device") && span_is(id, "t1") && token_equal(&t, &back),
	    "a token is read back with its type and key");
	ok(memcmp(back.suppression, (unsigned char[16]){ 0 }, 16) == 0,
	    "the text does not give the suppression half");
}

static void
apart(void)
{
	struct token email = token_of(&key, SPAN("email"), SPAN("ana@example.com"));
	struct token record = token_of(&key, SPAN("record"), SPAN("ana@example.com"));
	struct token case_kept = token_of(&key, SPAN("email"), SPAN("Ana@example.com"));
	struct token moved = token_of(&key, SPAN("emaila"), SPAN("na@example.com"));
	struct token later;

	ok(!token_equal(&email, &record), "the type is part of the token");
	ok(!token_equal(&email, &moved), "type and value cannot run into each other");
	ok(!token_equal(&email, &case_kept), "the value is taken as given");
	bytes[0] ^= 1;
	later = token_of(&key, SPAN("email"), SPAN("ana@example.com"));
	bytes[0] ^= 1;
	ok(!token_equal(&email, &later), "another key gives another token");
}

static void
refused(void)
{
	static const char *const bad[] = { "", ":", "email", "email:t1:",
	    "t1:2UUbjryB-a1l7luV49cGSQ",
	    ":t1:2UUbjryB-a1l7luV49cGSQ", "email:t1:2UUbjryB-a1l7luV49cGS",
	    "email:t1:2UUbjryB-a1l7luV49cGSQA", "email:t1:2UUbjryB+a1l7luV49cGSQ",
	    "email:t1:2UUbjryB-a1l7luV49cGSQ==", "email:t1 2UUbjryB-a1l7luV49cGSQ" };
	struct span type, id;
	struct token t;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ok(token_read(span_from(bad[i]), &type, &id, &t) < 0, "no token: \"%s\"", bad[i]);
}

static void
fingerprint(void)
{
	char print[17];

	token_key_fingerprint(&key, print);
	is_text(print, strlen(print), "6894b4c812dce02d", "the fingerprint of a key");
}

static void
shared(void)
{
	struct span boxes[] = { SPAN_INIT("info") }, spaces[] = { SPAN_INIT("device") };
	struct policy p = { .shared_mailboxes = { boxes, 1 }, .shared_namespaces = { spaces, 1 } };

	ok(identifier_shared(&p, SPAN("email"), SPAN("info@example.com")),
	    "a role mailbox is shared");
	ok(!identifier_shared(&p, SPAN("email"), SPAN("infos@example.com")),
	    "a longer name is not");
	ok(!identifier_shared(&p, SPAN("record"), SPAN("info@x")), "nor another type");
	ok(identifier_shared(&p, SPAN("id.device"), SPAN("1")), "a shared namespace is shared");
	ok(!identifier_shared(&p, SPAN("id.devices"), SPAN("1")), "another namespace is not");
}

int
main(void)
{
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)i;
	vectors();
	both_ways();
	apart();
	refused();
	fingerprint();
	shared();
	return tap_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_key.c: verifier keys of signed notes. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/utf8.h"
#include "io/tlog_key.h"

/* White_Space of the Unicode standard from U+0080 on; below it lie the control bytes and blank. */
static bool
is_space(uint32_t c)
{
	return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
	    c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

bool
tlog_name_fits(struct span name)
{
	size_t at = 0;

	if (name.len == 0 || name.len > TLOG_NAME_MOST || utf8_bad(name) < name.len)
		return false;
	while (at < name.len) {
		uint32_t c = utf8_next(name, &at);

		if (c <= ' ' || c == 0x7f || c == '+' || is_space(c))
			return false;
	}
	return true;
}

struct tlog_key
tlog_key_make(struct span name, enum tlog_key_type type,
    const unsigned char public[ED25519_PUBLIC])
{
	struct tlog_key key = { .name = name, .type = type };
	unsigned char digest[SHA256_BYTES];
	const char head[2] = { '\n', (char)type };
	struct sha256 h;

	sha256_start(&h);
	sha256_add(&h, name);
	sha256_add(&h, span_make(head, sizeof head));
	sha256_add(&h, span_make((const char *)public, ED25519_PUBLIC));
	sha256_end(&h, digest);
	memcpy(key.id, digest, TLOG_KEY_ID);
	memcpy(key.public, public, ED25519_PUBLIC);
	return key;
}

void
tlog_key_write(const struct tlog_key *key, struct buf *out)
{
	unsigned char body[1 + ED25519_PUBLIC];

	body[0] = (unsigned char)key->type;
	memcpy(body + 1, key->public, ED25519_PUBLIC);
	buf_add(out, key->name);
	buf_byte(out, '+');
	hex_write(out, span_make((const char *)key->id, TLOG_KEY_ID));
	buf_byte(out, '+');
	base64_write(out, span_make((const char *)body, sizeof body));
}

/* What stands in the last part, the type before the key. */
static const char *
read_body(struct span body, struct tlog_key *key, const struct buf *id)
{
	struct tlog_key made;

	if (body.len == 0)
		return "it holds no key";
	if (body.p[0] != TLOG_KEY_ED25519 && body.p[0] != TLOG_KEY_WITNESS)
		return "a key of a type that is not built in: only Ed25519 and its cosignatures are";
	if (body.len != 1 + ED25519_PUBLIC)
		return "a key of a wrong length";
	made = tlog_key_make(key->name, (enum tlog_key_type)body.p[0],
	    (const unsigned char *)body.p + 1);
	if (id->len != TLOG_KEY_ID || memcmp(id->p, made.id, TLOG_KEY_ID) != 0)
		return "its key id is not that of its name and key";
	*key = made;
	return NULL;
}

const char *
tlog_key_read(struct span text, struct tlog_key *key)
{
	struct buf id = { 0 }, body = { 0 };
	struct span part, rest = text;
	const char *why = NULL;

	if (!span_split(&rest, '+', &key->name) || !tlog_name_fits(key->name) ||
	    !span_split(&rest, '+', &part) || !hex_read(&id, part) || rest.p == NULL ||
	    !base64_read(&body, rest))
		why = "not a verifier key (name+id+base64)";
	if (why == NULL)
		why = read_body(buf_span(&body), key, &id);
	buf_done(&id);
	buf_done(&body);
	return why;
}

static int
add_key(struct span line, struct tlog_keys *keys, struct error *e)
{
	struct tlog_key key;
	const char *why = tlog_key_read(line, &key);

	if (why == NULL && tlog_keys_find(keys, key.name, key.id) != NULL)
		why = "the same key twice";
	if (why != NULL)
		return error_set(e, USAGE, "E_TRUST", "%s", why);
	keys->list = mem_grow(keys->list, keys->count + 1, &keys->cap, sizeof *keys->list);
	keys->list[keys->count++] = key;
	return 0;
}

int
tlog_keys_read(struct span text, struct tlog_keys *keys, struct error *e)
{
	struct span line;

	*keys = (struct tlog_keys){ 0 };
	for (uint64_t number = 1; span_split(&text, '\n', &line); number++) {
		if (line.len == 0 || line.p[0] == '#')
			continue;
		if (add_key(line, keys, e) < 0) {
			error_place(e, NULL, number, 0);
			return -1;
		}
	}
	return keys->count > 0 ? 0 : error_set(e, USAGE, "E_TRUST", "no key in it");
}

void
tlog_keys_done(struct tlog_keys *keys)
{
	mem_free(keys->list);
	*keys = (struct tlog_keys){ 0 };
}

const struct tlog_key *
tlog_keys_find(const struct tlog_keys *keys, struct span name, const unsigned char id[TLOG_KEY_ID])
{
	for (size_t i = 0; i < keys->count; i++)
		if (span_equal(keys->list[i].name, name) &&
		    memcmp(keys->list[i].id, id, TLOG_KEY_ID) == 0)
			return &keys->list[i];
	return NULL;
}

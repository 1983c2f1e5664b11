/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/ed25519_vectors_test.c: public vectors of Ed25519 (corpora wycheproof, cctv-ed25519).
 * The second holds what RFC 8032 leaves to the verifier; ours takes the strict side each time. */
#include "base/crypto.h"
#include "base/error.h"
#include "corpus.h"
#include "tap.h"

enum { FILE_MOST = 4 << 20 };

static struct buf key, message, signature;

static bool
holds(void)
{
	return key.len == ED25519_PUBLIC && signature.len == ED25519_SIGNATURE &&
	    ed25519_holds((const unsigned char *)key.p, buf_span(&message),
	    (const unsigned char *)signature.p);
}

static json_t *
load(const char *name)
{
	struct error e = { 0 };
	char path[512];

	if (!corpus_path(name, path)) {
		skip("no such corpus (set CORPORA=DIR; looked in ../shared/corpora)");
		return NULL;
	}
	return config_load(path, FILE_MOST, STATUS_INPUT, &e);
}

static void
wycheproof(void)
{
	json_t *file = load("wycheproof/testvectors_v1/ed25519_test.json");
	json_t *group, *v;
	size_t i, j;
	int held = 0, refused = 0, wrong = 0;

	json_array_foreach(json_object_get(file, "testGroups"), i, group)
		json_array_foreach(json_object_get(group, "tests"), j, v) {
			bool want = strcmp(json_string_value(json_object_get(v, "result")), "valid") == 0;

			buf_reset(&key);
			buf_reset(&message);
			buf_reset(&signature);
			wrong += !corpus_bytes(json_object_get(json_object_get(group, "publicKey"), "pk"),
			    hex_read, &key) || !corpus_bytes(json_object_get(v, "msg"), hex_read, &message) ||
			    !corpus_bytes(json_object_get(v, "sig"), hex_read, &signature) ||
			    holds() != want;
			held += want;
			refused += !want;
		}
	if (file != NULL)
		ok(wrong == 0 && held > 0 && held + refused == (int)corpus_number(file, "numberOfTests"),
		    "Wycheproof: %d signatures accepted, %d refused", held, refused);
	json_decref(file);
}

/* A cofactor may not help (residue), and points of small order or in another spelling are out. A
 * component of small order alone does no harm: the equation holds as it stands. */
static bool
is_strict(const json_t *flags)
{
	const json_t *flag;
	size_t i;

	json_array_foreach(flags, i, flag)
		if (strncmp(json_string_value(flag), "low_order_component", 19) != 0)
			return false;
	return true;
}

static void
edges(void)
{
	json_t *file = load("cctv-ed25519/ed25519/ed25519vectors.json");
	const json_t *v;
	size_t i;
	int held = 0, refused = 0, wrong = 0;

	json_array_foreach(file, i, v) {
		bool want = is_strict(json_object_get(v, "flags"));

		buf_reset(&key);
		buf_reset(&message);
		buf_reset(&signature);
		buf_text(&message, json_string_value(json_object_get(v, "msg")));
		wrong += !corpus_bytes(json_object_get(v, "key"), hex_read, &key) ||
		    !corpus_bytes(json_object_get(v, "sig"), hex_read, &signature) || holds() != want;
		held += want;
		refused += !want;
	}
	if (file != NULL)
		ok(wrong == 0 && held == 43 && refused == 871,
		    "edges of Ed25519: %d signatures accepted, %d refused", held, refused);
	json_decref(file);
}

int
main(void)
{
	wycheproof();
	edges();
	buf_done(&key);
	buf_done(&message);
	buf_done(&signature);
	return tap_done();
}

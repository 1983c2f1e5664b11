/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/person_key_test.c: keys of a record do not depend on how it was written. */
#include "base/arena.h"
#include "model/record.h"
#include "normal/person_key.h"
#include "tap.h"

static struct arena arena;

static void
is_key(struct span got, const char *want, const char *name)
{
	is_text(got.p == NULL ? "(none)" : got.p, got.p == NULL ? 6 : got.len, want, name);
}

static void
composed(void)
{
	is_key(key_phone_name(SPAN("+351912345678;ext=3"), SPAN("Conceição"), &arena),
	    "+351912345678|conceicao", "a phone without its extension, a folded name");
	is_key(key_phone_name(SPAN("+351912345678"), span_none(), &arena), "(none)",
	    "no key without a name");
	is_key(key_name_birth_postcode(SPAN("Souza, Ana"), SPAN("1988-02-11"), SPAN("sw1a 1aa"), &arena),
	    "ana souza|1988-02-11|SW1A1AA", "the order of names does not matter");
	is_key(key_name_birth_postcode(SPAN("Ana Souza"), SPAN("1988-02"), SPAN("1000-001"), &arena),
	    "(none)", "a birth date in part makes no key");
	is_key(key_name_birth_postcode(SPAN("Ana Souza"), SPAN("1988-02-11"), SPAN("-"), &arena),
	    "(none)", "nor does an empty postcode");
	is_key(key_read(SPAN("phone_name"), SPAN("00351 912 345 678|CONCEIÇÃO"), &arena),
	    "+351912345678|conceicao", "parts are cleaned");
	is_key(key_read(SPAN("phone_name"), SPAN("+351912345678|a|b"), &arena), "(none)",
	    "a part too many");
	is_key(key_read(SPAN("name_birth_postcode"), SPAN("Ana|1988-02-11"), &arena), "(none)",
	    "a part too few");
	is_key(key_read(SPAN("email"), SPAN("a|b"), &arena), "(none)", "another type");
}

static void
of_record(void)
{
	static const struct span mail = SPAN_INIT("ana.souza+x@gmail.com"), phone = SPAN_INIT("+351211");
	struct address home = { { { NULL, 0 } } };
	struct record r = { .id = SPAN_INIT("shop:1"), .source = SPAN_INIT("shop"),
	    .addresses = &home, .address_count = 1 };
	struct person_key *keys;

	ok(person_keys(&r, &arena, &keys) == 1 && span_is(keys[0].type, "record"),
	    "a record is known by its id");
	home.part[PART_POSTAL_CODE] = SPAN("1000-001");
	r.many[MANY_EMAIL] = (struct texts){ &mail, 1 };
	r.many[MANY_PHONE_NUMBER] = (struct texts){ &phone, 1 };
	r.one[ONE_NAME] = SPAN("Ana Souza");
	r.one[ONE_BIRTHDATE] = SPAN("1988-02-11");
	ok(person_keys(&r, &arena, &keys) == 5, "without a family name no phone_name");
	is_key(keys[1].value, "anasouza@gmail.com", "the mailbox behind the address");
	ok(keys[1].derived && !keys[0].derived, "which is no address of the person's");
	is_key(keys[4].value, "ana souza|1988-02-11|1000001", "the whole name");
	r.one[ONE_GIVEN_NAME] = SPAN("Ana");
	r.one[ONE_FAMILY_NAME] = SPAN("Souza");
	ok(person_keys(&r, &arena, &keys) == 6, "with it one for each phone");
	is_key(keys[5].value, "ana souza|1988-02-11|1000001", "its parts give the same key");
	r.one[ONE_BIRTHDATE] = span_none();
	ok(person_keys(&r, &arena, &keys) == 5, "without a birth date no key of it");
}

int
main(void)
{
	composed();
	of_record();
	arena_done(&arena);
	return tap_done();
}

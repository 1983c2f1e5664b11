/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/name_order_test.c: columns of names of peoples who write the family name first. */
#include "base/arena.h"
#include "normal/name_order.h"
#include "tap.h"

/* Each of the names as often as it takes to be believed. */
static void
column(const char *const *names, const char *locale, uint64_t first, uint64_t last, const char *what)
{
	enum { TIMES = 10 };
	struct name_order o = { 0 };
	uint64_t counts[2];
	struct span got;

	for (int n = 0; n < TIMES; n++)
		for (int i = 0; names[i] != NULL; i++)
			name_order_add(&o, span_from(names[i]));
	got = name_order_locale(&o, counts);
	ok(locale == NULL ? got.p == NULL : span_is(got, locale) && counts[0] == first * TIMES &&
	    counts[1] == last * TIMES, "%s", what);
}

int
main(void)
{
	static const char *const vietnam[] = { "Nguyễn Thị Yến", "Trần Văn Bảo", "Đặng Thu Hà", "Bảo Nguyễn",
	    "Yến", NULL };
	static const char *const abroad[] = { "Jin Dong Choi", "Hye-jin Park", "Kim Soo", "Sung Lee", NULL };
	static const char *const korea[] = { "Choi Jin Dong", "Park Hye-jin", "Kim Jinwoo", "Kim  Lee", NULL };
	static const char *const hungary[] = { "Nagy János", "Ablonczy Éva", "Czakó Béla", "Kovács Ildikó", NULL };
	static const char *const britain[] = { "Kim Smith", "Lee Jones", "Ann Brown", "Tom Lee", "Jane Hill", "Joe Green",
	    "Sue White", "Al Black", "Tim Wood", "Sam Price", "Amy Cole", "Eve Cook", "Max Reed",
	    "Zoe Bell", "Ian Webb", "Guy Cross", NULL };
	static const char *const commas[] = { "Nguyen, Yen", "Tran, Bao", NULL };
	struct name_order few = { 0 };
	struct arena arena = { 0 };
	uint64_t counts[2];

	column(vietnam, "vi", 3, 1, "Vietnamese have the family name first");
	column(korea, "ko", 3, 0, "so have Koreans at home; two family names tell nothing");
	column(abroad, NULL, 0, 0, "and abroad last");
	column(hungary, "hu", 2, 0, "where half have a common one the others follow");
	column(britain, NULL, 0, 0, "a few such names are in every list");
	column(commas, NULL, 0, 0, "a comma says it already");
	name_order_add(&few, SPAN("Nguyen Yen"));
	ok(name_order_locale(&few, counts).p == NULL, "one name shows no habit");
	ok(name_order_is_last(SPAN("Bảo"), SPAN("Nguyễn"), SPAN("vi-VN"), &arena) &&
	    !name_order_is_last(SPAN("Nguyễn"), SPAN("Bảo"), SPAN("vi"), &arena) &&
	    !name_order_is_last(SPAN("Vũ"), SPAN("Nguyễn"), SPAN("vi"), &arena) &&
	    !name_order_is_last(SPAN("Bảo"), SPAN("Nguyễn"), SPAN("en"), &arena),
	    "a name says itself that its family name is last");
	arena_done(&arena);
	return tap_done();
}

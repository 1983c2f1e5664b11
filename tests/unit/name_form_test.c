/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/name_form_test.c: names as they are matched. */
#include "base/arena.h"
#include "normal/name_form.h"
#include "tap.h"

static const struct {
	const char	*name, *form;
} forms[] = {
	{ "Ana Souza", "ana souza" }, { "José-Luís", "jose luis" }, { "O'Neill", "oneill" },
	{ "E.F.", "e f" }, { "J.R.R.", "j r r" }, { "J. R.", "j r" }, { "J.-P.", "j p" },
	{ "J.Smith", "j smith" }, { "St.John", "stjohn" }, { "É.Ö.", "e o" }, { "...", NULL },
	{ "Медведева", "medvedeva" }, { "Юлия", "iuliia" }, { "Щукин", "shchukin" },
	{ "Сергей", "sergei" }, { "Фёдор", "fedor" }, { "Игорь", "igor" }, { "А.И.", "a i" },
	{ "Παπαδόπουλος", "papadopoulos" }, { "Γιώργος", "giorgos" },
	{ "محمد", "محمد" }, { "山本", "山本" }, { "", NULL },
};

static const struct {
	const char	*form;
	enum name_script script;
} letters[] = {
	{ "ana", NAME_LATIN }, { "əliyev", NAME_LATIN }, { "medvedeva", NAME_LATIN }, { "", NAME_LATIN },
	{ "محمد", NAME_FOREIGN }, { "山本", NAME_FOREIGN }, { "ヤマモト", NAME_KANA }, { "さくら", NAME_KANA },
	{ "김", NAME_FOREIGN }, { "สมชาย", NAME_FOREIGN },
};

int
main(void)
{
	struct arena arena = { 0 };

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct span got = name_form(span_from(forms[i].name), &arena);

		ok(forms[i].form == NULL ? got.len == 0 : span_is(got, forms[i].form), "%s is %s",
		    forms[i].name, forms[i].form == NULL ? "nothing" : forms[i].form);
	}
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
		ok(name_script(span_from(letters[i].form)) == letters[i].script, "%s is in %s letters",
		    letters[i].form, letters[i].script == NAME_LATIN ? "Latin" : letters[i].script == NAME_KANA ?
		    "kana" : "other");
	arena_done(&arena);
	return tap_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/phonetic_rules.c: the sounds of names in four languages. Folding has taken the marks
 * off before, so that ç is c and ñ is n here: some rules guess where a mark was.
 * Sounds: A vowel, B D F G K L M N P R S T V W as written, X sh or ch, J as in John, Y as in
 * yes. Languages that confuse two sounds write one letter for both. */
#include "normal/phonetic_rules.h"

#define SET(list)	{ list, sizeof(list) / sizeof *(list) }

static const struct phonetic_rule plain[] = {
	{ "a", 0, "A" }, { "b", 0, "B" }, { "c", 0, "K" }, { "d", 0, "D" }, { "e", 0, "A" },
	{ "f", 0, "F" }, { "g", 0, "G" }, { "h", 0, "" }, { "i", 0, "A" }, { "j", 0, "J" },
	{ "k", 0, "K" }, { "l", 0, "L" }, { "m", 0, "M" }, { "n", 0, "N" }, { "o", 0, "A" },
	{ "p", 0, "P" }, { "q", 0, "K" }, { "r", 0, "R" }, { "s", 0, "S" }, { "t", 0, "T" },
	{ "u", 0, "A" }, { "v", 0, "V" }, { "w", 0, "W" }, { "x", 0, "KS" }, { "y", 0, "A" },
	{ "z", 0, "S" },
};

/* All labials but m are F, all stops of the teeth T, of the throat K. */
static const struct phonetic_rule any[] = {
	{ "b", 0, "F" },
	{ "chae", 0, "KA" }, { "chai", 0, "KA" }, { "chol", 0, "KAL" }, { "chs", 0, "KS" },
	{ "ch", BEFORE_OTHER, "K" }, { "ch", 0, "S" }, { "ck", 0, "K" }, { "cz", 0, "S" }, { "c", BEFORE_FRONT, "S" },
	{ "dg", BEFORE_FRONT, "J" }, { "ds", 0, "S" }, { "dz", 0, "S" }, { "d", 0, "T" },
	{ "gh", AFTER_VOWEL, "" }, { "gn", AT_START, "N" }, { "gu", BEFORE_FRONT, "K" },
	{ "gg", 0, "K" }, { "g", BEFORE_FRONT, "J" }, { "g", 0, "K" },
	{ "ij", BEFORE_VOWEL, "A" }, { "iy", BEFORE_VOWEL, "A" },
	{ "j", BEFORE_OTHER, "A" },
	{ "kn", AT_START, "N" },
	{ "m", BEFORE_OTHER, "N" },
	{ "pf", 0, "F" }, { "ph", 0, "F" }, { "ps", AT_START, "S" }, { "p", 0, "F" },
	{ "qu", BEFORE_VOWEL, "K" },
	{ "rz", 0, "S" },
	{ "sch", 0, "S" }, { "sc", BEFORE_FRONT, "S" }, { "sz", 0, "S" },
	{ "tsch", 0, "S" }, { "tch", 0, "S" }, { "ts", 0, "S" }, { "tz", 0, "S" },
	{ "v", 0, "F" },
	{ "wr", AT_START, "R" }, { "wsk", 0, "FSK" }, { "w", BEFORE_VOWEL, "F" },
	{ "w", AFTER_VOWEL, "A" }, { "w", 0, "F" },
	{ "x", AT_START, "S" },
	{ "y", AT_START | BEFORE_VOWEL, "J" }, { "y", AFTER_VOWEL | BEFORE_VOWEL, "J" },
};

static const struct phonetic_rule english[] = {
	{ "chae", 0, "KA" }, { "chol", 0, "KAL" }, { "ch", AT_END, "X" }, { "ch", BEFORE_OTHER, "K" }, { "ch", 0, "X" },
	{ "ck", 0, "K" }, { "cz", 0, "X" }, { "c", BEFORE_FRONT, "S" },
	{ "dg", BEFORE_FRONT, "J" }, { "dt", 0, "T" },
	{ "ewa", 0, "A" },
	{ "gh", AFTER_VOWEL, "" }, { "gn", AT_START, "N" }, { "gg", 0, "G" },
	{ "gu", BEFORE_FRONT, "G" }, { "g", BEFORE_FRONT, "J" },
	{ "kn", AT_START, "N" },
	{ "mb", AT_END, "M" },
	{ "ph", 0, "F" }, { "pf", 0, "F" }, { "ps", AT_START, "S" },
	{ "qu", BEFORE_VOWEL, "K" },
	{ "sch", BEFORE_OTHER, "S" }, { "sch", 0, "X" }, { "sc", BEFORE_FRONT, "S" },
	{ "sh", 0, "X" }, { "sz", 0, "S" },
	{ "tch", 0, "X" }, { "tsch", 0, "X" }, { "tz", 0, "S" }, { "ts", AT_END, "S" },
	{ "v", 0, "F" },
	{ "wr", AT_START, "R" }, { "w", BEFORE_VOWEL, "W" }, { "wh", 0, "W" }, { "w", 0, "A" },
	{ "x", AT_START, "S" },
	{ "y", AT_START | BEFORE_VOWEL, "Y" },
};

static const struct phonetic_rule portuguese[] = {
	{ "cao", AT_END, "SA" }, { "chr", 0, "KR" }, { "ch", 0, "X" }, { "ck", 0, "K" },
	{ "c", BEFORE_FRONT, "S" },
	{ "gu", BEFORE_FRONT, "G" }, { "g", BEFORE_FRONT, "J" },
	{ "m", BEFORE_OTHER, "N" },
	{ "nca", 0, "NSA" }, { "nco", 0, "NSA" },
	{ "ph", 0, "F" },
	{ "qu", BEFORE_VOWEL, "K" },
	{ "sch", 0, "X" }, { "sc", BEFORE_FRONT, "S" }, { "sh", 0, "X" },
	{ "tch", 0, "X" },
	{ "w", 0, "V" },
	{ "x", AT_END, "S" }, { "x", 0, "X" },
	{ "y", AT_START | BEFORE_VOWEL, "A" },
};

static const struct phonetic_rule spanish[] = {
	{ "ch", BEFORE_OTHER, "K" }, { "ch", 0, "X" }, { "ck", 0, "K" }, { "c", BEFORE_FRONT, "S" },
	{ "gu", BEFORE_FRONT, "G" }, { "g", BEFORE_FRONT, "J" },
	{ "hue", AT_START, "GA" }, { "hua", AT_START, "GA" }, { "hie", AT_START, "YA" },
	{ "ll", 0, "Y" },
	{ "m", BEFORE_OTHER, "N" },
	{ "ph", 0, "F" }, { "ps", AT_START, "S" },
	{ "qu", BEFORE_VOWEL, "K" },
	{ "sc", BEFORE_FRONT, "S" }, { "sh", 0, "X" },
	{ "tz", 0, "S" },
	{ "v", 0, "B" },
	{ "w", 0, "B" },
	{ "x", AT_START, "J" },
	{ "y", BEFORE_VOWEL, "Y" },
};

static const struct phonetic_rule german[] = {
	{ "b", 0, "P" },
	{ "chs", 0, "KS" }, { "ch", 0, "K" }, { "ck", 0, "K" }, { "cz", 0, "X" },
	{ "c", BEFORE_FRONT, "S" },
	{ "d", 0, "T" },
	{ "g", 0, "K" },
	{ "ph", 0, "F" }, { "pf", 0, "F" },
	{ "qu", BEFORE_VOWEL, "KF" },
	{ "sch", 0, "X" }, { "sh", 0, "X" }, { "sz", 0, "S" },
	{ "tsch", 0, "X" }, { "tz", 0, "S" }, { "ts", 0, "S" },
	{ "v", 0, "F" },
	{ "w", AFTER_VOWEL | BEFORE_OTHER, "A" }, { "w", 0, "F" },
	{ "x", AT_START, "S" },
	{ "y", AT_START | BEFORE_VOWEL, "J" },
};

const struct phonetic_rules phonetic_rules[PHONETIC_LANGUAGES + 1] = {
	[PHONETIC_ANY] = SET(any), [PHONETIC_EN] = SET(english), [PHONETIC_PT] = SET(portuguese),
	[PHONETIC_ES] = SET(spanish), [PHONETIC_DE] = SET(german),
	[PHONETIC_LANGUAGES] = SET(plain),
};

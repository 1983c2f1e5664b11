/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/phonetic.h: how a word of a name may sound, in one number. For finding candidates
 * only: two names that share a code may be anybody's; the code is evidence of nothing.
 * A code is the first four sounds of the word: consonants, and at its start a vowel, all vowels
 * alike. Doubled sounds count once. What is not heard (h, the k of Knight) is left out. */
#ifndef CDP_NORMAL_PHONETIC_H
#define CDP_NORMAL_PHONETIC_H

#include "base/span.h"	/* passed by value */
#include <stdint.h>

enum phonetic_language {
	PHONETIC_ANY,	/* what any of the four confuses: p b f v w, t d, k g c q, s z sh ch, m n
			 * at the end of a syllable, j and a soft g */
	PHONETIC_EN,	/* f v ph, s z soft c, sh ch, j and a soft g, k c q; y and w are vowels
			 * unless they begin a syllable; Mc and Mac; kn, wr, gh, mb */
	PHONETIC_PT,	/* s z ss ç and soft c, x ch sh, j and a soft g, v w, nh n, lh l, m n at
			 * the end of a syllable, k c qu, ph f, th t */
	PHONETIC_ES,	/* b v w, s z soft c, j, a soft g and the x in front, ll y, k c qu, ñ n, m n
			 * at the end of a syllable, hue gue */
	PHONETIC_DE,	/* b p, d t dt th, g k ck ch, f v w ph pf, s z ss tz soft c, sch tsch, j and
			 * the y in front */
	PHONETIC_LANGUAGES
};

/* PHONETIC_ANY unless the language of a locale such as "pt-BR" has rules. */
enum phonetic_language phonetic_language(struct span locale);
/* The code of a folded word (text_fold); 0 if it has no Latin letter or digit. */
uint32_t phonetic_code(struct span token, enum phonetic_language language);
/* The same for a name of unknown origin: PHONETIC_ANY. */
uint32_t phonetic_key(struct span token);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/sketch.c: texts in 14 bytes. Bytes fall into 32 classes by their low bits: letters
 * of different classes are different, and that is all that "may" rests on. */
#include "base/utf8.h"
#include "resolve/sketch.h"

struct sketch
sketch_make(struct span text)
{
	struct sketch s = { .letters = 0 };

	if (text.len == 0 || text.len > UINT8_MAX || !utf8_is_ascii(text))
		return s;
	for (size_t i = 0; i < text.len; i++) {
		uint64_t once = UINT64_C(1) << ((unsigned char)text.p[i] & 31);

		s.letters |= s.letters & once ? once << 32 : once;
	}
	for (size_t i = 0; i < 4 && i < text.len; i++)
		s.head |= (uint32_t)(unsigned char)text.p[i] << 8 * i;
	s.length = (uint8_t)text.len;
	s.bits = (uint8_t)sketch_bits(s.letters);
	return s;
}

uint32_t
sketch_letters(struct span text)
{
	uint32_t letters = 0;

	if (!utf8_is_ascii(text))
		return 0;
	for (size_t i = 0; i < text.len; i++)
		letters |= UINT32_C(1) << ((unsigned char)text.p[i] & 31);
	return letters;
}

uint32_t
sketch_slip(struct span text)
{
	uint8_t sum[4] = { 0 };
	uint32_t all = 0;

	if (text.len == 0 || !utf8_is_ascii(text))
		return 0;
	for (size_t i = 0; i < text.len; i++)
		sum[i & 3] = (uint8_t)(sum[i & 3] + (unsigned char)text.p[i]);
	for (int i = 0; i < 4; i++)	/* texts of different length differ in all of them */
		all |= (uint32_t)(uint8_t)(sum[i] + text.len * 101) << 8 * i;
	return all;
}

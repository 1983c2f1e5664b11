/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/encode.c: bytes as text and back. */
#include "base/buf.h"
#include "base/encode.h"

#include <stdint.h>

static const char alphabet64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char alphabet64url[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char alphabet32[] = "0123456789abcdefghjkmnpqrstvwxyz";	/* Crockford */
static const char digits16[] = "0123456789abcdef";

/* Bits of the bytes from the top, `width` at a time, the last group filled with zeros. */
static void
write_bits(struct buf *out, struct span s, unsigned width, const char *alphabet)
{
	unsigned long held = 0;
	unsigned have = 0;

	for (size_t i = 0; i < s.len; i++) {
		held = (held << 8 | (unsigned char)s.p[i]) & 0xffff;
		for (have += 8; have >= width; have -= width)
			buf_byte(out, alphabet[held >> (have - width) & ((1u << width) - 1)]);
	}
	if (have > 0)
		buf_byte(out, alphabet[held << (width - have) & ((1u << width) - 1)]);
}

void
hex_write(struct buf *out, struct span bytes)
{
	write_bits(out, bytes, 4, digits16);
}

void
base64_write(struct buf *out, struct span bytes)
{
	write_bits(out, bytes, 6, alphabet64);
	for (size_t i = bytes.len % 3; i > 0 && i < 3; i++)
		buf_byte(out, '=');
}

/* Every line of a ledger has its digest written, so this one goes three bytes at a step. */
void
base64url_put(char *to, struct span bytes)
{
	const unsigned char *p = (const unsigned char *)bytes.p;
	size_t over = bytes.len % 3;

	for (size_t i = bytes.len / 3; i > 0; i--, p += 3, to += 4) {
		unsigned word = (unsigned)p[0] << 16 | (unsigned)p[1] << 8 | p[2];

		to[0] = alphabet64url[word >> 18];
		to[1] = alphabet64url[word >> 12 & 63];
		to[2] = alphabet64url[word >> 6 & 63];
		to[3] = alphabet64url[word & 63];
	}
	if (over == 0)
		return;
	to[0] = alphabet64url[p[0] >> 2];
	to[1] = alphabet64url[(p[0] & 3) << 4 | (over == 2 ? p[1] >> 4 : 0)];
	if (over == 2)
		to[2] = alphabet64url[(p[1] & 15) << 2];
}

void
base64url_write(struct buf *out, struct span bytes)
{
	size_t digits = (4 * bytes.len + 2) / 3;

	buf_room(out, digits);
	base64url_put(out->p + out->len, bytes);
	out->len += digits;
}

/* Every profile has an id of this kind, so this one goes five bytes at a step. */
void
base32_write(struct buf *out, struct span bytes)
{
	const unsigned char *p = (const unsigned char *)bytes.p;
	size_t steps = bytes.len / 5;
	char *to;

	buf_room(out, 8 * steps);
	to = out->p + out->len;
	for (size_t i = 0; i < steps; i++, p += 5, to += 8) {
		uint64_t word = (uint64_t)p[0] << 32 | (uint32_t)p[1] << 24 | (uint32_t)p[2] << 16 |
		    (uint32_t)p[3] << 8 | p[4];

		to[0] = alphabet32[word >> 35];
		to[1] = alphabet32[word >> 30 & 31];
		to[2] = alphabet32[word >> 25 & 31];
		to[3] = alphabet32[word >> 20 & 31];
		to[4] = alphabet32[word >> 15 & 31];
		to[5] = alphabet32[word >> 10 & 31];
		to[6] = alphabet32[word >> 5 & 31];
		to[7] = alphabet32[word & 31];
	}
	out->len += 8 * steps;
	write_bits(out, span_skip(bytes, 5 * steps), 5, alphabet32);
}

static bool
read_bits(struct buf *out, struct span text, unsigned width, const char *alphabet)
{
	size_t start = out->len;
	unsigned long held = 0;
	unsigned have = 0;

	for (size_t i = 0; i < text.len; i++) {
		const char *at = text.p[i] == '\0' ? NULL :
		    memchr(alphabet, text.p[i], (size_t)1 << width);

		if (at == NULL) {
			out->len = start;
			return false;
		}
		held = (held << width | (unsigned long)(at - alphabet)) & 0xffff;
		have += width;
		if (have >= 8) {
			have -= 8;
			buf_byte(out, (char)(held >> have & 0xff));
		}
	}
	if (have >= width || (held & ((1u << have) - 1)) != 0) {
		out->len = start;
		return false;
	}
	return true;
}

bool
base64_read(struct buf *out, struct span text)
{
	size_t padding = 0;

	if (text.len % 4 != 0)
		return false;
	while (padding < 2 && padding < text.len && text.p[text.len - 1 - padding] == '=')
		padding++;
	text.len -= padding;
	return read_bits(out, text, 6, alphabet64);
}

/* Six bits of a digit, or −1. */
static int
digit64url(unsigned char c)
{
	static const signed char digits[128] = {
		-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
		-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
		-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 62, -1, -1,
		52, 53, 54, 55, 56, 57, 58, 59, 60, 61, -1, -1, -1, -1, -1, -1,
		-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
		15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, -1, -1, -1, -1, 63,
		-1, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
		41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, -1, -1, -1, -1, -1,
	};

	return c < 128 ? digits[c] : -1;
}

bool
base64url_exact(struct span text, unsigned char *out, size_t bytes)
{
	unsigned held = 0, have = 0;

	if (text.len != (bytes * 8 + 5) / 6)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		int digit = digit64url((unsigned char)text.p[i]);

		if (digit < 0)
			return false;
		held = (held << 6 | (unsigned)digit) & 0xffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			*out++ = (unsigned char)(held >> have);
		}
	}
	return (held & ((1u << have) - 1)) == 0;
}

bool
hex_read(struct buf *out, struct span text)
{
	return text.len % 2 == 0 && read_bits(out, text, 4, digits16);
}

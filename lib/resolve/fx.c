/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/fx.c: a mantissa between one and two is squared again and again; each time it
 * reaches two, the next bit of its logarithm is one. */
#include "base/wide.h"
#include "resolve/fx.h"

#include <stdbool.h>
#include <string.h>

enum {
	FRACTION = 48,			/* bits of a logarithm behind the point */
	STEP_PER_BIT = 16,		/* entries of the table of softplus */
	SOFTPLUS_BITS = 12,		/* below -12 bits softplus rounds to zero */
	CERTAIN_BITS = 21,		/* 2^-21 is less than half a millionth */
	MICROBITS = 1000,		/* in a millibit */
	POWERS = 10			/* of two, for the millibits of a bit */
};

#define ONE		(UINT64_C(1) << 63)		/* a mantissa of one */

struct parts {				/* mantissa ÷ 2^63 × 2^exponent */
	uint64_t	mantissa;
	int		exponent;
};

/* log2(1 + 2^-t) in microbits for t = 0, 1/16, 2/16, ... bits. */
static const int32_t softplus_table[SOFTPLUS_BITS * STEP_PER_BIT + 1] = {
	1000000, 969088, 938853, 909294, 880408, 852195, 824650, 797771, 771553, 745993,
	721084, 696821, 673198, 650208, 627844, 606098, 584963, 564429, 544487, 525130,
	506346, 488127, 470462, 453340, 436752, 420686, 405132, 390078, 375514, 361428,
	347810, 334647, 321928, 309643, 297780, 286327, 275274, 264610, 254324, 244404,
	234841, 225623, 216740, 208183, 199940, 192003, 184361, 177005, 169925, 163113,
	156559, 150255, 144193, 138363, 132759, 127371, 122193, 117218, 112437, 107843,
	103431, 99193, 95123, 91215, 87463, 83860, 80402, 77083, 73897, 70840, 67906, 65091,
	62390, 59799, 57313, 54929, 52642, 50449, 48346, 46328, 44394, 42539, 40761, 39056,
	37422, 35855, 34352, 32912, 31532, 30209, 28941, 27726, 26561, 25445, 24375, 23350,
	22368, 21426, 20525, 19660, 18832, 18039, 17278, 16550, 15852, 15184, 14543, 13930,
	13342, 12779, 12239, 11722, 11227, 10753, 10299, 9864, 9447, 9048, 8665, 8299, 7948,
	7612, 7290, 6982, 6686, 6403, 6133, 5873, 5625, 5387, 5159, 4940, 4731, 4531, 4339,
	4155, 3979, 3811, 3650, 3495, 3347, 3205, 3070, 2940, 2815, 2696, 2582, 2472, 2368,
	2267, 2171, 2079, 1991, 1907, 1826, 1749, 1674, 1604, 1536, 1471, 1408, 1349, 1291,
	1237, 1184, 1134, 1086, 1040, 996, 954, 913, 875, 837, 802, 768, 735, 704, 674, 646,
	618, 592, 567, 543, 520, 498, 477, 457, 437, 419, 401, 384, 368, 352
};

/* Mantissas of 2^(1/1000), and of each the square of the one before it. */
static const uint64_t power_table[POWERS] = {
	UINT64_C(9229767407387847701), UINT64_C(9236167212390665783),
	UINT64_C(9248980138106895449), UINT64_C(9274659338610689907),
	UINT64_C(9326231827531438264), UINT64_C(9430238718910075082),
	UINT64_C(9641745116676024712), UINT64_C(10079095641321108937),
	UINT64_C(11014211347105146182), UINT64_C(13152765725372187838)
};

static uint64_t
mantissa_product(uint64_t a, uint64_t b)
{
	return (uint64_t)((wide)a * b >> 63);
}

static struct parts
parts_of(uint64_t n, int exponent)
{
	int zeros = __builtin_clzll(n);

	return (struct parts){ n << zeros, exponent + 63 - zeros };
}

/* x is finite and above zero. */
static struct parts
parts_of_double(double x)
{
	uint64_t bits, fraction;
	int exponent;

	memcpy(&bits, &x, sizeof bits);
	fraction = bits & ((UINT64_C(1) << 52) - 1);
	exponent = (int)(bits >> 52);
	if (exponent == 0)
		return parts_of(fraction, -1074);
	return parts_of(fraction | UINT64_C(1) << 52, exponent - 1075);
}

/* The logarithm of the mantissa, FRACTION bits. Cutting a square costs less than 2^-62 in all,
 * because each further square counts half. */
static uint64_t
fraction_of(uint64_t mantissa)
{
	uint64_t fraction = 0;

	for (int i = 0; i < FRACTION; i++) {
		wide square = (wide)mantissa * mantissa;
		bool two = square >> 127 != 0;

		mantissa = (uint64_t)(square >> (two ? 64 : 63));
		fraction = fraction << 1 | two;
	}
	return fraction;
}

/* Rounds half up. */
static int32_t
millibits(int64_t whole, int64_t fraction)
{
	return (int32_t)(whole * FX_BIT +
	    ((fraction * FX_BIT + (INT64_C(1) << (FRACTION - 1))) >> FRACTION));
}

int32_t
fx_log2(double x)
{
	struct parts p;

	if (!(x > 0))
		return FX_LEAST;
	if (x > __DBL_MAX__)
		return -FX_LEAST;
	p = parts_of_double(x);
	return millibits(p.exponent, (int64_t)fraction_of(p.mantissa));
}

/* Numbers with the same mantissa have the same fraction, so that a ratio that is a power of two
 * is exact whatever it is made of. */
int32_t
fx_log2_ratio(uint64_t num, uint64_t den)
{
	struct parts n, d;

	if (num == 0)
		return FX_LEAST;
	if (den == 0)
		return -FX_LEAST;
	n = parts_of(num, 0);
	d = parts_of(den, 0);
	return millibits(n.exponent - d.exponent,
	    (int64_t)fraction_of(n.mantissa) - (int64_t)fraction_of(d.mantissa));
}

double
fx_log2_double(double x)
{
	struct parts p = parts_of_double(x);

	return p.exponent + (double)fraction_of(p.mantissa) / (double)(UINT64_C(1) << FRACTION);
}

/* 2^-w as a fraction of ONE; w is 0 or more millibits. */
static uint64_t
power(uint32_t w)
{
	uint32_t whole = (w + FX_BIT - 1) / FX_BIT, up = whole * FX_BIT - w;
	uint64_t result = ONE;

	for (; up > 0; up &= up - 1)
		result = mantissa_product(result, power_table[__builtin_ctz(up)]);
	return whole < 64 ? result >> whole : 0;
}

uint32_t
fx_probability(int32_t w)
{
	uint32_t size = w < 0 ? -(uint32_t)w : (uint32_t)w;
	uint64_t one = ONE >> 22, all, likely;	/* room for a million of them */

	if (size >= CERTAIN_BITS * FX_BIT)
		return w < 0 ? 0 : FX_CERTAIN;
	all = one + (power(size) >> 22);
	likely = (FX_CERTAIN * one + all / 2) / all;
	return (uint32_t)(w < 0 ? FX_CERTAIN - likely : likely);
}

/* softplus(-t) for t from 0 on, rounded half up. */
static int32_t
softplus_below(int32_t t)
{
	int32_t at, rest;

	if (t >= SOFTPLUS_BITS * FX_BIT)
		return 0;
	at = t * STEP_PER_BIT / FX_BIT;
	rest = t * STEP_PER_BIT % FX_BIT;
	return (int32_t)(((int64_t)softplus_table[at] * (FX_BIT - rest) +
	    (int64_t)softplus_table[at + 1] * rest + FX_BIT * MICROBITS / 2) / (FX_BIT * MICROBITS));
}

/* log2(1 + 2^x) = x + log2(1 + 2^-x). */
int32_t
fx_softplus(int32_t x)
{
	if (x <= -SOFTPLUS_BITS * FX_BIT)
		return 0;
	return x > 0 ? x + softplus_below(x) : softplus_below(-x);
}

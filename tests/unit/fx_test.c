/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/fx_test.c: logarithms and powers in integers, against those of the C library. */
#include "draw.h"
#include "resolve/fx.h"
#include "tap.h"

#include <float.h>
#include <math.h>

enum { TRIALS = 100000 };

static const uint64_t seed = 20261128;

/* Any double above zero, subnormal ones too. */
static double
random_double(void)
{
	double x;

	do {
		uint64_t bits = draw_word() >> 1;

		memcpy(&x, &bits, sizeof x);
	} while (!(x > 0) || x > DBL_MAX);
	return x;
}

static double
random_ratio(void)
{
	return (double)(1 + draw(1000000)) / (double)(1 + draw(1000000));
}

static void
logarithms(void)
{
	long double worst = 0, worst_double = 0, worst_ratio = 0;

	draw_begin(seed, TRIALS);
	for (int t = 0; t < TRIALS; t++) {
		double x = t % 2 == 0 ? random_double() : random_ratio();
		uint64_t num = 1 + (draw_word() >> draw(64)), den = 1 + (draw_word() >> draw(64));
		long double exact = log2l((long double)x), ratio;

		worst = fmaxl(worst, fabsl(fx_log2(x) - FX_BIT * exact));
		worst_double = fmaxl(worst_double, fabsl((long double)fx_log2_double(x) - exact));
		if (num == 0 || den == 0)
			continue;
		ratio = log2l((long double)num) - log2l((long double)den);
		worst_ratio = fmaxl(worst_ratio, fabsl(fx_log2_ratio(num, den) - FX_BIT * ratio));
	}
	ok(worst <= 0.5000001L, "log2 is the nearest millibit (worst %.9Lf)", worst);
	ok(worst_ratio <= 0.5000001L, "so is that of a ratio (worst %.9Lf)", worst_ratio);
	ok(worst_double <= 1e-12L, "the double is right to 1e-12 (worst %.3Le)", worst_double);
}

static void
powers_of_two(void)
{
	bool exact = true, ratios = true;

	for (int e = -1074; e < 1024; e++) {
		double x = ldexp(1.0, e);

		exact &= fx_log2(x) == e * FX_BIT && fx_log2_double(x) == e;
	}
	for (uint64_t n = 1; n < 1000; n += 2)
		for (int e = 0; e < 54; e++)
			ratios &= fx_log2_ratio(n << e, n) == e * FX_BIT &&
			    fx_log2_ratio(n, n << e) == -e * FX_BIT;
	ok(exact, "powers of two are exact");
	ok(ratios, "and so are ratios that are one");
	ok(fx_log2_ratio(UINT64_MAX, 1) == 64 * FX_BIT &&
	    fx_log2_ratio(1, UINT64_MAX) == -64 * FX_BIT, "the largest ratio");
	ok(fx_log2(0) == FX_LEAST && fx_log2(-1) == FX_LEAST && fx_log2(NAN) == FX_LEAST &&
	    fx_log2_ratio(0, 5) == FX_LEAST, "what has no logarithm takes the least one");
	ok(fx_log2(INFINITY) == -FX_LEAST && fx_log2_ratio(5, 0) == -FX_LEAST, "or the largest");
	ok(fx_log2(ldexp(1.0, -1074)) > FX_LEAST && fx_log2(DBL_MAX) < -FX_LEAST,
	    "which no number reaches");
}

static void
probabilities(void)
{
	long double worst = 0;
	bool rises = true, mirrored = true;

	for (int32_t w = -70 * FX_BIT; w <= 70 * FX_BIT; w++) {
		long double exact = 1 / (1 + exp2l(-w / (long double)FX_BIT));

		worst = fmaxl(worst, fabsl(fx_probability(w) - FX_CERTAIN * exact));
		rises &= fx_probability(w) <= fx_probability(w + 1);
		mirrored &= fx_probability(w) + fx_probability(-w) == FX_CERTAIN;
	}
	ok(worst <= 0.500001L, "a probability is the nearest millionth (worst %.9Lf)", worst);
	ok(rises, "it never falls");
	ok(mirrored, "and that of the opposite is the rest");
	ok(fx_probability(0) == 500000 && fx_probability(FX_BIT) == 666667 &&
	    fx_probability(-2 * FX_BIT) == 200000, "evens, one bit, two bits against");
	ok(fx_probability(INT32_MAX) == FX_CERTAIN && fx_probability(INT32_MIN) == 0, "the ends");
}

static void
softplus(void)
{
	long double worst = 0;
	bool rises = true, above = true;

	for (int32_t x = -40 * FX_BIT; x <= 40 * FX_BIT; x++) {
		long double exact = FX_BIT * log2l(1 + exp2l(x / (long double)FX_BIT));

		worst = fmaxl(worst, fabsl(fx_softplus(x) - exact));
		rises &= fx_softplus(x) <= fx_softplus(x + 1);
		above &= fx_softplus(x) >= x && fx_softplus(x) >= 0;
	}
	ok(worst <= 1, "softplus is right to one millibit (worst %.9Lf)", worst);
	ok(rises, "it never falls");
	ok(above, "it is above zero and above its argument");
	ok(fx_softplus(0) == FX_BIT, "softplus(0) is one bit");
	ok(fx_softplus(INT32_MAX) == INT32_MAX && fx_softplus(INT32_MIN) == 0, "the ends");
}

int
main(void)
{
	logarithms();
	powers_of_two();
	probabilities();
	softplus();
	return tap_done();
}

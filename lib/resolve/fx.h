/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/fx.h: logarithms and powers of two in integers, the same on every machine.
 * Weights are millibits: thousandths of a logarithm to base two, so that three decimals print
 * one exactly. Powers of two are exact everywhere. */
#ifndef CDP_RESOLVE_FX_H
#define CDP_RESOLVE_FX_H

#include <stdint.h>

enum {
	FX_BIT = 1000,			/* millibits */
	FX_LEAST = -1100000,		/* of what is not above zero: below every double */
	FX_CERTAIN = 1000000		/* millionths */
};

/* log2(x) in millibits, to the nearest; FX_LEAST if x is not above zero, -FX_LEAST if infinite. */
int32_t fx_log2(double x);
/* log2(num ÷ den); FX_LEAST if num is 0, -FX_LEAST if den is. */
int32_t fx_log2_ratio(uint64_t num, uint64_t den);
/* log2(x) to within 1e-12; x is finite and above zero. */
double fx_log2_double(double x);
/* The probability 1 / (1 + 2^-w) in millionths, to the nearest. */
uint32_t fx_probability(int32_t w);
/* log2(1 + 2^x) in millibits: never falls, and within one of the true value. */
int32_t fx_softplus(int32_t x);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/zipf.h: ranks by the law of Zipf and Mandelbrot with exponent one: the name of rank r
 * is borne by a share 1 / (r + q). In integers, so that every machine draws the same. */
#ifndef CDP_SYNTH_ZIPF_H
#define CDP_SYNTH_ZIPF_H

#include <stdint.h>

struct zipf {
	uint32_t	q;		/* in 1/256: the larger, the flatter is the head */
	uint64_t	ranks, span;	/* how many; log2((ranks + q) / q), in 1/2^32 */
};

struct zipf zipf_make(uint32_t q, uint64_t ranks);
/* A rank from 0, out of 64 bits of chance. */
uint64_t zipf_rank(const struct zipf *z, uint64_t bits);
/* factor / 1000 × 2^(0.6 × bits): how many different names a people of 2^bits has. */
uint64_t zipf_names(uint32_t factor, unsigned bits);

#endif

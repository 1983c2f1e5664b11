/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/model.c: the priors of a frozen model follow the number of records. */
#include "resolve/fx.h"
#include "resolve/model.h"

#define LAMBDA_MOST 0.5

/* The least 2^(k/4) that is not below n. */
static double
rounded_up(double n)
{
	static const double quarter[4] = { 1, 1.189207115002721, 1.4142135623730951,
	    1.681792830507429 };
	double power = 1;

	for (; power * 2 <= n; power *= 2)
		;
	for (unsigned k = 0; k < 4; k++)
		if (power * quarter[k] >= n)
			return power * quarter[k];
	return power * 2;
}

static double
at_most(double x, double most)
{
	return x < most ? x : most;
}

void
model_follow(struct model *m, uint64_t records)
{
	double others = rounded_up(records < 2 ? 2 : (double)records) - 1;
	double h = m->household ? at_most(m->household_per_record / others, LAMBDA_MOST / 2) : 0;
	double all = at_most(m->matches_per_record / others, LAMBDA_MOST);

	for (unsigned c = 0; c < m->classes; c++) {
		double lambda = at_most(m->class_per_record[c] / others, LAMBDA_MOST);

		m->prior[c] = fx_log2(lambda / (1 - lambda - h));
	}
	m->household_prior = fx_log2(h / (1 - all - h));
}

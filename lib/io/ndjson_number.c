/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/ndjson_number.c: the grammar of numbers; their value is never computed. */
#include "io/ndjson_priv.h"

static bool
is_digit(unsigned char c)
{
	return (unsigned char)(c - '0') < 10;
}

/* One digit or more, else NULL. */
static const unsigned char *
digits(struct ndjson *n, const unsigned char *p)
{
	if (p == n->tape.end || !is_digit(*p)) {
		if (p < n->tape.end && (*p == '\0' || *p == '\r'))
			return nd_stop_outside(n, p, FAULT_NUMBER);
		return nd_stop(n, p, FAULT_NUMBER);
	}
	do
		p++;
	while (p < n->tape.end && is_digit(*p));
	return p;
}

static const unsigned char *
fraction_and_exponent(struct ndjson *n, const unsigned char *p)
{
	if (p < n->tape.end && *p == '.') {
		p = digits(n, p + 1);
		if (p == NULL)
			return NULL;
	}
	if (p < n->tape.end && (*p | 0x20) == 'e') {
		p++;
		if (p < n->tape.end && (*p == '+' || *p == '-'))
			p++;
		p = digits(n, p);
	}
	return p;
}

/* Whether c cannot follow a number although something else might be meant by it. */
static bool
sticks(unsigned char c)
{
	return is_digit(c) || (unsigned char)((c | 0x20) - 'a') < 26 || c == '.' || c == '+' ||
	    c == '-' || c == '_';
}

const unsigned char *
nd_number(struct ndjson *n, const unsigned char *p)
{
	const unsigned char *start = p;

	if (*p == '-')
		p++;
	if (p < n->tape.end && *p == '0')
		p++;
	else
		p = digits(n, p);
	if (p != NULL && p < n->tape.end && sticks(*p))
		p = fraction_and_exponent(n, p);
	if (p == NULL)
		return NULL;
	if ((size_t)(p - start) > n->limits.number_len)
		return nd_stop(n, start + n->limits.number_len, FAULT_NUMBER);
	if (p < n->tape.end && sticks(*p))
		return nd_stop(n, p, FAULT_NUMBER);
	return p;
}

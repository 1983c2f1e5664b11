/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/level_case.h: values of records that hold one each, for tests of comparisons. */
#ifndef CDP_TESTS_LEVEL_CASE_H
#define CDP_TESTS_LEVEL_CASE_H

#include "base/alloc.h"
#include "base/error.h"
#include "resolve/dict.h"
#include "resolve/store.h"
#include "resolve/values.h"

#include <stdlib.h>

struct level_case {
	struct store	store;
	struct values	values;
};

/* Adds a linked record that holds the value; returns the value's number. */
static inline uint32_t
case_value(struct level_case *c, enum fact_kind kind, uint8_t type, const char *text)
{
	struct raw_facts raw = { 0 };
	struct raw_fact fact[] = { { .kind = (uint8_t)kind, .type = type }, { .kind = FACT_END } };
	struct error e = { 0 };
	uint32_t row;

	if (fact_has_type(kind))
		buf_byte(&raw.text, (char)type);
	buf_text(&raw.text, text);
	fact[0].len = (uint16_t)raw.text.len;
	fact[0].hash = dict_hash(buf_span(&raw.text));
	raw.list = fact;
	raw.count = 2;
	if (facts_add(&c->store.facts, &raw, &row, &e) < 0)
		abort();
	raw.list = NULL;
	raw_facts_done(&raw);
	c->store.rec = mem_grow(c->store.rec, c->store.count + 1, &c->store.cap,
	    sizeof *c->store.rec);
	c->store.rec[c->store.count++] = (struct rec){ .row = row, .flags = REC_LINKED };
	return fact_number(c->store.facts.word[row]);
}

/* Nothing is added after it. */
static inline void
case_ready(struct level_case *c)
{
	facts_close(&c->store.facts);
	values_make(&c->values, &c->store, 2);
}

static inline void
case_done(struct level_case *c)
{
	values_done(&c->values);
	store_done(&c->store);
}

#endif

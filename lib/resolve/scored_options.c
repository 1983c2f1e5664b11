/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/scored_options.c: defaults, and fixed point without a double. */
#include "base/error.h"
#include "base/number.h"
#include "resolve/rules.h"
#include "resolve/scored.h"
#include "resolve/scored_options.h"

enum {
	PAIRS_PER_RECORD = 30, MAX_SIZE = 200,
	PAIRS_MOST = 1000000,		/* a record: beyond it every pair is meant */
	AVERAGE_LEAST = -3000,		/* millibits, as the others; resolve 7.1 */
	REVIEW_BAND = 4000, BRIDGE_MARGIN = 4000,
	NAMESAKE = 10000, TWIN = 20000,	/* millionths; resolve 5.4 */
	BITS_MOST = 1000000, SHARE_PLACES = 6
};

static uint64_t
first_given(uint64_t word, uint64_t rule, uint64_t usual)
{
	return word != SCORED_NO_NUMBER ? word : rule != 0 ? rule : usual;
}

static int
within(const char *name, uint64_t number, uint64_t most, struct error *e)
{
	return number > 0 && number <= most ? 0 :
	    error_set(e, USAGE, "E_USAGE", "--%s wants a number from 1 to %llu", name,
	    (unsigned long long)most);
}

static int32_t
or_usual(int32_t rule, int32_t usual)
{
	return rule == RULES_NOT_SET ? usual : rule;
}

/* A weight in bits, with up to three places. */
static int
bits(const char *text, const char *name, int32_t *out, struct error *e)
{
	int64_t n;

	*out = SCORED_NOT_SET;
	if (text == NULL)
		return 0;
	if (!fixed_parse(span_from(text), 3, &n) || n < -BITS_MOST || n > BITS_MOST)
		return error_set(e, USAGE, "E_USAGE", "--%s wants bits, such as 3.5", name);
	*out = (int32_t)n;
	return 0;
}

/* 0 where nobody asked for one. */
static int
target(const char *text, uint32_t *out, struct error *e)
{
	int64_t n = 0;

	if (text != NULL &&
	    (!fixed_parse(span_from(text), SHARE_PLACES, &n) || n <= 0 || n >= FDR_ONE))
		return error_set(e, USAGE, "E_USAGE", "--target-fdr wants a share, such as 0.01");
	*out = (uint32_t)n;
	return 0;
}

int
scored_options_read(struct scored_options *o, const struct scored_words *words,
    const struct rules *rules, struct error *e)
{
	const struct rules_weights *r = &rules->weights;
	uint64_t max_size = first_given(words->max_size, r->max_size, MAX_SIZE);

	*o = (struct scored_options){
	    .pairs_per_record = first_given(words->pairs_per_record, r->pairs_per_record,
	    PAIRS_PER_RECORD),
	    .seed = words->seed == SCORED_NO_NUMBER ? 1 : words->seed,
	    .across = words->compare != NULL && words->compare[1] == 'c',
	    .components = words->cluster != NULL && words->cluster[0] == 'c',
	    .best_link = words->cluster != NULL && words->cluster[0] == 'b',
	    .max_size = (uint32_t)max_size,
	    .size_follows = words->max_size == SCORED_NO_NUMBER && r->max_size == 0,
	    .review_band = or_usual(r->review_band, REVIEW_BAND),
	    .merge_average = or_usual(r->merge_average, AVERAGE_LEAST),
	    .bridge_margin = or_usual(r->bridge_margin, BRIDGE_MARGIN),
	    .cap_free = or_usual(r->cap_free, SCORED_NOT_SET),
	    .cap_contact = or_usual(r->cap_contact, SCORED_NOT_SET),
	    .namesake = or_usual(r->namesake, NAMESAKE), .twin = or_usual(r->twin, TWIN),
	    .no_household_class = r->no_household_class || rules->splink_levels,
	    .splink_levels = rules->splink_levels };
	if (within("pairs-per-record", o->pairs_per_record, PAIRS_MOST, e) < 0 ||
	    within("max-size", max_size, UINT32_MAX, e) < 0 || (words->review_limit !=
	    SCORED_NO_NUMBER && within("review-limit", words->review_limit, UINT32_MAX, e) < 0))
		return -1;
	if (bits(words->threshold, "threshold", &o->link, e) < 0 ||
	    bits(words->review_threshold, "review-threshold", &o->review, e) < 0 ||
	    bits(words->min_link, "min-link", &o->min_link, e) < 0 ||
	    target(words->target_fdr, &o->target_fdr, e) < 0)
		return -1;
	if (o->link == SCORED_NOT_SET)
		o->link = or_usual(r->link, SCORED_NOT_SET);
	if (o->target_fdr == 0)
		o->target_fdr = r->target_fdr;
	if (o->link != SCORED_NOT_SET && o->review != SCORED_NOT_SET && o->review > o->link)
		return error_set(e, USAGE, "E_USAGE", "--review-threshold is above --threshold");
	return 0;
}

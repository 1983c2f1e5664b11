/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rules_weights.c: reads what a rules file says about pairs that are weighed. Weights
 * and shares are texts, so that no reader rounds them. */
#include "base/number.h"
#include "io/json_config.h"
#include "resolve/rules_priv.h"

enum { BIT_PLACES = 3, SHARE_PLACES = 6, BITS_MOST = 1000000, SHARE_ALL = 1000000 };

/* Null says as little as no member. */
static bool
said(const struct config_at *at, const char *key)
{
	json_t *value = json_object_get(at->value, key);

	return value != NULL && !json_is_null(value);
}

static void
read_bits(const struct config_at *at, const char *key, int32_t *out)
{
	struct config_at one = config_member(at, key);
	struct span text;
	int64_t n;

	if (!said(at, key) || !config_string(at, key, false, &text))
		return;
	if (fixed_parse(text, BIT_PLACES, &n) && n >= -BITS_MOST && n <= BITS_MOST)
		*out = (int32_t)n;
	else
		config_fault(&one, RULES_CODE, "not a number of bits, such as \"3.5\"");
}

static void
read_share(const struct config_at *at, const char *key, int64_t least, int32_t *out)
{
	struct config_at one = config_member(at, key);
	struct span text;
	int64_t n;

	if (!said(at, key) || !config_string(at, key, false, &text))
		return;
	if (fixed_parse(text, SHARE_PLACES, &n) && n >= least && n < SHARE_ALL)
		*out = (int32_t)n;
	else
		config_fault(&one, RULES_CODE, "not a share, such as \"0.01\"");
}

void
rules_read_thresholds(struct rules *r, const struct config_at *at)
{
	static const char *const keys[] = { "target_fdr", "link", "review_band", "merge_average",
	    NULL };
	struct config_at band = config_member(at, "review_band");
	int32_t fdr = 0;

	config_only(at, keys);
	read_share(at, "target_fdr", 1, &fdr);
	r->weights.target_fdr = (uint32_t)fdr;
	read_bits(at, "link", &r->weights.link);
	read_bits(at, "review_band", &r->weights.review_band);
	read_bits(at, "merge_average", &r->weights.merge_average);
	if (r->weights.review_band != RULES_NOT_SET && r->weights.review_band < 0)
		config_fault(&band, RULES_CODE, "review begins below a link: not a negative number");
}

/* What several comparisons add at most. */
static void
read_cap(const struct config_at *at, const char *key, int32_t *out)
{
	struct config_at one = config_member(at, key);

	read_bits(at, key, out);
	if (*out != RULES_NOT_SET && *out < 0)
		config_fault(&one, RULES_CODE, "a cap is not negative");
}

void
rules_read_caps(struct rules *r, const struct config_at *at)
{
	static const char *const keys[] = { "free", "contact", NULL };

	config_only(at, keys);
	read_cap(at, "free", &r->weights.cap_free);
	read_cap(at, "contact", &r->weights.cap_contact);
}

void
rules_read_household(struct rules *r, const struct config_at *at)
{
	static const char *const keys[] = { "class", "max_families", "namesake", "twin", NULL };
	bool class = true;

	config_only(at, keys);
	read_share(at, "namesake", 0, &r->weights.namesake);
	read_share(at, "twin", 0, &r->weights.twin);
	config_bool(at, "class", false, &class);
	r->weights.no_household_class = !class;
	r->weights.max_families = rules_number(at, "max_families", 1, 0);
}

void
rules_read_cluster_sizes(struct rules *r, const struct config_at *at)
{
	r->weights.max_size = rules_number(at, "max_size", 1, 0);
	read_bits(at, "bridge_margin", &r->weights.bridge_margin);
}

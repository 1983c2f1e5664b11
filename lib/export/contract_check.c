/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/contract_check.c: a contract that the policy contradicts releases nothing. */
#include "base/ascii.h"
#include "base/error.h"
#include "export/contract_check.h"
#include "io/json_config.h"
#include "model/policy_law.h"

/* The entry of a list of the policy that has the id, or NULL. */
static json_t *
entry(const struct config_at *root, const char *list, const char *id)
{
	json_t *all = json_object_get(root->value, list), *x;
	size_t i;

	json_array_foreach(all, i, x) {
		const char *name = json_string_value(json_object_get(x, "id"));

		if (id != NULL && name != NULL && strcmp(name, id) == 0)
			return x;
	}
	return NULL;
}

static const char *
text(const struct config_at *at, const char *key)
{
	return json_string_value(json_object_get(at->value, key));
}

static void
check_names(const struct config_at *root, const struct config_at *at)
{
	struct config_at controller = config_member(at, "controller");
	struct config_at purposes = config_member(at, "purposes");

	if (text(at, "controller") != NULL && entry(root, "controllers", text(at, "controller")) == NULL)
		config_fault(&controller, "E_CONTRACT", "names a controller that the policy has not");
	for (size_t i = 0; i < json_array_size(purposes.value); i++) {
		struct config_at x = config_element(&purposes, i);
		const char *id = json_string_value(x.value);

		if (id != NULL && strcmp(id, "*") != 0 && entry(root, "purposes", id) == NULL)
			config_fault(&x, "E_CONTRACT", "names a purpose that the policy has not");
	}
}

/* ---- once ---- */

static void
check_once(const struct config_at *root, const struct config_at *at)
{
	struct config_at fields = config_member(at, "fields"), id = config_member(at, "id");

	if (text(at, "id") != NULL && entry(root, "destinations", text(at, "id")) != at->value)
		config_fault(&id, "E_CONTRACT", "another contract has this id");
	for (size_t i = 1; i < json_array_size(fields.value); i++) {
		struct config_at x = config_element(&fields, i);

		for (size_t k = 0; k < i; k++)
			if (json_is_string(x.value) && json_equal(x.value, json_array_get(fields.value, k))) {
				config_fault(&x, "E_CONTRACT", "stands twice");
				break;
			}
	}
}

/* ---- countries ---- */

static bool
is_country(const char *s)
{
	return s != NULL && strlen(s) == 2 && ascii_upper(s[0]) && ascii_upper(s[1]);
}

static bool
holds(const json_t *list, const char *country)
{
	json_t *x;
	size_t i;

	json_array_foreach(list, i, x)
		if (json_is_string(x) && strcmp(json_string_value(x), country) == 0)
			return true;
	return false;
}

/* The law is a part of the policy: of files that extend each other all countries are the area, and the
 * first that speaks of transfers says where data may go besides. Without a word of it they may go
 * anywhere. */
static bool
regime_is_safe(const json_t *files, const char *id, const char *country)
{
	bool restricts = false;

	for (int i = 0; id != NULL && i < POLICY_CHAIN_MAX; i++) {
		const json_t *file = json_object_get(files, id);
		const json_t *transfer = json_object_get(file, "transfer");

		if (file == NULL)
			return false;
		if (holds(json_object_get(file, "countries"), country) ||
		    (!restricts && holds(json_object_get(transfer, "safe"), country)))
			return true;
		restricts |= transfer != NULL;
		id = json_string_value(json_object_get(file, "extends"));
	}
	return !restricts;
}

/* One regime in use that asks for a safeguard is enough, and without any law nobody says that it
 * is safe. */
static bool
is_safe(const struct config_at *root, const char *country)
{
	const json_t *regimes = json_object_get(root->value, "regimes");
	const json_t *files = json_object_get(root->value, "regime_files");
	const char *iso = strcmp(country, "UK") == 0 ? "GB" : strcmp(country, "EL") == 0 ? "GR" : country;
	bool safe = json_array_size(regimes) > 0;

	for (size_t i = 0; i < json_array_size(regimes); i++)
		safe &= regime_is_safe(files, json_string_value(json_array_get(regimes, i)), iso);
	return safe;
}

/* There is one, right or with faults of its own. */
static bool
has_safeguard(const struct config_at *at)
{
	static const char *const needed[] = { "safeguard", "reference", NULL };
	struct config_at transfer = config_member(at, "transfer");
	struct span s;

	if (transfer.value == NULL || json_is_null(transfer.value))
		return false;
	config_only(&transfer, needed);
	for (size_t i = 0; needed[i] != NULL; i++) {
		struct config_at m = config_member(&transfer, needed[i]);

		if (config_string(&transfer, needed[i], true, &s) && s.len == 0)
			config_fault(&m, "E_CONTRACT", "is empty");
	}
	return true;
}

/* Sets *outside when it lies outside the area. */
static void
check_country(const struct config_at *root, const struct config_at *x, bool *outside)
{
	const char *country = json_string_value(x->value);

	if (!is_country(country))
		config_fault(x, "E_CONTRACT", "not a country: two capital letters (GB, not UK)");
	else if (!is_safe(root, country))
		*outside = true;
}

static void
check_countries(const struct config_at *root, const struct config_at *at)
{
	struct config_at recipient = config_member(at, "recipient");
	struct config_at country = config_member(&recipient, "country");
	struct config_at list = config_member(at, "countries"), transfer = config_member(at, "transfer");
	bool outside = false;

	if (country.value != NULL)
		check_country(root, &country, &outside);
	if (list.value != NULL && !json_is_array(list.value))
		config_fault(&list, "E_CONTRACT", "a list of countries is needed");
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		struct config_at x = config_element(&list, i);

		check_country(root, &x, &outside);
	}
	if (!has_safeguard(at) && outside)
		config_fault(&transfer, "E_CONTRACT",
		    "a country outside the regime's area needs a safeguard with a reference");
}

/* ---- sale or share ---- */

static bool
is_sale(const json_t *purpose)
{
	return json_is_true(json_object_get(purpose, "sale")) ||
	    json_is_true(json_object_get(purpose, "share"));
}

static void
check_sale(const struct config_at *root, const struct config_at *at)
{
	struct config_at m = config_member(at, "sale_or_share");
	json_t *list = json_object_get(at->value, "purposes"), *x;
	bool says = false, sale = false;
	size_t i;

	if (m.value != NULL)
		config_bool(at, "sale_or_share", false, &says);
	json_array_foreach(list, i, x)
		sale |= is_sale(entry(root, "purposes", json_string_value(x)));
	if (says && !sale)
		config_fault(&m, "E_CONTRACT", "true needs a purpose that the policy flags sale or share");
	else if (sale && !says)
		config_fault(&m, "E_CONTRACT", "a purpose is flagged sale or share: say true");
}

void
contract_check(const struct config_at *root, const struct config_at *at)
{
	check_names(root, at);
	check_once(root, at);
	check_countries(root, at);
	check_sale(root, at);
}

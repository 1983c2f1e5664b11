/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/policy_digest.c: canonical form and digest of a policy document (consent 2.1). */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/error.h"
#include "io/fd.h"
#include "io/json_config.h"
#include "model/policy_digest.h"

#include <stdlib.h>
#include <string.h>

struct element {
	json_t		*value;		/* owned while its array is rebuilt */
	struct span	 id;
	json_int_t	 version;
	size_t		 at;		/* place before sorting */
};

static int
compare(const void *x, const void *y)
{
	const struct element *a = x, *b = y;
	int r = span_cmp(a->id, b->id);

	if (r != 0)
		return r;
	if (a->version != b->version)
		return a->version < b->version ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static bool
element_read(json_t *array, size_t i, struct element *e)
{
	json_t *value = json_array_get(array, i), *id = json_object_get(value, "id");

	if (!json_is_string(id))
		return false;
	e->value = value;
	e->id = span_make(json_string_value(id), json_string_length(id));
	e->version = json_integer_value(json_object_get(value, "version"));
	e->at = i;
	return true;
}

static void
sort_array(json_t *array)
{
	size_t n = json_array_size(array);
	struct element *list = mem_zero(n + 1, sizeof *list);
	size_t i = 0;

	while (i < n && element_read(array, i, &list[i]))
		i++;
	if (i == n) {
		for (i = 0; i < n; i++)
			json_incref(list[i].value);
		qsort(list, n, sizeof *list, compare);
		json_array_clear(array);
		for (i = 0; i < n; i++)
			json_array_append_new(array, list[i].value);
	}
	mem_free(list);
}

/* The reader of the document has bounded its depth. */
static void
sort_inside(json_t *value)
{
	const char *key;
	json_t *member;
	size_t i;

	json_object_foreach(value, key, member)
		sort_inside(member);
	json_array_foreach(value, i, member)
		sort_inside(member);
	if (json_is_array(value))
		sort_array(value);
}

void
policy_canonical(const json_t *root, struct buf *out)
{
	json_t *copy = json_deep_copy(root);

	sort_inside(copy);
	config_canonical(copy, out);
	json_decref(copy);
}

void
policy_digest(const json_t *root, char out[POLICY_DIGEST_HEX + 1])
{
	struct buf text = { 0 };

	policy_canonical(root, &text);
	sha256_hex(buf_span(&text), out, POLICY_DIGEST_HEX);
	buf_done(&text);
}

json_t *
policy_published_load(const char *path, struct span digest, const char *code, struct error *e)
{
	char hex[POLICY_DIGEST_HEX + 1], *bytes;
	json_t *json = NULL;
	size_t len;

	if (fd_read_file(path, POLICY_BYTES, STATUS_UNSAFE, &bytes, &len, e) < 0)
		return NULL;
	sha256_hex(span_make(bytes, len), hex, POLICY_DIGEST_HEX);
	if (span_is(digest, hex))
		json = config_parse(span_make(bytes, len), path, STATUS_UNSAFE, e);
	else
		error_put(e, STATUS_UNSAFE, code, "a published policy was edited");
	mem_free(bytes);
	return json;
}

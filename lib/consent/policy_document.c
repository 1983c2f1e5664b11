/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_document.c: the bytes of a policy: one file, or a directory of parts. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "consent/policy_read.h"
#include "io/json_config.h"
#include "model/policy_law.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

/* What names something is looked for in a list from its begin; so many values and entries take less
 * than a second at the worst, and are far above what anybody has written. */
enum { POLICY_DEPTH = 16, PARTS_MAX = 1000, POLICY_VALUES = 1 << 16,
    POLICY_ENTRIES = 4096 };

static bool
is_comment(const char *key)
{
	return strncmp(key, "//", 2) == 0;
}

/* The first member that is no list; NULL if there is none. */
static const char *
scalar_of(json_t *part)
{
	const char *key;
	json_t *value;

	json_object_foreach(part, key, value)
		if (!json_is_array(value) && !is_comment(key))
			return key;
	return NULL;
}

/* Adds a part to the whole: arrays are joined, and one part carries all the rest. */
static int
merge(json_t *whole, json_t *part, const char *path, int status, struct error *e)
{
	const char *key = scalar_of(part);
	json_t *value, *old;

	if (key != NULL && scalar_of(whole) != NULL)
		return error_put(e, (enum status)status, "E_POLICY",
		    "%s: member \"%s\" is no list, and another part of the policy carries those", path, key);
	json_object_foreach(part, key, value) {
		old = json_object_get(whole, key);
		if (old == NULL)
			json_object_set(whole, key, value);
		else if (json_is_array(old) && json_is_array(value))
			json_array_extend(old, value);
		else if (!is_comment(key))
			return error_put(e, (enum status)status, "E_POLICY",
			    "%s: member \"%s\" is a list in another part of the policy", path, key);
	}
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* *.json, as a shell sees it */
static bool
is_part(const char *name)
{
	return name[0] != '.' && span_ends(span_from(name), SPAN(".json"));
}

/* The names, sorted; PARTS_MAX of them may be too few. */
static size_t
list_parts(DIR *dir, char **names)
{
	struct dirent *entry;
	size_t n = 0;

	for (entry = readdir(dir); entry != NULL && n < PARTS_MAX; entry = readdir(dir))
		if (is_part(entry->d_name))
			names[n++] = mem_text(entry->d_name);
	qsort(names, n, sizeof *names, by_name);
	return n;
}

/* The limit is that of the whole. */
static int
count_bytes(const char *path, size_t *bytes, int status, struct error *e)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
		*bytes += (size_t)st.st_size;
	return *bytes <= POLICY_BYTES ? 0 : error_put(e, (enum status)status, "E_POLICY",
	    "%s: the parts of the policy are larger than %d MiB", path, POLICY_BYTES >> 20);
}

static json_t *
load_parts(const char *path, DIR *dir, int status, struct error *e)
{
	char *names[PARTS_MAX] = { NULL };
	size_t n = list_parts(dir, names);
	json_t *whole = json_object();
	size_t bytes = 0;
	int r = 0;

	if (n == 0)
		r = error_put(e, (enum status)status, "E_POLICY", "%s holds no *.json", path);
	if (n == PARTS_MAX)
		r = error_put(e, (enum status)status, "E_POLICY", "%s has %d parts or more", path, PARTS_MAX);
	for (size_t i = 0; i < n; i++) {
		struct buf file = { 0 };
		json_t *part = NULL;

		buf_print(&file, "%s/%s", path, names[i]);
		buf_byte(&file, '\0');
		if (r == 0)
			r = count_bytes(file.p, &bytes, status, e);
		if (r == 0) {
			part = config_load(file.p, POLICY_BYTES, status, e);
			r = part == NULL ? -1 : merge(whole, part, names[i], status, e);
		}
		json_decref(part);
		buf_done(&file);
		mem_free(names[i]);
	}
	if (r == 0)
		return whole;
	json_decref(whole);
	return NULL;
}

/* Counts the values in it; false if they are too many, or those of one list or object are. */
static bool
is_small(const json_t *json, size_t *values)
{
	size_t n = json_is_object(json) ? json_object_size(json) : json_array_size(json), i;
	const char *key;
	json_t *child;

	*values += n;
	if (n > POLICY_ENTRIES || *values > POLICY_VALUES)
		return false;
	json_object_foreach((json_t *)(uintptr_t)json, key, child)
		if (!is_small(child, values))
			return false;
	json_array_foreach(json, i, child)
		if (!is_small(child, values))
			return false;
	return true;
}

/* What is published is read again from its canonical text, so that has the limit too. */
static int
check_form(const json_t *json, int status, struct error *e)
{
	struct buf text = { 0 };
	size_t bytes, values = 0;

	if (!config_depth_ok((json_t *)(uintptr_t)json, POLICY_DEPTH))
		return error_put(e, (enum status)status, "E_POLICY", "the policy is nested deeper than %d",
		    POLICY_DEPTH);
	if (!is_small(json, &values))
		return error_put(e, (enum status)status, "E_POLICY", "the policy has more than %d values, or "
		    "a list of more than %d", POLICY_VALUES, POLICY_ENTRIES);
	if (config_has_real(json))
		return error_put(e, (enum status)status, "E_POLICY", "numbers of a policy are whole");
	config_canonical(json, &text);
	bytes = text.len;
	buf_done(&text);
	return bytes <= POLICY_BYTES ? 0 : error_put(e, (enum status)status, "E_POLICY",
	    "the policy with its regimes is larger than %d MiB", POLICY_BYTES >> 20);
}

int
policy_document_load(struct policy_document *d, const char *path, struct error *e)
{
	DIR *dir = opendir(path);

	if (dir != NULL) {
		d->json = load_parts(path, dir, STATUS_USAGE, e);
		closedir(dir);
	} else
		d->json = config_load(path, POLICY_BYTES, STATUS_USAGE, e);
	if (d->json == NULL)
		return -1;
	if (policy_take_law(d->json, path, STATUS_USAGE, e) < 0 ||
	    check_form(d->json, STATUS_USAGE, e) < 0) {
		policy_document_done(d);
		return -1;
	}
	policy_digest(d->json, d->digest);
	return 0;
}

int
policy_document_published(struct policy_document *d, const char *path, struct span digest,
    struct error *e)
{
	d->json = policy_published_load(path, digest, "E_POLICY", e);
	if (d->json == NULL)
		return -1;
	if (check_form(d->json, STATUS_UNSAFE, e) < 0) {
		policy_document_done(d);
		return -1;
	}
	memcpy(d->digest, digest.p, POLICY_DIGEST_HEX);
	d->digest[POLICY_DIGEST_HEX] = '\0';
	return 0;
}

void
policy_document_done(struct policy_document *d)
{
	json_decref(d->json);
	d->json = NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/policy_law.c: the regimes of a policy, taken into its document. A program of another
 * version, or a file that is edited, then changes no decision: only a publication does. */
#include "base/asset.h"
#include "base/buf.h"
#include "base/error.h"
#include "model/policy_law.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	REGIME_BYTES = 1 << 20,
	TAKEN_MAX = 2 * POLICY_REGIMES_MAX	/* those in use, and what they extend */
};

struct taking {
	struct buf	 dir;		/* of regime_dir; empty without */
	json_t		*files;		/* id -> the file */
	int		 status;
};

bool
policy_is_regime_id(struct span s)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] == '\0' || strchr(letters, s.p[i]) == NULL)
			return false;
	return s.len > 0 && s.len <= 32 && s.p[0] != '-' && s.p[0] != '_';
}

/* *file is NULL when it is not in there. */
static int
from_directory(const struct taking *t, const char *id, json_t **file, struct error *e)
{
	struct buf path = { 0 };
	bool there;

	*file = NULL;
	if (t->dir.len == 0)
		return 0;
	buf_print(&path, "%.*s/%s.json", SPAN_ARG(buf_span(&t->dir)), id);
	buf_byte(&path, '\0');
	there = access(path.p, F_OK) == 0 || errno != ENOENT;
	if (there)
		*file = config_load(path.p, REGIME_BYTES, t->status, e);
	buf_done(&path);
	return there && *file == NULL ? -1 : 0;
}

static json_t *
built_in(const char *id)
{
	struct buf name = { 0 };
	struct error ignored = { 0 };
	struct span text;
	json_t *file;

	buf_print(&name, "regimes/%s.json", id);
	buf_byte(&name, '\0');
	text = asset_find(name.p);
	file = text.p == NULL ? NULL : config_parse(text, name.p, STATUS_USAGE, &ignored);
	buf_done(&name);
	return file;
}

/* And what it extends; the reader finds a ring, here the depth ends it. */
static int
take(struct taking *t, const char *id, unsigned depth, struct error *e)
{
	json_t *file = json_object_get(t->files, id);
	const char *base;

	if (!policy_is_regime_id(span_from(id)) || depth == 0)
		return 0;
	if (file == NULL) {
		if (json_object_size(t->files) == TAKEN_MAX)
			return error_put(e, (enum status)t->status, "E_POLICY", "more than %d regimes",
			    TAKEN_MAX);
		if (from_directory(t, id, &file, e) < 0)
			return -1;
		if (file == NULL)
			file = built_in(id);
		if (file == NULL)
			return 0;
		json_object_set_new(t->files, id, file);
	}
	base = json_string_value(json_object_get(file, "extends"));
	return base == NULL ? 0 : take(t, base, depth - 1, e);
}

static int
take_all(struct taking *t, json_t *ids, struct error *e)
{
	json_t *id;
	size_t i;

	json_array_foreach(ids, i, id)
		if (json_is_string(id) && take(t, json_string_value(id), POLICY_CHAIN_MAX, e) < 0)
			return -1;
	return 0;
}

/* regime_dir is in the directory that is the policy, or beside the file that is. */
static void
set_directory(struct taking *t, struct span dir, const char *path)
{
	struct span where = span_from(path);
	struct stat st;

	if (dir.p == NULL)
		return;
	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		while (where.len > 0 && where.p[where.len - 1] != '/')
			where.len--;
	if (!span_starts(dir, SPAN("/")) && where.len > 0) {
		buf_add(&t->dir, where);
		buf_byte(&t->dir, '/');
	}
	buf_add(&t->dir, dir);
}

/* One that is not there is a slip of the pen: what is built in would stand for the law that it was
 * meant to correct. */
static int
check_directory(struct taking *t, struct error *e)
{
	struct stat st;
	bool there;

	if (t->dir.len == 0)
		return 0;
	buf_byte(&t->dir, '\0');
	there = stat(t->dir.p, &st) == 0 && S_ISDIR(st.st_mode);
	t->dir.len--;
	return there ? 0 : error_put(e, (enum status)t->status, "E_POLICY",
	    "regime_dir: no directory %.*s", SPAN_ARG(buf_span(&t->dir)));
}

int
policy_take_law(json_t *policy, const char *path, int status, struct error *e)
{
	struct span dir = span_from(json_string_value(json_object_get(policy, "regime_dir")));
	json_t *had = json_object_get(policy, "regime_files");
	struct taking t = { .status = status };
	int r;

	if (!json_is_object(policy) || (had != NULL && !json_is_object(had)))
		return 0;
	if (dir.p != NULL && had != NULL)
		return error_put(e, (enum status)status, "E_POLICY",
		    "a policy has regime_dir or regime_files, not both");
	set_directory(&t, dir, path);
	if (check_directory(&t, e) < 0) {
		buf_done(&t.dir);
		return -1;
	}
	t.files = had != NULL ? json_copy(had) : json_object();
	r = take_all(&t, json_object_get(policy, "regimes"), e);
	if (r == 0 && json_object_size(t.files) > 0)
		json_object_set(policy, "regime_files", t.files);
	if (r == 0 && dir.p != NULL)
		json_object_del(policy, "regime_dir");
	json_decref(t.files);
	buf_done(&t.dir);
	return r;
}

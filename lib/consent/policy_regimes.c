/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_regimes.c: files of regime_dir, taken into the document of a policy. */
#include "base/buf.h"
#include "base/error.h"
#include "consent/policy_read_priv.h"
#include "consent/policy_regimes.h"
#include "consent/regime.h"	/* REGIMES_MAX */

#include <unistd.h>

enum { REGIME_BYTES = 1 << 20, TAKEN_MAX = 2 * REGIMES_MAX };	/* those in use, and what they extend */

struct taking {
	const char	*dir;
	json_t		*files;		/* id -> the file */
	int		 status;
};

static int take(struct taking *t, const char *id, struct error *e);

/* The files that it extends, which may be built in too. */
static int
take_base(struct taking *t, const json_t *file, struct error *e)
{
	const char *base = json_string_value(json_object_get(file, "extends"));

	return base == NULL ? 0 : take(t, base, e);
}

/* What is not in the directory is built in, or nowhere, which the reader says. */
static int
take(struct taking *t, const char *id, struct error *e)
{
	struct buf path = { 0 };
	json_t *file = NULL;
	int r = 0;

	if (!policy_is_regime_id(span_from(id)) || json_object_get(t->files, id) != NULL)
		return 0;
	if (json_object_size(t->files) == TAKEN_MAX)
		return error_put(e, (enum status)t->status, "E_POLICY", "%s: more than %d regimes",
		    t->dir, TAKEN_MAX);
	buf_print(&path, "%s/%s.json", t->dir, id);
	buf_byte(&path, '\0');
	if (access(path.p, F_OK) == 0) {
		file = config_load(path.p, REGIME_BYTES, t->status, e);
		r = file == NULL ? -1 : 0;
	}
	buf_done(&path);
	if (file != NULL) {
		json_object_set_new(t->files, id, file);
		r = take_base(t, file, e);
	}
	return r;
}

static int
take_all(struct taking *t, json_t *ids, struct error *e)
{
	json_t *id;
	size_t i;

	json_array_foreach(ids, i, id)
		if (json_is_string(id) && take(t, json_string_value(id), e) < 0)
			return -1;
	return 0;
}

int
policy_take_regimes(json_t *policy, const char *where, int status, struct error *e)
{
	struct span dir = span_from(json_string_value(json_object_get(policy, "regime_dir")));
	struct taking t = { .status = status };
	struct buf path = { 0 };
	int r;

	if (dir.p == NULL)
		return 0;
	if (json_object_get(policy, "regime_files") != NULL)
		return error_put(e, (enum status)status, "E_POLICY",
		    "a policy has regime_dir or regime_files, not both");
	if (!span_starts(dir, SPAN("/")))
		buf_print(&path, "%s/", where);
	buf_print(&path, "%.*s", SPAN_ARG(dir));
	buf_byte(&path, '\0');
	t.dir = path.p;
	t.files = json_object();
	r = take_all(&t, json_object_get(policy, "regimes"), e);
	if (r == 0 && json_object_size(t.files) > 0)
		json_object_set(policy, "regime_files", t.files);
	if (r == 0)
		json_object_del(policy, "regime_dir");
	json_decref(t.files);
	buf_done(&path);
	return r;
}

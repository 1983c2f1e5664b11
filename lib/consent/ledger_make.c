/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger_make.c: a new ledger and its keys; and the documents of its policies. */
#include "base/buf.h"
#include "base/error.h"
#include "consent/ledger.h"
#include "consent/policy_read.h"
#include "io/fd.h"
#include "io/json_config.h"
#include "io/out.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static int
make_dir(const char *path, struct error *e)
{
	return fd_make_dirs(path) < 0 ?
	    error_system(e, STATUS_RESOURCES, "E_STATE", path, "make") : 0;
}

/* A directory that is there already must be closed, or nothing could be kept in it. */
static int
check_closed(const char *path, struct error *e)
{
	struct stat st;

	return lstat(path, &st) == 0 && (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() ||
	    (st.st_mode & 077) != 0) ?
	    error_set(e, USAGE, "E_STATE", "%s must be a directory of ours with mode 0700", path) : 0;
}

/* "." and ".." apart, nothing may be there. */
static int
check_empty(const char *path, struct error *e)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int r = 0;

	if (dir == NULL)
		return errno == ENOENT ? 0 : error_system(e, STATUS_USAGE, "E_STATE", path, "open");
	for (entry = readdir(dir); entry != NULL && r == 0; entry = readdir(dir))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = error_set(e, USAGE, "E_STATE", "%s is not empty", path);
	closedir(dir);
	return r;
}

static int
write_file(const char *path, struct span text, struct error *e)
{
	struct out *o = out_open(path, e);

	if (o == NULL)
		return -1;
	out_add(o, text);
	return out_commit(o, e);
}

static int
make_origin(const char *state, const char *name, struct buf *path, struct span *origin,
    struct buf *text, struct error *e)
{
	struct token_key key;
	char fingerprint[17];

	buf_reset(path);
	buf_print(path, "%s/keys/token", state);
	buf_byte(path, '\0');
	if (token_key_read(path->p, "token", &key, e) < 0)
		return -1;
	token_key_fingerprint(&key, fingerprint);
	token_key_done(&key);
	buf_print(text, "{\"schema\":\"cdp-ledger/1\",\"name\":\"%s\",\"subjects\":\"keyed\",\"token_key\":\"%s\"}\n",
	    name, fingerprint);
	*origin = buf_span(text);
	buf_reset(path);
	buf_print(path, "%s/ledger/origin", state);
	buf_byte(path, '\0');
	return write_file(path->p, *origin, e);
}

/* A log name is host-like text: letters, digits, and . - _ / */
static int
check_name(const char *name, struct error *e)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_/");

	return n == 0 || name[n] != '\0' || n > 128 ?
	    error_set(e, USAGE, "E_USAGE", "--name wants letters, digits and . - _ / (like shop.example/consent)") : 0;
}

int
ledger_make(const char *state, const char *name, bool new_keys, struct error *e)
{
	static const char *const dirs[] = { "", "/ledger", "/ledger/policies", "/keys" };
	struct buf path = { 0 }, text = { 0 };
	struct span origin;
	int r = check_name(name, e);

	if (r == 0)
		r = check_closed(state, e);
	if (r == 0 && new_keys)
		r = check_empty(state, e);
	for (size_t i = 0; i < sizeof dirs / sizeof dirs[0] && r == 0; i++) {
		buf_reset(&path);
		buf_print(&path, "%s%s", state, dirs[i]);
		buf_byte(&path, '\0');
		if (i == 1)
			r = check_empty(path.p, e);
		if (r == 0)
			r = make_dir(path.p, e);
	}
	buf_reset(&path);
	buf_print(&path, "%s/keys/token", state);
	buf_byte(&path, '\0');
	if (r == 0 && new_keys)
		r = token_key_make(path.p, "token", "t1", e);
	if (r == 0)
		r = make_origin(state, name, &path, &origin, &text, e);
	if (r == 0) {
		buf_reset(&path);
		buf_print(&path, "%s/ledger/log.ndjson", state);
		buf_byte(&path, '\0');
		r = journal_create(path.p, origin, e);
	}
	buf_done(&path);
	buf_done(&text);
	return r;
}

int
ledger_keep_policy(const struct ledger *l, const struct policy_document *d, struct error *e)
{
	struct buf path = { 0 }, text = { 0 };
	int r;

	buf_print(&path, "%s/policies/%s.json", l->dir, d->digest);
	buf_byte(&path, '\0');
	policy_canonical(d->json, &text);
	r = write_file(path.p, buf_span(&text), e);
	buf_done(&path);
	buf_done(&text);
	return r;
}

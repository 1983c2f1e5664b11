/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger_make.c: a new ledger and its keys; and the documents of its policies. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "consent/ledger.h"
#include "consent/ledger_begun.h"
#include "consent/policy_read.h"
#include "consent/vault.h"
#include "io/fd.h"
#include "io/json_config.h"
#include "io/keyfile.h"
#include "io/out.h"
#include "io/own.h"
#include "io/sweep.h"
#include "io/tlog_key.h"
#include "io/tlog_write.h"

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

/* Before anything is made: a directory left behind would stand in the way of the next try. */
static int
check_keys(const struct ledger_place *place, struct error *e)
{
	char *path = ledger_path(place, "keys/token"), id[KEYFILE_ID];
	unsigned char *seed = NULL;
	struct token_key token;
	int r = token_key_read(path, "token", &token, e);

	if (r == 0) {
		token_key_done(&token);
		mem_free(path);
		path = ledger_path(place, "keys/sign");
		r = keyfile_read(path, "sign", &seed, id, e);
	}
	secret_free(seed);
	mem_free(path);
	return r;
}

/* Whose tokens and whose checkpoints the log has. */
static int
fill_origin(const struct ledger_new *n, struct tlog_origin *o, unsigned char **seed, struct error *e)
{
	unsigned char public[ED25519_PUBLIC], *secret = secret_new(ED25519_SECRET);
	char *path = ledger_path(n->place, "keys/token"), id[KEYFILE_ID];
	struct token_key token;
	struct tlog_key key;
	struct buf text = { 0 };
	int r = token_key_read(path, "token", &token, e);

	if (r == 0) {
		token_key_fingerprint(&token, o->token_key);
		token_key_done(&token);
		mem_free(path);
		path = ledger_path(n->place, "keys/sign");
		r = keyfile_read(path, "sign", seed, id, e);
	}
	if (r == 0) {
		ed25519_keys(*seed, public, secret);
		key = tlog_key_make(span_from(n->name), TLOG_KEY_ED25519, public);
		tlog_key_write(&key, &text);
		buf_byte(&text, '\0');
		o->key = mem_text(text.p);
		o->name = mem_text(n->name);
		o->vault = n->vault;
		o->segment = n->segment;
		tlog_origin_write(o);
	}
	secret_free(secret);
	buf_done(&text);
	mem_free(path);
	return r;
}

static int
make_log(const struct ledger_new *n, struct error *e)
{
	struct tlog_origin o = { 0 };
	unsigned char *seed = NULL;
	char *dir = ledger_path(n->place, "ledger");
	int r = fill_origin(n, &o, &seed, e);

	if (r == 0 && n->vault)
		r = vault_create(dir, e);
	if (r == 0)
		r = tlog_create(dir, &o, seed, e);
	secret_free(seed);
	tlog_origin_done(&o);
	mem_free(dir);
	return r;
}

static int
make_key(const struct ledger_place *place, const char *part, const char *use, const char *id,
    bool again, struct error *e)
{
	char *path = ledger_path(place, part);
	struct stat st;
	int r = again && lstat(path, &st) == 0 ? 0 : keyfile_make(path, use, id, e);

	mem_free(path);
	return r;
}

/* Those that a killed run has made are as good as new ones: nothing was said with them. */
static int
make_keys(const struct ledger_place *place, bool again, struct error *e)
{
	char *dir = ledger_path(place, "keys");
	int r = again ? sweep(dir, SWEEP_TEMPS, e) : 0;

	mem_free(dir);
	return r < 0 || make_key(place, "keys/token", "token", "t1", again, e) < 0 ||
	    make_key(place, "keys/sign", "sign", "s1", again, e) < 0 ? -1 : 0;
}

/* A log name is host-like text: letters, digits, and . - _ / */
static int
check_name(const char *name, struct error *e)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_/");

	return n == 0 || name[n] != '\0' || n > 128 ?
	    error_set(e, USAGE, "E_USAGE", "--name wants letters, digits and . - _ / (like shop.example/consent)") : 0;
}

/* Nothing of another ledger may be where this one is to be. */
static int
check_free(const struct ledger_new *n, enum begun begun, struct error *e)
{
	char *ledger = ledger_path(n->place, "ledger"), *keys = ledger_path(n->place, "keys");
	bool all_inside = n->place->ledger == NULL && n->place->keys == NULL;
	int r = check_closed(n->place->state, e);

	if (r == 0 && (check_closed(ledger, e) < 0 || check_closed(keys, e) < 0))
		r = -1;
	if (r == 0 && !n->new_keys)
		r = check_keys(n->place, e);
	else if (r == 0 && begun == BEGUN_NOTHING)
		r = check_empty(all_inside ? n->place->state : keys, e);
	if (r == 0 && begun == BEGUN_NOTHING)
		r = check_empty(ledger, e);
	mem_free(ledger);
	mem_free(keys);
	return r;
}

int
ledger_make(const struct ledger_new *n, struct error *e)
{
	static const char *const dirs[] = { "", "ledger", "ledger/policies", "ledger/side", "keys" };
	bool in_state = n->place->ledger == NULL || n->place->keys == NULL;
	int r = check_name(n->name, e);
	enum begun begun = r == 0 ? ledger_begun(n->place) : BEGUN_NOTHING;

	if (r == 0)
		r = check_free(n, begun, e);
	if (r == 0 && begun == BEGUN_WITHOUT_LINES)
		return ledger_begun_same(n, e);
	for (size_t i = in_state ? 0 : 1; i < sizeof dirs / sizeof dirs[0] && r == 0; i++) {
		char *path = ledger_path(n->place, dirs[i]);

		r = make_dir(path, e);
		if (r == 0 && i == 1)
			r = own_check_local(path, e);
		mem_free(path);
	}
	if (r == 0 && n->new_keys)
		r = make_keys(n->place, begun == BEGUN_HALF, e);
	return r < 0 ? -1 : make_log(n, e);
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

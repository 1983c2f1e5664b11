/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger_begun.c: nothing that may have been acknowledged is ever taken for begun only. */
#include "base/alloc.h"
#include "base/error.h"
#include "consent/ledger.h"
#include "consent/ledger_begun.h"
#include "io/fd.h"
#include "io/tlog_note.h"
#include "io/tlog_origin.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static bool
is_there(const struct ledger_place *place, const char *part)
{
	char *path = ledger_path(place, part);
	struct stat st;
	bool there = lstat(path, &st) == 0 || errno != ENOENT;

	mem_free(path);
	return there;
}

/* It is not there, or there is nothing in it. */
static bool
is_empty_file(const struct ledger_place *place, const char *part)
{
	char *path = ledger_path(place, part);
	struct stat st;
	bool empty = lstat(path, &st) < 0 ? errno == ENOENT : st.st_size == 0;

	mem_free(path);
	return empty;
}

/* A directory that is not there, or has no entries but those of `known`, which ends with NULL. */
static bool
holds_only(const struct ledger_place *place, const char *part, const char *const *known)
{
	char *path = ledger_path(place, part);
	DIR *dir = opendir(path);
	bool only = dir != NULL || errno == ENOENT;
	const struct dirent *entry;

	while (dir != NULL && only && (entry = readdir(dir)) != NULL) {
		const char *const *name = known;

		while (*name != NULL && strcmp(*name, entry->d_name) != 0)
			name++;
		only = *name != NULL || strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	}
	if (dir != NULL)
		closedir(dir);
	mem_free(path);
	return only;
}

static bool
read_part(const struct ledger_place *place, const char *part, char **text, size_t *len)
{
	char *path = ledger_path(place, part);
	struct error ignored = { 0 };
	int r = fd_read_file(path, TLOG_NOTE_MOST, STATUS_UNSAFE, text, len, &ignored);

	mem_free(path);
	return r == 0;
}

/* The checkpoint is that of no lines, and the log has never had another one. */
static bool
is_without_lines(const struct ledger_place *place)
{
	char *now = NULL, *logged = NULL;
	size_t now_len = 0, logged_len = 0;
	struct span rest, line = span_none();
	bool is = read_part(place, "ledger/checkpoint", &now, &now_len) &&
	    read_part(place, "ledger/checkpoints.log", &logged, &logged_len) &&
	    span_equal(span_make(now, now_len), span_make(logged, logged_len));

	rest = span_make(now, now_len);
	is = is && span_split(&rest, '\n', &line) && span_split(&rest, '\n', &line) && span_is(line, "0");
	mem_free(now);
	mem_free(logged);
	return is;
}

enum begun
ledger_begun(const struct ledger_place *place)
{
	static const char *const nothing[] = { NULL }, *const both[] = { "ledger", "keys", NULL };
	static const char *const parts[] = { "ledger/seg", "ledger/policies", "ledger/side", "ledger/torn" };
	bool all_inside = place->ledger == NULL && place->keys == NULL;

	if (!is_there(place, "ledger"))
		return BEGUN_NOTHING;
	if (is_there(place, "ledger/checkpoint"))
		return is_without_lines(place) ? BEGUN_WITHOUT_LINES : BEGUN_NOTHING;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (!holds_only(place, parts[i], nothing))
			return BEGUN_NOTHING;
	return is_empty_file(place, "ledger/hashes") && is_empty_file(place, "ledger/vault") &&
	    (!all_inside || holds_only(place, "", both)) ? BEGUN_HALF : BEGUN_NOTHING;
}

int
ledger_begun_same(const struct ledger_new *n, struct error *e)
{
	struct tlog_origin o = { 0 };
	char *dir = ledger_path(n->place, "ledger");
	int r = tlog_origin_read(&o, dir, e);

	if (r == 0 && (strcmp(o.name, n->name) != 0 || o.vault != n->vault || o.segment != n->segment))
		r = error_set(e, USAGE, "E_STATE", "%s is another ledger, without a policy yet: cdp-consent "
		    "publish gives it one", dir);
	tlog_origin_done(&o);
	mem_free(dir);
	return r;
}

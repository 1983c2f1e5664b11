/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/rules.c: rules of a run, and who the records are as somebody found out: files that stewards write.
 * The first byte chooses. Refused with a reason, or read to the same rules and the same numbers twice. */
#include "base/error.h"
#include "base/notes.h"
#include "resolve/label_file.h"
#include "resolve/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool held)
{
	if (!held)
		abort();
}

/* Both are read from files: one in memory, whose name goes to `path`. */
static int
put_file(struct span text, char path[32])
{
	int fd = memfd_create("rules", 0);

	must(fd >= 0 && write(fd, text.p, text.len) == (ssize_t)text.len);
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

static struct rules *
read_rules(const char *path)
{
	struct notes notes = { 0 };
	struct error e = { 0 };
	struct rules *r = rules_load(path, &notes, &e);

	must(r != NULL || (e.status == STATUS_USAGE && e.text[0] != '\0'));
	notes_done(&notes);
	return r;
}

static void
try_labels(const char *path)
{
	struct label_file l = { .entity = NULL }, again = { .entity = NULL };
	struct error e = { 0 }, why = { 0 };
	int r = label_file_load(&l, path, &e);

	must(label_file_load(&again, path, &why) == r && e.line == why.line);
	must(r == 0 || ((e.status == STATUS_USAGE || e.status == STATUS_INPUT) && e.text[0] != '\0'));
	must(label_file_find(&l, SPAN("a:1")) == label_file_find(&again, SPAN("a:1")));
	label_file_done(&l);
	label_file_done(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[32];
	int fd;

	if (size == 0)
		return 0;
	fd = put_file(span_make((const char *)data + 1, size - 1), path);
	if ((data[0] & 1) != 0) {
		try_labels(path);
	} else {
		struct rules *r = read_rules(path), *again = read_rules(path);

		must((r == NULL) == (again == NULL));
		must(r == NULL || span_equal(r->digest, again->digest));
		rules_free(r);
		rules_free(again);
	}
	close(fd);
	return 0;
}

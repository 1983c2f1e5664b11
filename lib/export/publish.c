/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/publish.c: what was made, in a form the receiver can check. */
#include "base/alloc.h"
#include "base/crypto.h"
#include "base/error.h"
#include "export/audience.h"
#include "export/file_digest.h"
#include "export/publish.h"
#include "io/fd.h"
#include "io/json_config.h"
#include "io/json_write.h"

#include <stdlib.h>

enum { MANIFEST_MOST = 1 << 20 };

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* The directory exists, the file may not yet. */
static char *
absolute(const char *path)
{
	struct buf dir = { 0 }, all = { 0 };
	const char *name = base_name(path);
	char *real;

	buf_add(&dir, name == path ? SPAN(".") : span_make(path, (size_t)(name - path)));
	buf_byte(&dir, '\0');
	real = realpath(dir.p, NULL);
	if (real == NULL) {
		buf_done(&dir);
		return NULL;
	}
	buf_print(&all, "%s/%s", real, name);
	buf_byte(&all, '\0');
	free(real);
	buf_done(&dir);
	return all.p;
}

int
publication_make(struct publication *p, const struct audience *a, const char *output,
    const char *previous, struct span as_of, struct error *e)
{
	struct json_writer w;
	struct buf rest = { 0 };

	*p = (struct publication){ 0 };
	sha256_hex(buf_span(&a->rows), p->sha256, 64);
	if (output != NULL) {
		p->path = absolute(output);
		if (p->path == NULL)
			return error_set(e, USAGE, "E_OUTPUT", "the directory of the output is not there");
	}
	w = json_writer(&rest);
	json_open_object(&w);
	audience_manifest(a, output == NULL ? "-" : base_name(output), p->sha256, previous, as_of, &w);
	json_end(&w);
	sha256_hex(buf_span(&rest), p->run, EGRESS_RUN);
	buf_print(&p->manifest, "{\"schema\":\"cdp-manifest/1\",\"tool\":\"cdp-export\",\"version\":\"%s\","
	    "\"run\":\"%s\",", CDP_VERSION, p->run);
	buf_add(&p->manifest, span_skip(buf_span(&rest), 1));
	buf_byte(&p->manifest, '\n');
	buf_done(&rest);
	return 0;
}

void
publication_done(struct publication *p)
{
	buf_done(&p->manifest);
	mem_free(p->path);
}

/* ---- verify ---- */

static const char *
text(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s == NULL ? "" : s;
}

static int
check_file(const char *file, const json_t *manifest, const char **why, struct error *e)
{
	const json_t *entry = json_array_get(json_object_get(manifest, "files"), 0);
	char digest[FILE_DIGEST_HEX + 1];
	uint64_t bytes;

	if (file_digest(file, digest, &bytes, e) < 0)
		return -1;
	if (strcmp(digest, text(entry, "sha256")) != 0 ||
	    (json_int_t)bytes != json_integer_value(json_object_get(entry, "bytes")))
		*why = "the file is not the one of its manifest";
	return *why == NULL ? 0 : 1;
}

/* The run id is the digest of what follows it, so no other member can be edited either. */
static bool
is_as_written(struct span manifest, const char *run)
{
	struct buf head = { 0 }, rest = { 0 };
	char digest[EGRESS_RUN + 1];
	const char *at;

	buf_print(&head, "\"run\":\"%s\",", run);
	at = memmem(manifest.p, manifest.len, head.p, head.len);
	buf_text(&rest, "{");
	if (at != NULL)
		buf_add(&rest, span_skip(manifest, (size_t)(at - manifest.p) + head.len));
	if (rest.p[rest.len - 1] == '\n')
		rest.len--;
	sha256_hex(buf_span(&rest), digest, EGRESS_RUN);
	buf_done(&head);
	buf_done(&rest);
	return strcmp(digest, run) == 0;
}

/* A published run whose --as-of lay further back than decisions may be old was made too late. */
static bool
made_in_time(const struct egress_run *run)
{
	instant as_of;

	return run->as_of[0] == '\0' || !instant_parse(span_from(run->as_of), &as_of) ||
	    run->at == INSTANT_NONE || run->at - as_of <= (instant)run->max_age;
}

static int
check_journal(const char *state, const json_t *manifest, const char **why, struct error *e)
{
	const json_t *entry = json_array_get(json_object_get(manifest, "files"), 0);
	struct egress_run run = { .at = INSTANT_NONE };
	int found = egress_find(state, span_from(text(manifest, "run")), &run, e);

	if (found < 0)
		return -1;
	if (found == 0)
		*why = "the egress log has no published run of this manifest";
	else if (strcmp(run.sha256, text(entry, "sha256")) != 0)
		*why = "the egress log has another digest for this run";
	else if (!made_in_time(&run))
		*why = "the run's as-of lies further back than decisions may be old";
	return *why == NULL ? 0 : 1;
}

int
publication_verify(const char *file, const char *state, const char **why, struct error *e)
{
	struct buf path = { 0 };
	json_t *manifest = NULL;
	char *bytes = NULL;
	size_t len = 0;
	int r;

	*why = NULL;
	buf_print(&path, "%s.manifest.json%c", file, 0);
	r = fd_read_file(path.p, MANIFEST_MOST, STATUS_INPUT, &bytes, &len, e);
	if (r == 0)
		manifest = config_parse(span_make(bytes, len), path.p, STATUS_INPUT, e);
	r = manifest == NULL ? -1 : check_file(file, manifest, why, e);
	if (r == 0 && !is_as_written(span_make(bytes, len), text(manifest, "run"))) {
		*why = "the manifest is not as it was written";
		r = 1;
	}
	if (r == 0)
		r = check_journal(state, manifest, why, e);
	json_decref(manifest);
	mem_free(bytes);
	buf_done(&path);
	return r;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/json_config.c: documents that people write, read by jansson and checked member by
 * member. All faults of a document are collected, each with its JSON path. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/error.h"
#include "base/notes.h"
#include "io/fd.h"
#include "io/json_config.h"
#include "io/json_write.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>

enum {
	DEPTH_DEFAULT = 16,	/* deeper is no configuration that a person wrote */
	FAULTS_MAX = 500,	/* more than this and nobody reads on */
	PATH_KEY_MAX = 64,	/* bytes of one member name that a path shows */
	FAULT_TEXT_MAX = 512
};

void
faults_add(struct faults *f, const char *code, const char *path, const char *format, ...)
{
	char text[FAULT_TEXT_MAX];
	va_list args;

	if (f->count == FAULTS_MAX)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	f->list = mem_grow(f->list, f->count + 1, &f->cap, sizeof *f->list);
	f->list[f->count++] = (struct fault){ code, mem_text(path), mem_text(text) };
}

int
faults_refuse(const struct faults *f, const char *name, struct notes *notes, struct error *e)
{
	for (size_t i = 1; i < f->count; i++)
		notes_add(notes, "%s: %s: %s: %s", name, f->list[i].code, f->list[i].path, f->list[i].text);
	if (f->count == 0)
		return 0;
	error_set(e, USAGE, f->list[0].code, "%s: %s", f->list[0].path, f->list[0].text);
	error_place(e, name, 0, 0);
	return -1;
}

void
faults_done(struct faults *f)
{
	for (size_t i = 0; i < f->count; i++) {
		mem_free(f->list[i].path);
		mem_free(f->list[i].text);
	}
	mem_free(f->list);
	*f = (struct faults){ 0 };
}

/* Once per process: an allocator that never fails, and hashes that nobody can aim at.
 * jansson takes a seed of 0 for "choose one yourself", so 0 is avoided. */
static void
prepare_jansson(void)
{
	uint32_t seed;

	json_set_alloc_funcs(mem_alloc, mem_free);
	random_fill(&seed, sizeof seed);
	json_object_seed(seed | 1);
}

static void
prepare_once(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, prepare_jansson);
}

/* What went wrong in our words: those of jansson quote the input. */
static const char *
syntax_text(enum json_error_code code)
{
	switch (code) {
	case json_error_duplicate_key:
		return "a member occurs twice in one object";
	case json_error_invalid_utf8:
		return "not valid UTF-8";
	case json_error_premature_end_of_input:
		return "the document ends too early";
	case json_error_end_of_input_expected:
		return "text after the end of the document";
	case json_error_null_byte_in_key:
	case json_error_null_character:
		return "U+0000 is not allowed";
	case json_error_numeric_overflow:
		return "a number is too large";
	case json_error_stack_overflow:
		return "nested too deeply";
	default:
		return "not valid JSON";
	}
}

static void
place_of(struct span text, size_t at, struct error *e, const char *name)
{
	uint64_t line = 1;
	size_t start = 0;

	for (size_t i = 0; i < at && i < text.len; i++)
		if (text.p[i] == '\n') {
			line++;
			start = i + 1;
		}
	error_place(e, name, line, (uint32_t)(at - start + 1));
}

/* Refused before jansson sees it, because it drops a NUL that follows a number. */
static bool
has_nul(struct span text, const char *name, int status, struct error *e)
{
	size_t at = span_index(text, '\0');

	if (at == text.len)
		return false;
	error_put(e, (enum status)status, "E_JSON_SYNTAX", "a NUL byte");
	place_of(text, at, e, name);
	return true;
}

json_t *
config_parse(struct span text, const char *name, int status, struct error *e)
{
	json_error_t fault;
	json_t *root;

	prepare_once();
	if (span_starts(text, SPAN("\xef\xbb\xbf")))
		text = span_skip(text, 3);
	if (has_nul(text, name, status, e))
		return NULL;
	root = json_loadb(text.p == NULL ? "" : text.p, text.len, JSON_REJECT_DUPLICATES, &fault);
	if (root == NULL) {
		error_put(e, (enum status)status, "E_JSON_SYNTAX", "%s",
		    syntax_text(json_error_code(&fault)));
		error_place(e, name, fault.line > 0 ? (uint64_t)fault.line : 1,
		    fault.column > 0 ? (uint32_t)fault.column : 1);
		return NULL;
	}
	if (!config_depth_ok(root, DEPTH_DEFAULT)) {
		error_put(e, (enum status)status, "E_DEPTH", "nested more than %d deep",
		    DEPTH_DEFAULT);
		error_place(e, name, 0, 0);
		json_decref(root);
		return NULL;
	}
	return root;
}

json_t *
config_load(const char *path, size_t most, int status, struct error *e)
{
	json_t *root;
	size_t len;
	char *p;

	if (fd_read_file(path, most, status, &p, &len, e) < 0)
		return NULL;
	root = config_parse(span_make(p, len), path, status, e);
	mem_free(p);
	return root;
}

/* The recursion ends at `most`, which callers give as a constant. */
bool
config_depth_ok(json_t *root, unsigned most)
{
	const char *key;
	json_t *child;
	size_t i;

	if (!json_is_object(root) && !json_is_array(root))
		return true;
	if (most == 0)
		return false;
	json_object_foreach(root, key, child)
		if (!config_depth_ok(child, most - 1))
			return false;
	json_array_foreach(root, i, child)
		if (!config_depth_ok(child, most - 1))
			return false;
	return true;
}

struct config_at
config_root(json_t *root, struct faults *faults, const char *code)
{
	return (struct config_at){ .value = root, .faults = faults, .code = code };
}

struct config_at
config_member(const struct config_at *at, const char *key)
{
	return (struct config_at){ .up = at, .key = key, .value = json_object_get(at->value, key),
	    .faults = at->faults, .code = at->code };
}

struct config_at
config_element(const struct config_at *at, size_t index)
{
	return (struct config_at){ .up = at, .index = index,
	    .value = json_array_get(at->value, index), .faults = at->faults, .code = at->code };
}

static bool
is_name(const char *key)
{
	size_t len = strspn(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

	return len > 0 && key[len] == '\0';
}

static void
path_step(const struct config_at *at, struct buf *out)
{
	if (at->key == NULL) {
		buf_print(out, "[%zu]", at->index);
	} else if (is_name(at->key) && strlen(at->key) <= PATH_KEY_MAX) {
		buf_byte(out, '.');
		buf_text(out, at->key);
	} else {
		buf_text(out, "[\"");
		visible(out, span_from(at->key), PATH_KEY_MAX);
		buf_text(out, "\"]");
	}
}

/* Upwards to the root, then written downwards; depth is bounded by the document's. */
static void
write_path(const struct config_at *at, struct buf *out)
{
	const struct config_at *steps[DEPTH_DEFAULT * 4];
	size_t n = 0;

	for (; at->up != NULL; at = at->up) {
		assert(n < sizeof steps / sizeof *steps);
		steps[n++] = at;
	}
	buf_byte(out, '$');
	while (n > 0)
		path_step(steps[--n], out);
}

void
config_fault(const struct config_at *at, const char *code, const char *format, ...)
{
	char text[FAULT_TEXT_MAX];
	struct buf path = { 0 };
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	write_path(at, &path);
	buf_byte(&path, '\0');
	faults_add(at->faults, code, path.p, "%s", text);
	buf_done(&path);
}

static bool
is_comment(const char *key)
{
	return strncmp(key, "//", 2) == 0 || strncmp(key, "x_", 2) == 0;
}

static bool
is_listed(const char *key, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(*names, key) == 0)
			return true;
	return false;
}

bool
config_only(const struct config_at *at, const char *const *names)
{
	const char *key;
	json_t *child;

	if (!json_is_object(at->value)) {
		config_fault(at, at->code, "must be an object");
		return false;
	}
	json_object_foreach(at->value, key, child) {
		struct config_at member = config_member(at, key);

		if (!is_comment(key) && !is_listed(key, names))
			config_fault(&member, at->code, "unknown member");
	}
	return true;
}

/* The member, or NULL after reporting that a required one is missing. */
static json_t *
wanted(const struct config_at *at, const char *key, bool required)
{
	json_t *value = json_object_get(at->value, key);

	if (value == NULL && required) {
		struct config_at member = config_member(at, key);

		config_fault(&member, at->code, "is required");
	}
	return value;
}

static bool
must_be(const struct config_at *at, const char *key, const char *what)
{
	struct config_at member = config_member(at, key);

	config_fault(&member, at->code, "must be %s", what);
	return false;
}

bool
config_string(const struct config_at *at, const char *key, bool required, struct span *s)
{
	json_t *value = wanted(at, key, required);

	if (value == NULL)
		return false;
	if (!json_is_string(value))
		return must_be(at, key, "a string");
	*s = span_make(json_string_value(value), json_string_length(value));
	return true;
}

bool
config_bool(const struct config_at *at, const char *key, bool required, bool *yes)
{
	json_t *value = wanted(at, key, required);

	if (value == NULL)
		return false;
	if (!json_is_boolean(value))
		return must_be(at, key, "true or false");
	*yes = json_is_true(value);
	return true;
}

bool
config_int(const struct config_at *at, const char *key, bool required, int64_t least,
    int64_t most, int64_t *n)
{
	json_t *value = wanted(at, key, required);
	char range[80];

	if (value == NULL)
		return false;
	if (!json_is_integer(value) || json_integer_value(value) < least ||
	    json_integer_value(value) > most) {
		snprintf(range, sizeof range, "an integer from %" PRId64 " to %" PRId64, least,
		    most);
		return must_be(at, key, range);
	}
	*n = json_integer_value(value);
	return true;
}

static void
choice_fault(const struct config_at *at, const char *key, const char *const *choices)
{
	struct buf list = { 0 };

	buf_text(&list, "one of");
	for (; *choices != NULL; choices++) {
		buf_byte(&list, ' ');
		buf_text(&list, *choices);
	}
	buf_byte(&list, '\0');
	must_be(at, key, list.p);
	buf_done(&list);
}

bool
config_choice(const struct config_at *at, const char *key, bool required,
    const char *const *choices, int *index)
{
	json_t *value = wanted(at, key, required);

	if (value == NULL)
		return false;
	for (int i = 0; json_is_string(value) && choices[i] != NULL; i++)
		if (strlen(choices[i]) == json_string_length(value) &&
		    strcmp(choices[i], json_string_value(value)) == 0) {
			*index = i;
			return true;
		}
	choice_fault(at, key, choices);
	return false;
}

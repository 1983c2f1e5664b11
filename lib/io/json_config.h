/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/json_config.h: configuration, policy, rules and reports, read by jansson.
 * Duplicate keys and NUL are refused, depth is at most 16 unless said, and no text of jansson
 * is ever printed (it quotes its input). Faults name the JSON path: $.columns.Email.to.
 * Readers collect all faults: each check adds to the list and goes on. */
#ifndef CDP_IO_JSON_CONFIG_H
#define CDP_IO_JSON_CONFIG_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct buf;
struct error;
struct notes;

/* Faults of one document, in the order they were found. */
struct fault {
	const char	*code;		/* a literal: "E_MAP_SYNTAX", "L101" */
	char		*path;		/* "$.source.name"; owned */
	char		*text;		/* owned */
};
struct faults {
	struct fault	*list;
	size_t		 count, cap;
};
void faults_add(struct faults *f, const char *code, const char *path, const char *format, ...)
    PRINTF_LIKE(4, 5);
/* The first as the error of the file `name`, USAGE, the others as notices: -1; 0 where there is none. */
MUST_USE int faults_refuse(const struct faults *f, const char *name, struct notes *notes, struct error *e);
void faults_done(struct faults *f);

/* Where we are in a document: cheap, lives on the stack, linked to where we came from. */
struct config_at {
	const struct config_at	*up;
	const char		*key;		/* member of the object above, or NULL for an element */
	size_t			 index;		/* element of the array above */
	json_t			*value;		/* borrowed; NULL when the member is not there */
	struct faults		*faults;
	const char		*code;		/* given to faults that the getters find */
};

/* Loads a file of at most `most` bytes. NULL: e has the status given, names the file, line
 * and column, quotes nothing. The caller calls json_decref. */
json_t *config_load(const char *path, size_t most, int status, struct error *e);
json_t *config_parse(struct span text, const char *name, int status, struct error *e);
/* Checks depth ≤ most. */
bool config_depth_ok(json_t *root, unsigned most);

struct config_at config_root(json_t *root, struct faults *faults, const char *code);
struct config_at config_member(const struct config_at *at, const char *key);
struct config_at config_element(const struct config_at *at, size_t index);
void config_fault(const struct config_at *at, const char *code, const char *format, ...)
    PRINTF_LIKE(3, 4);
/* Reports every member of the object whose name is not in the NULL-ended list; names that
 * begin with one of the two prefixes "//" and "x_" are comments. False if it is no object. */
bool config_only(const struct config_at *at, const char *const *names);

/* Getters: false when the member is absent (no fault unless `required`) or of the wrong type
 * (a fault). Strings are borrowed from the document. */
bool config_string(const struct config_at *at, const char *key, bool required, struct span *s);
bool config_bool(const struct config_at *at, const char *key, bool required, bool *yes);
bool config_int(const struct config_at *at, const char *key, bool required, int64_t least,
    int64_t most, int64_t *n);
/* Index of the string in a NULL-ended list; a fault lists what is allowed. */
bool config_choice(const struct config_at *at, const char *key, bool required,
    const char *const *choices, int *index);

/* Whether a number of the document is not whole: such a document has no canonical text here. */
bool config_has_real(const json_t *root);
/* RFC 8785 text of a document that holds no reals. */
void config_canonical(const json_t *root, struct buf *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/json_write.h: the one serialiser: no blanks, keys in the order of the calls. Lines of one
 * form that are written very often go past it, which knows nothing of it: see json_pen.h.
 * Always holds: what was written is valid JSON once every object and array is closed. Escapes
 * are those of ingest 1.3; invalid UTF-8 is a bug of the caller (asserted). The names
 * json_object, json_array, json_string and json_null belong to jansson, to the linker as well.
 *
 *	struct json_writer w = json_writer(out);
 *	json_open_object(&w); json_key(&w, SPAN("id")); json_text(&w, id); json_end(&w); */
#ifndef CDP_IO_JSON_WRITE_H
#define CDP_IO_JSON_WRITE_H

#include "base/buf.h"	/* for the ready keys */
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

struct json_writer {
	struct buf	*out;
	uint64_t	 comma;		/* bit per depth: an element was written */
	uint64_t	 array;		/* bit per depth: the container is an array */
	unsigned	 depth;		/* below 64 */
	bool		 after_key;
};

struct json_writer json_writer(struct buf *out);
void json_open_object(struct json_writer *w);
void json_open_array(struct json_writer *w);
void json_end(struct json_writer *w);			/* closes the innermost of both */
void json_key(struct json_writer *w, struct span key);
void json_text(struct json_writer *w, struct span text);
void json_texts(struct json_writer *w, const struct span *texts, size_t n);	/* a list of them */
/* A key that is known beforehand, with the comma before it and the colon after it; needs no
 * escape. JSON_KEY_INIT is the same as an initialiser. */
#define JSON_KEY(lit)		SPAN(",\"" lit "\":")
#define JSON_KEY_INIT(lit)	SPAN_INIT(",\"" lit "\":")
static inline void json_ready_key(struct json_writer *w, struct span key);
/* Such a key and its text; left out when the text is not there. */
void json_ready_member(struct json_writer *w, struct span key, struct span text);
/* The same for n keys and their texts. */
void json_ready_members(struct json_writer *w, const struct span *keys, const struct span *texts,
    size_t n);
/* Such a key and a list of texts. */
void json_ready_list(struct json_writer *w, struct span key, const struct span *texts, size_t n);
/* Such a key and a list of objects that have the same n keys; each object is n texts. */
void json_ready_objects(struct json_writer *w, struct span key, const struct span *keys,
    const struct span *texts, size_t n, size_t objects);
/* An object whose first member is known beforehand: "{\"kind\":\"record\"". */
void json_ready_open(struct json_writer *w, struct span start);
void json_raw(struct json_writer *w, struct span json);	/* one value as it stands */
void json_u64(struct json_writer *w, uint64_t n);
void json_i64(struct json_writer *w, int64_t n);
/* A number in fixed point, as text, so that no reader rounds it: 12500 of 3 places is "12.500". */
void json_fixed(struct json_writer *w, int64_t n, int places);
void json_put_null(struct json_writer *w);
/* Key and value in one call; the text form leaves the member out when the span is not there. */
void json_member_string(struct json_writer *w, const char *key, struct span text);
void json_member_u64(struct json_writer *w, const char *key, uint64_t n);
void json_member_bool(struct json_writer *w, const char *key, bool yes);
void json_member_raw(struct json_writer *w, const char *key, struct span json);
static inline void
json_ready_key(struct json_writer *w, struct span key)
{
	uint64_t bit = UINT64_C(1) << w->depth;

	buf_add(w->out, (w->comma & bit) != 0 ? key : span_skip(key, 1));
	w->comma |= bit;
	w->after_key = true;
}

/* Only the string, with quotes and escapes. */
void json_quote(struct buf *out, struct span text);
/* How many bytes at the head are ASCII that json_quote leaves alone: up to its closing quote, for
 * the inside of most strings. */
size_t json_plain(struct span s);

#endif

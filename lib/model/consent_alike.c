/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/consent_alike.c: what lines have in common is compared as a few long pieces; only what stands
 * between them is looked at as text. */
#include "model/consent.h"
#include "model/consent_alike.h"
#include "model/plain_priv.h"

enum { PLACES = 4 };		/* where lines of one form differ */

struct alike_form {
	struct span	piece[PLACES + 1];	/* without the quotes of the texts between them */
	unsigned	places;
};

void
consent_alike_done(struct consent_alike *a)
{
	arena_done(&a->arena);
	*a = (struct consent_alike){ 0 };
}

static bool
goes_like(const struct alike_form *f, struct span line)
{
	struct reading r = { line.p, line.p + line.len, line.p, NULL, NULL };
	struct span text;

	for (unsigned i = 0;; i++) {
		const struct span piece = f->piece[i];

		if ((size_t)(r.end - r.p) < piece.len || memcmp(r.p, piece.p, piece.len) != 0)
			return false;
		r.p += piece.len;
		if (i == f->places)
			return r.p == r.end;
		if (!take_text(&r, &text))
			return false;
	}
}

bool
consent_alike(struct consent_alike *a, struct span line)
{
	if (line.len > LINE_PLAIN)
		return false;
	for (unsigned i = 0; i < a->forms; i++) {
		struct alike_form *f = a->form[i];

		if (!goes_like(f, line))
			continue;
		if (i > 0) {
			a->form[i] = a->form[i - 1];
			a->form[i - 1] = f;
		}
		return true;
	}
	return false;
}

/* The first text of a flat object, which tells the record; or absent. */
static struct span
first_text(struct span json)
{
	static const struct span open = SPAN_INIT("{\""), between = SPAN_INIT("\":\"");
	struct span text;

	if (json.p == NULL)
		return json;
	text = span_skip(json, open.len);
	text = span_skip(text, span_index(text, '"') + between.len);
	return span_head(text, span_index(text, '"'));
}

static struct span
piece(struct consent_alike *a, const char *from, const char *to)
{
	return arena_copy(&a->arena, span_make(from, (size_t)(to - from)));
}

void
consent_alike_learn(struct consent_alike *a, struct span line, const struct consent_event *c)
{
	const struct span differs[PLACES] = { c->id, c->identifier_value, c->at,
	    first_text(c->evidence) };
	struct alike_form *f;
	const char *from = line.p;

	if (a->forms == CONSENT_FORMS)
		return;
	f = arena_zero(&a->arena, 1, sizeof *f);
	for (unsigned i = 0; i < PLACES; i++) {
		if (differs[i].p == NULL)
			continue;
		f->piece[f->places++] = piece(a, from, differs[i].p - 1);
		from = differs[i].p + differs[i].len + 1;
	}
	f->piece[f->places] = piece(a, from, line.p + line.len);
	a->form[a->forms++] = f;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/phrases.c: a table of share/explain by key. */
#include "base/alloc.h"
#include "base/asset.h"
#include "base/buf.h"
#include "base/map.h"
#include "consent/phrases.h"

enum { LANG_MOST = 8 };		/* bytes of a primary language */

struct phrases {
	struct map	*keys;		/* → index in texts, + 1 */
	struct span	*texts;
	size_t		 count, cap;
	char		 lang[LANG_MOST + 1];
};

static void
add_line(struct phrases *p, struct span line)
{
	struct span key = span_head(line, span_index(line, '\t'));

	if (line.len == 0 || line.p[0] == '#' || key.len == line.len)
		return;
	p->texts = mem_grow(p->texts, p->count + 1, &p->cap, sizeof *p->texts);
	p->texts[p->count++] = span_skip(line, key.len + 1);
	*map_slot(p->keys, key) = p->count;
}

struct phrases *
phrases_open(struct span lang, bool *known)
{
	struct span primary = span_head(lang, span_index(lang, '-')), rest, line;
	struct phrases *p;
	struct buf name = { 0 };

	*known = span_is(primary, "en");
	if (*known || primary.len == 0 || primary.len > LANG_MOST)
		return NULL;
	buf_print(&name, "explain/%.*s.tsv%c", SPAN_ARG(primary), 0);
	rest = asset_find(name.p);
	buf_done(&name);
	if (rest.p == NULL)
		return NULL;
	*known = true;
	p = mem_zero(1, sizeof *p);
	p->keys = map_new();
	memcpy(p->lang, primary.p, primary.len);
	while (span_split(&rest, '\n', &line))
		add_line(p, line);
	return p;
}

void
phrases_free(struct phrases *p)
{
	if (p == NULL)
		return;
	map_free(p->keys);
	mem_free(p->texts);
	mem_free(p);
}

struct span
phrase(const struct phrases *p, const char *key, const char *english)
{
	const uint64_t *at = p == NULL ? NULL : map_find(p->keys, span_from(key));

	return at == NULL ? span_from(english) : p->texts[*at - 1];
}

struct span
phrases_lang(const struct phrases *p)
{
	return p == NULL ? SPAN("en") : span_from(p->lang);
}

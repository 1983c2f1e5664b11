/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/address_parts.c: boxes and units are taken off first; of the segments that are left
 * the one that looks most like a street is it, and the number stands before or behind its name.
 * Every word ends in exactly one part. */
#include "base/arena.h"
#include "normal/address_parts.h"
#include "normal/address_parts_priv.h"

/* The list has codes of two letters with a blank between them. */
static bool
listed(struct span code, const char *list)
{
	for (const char *at = list; code.len == 2; at += 3) {
		if (at[0] == code.p[0] && at[1] == code.p[1])
			return true;
		if (at[2] == '\0')
			return false;
	}
	return false;
}

/* Where numbers stand, by country, else by the region, then the language, of the locale. */
static enum address_style
style_of(struct span country, struct span locale)
{
	static const char leading[] = "US GB FR CA AU IE NZ IN ZA SG HK PH MY LU MC MT JM NG KE GH "
	    "PK BD LK TW IL CY";

	if (country.len == 0 && locale.len == 5)
		country = span_skip(locale, 3);
	if (country.len == 2)
		return listed(country, leading) ? ADDRESS_LEADING : ADDRESS_TRAILING;
	if (listed(span_head(locale, 2), "en fr"))
		return ADDRESS_LEADING;
	return locale.len >= 2 ? ADDRESS_TRAILING : ADDRESS_SHOWN;
}

static struct span
join(struct span a, const char *between, struct span b, struct arena *arena)
{
	size_t gap = strlen(between);
	char *out = arena_alloc(arena, a.len + gap + b.len);

	memcpy(out, a.p, a.len);
	memcpy(out + a.len, between, gap);
	memcpy(out + a.len + gap, b.p, b.len);
	return span_make(out, a.len + gap + b.len);
}

/* The words of a part as written; between those that stand apart comes `between`. */
static struct span
collect(const struct words *w, enum part part, const char *between, struct arena *arena)
{
	struct span all = span_none();

	for (size_t i = 0, end; i < w->count; i = end) {
		struct span run = w->w[i].text;

		end = i + 1;
		if (w->w[i].part != part)
			continue;
		while (end < w->count && w->w[end].part == part &&
		    w->w[end].segment == w->w[i].segment)
			end++;
		run.len = (size_t)(w->w[end - 1].text.p + w->w[end - 1].text.len - run.p);
		all = all.p == NULL ? run : join(all, between, run, arena);
	}
	return all;
}

struct address_parts
address_parts(struct span value, struct span country, struct span locale, struct arena *arena)
{
	enum address_style style = style_of(country, locale);
	struct address_parts p = { 0 };
	struct words w;

	words_make(&w, value, arena);
	address_take_boxes(&w);
	p.numberless = address_take_units(&w, style, arena);
	address_take_street(&w, style, country, arena);
	for (size_t i = 0; i < w.count; i++)
		if (w.w[i].part == PART_NONE)
			w.w[i].part = PART_BUILDING;
	p.street = collect(&w, PART_STREET, " ", arena);
	p.number = collect(&w, PART_NUMBER, "-", arena);
	p.unit = collect(&w, PART_UNIT, ", ", arena);
	p.building = collect(&w, PART_BUILDING, ", ", arena);
	p.po_box = collect(&w, PART_BOX, " ", arena);
	return p;
}

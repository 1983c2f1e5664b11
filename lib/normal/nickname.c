/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/nickname.c: each line of the tables is a class: a name, then its other forms. Lines
 * of several languages that begin with one name are one class: what Robert is called in London
 * he may be called in Berlin. */
#include "base/alloc.h"
#include "base/asset.h"
#include "base/map.h"
#include "normal/nickname.h"

#include <pthread.h>

static const char *const files[] = { "names/nicknames_en.tsv", "names/nicknames_pt.tsv",
    "names/nicknames_es.tsv", "names/nicknames_de.tsv", "names/nicknames_fr.tsv",
    "names/nicknames_it.tsv", "names/nicknames_pl.tsv", "names/nicknames_uk.tsv" };

struct classes {
	uint16_t	number[NICKNAME_CLASSES_MAX];	/* ascending */
	uint16_t	count;
};

static pthread_once_t	 once = PTHREAD_ONCE_INIT;
static struct map	*names;		/* name -> index into `members` */
static struct classes	*members;

/* Classes are added in turn, but a line may repeat a class that is older. */
static void
join(struct classes *c, uint16_t number)
{
	size_t at = c->count;

	while (at > 0 && c->number[at - 1] > number)
		at--;
	if ((at > 0 && c->number[at - 1] == number) || c->count == NICKNAME_CLASSES_MAX)
		return;
	memmove(c->number + at + 1, c->number + at, (c->count - at) * sizeof *c->number);
	c->number[at] = number;
	c->count++;
}

static void
add(struct span name, uint16_t number, size_t *cap)
{
	size_t known = map_size(names), at = map_add(names, name);

	members = mem_grow(members, at + 1, cap, sizeof *members);
	if (at == known)
		members[at] = (struct classes){ 0 };
	join(&members[at], number);
}

static void
read_line(struct span line, struct map *heads, size_t *cap)
{
	struct span name;
	uint16_t number;

	(void)span_split(&line, '\t', &name);
	number = (uint16_t)map_add(heads, name);
	add(name, number, cap);
	while (span_split(&line, ' ', &name))
		add(name, number, cap);
}

static void
load(void)
{
	struct map *heads = map_new();
	size_t cap = 0;

	names = map_new();
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct span text = asset_find(files[i]), line;

		while (span_split(&text, '\n', &line))
			if (line.len > 0 && line.p[0] != '#')
				read_line(line, heads, &cap);
	}
	map_free(heads);
}

static const struct classes *
find(struct span name)
{
	size_t at;

	pthread_once(&once, load);
	at = map_index(names, name);
	return at == SIZE_MAX ? NULL : &members[at];
}

size_t
nickname_classes(struct span name, uint16_t class[NICKNAME_CLASSES_MAX])
{
	const struct classes *c = find(name);

	if (c == NULL)
		return 0;
	memcpy(class, c->number, c->count * sizeof *class);
	return c->count;
}

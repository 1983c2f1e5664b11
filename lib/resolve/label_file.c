/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/label_file.c: reads the table; columns beside the two are left. */
#include "base/error.h"
#include "base/map.h"
#include "io/csv_table.h"
#include "resolve/label_file.h"

#define CODE "E_LABELS"

struct reading {
	struct label_file	*l;
	size_t			 id, entity;	/* columns */
};

static size_t
column(const struct span *head, size_t count, const char *name)
{
	size_t i = 0;

	while (i < count && !span_is(head[i], name))
		i++;
	return i;
}

static int
take_head(void *arg, const struct span *cells, size_t count, struct error *e)
{
	struct reading *r = arg;

	r->id = column(cells, count, "id");
	r->entity = column(cells, count, "entity");
	return r->id < count && r->entity < count ? 0 :
	    error_set(e, USAGE, CODE, "the table has no columns \"id\" and \"entity\"");
}

static int
take_row(void *arg, const struct span *cells, size_t count, struct error *e)
{
	struct reading *r = arg;
	uint64_t *of, entity;

	(void)count;
	if (cells[r->id].len == 0 || cells[r->entity].len == 0)
		return error_set(e, USAGE, CODE, "a record or an entity without a name");
	entity = map_add(r->l->names, cells[r->entity]) + 1;
	of = map_slot(r->l->entity, cells[r->id]);
	if (*of != 0 && *of != entity)
		return error_set(e, USAGE, CODE, "the record has another entity in a line before");
	*of = entity;
	return 0;
}

int
label_file_load(struct label_file *l, const char *path, struct error *e)
{
	struct reading r = { .l = l };

	l->entity = map_new();
	l->names = map_new();
	return csv_table_each(path, CODE, take_head, take_row, &r, e);
}

uint32_t
label_file_find(const struct label_file *l, struct span id)
{
	const uint64_t *of = l->entity == NULL ? NULL : map_find(l->entity, id);

	return of == NULL ? 0 : (uint32_t)*of;
}

void
label_file_done(struct label_file *l)
{
	map_free(l->entity);
	map_free(l->names);
	*l = (struct label_file){ 0 };
}

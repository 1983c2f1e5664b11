/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/evaluation_show.c: the figures as text and as JSON. */
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "io/json_write.h"
#include "report/agreement.h"
#include "report/contingency.h"
#include "report/evaluation.h"

enum { VALUE_BYTES = 200 };	/* of a slice's value, for people */

/* The figures of the records of one slice, in byte order of its values. */
static struct span
slice(const struct evaluation *v, size_t i, struct scores *out)
{
	const struct labels *by = v->slices;
	struct contingency t;

	contingency_fill(&t, &v->truth, &v->found, by, map_value(by->values, i));
	agreement(&t, out);
	contingency_done(&t);
	return map_key(by->values, i);
}

static void
slices_json(const struct evaluation *v, struct json_writer *w)
{
	json_key(w, SPAN("by"));
	json_open_object(w);
	json_member_string(w, "field", span_from(v->o.by));
	json_key(w, SPAN("slices"));
	json_open_array(w);
	map_sort(v->slices->values);
	for (size_t i = 0; i < map_size(v->slices->values); i++) {
		struct scores one = { 0 };
		struct span value = slice(v, i, &one);

		json_open_object(w);
		json_member_string(w, "value", value);
		scores_json(&one, w);
		json_end(w);
	}
	json_end(w);
	json_end(w);
}

static void
slices_text(const struct evaluation *v, struct buf *out)
{
	map_sort(v->slices->values);
	for (size_t i = 0; i < map_size(v->slices->values); i++) {
		struct scores one = { 0 };
		struct span value = slice(v, i, &one);

		buf_print(out, "\n%s ", v->o.by);
		visible(out, value, VALUE_BYTES);
		buf_byte(out, '\n');
		scores_text(&one, out);
	}
}

void
evaluation_text(const struct evaluation *v, struct buf *out)
{
	scores_text(&v->scores, out);
	for (size_t i = 0; i < v->grid_count; i++)
		grid_text(&v->grids[i], out);
	if (v->slices != NULL)
		slices_text(v, out);
}

void
evaluation_json(const struct evaluation *v, struct buf *out)
{
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	json_member_string(&w, "kind", SPAN("evaluation"));
	scores_json(&v->scores, &w);
	for (size_t i = 0; i < v->grid_count; i++)
		grid_json(&v->grids[i], &w);
	if (v->slices != NULL)
		slices_json(v, &w);
	json_end(&w);
	buf_byte(out, '\n');
}

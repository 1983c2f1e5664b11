/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/model_file_test.c: a model that was written is read as it was, and one that is
 * wrong is refused with its place. */
#include "base/buf.h"
#include "base/error.h"
#include "base/notes.h"
#include "resolve/model_file.h"
#include "resolve/model_table.h"
#include "tap.h"

#include <stdlib.h>

static void
put_level(struct model_level *l, unsigned n)
{
	*l = (struct model_level){ .m = 1.0 / (n + 3), .u = 0.1 / (n + 7), .h = 1e-9 / (n + 1),
		.weight = { (int)n * 100 - 300, 12, 7, 7, 7, 7, 7, 9, (int)n * 90 },
		.household = { 5, -20000, 1, 1, 1, 1, 1, 1, (int)n } };
}

static void
sample(struct model_file *f)
{
	static struct model_count holders[] = { { 0x00a1, 12 }, { UINT64_C(0xfedcba9876543210), 9 } };
	static struct model_table table[] = { { SPAN_INIT("given_name"), 700, holders, 2 } };
	static struct model_generic generic[] = { { SPAN_INIT("email"), 7, SPAN_INIT("pattern"),
	    SPAN_INIT("null") }, { SPAN_INIT("email"), 9, SPAN_INIT("household"), SPAN_INIT("shared") } };

	*f = (struct model_file){ .field = {
		{ .name = SPAN("given_name"), .type = FIELD_GIVEN, .nature = NATURE_PERSONAL,
		  .records = 700, .distinct = 90 },
		{ .name = SPAN("attributes.town"), .type = FIELD_STRING, .nature = NATURE_FREE },
		{ .name = SPAN("identifiers.br_cpf"), .type = FIELD_IDENTIFIER, .exclusive = true } },
		.source = { SPAN("crm"), SPAN("shop") }, .sources = 2, .records = 800, .seed = 1,
		.rule = { { { SPAN("birthdate.full"), SPAN("family.phon") }, 2, 400,
		  { SPAN("given.initial") }, 1 } }, .rules = 1,
		.table = table, .tables = 1, .generic = generic, .generics = 2 };
	f->model = (struct model){ .fields = 3, .classes = 3, .household = true,
		.matches_per_record = 0.934512, .household_per_record = 1.766,
		.class_per_record = { 0.000000004, 0.5, 1.25 }, .prior = { -30001, 12, -9058 },
		.household_prior = -8111, .tf_floor = 4, .cap_free = 10000,
		.contact_capped = true, .cap_contact = 24000,
		.link = 1240, .review = -2760, .merge = -3000, .kind = "estimated", .iterations = 31 };
	for (unsigned i = 0; i < 3; i++) {
		f->model.field[i] = (struct model_field){ .levels = field_levels(f->field[i].type),
			.parent = i == 1 ? 0 : -1, .trained = i != 2, .told = { i == 1 ? 0xa0 : 0 },
			.tellers = i == 1, .plain = i == 0 ? 0x90 : 0 };
		for (unsigned l = 0; l < f->model.field[i].levels; l++)
			put_level(&f->model.field[i].level[l], l + i);
	}
}

static bool
same_model(const struct model *a, const struct model *b)
{
	bool same = a->fields == b->fields && a->classes == b->classes && a->household == b->household &&
	    a->link == b->link && a->review == b->review && a->merge == b->merge &&
	    a->cap_free == b->cap_free && a->contact_capped == b->contact_capped &&
	    a->cap_contact == b->cap_contact && a->tf_floor == b->tf_floor;

	for (unsigned i = 0; i < a->fields; i++)
		for (unsigned l = 0; l < a->field[i].levels; l++) {
			const struct model_level *x = &a->field[i].level[l], *y = &b->field[i].level[l];
			bool rows = a->field[i].parent >= 0;

			same &= x->m == y->m && x->u == y->u && x->h == y->h &&
			    x->weight[ROW_ALONE] == y->weight[ROW_ALONE] &&
			    x->household[ROW_ALONE] == y->household[ROW_ALONE];
			same &= !rows || (memcmp(x->weight, y->weight, sizeof x->weight) == 0 &&
			    memcmp(x->household, y->household, sizeof x->household) == 0);
			same &= rows || y->weight[7] == y->weight[ROW_ALONE];
		}
	return same;
}

static void
round_trip(struct span text, const struct model_file *f)
{
	struct notes notes = { 0 };
	struct error e = { 0 };
	struct buf again = { 0 };
	struct model_file *r = model_file_parse(text, "m.json", &notes, &e);

	if (!ok(r != NULL, "a model that was written is read: %s", e.text))
		exit(tap_done());
	ok(same_model(&f->model, &r->model), "all weights and shares are as they were");
	ok(r->model.field[0].plain == 0x90 && r->model.field[1].plain == 0,
	    "and where frequencies do not count");
	ok(r->model.field[1].told[0] == 0xa0 && r->model.field[1].tellers == 1 &&
	    r->model.field[2].tellers == 0, "and what tells them");
	ok(r->model.field[1].parent == 0 && r->model.field[2].parent == -1 &&
	    r->field[2].exclusive && !r->model.field[2].trained && r->model.field[1].free,
	    "and what is known of the fields");
	ok(r->rules == 1 && r->rule[0].atoms == 2 && span_is(r->rule[0].atom[1], "family.phon") &&
	    r->rule[0].cap == 400 && r->rule[0].refines == 1, "the rules");
	ok(r->tables == 1 && r->table[0].count == 2 && r->table[0].list[1].holders == 9 &&
	    r->table[0].list[0].value == 0xa1 && model_holders(&r->table[0], 0xa1) == 12 &&
	    model_holders(&r->table[0], 0xa2) == 1 && model_holders(NULL, 0xa1) == 1,
	    "the frequencies");
	ok(r->generics == 2 && r->generic[1].value == 9 && span_is(r->generic[0].reason, "pattern"),
	    "the generic values");
	ok(memcmp(r->model.prior, f->model.prior, sizeof r->model.prior) == 0 &&
	    r->model.household_prior == -8111, "the priors");
	ok(r->sources == 2 && span_is(r->source[1], "shop") &&
	    r->model.class_per_record[0] == 0.000000004, "the sources");
	ok(r->digest.len == 32, "a model has a digest");
	model_file_write(r, &again);
	ok(span_equal(text, buf_span(&again)), "written again it is the same");
	buf_done(&again);
	model_file_free(r);
	notes_done(&notes);
}

/* The text with the first `from` replaced is refused at this place. */
static void
refused(struct span text, const char *from, const char *to, const char *path)
{
	struct notes notes = { 0 };
	struct error e = { 0 };
	struct buf changed = { 0 };
	const char *at = memmem(text.p, text.len, from, strlen(from));
	struct model_file *r;

	if (at == NULL) {
		ok(false, "%s is in the model", from);
		return;
	}
	buf_add(&changed, span_head(text, (size_t)(at - text.p)));
	buf_text(&changed, to);
	buf_add(&changed, span_skip(text, (size_t)(at - text.p) + strlen(from)));
	r = model_file_parse(buf_span(&changed), "m.json", &notes, &e);
	ok(r == NULL && e.status == STATUS_USAGE && strncmp(e.text, path, strlen(path)) == 0,
	    "%s for %s: %s", to, from, e.text);
	model_file_free(r);
	buf_done(&changed);
	notes_done(&notes);
}

static void
refusals(struct span text)
{
	refused(text, "cdp-model/1", "cdp-model/2", "$.schema: ");
	refused(text, "\"unicode\":\"", "\"unicode\":\"9", "$.unicode: ");
	refused(text, "\"weight\":", "\"weight\":99", "$.comparisons[0].levels[0].weight: ");
	refused(text, "\"level\":6", "\"level\":5", "$.comparisons[0].levels[2]: ");
	refused(text, "\"tf\":\"1\"", "\"tf\":\"0.5\"", "$.comparisons[1].levels[0].tf: ");
	refused(text, "\"parent\":\"given_name\"", "\"parent\":\"attributes.town\"", "$.comparisons[1]: ");
	refused(text, "\"parent\":\"given_name\"", "\"parent\":\"nobody\"", "$.comparisons[1]: ");
	refused(text, "\"type\":\"given\"", "\"type\":\"taken\"", "$.comparisons[0].type: ");
	refused(text, "\"m\":\"0.", "\"m\":\"7.", "$.comparisons[0].levels[0].m: ");
	refused(text, "\"link\":1240", "\"link\":-2761", "$.thresholds: ");
	refused(text, "\"00000000000000a1\"", "\"ffffffffffffffff\"", "$.tf.tables[0].values[1]: ");
	refused(text, "\"00000000000000a1\"", "\"00000000000000A1\"", "$.tf.tables[0].values[0]: ");
	refused(text, "\"0000000000000007\"", "\"ana@example.org\"", "$.generic[0].value: ");
	refused(text, "\"0000000000000007\"", "\"0000000000000009\"", "$.generic[1]: ");
	refused(text, "\"reason\":\"pattern\"", "\"reason\":\"none\"", "$.generic[0].reason: ");
	refused(text, "\"source\":\"shop\"", "\"source\":null", "$.classes: ");
	refused(text, "\"prior\":12", "\"prior\":null", "$.classes[1].prior: ");
	refused(text, "\"told_by\":{\"given_name\":[5", "\"told_by\":{\"given_name\":[8",
	    "$.comparisons[1].told_by");
	refused(text, "\"seed\":1", "\"seed\":1.5", "$: ");
	refused(text, "\"seed\":1", "\"seeds\":1", "$.seed");
	refused(text, "\"1.766000\"", "\"many\"", "$.household_per_record: ");
	refused(text, "{", "[{", "");
}

static void
priors_follow(const struct model *trained)
{
	struct model m = *trained, twice = *trained;

	model_follow(&m, 1 << 20);
	model_follow(&twice, 1 << 21);
	ok(m.prior[2] - twice.prior[2] >= 998 && m.prior[2] - twice.prior[2] <= 1002 &&
	    m.household_prior - twice.household_prior >= 998, "twice the records take a bit: %d, %d",
	    m.prior[2], twice.prior[2]);
	model_follow(&m, (1 << 20) - 1000);
	model_follow(&twice, 1 << 20);
	ok(m.prior[0] == twice.prior[0] && m.prior[0] < m.prior[2], "few records more change nothing");
	model_follow(&m, 0);
	ok(m.prior[2] <= 1000, "no records have a prior too: %d", m.prior[2]);
}

/* A model of which nothing was learnt judges as it did when it was kept. */
static void
guesses(struct model_file *f)
{
	struct notes notes = { 0 };
	struct error e = { 0 };
	struct buf text = { 0 };
	struct model_file *r;

	f->model.kind = "fallback";
	model_file_write(f, &text);
	r = model_file_parse(buf_span(&text), "m.json", &notes, &e);
	ok(r != NULL && r->model.guessed, "that a model is a guess is kept");
	f->model.kind = "estimated";
	model_file_free(r);
	buf_done(&text);
	notes_done(&notes);
}

int
main(void)
{
	struct model_file f;
	struct buf text = { 0 };

	sample(&f);
	model_file_write(&f, &text);
	round_trip(buf_span(&text), &f);
	guesses(&f);
	refusals(buf_span(&text));
	priors_follow(&f.model);
	buf_done(&text);
	return tap_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/waterfall.c: what a pair starts from, what each field adds or takes, and a bar. */
#include "base/buf.h"
#include "base/error.h"
#include "base/number.h"
#include "resolve/fx.h"
#include "resolve/level.h"
#include "resolve/scored.h"
#include "resolve/store.h"
#include "resolve/waterfall.h"

enum {
	ID_MOST = 200,
	NAME = 16, LEVEL = 20, WORDS = 20,	/* columns */
	BITS = 8,
	SAME_HOUSE = 4,		/* least level of two places that are one */
	BAR = 10		/* characters on each side, one a bit */
};

struct drawing {
	struct buf	*out;
	size_t		 line;		/* where it began */
};

static void
begin(struct drawing *d)
{
	d->line = d->out->len;
}

/* Characters of the line so far, which may have others than ASCII. */
static size_t
column(const struct drawing *d)
{
	size_t n = 0;

	for (size_t i = d->line; i < d->out->len; i++)
		n += ((unsigned char)d->out->p[i] & 0xc0) != 0x80;
	return n;
}

static void
pad(struct drawing *d, size_t to)
{
	do
		buf_byte(d->out, ' ');
	while (column(d) < to);
}

static void
signed_bits(struct buf *out, int32_t w)
{
	if (w > 0)
		buf_byte(out, '+');
	fixed_write(out, w, 3);
}

/* Right-aligned. */
static void
put_bits(struct drawing *d, int32_t w)
{
	struct buf text = { 0 };

	signed_bits(&text, w);
	pad(d, NAME + LEVEL + WORDS + (text.len < BITS ? BITS - text.len : 0));
	buf_add(d->out, buf_span(&text));
	buf_done(&text);
}

/* "   <====|" or "         |===": what is longer than the scale ends in an arrow. */
static void
put_bar(struct drawing *d, int32_t w)
{
	int32_t bits = (w < 0 ? -w : w) + FX_BIT / 2;
	int length = bits / FX_BIT > BAR ? BAR : bits / FX_BIT;
	bool beyond = bits / FX_BIT > BAR;

	buf_text(d->out, "  ");
	for (int i = BAR; i > 0; i--)
		buf_byte(d->out, w >= 0 || i > length ? ' ' : beyond && i == BAR ? '<' : '=');
	buf_byte(d->out, '|');
	for (int i = 1; w > 0 && i <= length; i++)
		buf_byte(d->out, beyond && i == BAR ? '>' : '=');
	while (d->out->p[d->out->len - 1] == ' ')
		d->out->len--;
	buf_byte(d->out, '\n');
}

/* "given_name" is "given name", "attributes.shoe_size" "shoe size". */
static void
put_name(struct drawing *d, struct span name)
{
	size_t dot = 0;

	for (size_t i = 0; i < name.len; i++)
		dot = name.p[i] == '.' ? i + 1 : dot;
	name = span_skip(name, dot);
	for (size_t i = 0; i < name.len; i++)
		buf_byte(d->out, name.p[i] == '_' ? ' ' : name.p[i]);
	pad(d, NAME);
}

/* ---- the lines ---- */

static void
head(struct drawing *d, const struct store *s, uint32_t a, uint32_t b)
{
	begin(d);
	visible(d->out, rec_id(&s->rec[a]), ID_MOST);
	buf_text(d->out, "  ");
	visible(d->out, rec_id(&s->rec[b]), ID_MOST);
	pad(d, NAME + LEVEL + WORDS + BITS - strlen("bits"));
	buf_text(d->out, "bits  -10       0       +10\n");
}

/* "1 match in 540000 pairs": three digits of it mean something. */
static void
put_odds(struct buf *out, int32_t prior)
{
	uint64_t one = 1, scale = FX_CERTAIN;

	for (; prior <= -FX_BIT && one < UINT64_C(1) << 40; prior += FX_BIT)
		one *= 2;
	/* What is left is less than a bit: 1 + 2^x lies between two whole probabilities. */
	scale = fx_probability(-prior);
	one = one * scale / (FX_CERTAIN - scale);
	for (scale = 1; one / scale >= 1000;)
		scale *= 10;
	buf_print(out, "1 match in %llu pairs", (unsigned long long)(one / scale * scale));
}

static void
prior(struct drawing *d, int32_t weight)
{
	begin(d);
	buf_text(d->out, "prior (");
	if (weight < 0)
		put_odds(d->out, weight);
	else
		buf_text(d->out, "most pairs are matches");
	buf_byte(d->out, ')');
	put_bits(d, weight);
	put_bar(d, weight);
}

/* Linked records that hold the value, and for an address its house. */
static uint32_t
holders(const struct values *v, const struct field *f, uint32_t number)
{
	uint32_t home;

	if (f->kind == FACT_BIRTHDATE)
		return values_day(v, number & ~DATE_UNSURE);
	if (f->type != FIELD_PLACE)
		return v->holders[f->kind][number];
	home = v->place[number].home;
	return home == VALUE_NONE ? 0 : v->part_holders[home];
}

/* How many have what both have; of two values the commoner, whose frequency then counts half. */
static void
put_rarity(struct drawing *d, const struct view *w, const struct field *f, unsigned level,
    const uint32_t number[2])
{
	const struct values *v = &w->values;
	enum level_tf how = field_level(f->type, level)->tf;
	uint32_t n, other;

	if (how == TF_NONE || number[0] == VALUE_NONE || number[1] == VALUE_NONE ||
	    (f->type == FIELD_PLACE && level < SAME_HOUSE))	/* not its house is what weighs */
		return;
	if (how == TF_WORDS) {
		buf_text(d->out, "rarity of words");
		return;
	}
	n = holders(v, f, number[0]);
	other = holders(v, f, number[1]);
	n = n > other ? n : other;
	if (n == 1 && w->counts != NULL)	/* a model names no value with fewer than some */
		buf_print(d->out, "few holders%s", how == TF_HALF ? " (half)" : "");
	else if (n > 0)
		buf_print(d->out, "%u holder%s%s", n, n == 1 ? "" : "s", how == TF_HALF ? " (half)" : "");
}

static void
field(struct drawing *d, const struct scored *x, unsigned f, const struct comparison *c,
    const struct waterfall *parts)
{
	const struct field *field = &x->view.field[f];
	unsigned level = pattern_level(c->pattern, f);
	int32_t weight = parts->field[f] + parts->tf[f];

	begin(d);
	put_name(d, field->name);
	if (level == LEVEL_NULL) {
		buf_text(d->out, "null");
	} else {
		buf_text(d->out, field_level(field->type, level)->name);
		pad(d, NAME + LEVEL);
		if (parts->tf[f] != 0)
			put_rarity(d, &x->view, field, level, (uint32_t[]){ c->a[f], c->b[f] });
	}
	put_bits(d, weight);
	put_bar(d, weight);
}

static void
named(struct drawing *d, const char *name, const char *words, int32_t weight)
{
	begin(d);
	buf_text(d->out, name);
	pad(d, NAME);
	buf_text(d->out, words);
	put_bits(d, weight);
	put_bar(d, weight);
}

static void
total(struct drawing *d, const struct model *m, int32_t weight)
{
	const char *verdict = weight >= m->link ? "LINK" : weight >= m->review ? "REVIEW" : "NO LINK";

	begin(d);
	buf_text(d->out, "total");
	put_bits(d, weight);
	buf_text(d->out, "  p ");
	fixed_write(d->out, fx_probability(weight), 6);
	buf_text(d->out, "  link at ");
	signed_bits(d->out, m->link);
	buf_print(d->out, ": %s\n", verdict);
}

void
waterfall_write(struct buf *out, const struct scored *x, uint32_t record_a, uint32_t record_b,
    uint32_t a, uint32_t b)
{
	struct drawing d = { out, out->len };
	struct comparison c;
	struct waterfall parts;
	int32_t rivals;

	compare_nodes(&x->view, a, b, &c);
	score_explain(&x->scorer, a, b, &c, &parts);
	rivals = scored_rivals(x, a, b, parts.total);
	head(&d, x->view.store, record_a, record_b);
	prior(&d, parts.prior);
	for (unsigned f = 0; f < x->view.fields; f++)
		field(&d, x, f, &c, &parts);
	if (parts.cap != 0)
		named(&d, "cap", "of all attributes", parts.cap);
	if (x->model.household)
		named(&d, "household", "what people of one have alike", parts.household);
	if (rivals != 0)
		named(&d, "rivals", "beside other candidates", rivals);
	total(&d, &x->model, parts.total + rivals);
}

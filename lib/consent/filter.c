/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/filter.c: the egress gate: a profile in, its permitted part out (consent 7) */
#include "base/error.h"
#include "consent/fields.h"
#include "consent/judge.h"
#include "consent/obligation.h"
#include "consent/redact.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include "model/feed.h"
#include "model/profile.h"
#include "model/seal.h"

/* One profile under judgement. */
struct row {
	const struct judge	*judge;
	struct arena		*arena;
	const struct profile	*profile;
	struct facts		 facts;
	struct redaction	 redaction;
	struct ruling		*rulings;	/* one per contact that may be used */
	size_t			*contacts;	/* identifier of each */
	size_t			 permitted;
	bool			*refused;	/* by identifier */
	struct ruling		 first;		/* the row's answer when nothing is permitted */
	size_t			 first_contact;
};

/* Member by member: clearing all of it would cost more, and facts clear themselves. `first` is set
 * before it is read. */
static int
row_begin(struct row *row, const struct judge *j, struct bench *b, const struct profile *profile,
    struct error *e)
{
	struct intake in = j->intake;

	in.ahead = &b->ahead;
	row->judge = j;
	row->profile = profile;
	row->arena = &b->arena;
	row->rulings = NULL;
	row->contacts = NULL;
	row->permitted = 0;
	row->refused = NULL;
	row->first_contact = CONTACT_NONE;
	if (facts_of_profile(&in, profile, &row->facts, &b->arena, e) < 0)
		return 1;
	row->redaction = (struct redaction){ .question = &j->question, .facts = &row->facts,
	    .plan = j->plan, .profile = profile, .arena = &b->arena };
	return 0;
}

static int
row_read(struct row *row, const struct judge *j, struct bench *b, const struct feed_line *line,
    struct error *e)
{
	struct profile *profile = arena_alloc(&b->arena, sizeof(*profile));

	if (profile_read(line->tape, profile, &b->arena, e) < 0)
		return 1;
	return row_begin(row, j, b, profile, e);
}

static bool
same_value_before(const struct facts *f, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (span_equal(f->identifiers[k].type, f->identifiers[i].type) &&
		    span_equal(f->identifiers[k].value, f->identifiers[i].value))
			return true;
	return false;
}

/* Step 13 for the address itself: its value must have been collected for the purpose. */
static struct ruling
judge_contact(struct row *row, size_t contact)
{
	const struct judge *j = row->judge;
	struct ruling r;

	row->facts.contact = contact;
	intake_token(&j->intake, &row->facts.identifiers[contact], row->arena);
	r = decide(&j->question, &row->facts, NULL);
	if ((r.permitted || r.skipped) &&
	    !contact_usable(&row->redaction, &row->facts.identifiers[contact]))
		ruling_refuse_fields(&r);
	return r;
}

static void
judge_without_contact(struct row *row)
{
	row->facts.contact = CONTACT_NONE;
	row->first = decide(&row->judge->question, &row->facts, NULL);
	if (!row->first.permitted || row->judge->question.needs_contact)
		return;
	row->rulings = arena_alloc(row->arena, sizeof(row->rulings[0]));
	row->contacts = arena_alloc(row->arena, sizeof(row->contacts[0]));
	row->rulings[0] = row->first;
	row->contacts[0] = CONTACT_NONE;
	row->permitted = 1;
}

/* Every address of the channel by itself; the row's answer is that of the first. */
static void
judge_row(struct row *row)
{
	struct facts *f = &row->facts;
	bool any = false;

	if (row->judge->question.needs_contact) {
		row->rulings = arena_alloc(row->arena,
		    (f->identifier_count + 1) * sizeof(row->rulings[0]));
		row->contacts = arena_alloc(row->arena,
		    (f->identifier_count + 1) * sizeof(row->contacts[0]));
		row->refused = arena_zero(row->arena, f->identifier_count + 1, sizeof(bool));
	}
	for (size_t i = 0; row->refused != NULL && i < f->identifier_count; i++) {
		struct ruling r;

		if (!intake_contact(&row->judge->intake, &f->identifiers[i]))
			continue;
		r = judge_contact(row, i);
		row->refused[i] = !r.permitted;
		if (!any) {
			row->first = r;
			row->first_contact = i;
		}
		any = true;
		if (!r.permitted || same_value_before(f, i))
			continue;
		row->contacts[row->permitted] = i;
		row->rulings[row->permitted++] = r;
	}
	row->redaction.refused = row->refused;
	if (!any)
		judge_without_contact(row);
}

static struct texts
notes_of(const struct row *row)
{
	struct span *v = arena_alloc(row->arena, 2 * sizeof(v[0]));
	size_t n = 0;

	if (row->judge->question.policy->backdated)
		v[n++] = SPAN("N_BACKDATED");
	if (row->redaction.untagged)
		v[n++] = SPAN("N_FIELD_UNTAGGED");
	return (struct texts){ v, n };
}

static void
write_decisions(struct row *row, struct buf *out)
{
	struct json_writer w;

	buf_text(out, ",\"decisions\":");
	w = json_writer(out);
	json_open_array(&w);
	for (size_t i = 0; i < row->permitted; i++) {
		const struct redaction *r = &row->redaction;
		struct decision d;
		size_t start = out->len + (i > 0);	/* behind the comma */

		row->facts.contact = row->contacts[i];
		judge_decision(row->judge, &row->rulings[i], &row->facts, row->profile->fields.id,
		    row->arena, &d);
		if (row->contacts[i] != CONTACT_NONE) {
			d.address_field = contact_field(&row->facts.identifiers[row->contacts[i]]);
			d.address_value = row->facts.identifiers[row->contacts[i]].value;
		}
		if (r->drop_count > 0 || r->thinned)
			d.verdict = VERDICT_PERMIT_REDACTED;
		d.drop = (struct texts){ r->drop, r->drop_count };
		obligations_set(&d, &row->judge->question, &row->facts, row->arena);
		d.notes = notes_of(row);
		decision_write(&d, &w);
		if (row->judge->seal != NULL)
			seal_add(row->judge->seal, row->profile->fields.id, out, start);
	}
	json_end(&w);
	buf_text(out, "}\n");
}

static void
count_permit(const struct row *row, struct tally *t)
{
	const struct redaction *r = &row->redaction;

	if (r->drop_count > 0 || r->thinned)
		t->redacted++;
	else
		t->permitted++;
	tally_code(t, row->rulings[0].code);
	if (r->fields > 0)
		t->codes[reason_index("R_FIELD")] += r->fields;
	if (r->protected > 0)
		t->codes[reason_index("R_SPECIAL")] += r->protected;
	if (r->contacts > 0)
		t->codes[reason_index("R_CONTACT")] += r->contacts;
	for (size_t i = 0; i < r->drop_count; i++)
		tally_drop(t, r->drop[i]);
}

static void
deny(struct row *row, struct buf *denied, struct tally *t)
{
	struct decision d;

	if (row->first.skipped)
		t->skipped++;
	else
		t->denied++;
	tally_code(t, row->first.code);
	if (denied == NULL)
		return;
	row->facts.contact = row->first_contact;
	judge_decision(row->judge, &row->first, &row->facts, row->profile->fields.id, row->arena,
	    &d);
	judge_reasons(row->judge, &row->judge->question, &row->facts, row->arena, &d);
	judge_line(row->judge, &d, row->profile->fields.id,
	    row->first_contact == CONTACT_NONE ? NULL :
	    &row->facts.identifiers[row->first_contact], row->arena, denied);
}

/* What may leave of the row. */
static void
redact(struct row *row, const struct feed_line *line, struct buf *out)
{
	if (line->tape == NULL)
		redact_plain_profile(&row->redaction, line->members, out);
	else
		redact_profile(&row->redaction, line->tape, out);
}

static void
answer(struct row *row, const struct feed_line *line, struct buf *out, struct buf *denied,
    struct tally *t)
{
	size_t start = out->len;
	bool contact = row->judge->question.needs_contact;

	judge_row(row);
	if (row->permitted > 0 || (row->first.skipped && !contact)) {
		redact(row, line, out);
		/* Without a contact the fields are all that could leave: none left is a no. */
		if (!contact && row->redaction.kept == 0)
			ruling_refuse_fields(&row->first);
		else if (row->permitted > 0) {
			write_decisions(row, out);
			count_permit(row, t);
			return;
		}
		out->len = start;
	}
	deny(row, denied, t);
}

int
filter_profile(const struct judge *j, struct bench *b, const struct feed_line *line,
    const struct profile *profile, struct buf *out, struct buf *denied, struct tally *t,
    struct error *e)
{
	struct row row;

	t->read++;
	arena_reset(&b->arena);
	if ((profile == NULL ? row_read(&row, j, b, line, e) : row_begin(&row, j, b, profile, e)) != 0)
		return 1;
	answer(&row, line, out, denied, t);
	return 0;
}

/* ---- decide ---- */

/* Fields are looked at for who wants to know what filter would say. */
static int
judge_addresses(const struct judge *j, struct bench *b, const struct feed_line *line, bool fields,
    ruling_visit *visit, void *arg, struct error *e)
{
	struct row row;
	bool any = false;

	arena_reset(&b->arena);
	if (row_read(&row, j, b, line, e) != 0)
		return 1;
	for (size_t i = 0; i < row.facts.identifier_count; i++) {
		struct ruling r;

		if (!intake_contact(&j->intake, &row.facts.identifiers[i]) ||
		    same_value_before(&row.facts, i))
			continue;
		r = judge_contact(&row, i);
		visit(arg, j, &r, &row.facts, row.profile->fields.id, &b->arena);
		any = true;
	}
	if (any)
		return 0;
	judge_without_contact(&row);
	if (fields && (row.first.permitted || row.first.skipped) && question_asks_fields(&j->question) &&
	    !redact_keeps(&row.redaction, line->tape, &b->scratch))
		ruling_refuse_fields(&row.first);
	row.facts.contact = CONTACT_NONE;
	visit(arg, j, &row.first, &row.facts, row.profile->fields.id, &b->arena);
	return 0;
}

int
judge_profile(const struct judge *j, struct bench *b, const struct feed_line *line,
    ruling_visit *visit, void *arg, struct error *e)
{
	return judge_addresses(j, b, line, false, visit, arg, e);
}

/* Where the answers go. */
struct telling {
	struct buf	*out;
	struct tally	*tally;
};

static void
tell(void *arg, const struct judge *j, const struct ruling *r, struct facts *f, struct span row,
    struct arena *arena)
{
	const struct telling *to = arg;
	struct tally *t = to->tally;
	struct decision d;

	if (r->permitted)
		t->permitted++;
	else if (r->skipped)
		t->skipped++;
	else
		t->denied++;
	tally_code(t, r->code);
	judge_decision(j, r, f, row, arena, &d);
	judge_reasons(j, &j->question, f, arena, &d);
	if (r->permitted)
		obligations_set(&d, &j->question, f, arena);
	judge_line(j, &d, row, f->contact == CONTACT_NONE ? NULL : &f->identifiers[f->contact], arena,
	    to->out);
}

int
decide_profile(const struct judge *j, struct bench *b, const struct feed_line *line,
    struct buf *out, struct tally *t, struct error *e)
{
	struct telling to = { out, t };

	t->read++;
	return judge_addresses(j, b, line, true, tell, &to, e);
}

/* Typed identifiers have no fields, so step 13 asks for a contact only. */
int
decide_subject(const struct judge *j, struct bench *b, const struct ndjson *n, struct buf *out,
    struct tally *t, struct error *e)
{
	struct telling to = { out, t };
	struct facts f;
	bool any = false;
	struct ruling r;

	t->read++;
	arena_reset(&b->arena);
	if (facts_of_subject(&j->intake, n, &f, &b->arena, e) < 0)
		return -1;
	for (size_t i = 0; i < f.identifier_count; i++) {
		if (!intake_contact(&j->intake, &f.identifiers[i]))
			continue;
		f.contact = i;
		intake_token(&j->intake, &f.identifiers[i], &b->arena);
		r = decide(&j->question, &f, NULL);
		tell(&to, j, &r, &f, span_none(), &b->arena);
		any = true;
	}
	if (any)
		return 0;
	f.contact = CONTACT_NONE;
	r = decide(&j->question, &f, NULL);
	tell(&to, j, &r, &f, span_none(), &b->arena);
	return 0;
}

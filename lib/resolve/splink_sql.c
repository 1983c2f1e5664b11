/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/splink_sql.c: the conditions that Splink's own levels are written in, in its SQL
 * dialects. An expression is read into nodes; a node is then one of the known forms or none.
 * What is known by heart can be told apart without understanding SQL. */
#include "base/arena.h"
#include "base/ascii.h"
#include "resolve/splink.h"

#include <stdlib.h>
#include <string.h>

enum { ARGS = 4, DEPTH = 16, SIDE_NONE = 0 };

enum node_kind { NODE_NAME, NODE_NUMBER, NODE_TEXT, NODE_CALL, NODE_MINUS, NODE_DIVIDE };

struct node {
	enum node_kind	 kind;
	struct span	 text;		/* name, digits, text; of a call its function */
	char		 side;		/* of a column: 'l' or 'r' */
	double		 number;
	struct node	*arg[ARGS];
	unsigned	 args;
};

struct parser {
	struct span	 left;		/* what is not read yet */
	struct arena	*arena;
	unsigned	 depth;
	bool		 bad;
};

static bool
is_word(char c)
{
	return ascii_alnum(c) || c == '_';
}

static bool
same_word(struct span a, const char *b)
{
	if (a.len != strlen(b))
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (ascii_lowered(a.p[i]) != b[i])
			return false;
	return true;
}

static void
blanks(struct parser *p)
{
	while (p->left.len > 0 && strchr(" \t\r\n", p->left.p[0]) != NULL)
		p->left = span_skip(p->left, 1);
}

static bool
take(struct parser *p, const char *symbol)
{
	blanks(p);
	if (!span_starts(p->left, span_from(symbol)))
		return false;
	p->left = span_skip(p->left, strlen(symbol));
	return true;
}

static struct span
word_ahead(struct parser *p)
{
	size_t n = 0;

	blanks(p);
	while (n < p->left.len && is_word(p->left.p[n]))
		n++;
	return span_head(p->left, n);
}

static bool
take_word(struct parser *p, const char *word)
{
	struct span w = word_ahead(p);

	if (!same_word(w, word))
		return false;
	p->left = span_skip(p->left, w.len);
	return true;
}

static struct node *
node_new(struct parser *p, enum node_kind kind, struct span text)
{
	struct node *n = arena_zero(p->arena, 1, sizeof *n);

	n->kind = kind;
	n->text = text;
	return n;
}

static struct node *
none(struct parser *p)
{
	p->bad = true;
	return node_new(p, NODE_NAME, SPAN(""));
}

/* A name: one that ends in _l or _r is a column of that side. */
static struct node *
name_node(struct parser *p, struct span text)
{
	struct node *n = node_new(p, NODE_NAME, text);

	if (text.len > 2 && text.p[text.len - 2] == '_' &&
	    (ascii_lowered(text.p[text.len - 1]) == 'l' || ascii_lowered(text.p[text.len - 1]) == 'r')) {
		n->side = ascii_lowered(text.p[text.len - 1]);
		n->text = span_head(text, text.len - 2);
	}
	return n;
}

/* Between quotes, which are not read twice: no name or text of these forms holds one, but for
 * the backslashes of one dialect, which stay as they are. */
static struct span
quoted(struct parser *p, char quote)
{
	struct span all = span_skip(p->left, 1);
	size_t n = 0;

	while (n < all.len && all.p[n] != quote)
		n += all.p[n] == '\\' ? 2 : 1;
	if (n >= all.len) {
		p->bad = true;
		return SPAN("");
	}
	p->left = span_skip(all, n + 1);
	return span_head(all, n);
}

static struct node *expression(struct parser *p);

/* Arguments stand between commas, or, as SQL has it, between AS, FROM. */
static struct node *
call(struct parser *p, struct span function)
{
	struct node *n = node_new(p, NODE_CALL, function);

	if (take(p, ")"))
		return n;
	do {
		if (n->args == ARGS)
			return none(p);
		n->arg[n->args++] = expression(p);
	} while (!p->bad && (take(p, ",") || take_word(p, "as") || take_word(p, "from")));
	return take(p, ")") ? n : none(p);
}

static struct node *
number_node(struct parser *p)
{
	struct node *n;
	char digits[32];
	size_t len = 0;

	while (len < p->left.len && len + 1 < sizeof digits &&
	    (is_word(p->left.p[len]) || p->left.p[len] == '.'))
		len++;
	memcpy(digits, p->left.p, len);
	digits[len] = '\0';
	n = node_new(p, NODE_NUMBER, span_head(p->left, len));
	n->number = strtod(digits, NULL);
	p->left = span_skip(p->left, len);
	return n;
}

/* l.name or r.name, as blocking rules have it. */
static struct node *
sided(struct parser *p, char side)
{
	struct span w = word_ahead(p);
	struct node *n;

	if (side != 'l' && side != 'r')
		return none(p);
	if (p->left.len > 0 && (p->left.p[0] == '"' || p->left.p[0] == '`'))
		w = quoted(p, p->left.p[0]);
	else
		p->left = span_skip(p->left, w.len);
	n = node_new(p, NODE_NAME, w);
	n->side = side;
	return w.len > 0 ? n : none(p);
}

static struct node *
primary(struct parser *p)
{
	struct span w = word_ahead(p);
	struct node *n;

	if (p->left.len == 0)
		return none(p);
	if (p->left.p[0] == '"' || p->left.p[0] == '`')
		return name_node(p, quoted(p, p->left.p[0]));
	if (p->left.p[0] == '\'')
		return node_new(p, NODE_TEXT, quoted(p, '\''));
	if (ascii_digit(p->left.p[0]))
		return number_node(p);
	if (take(p, "(")) {
		n = expression(p);
		return take(p, ")") ? n : none(p);
	}
	if (w.len == 0)
		return none(p);
	p->left = span_skip(p->left, w.len);
	if (w.len == 1 && take(p, "."))
		return sided(p, ascii_lowered(w.p[0]));
	return take(p, "(") ? call(p, w) : name_node(p, w);
}

static struct node *
expression(struct parser *p)
{
	struct node *n;

	if (p->depth == DEPTH)
		return none(p);
	p->depth++;
	n = primary(p);
	while (!p->bad) {
		enum node_kind kind = take(p, "-") ? NODE_MINUS : NODE_DIVIDE;
		struct node *both;

		if (kind == NODE_DIVIDE && !take(p, "/"))
			break;
		both = node_new(p, kind, SPAN(""));
		both->arg[0] = n;
		both->arg[1] = primary(p);
		both->args = 2;
		n = both;
	}
	p->depth--;
	return n;
}

/* ---- from nodes to forms ---- */

static bool
is_call(const struct node *n, const char *const *names, unsigned args)
{
	for (size_t i = 0; n->kind == NODE_CALL && n->args >= args && names[i] != NULL; i++)
		if (same_word(n->text, names[i]))
			return true;
	return false;
}

static bool
part_of(struct span pattern, enum splink_part *part)
{
	static const char *const patterns[SPLINK_PARTS] = { [SPLINK_EMAIL_USER] = "^[^@]+",
	    [SPLINK_POSTCODE_SECTOR] = "^[A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9]",
	    [SPLINK_POSTCODE_DISTRICT] = "^[A-Za-z]{1,2}[0-9][A-Za-z0-9]?",
	    [SPLINK_POSTCODE_AREA] = "^[A-Za-z]{1,2}" };

	if (pattern.len > 2 && pattern.p[0] == '(' && pattern.p[pattern.len - 1] == ')')
		pattern = span_make(pattern.p + 1, pattern.len - 2);
	for (unsigned i = SPLINK_WHOLE + 1; i < SPLINK_PARTS; i++)
		if (span_is(pattern, patterns[i])) {
			*part = (enum splink_part)i;
			return true;
		}
	return false;
}

/* A column, bare or in what changes its type or takes a part of it. */
static bool
value(const struct node *n, struct span *column, char *side, enum splink_part *part)
{
	static const char *const casts[] = { "cast", "nullif", "try_strptime", "strptime",
	    "try_cast_date", "try_cast_timestamp", "try_to_timestamp", "to_timestamp", "to_date",
	    "date", NULL };
	static const char *const parts[] = { "regexp_extract", "substring", NULL };

	if (n->kind == NODE_NAME && n->side != SIDE_NONE) {
		*column = n->text;
		*side = n->side;
		return true;
	}
	if (is_call(n, casts, 1))
		return value(n->arg[0], column, side, part);
	if (is_call(n, parts, 2) && n->arg[1]->kind == NODE_TEXT)
		return part_of(n->arg[1]->text, part) && value(n->arg[0], column, side, part);
	return false;
}

/* Two values of opposite sides. */
static bool
two_values(const struct node *a, const struct node *b, struct splink_term *t)
{
	enum splink_part other = SPLINK_WHOLE;
	char left = SIDE_NONE, right = SIDE_NONE;

	return value(a, &t->left, &left, &t->part) && value(b, &t->right, &right, &other) &&
	    left != right && t->part == other;
}

static bool
of_call(const struct node *n, struct splink_term *t)
{
	static const struct { const char *name; enum splink_form form; } calls[] = {
		{ "jaro_similarity", SPLINK_JARO }, { "jaro_sim", SPLINK_JARO },
		{ "jaro_winkler_similarity", SPLINK_JARO_WINKLER },
		{ "jaro_winkler", SPLINK_JARO_WINKLER }, { "levenshtein", SPLINK_LEVENSHTEIN },
		{ "damerau_levenshtein", SPLINK_DAMERAU },
		{ "list_intersect", SPLINK_SHARED }, { "array_intersect", SPLINK_SHARED } };

	for (size_t i = 0; n->kind == NODE_CALL && n->args == 2 && i < sizeof calls / sizeof *calls; i++)
		if (same_word(n->text, calls[i].name)) {
			t->form = calls[i].form;
			return two_values(n->arg[0], n->arg[1], t) && span_equal(t->left, t->right);
		}
	return false;
}

static const struct node *
instant_of(const struct node *n)
{
	static const char *const names[] = { "epoch", "unix_timestamp", NULL };
	static const char *const extracts[] = { "extract", NULL };

	if (is_call(n, names, 1))
		return n->arg[0];
	return is_call(n, extracts, 2) ? n->arg[1] : NULL;
}

/* abs(epoch(a) − epoch(b)), or abs(datediff(a, b)) */
static bool
of_instants(const struct node *n, struct splink_term *t)
{
	static const char *const abs_names[] = { "abs", NULL }, *const days[] = { "datediff", NULL };
	const struct node *inner, *a, *b;

	if (!is_call(n, abs_names, 1))
		return false;
	inner = n->arg[0];
	t->form = SPLINK_SECONDS;
	if (is_call(inner, days, 2))
		return two_values(inner->arg[0], inner->arg[1], t);
	if (inner->kind != NODE_MINUS)
		return false;
	a = instant_of(inner->arg[0]);
	b = instant_of(inner->arg[1]);
	return a != NULL && b != NULL && two_values(a, b, t);
}

/* A number, or floor(seconds / 86400), which is compared with days. */
static bool
bound(const struct node *n, double *threshold)
{
	static const char *const floors[] = { "floor", NULL };

	if (is_call(n, floors, 1) && n->arg[0]->kind == NODE_DIVIDE)
		n = n->arg[0]->arg[0];
	*threshold = n->number;
	return n->kind == NODE_NUMBER;
}

static bool
of_bound(const struct node *n, bool least, struct splink_term *t)
{
	static const char *const sizes[] = { "array_length", "size", "cardinality", NULL };

	if (is_call(n, sizes, 1))
		return least && of_call(n->arg[0], t) && t->form == SPLINK_SHARED;
	if (of_call(n, t))
		return t->form != SPLINK_SHARED &&
		    least == (t->form == SPLINK_JARO || t->form == SPLINK_JARO_WINKLER);
	return !least && of_instants(n, t);
}

static bool
term(struct parser *p, struct splink_term *t)
{
	const struct node *a = expression(p), *b;
	bool least = take(p, ">="), most = !least && take(p, "<=");

	*t = (struct splink_term){ .form = SPLINK_EQUAL };
	if (p->bad || (!least && !most && !take(p, "=")))
		return false;
	b = expression(p);
	if (p->bad)
		return false;
	if (least || most)
		return of_bound(a, least, t) && bound(b, &t->threshold);
	if (!two_values(a, b, t))
		return false;
	t->form = span_equal(t->left, t->right) ? SPLINK_EQUAL : SPLINK_REVERSED;
	return true;
}

static bool conjunction(struct parser *p, struct splink_level *l);

/* Conditions in brackets, or nothing was read. */
static bool
in_brackets(struct parser *p, struct splink_level *l)
{
	struct parser before = *p;
	unsigned terms = l->terms;

	p->depth++;
	if (p->depth < DEPTH && take(p, "(") && conjunction(p, l) && take(p, ")")) {
		p->depth--;
		return true;
	}
	*p = before;
	l->terms = terms;
	return false;
}

static bool
conjunction(struct parser *p, struct splink_level *l)
{
	do {
		if (in_brackets(p, l))
			continue;
		if (l->terms == SPLINK_TERMS || !term(p, &l->term[l->terms]))
			return false;
		l->terms++;
	} while (take_word(p, "and"));
	return true;
}

bool
splink_condition(struct splink_level *level, struct span sql, struct arena *arena)
{
	struct parser p = { .left = sql, .arena = arena };
	bool known;

	level->terms = 0;
	known = take_word(&p, "else") || conjunction(&p, level);
	blanks(&p);
	return known && !p.bad && p.left.len == 0;
}

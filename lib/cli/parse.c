/* SPDX-License-Identifier: Apache-2.0 */
/* lib/cli/parse.c: one pass over the arguments; nothing is abbreviated, nothing is guessed. */
#include "base/buf.h"
#include "base/error.h"
#include "base/instant.h"
#include "base/near.h"
#include "base/number.h"
#include "cli/parse.h"
#include "cli/tool.h"

#include <stdlib.h>
#include <unistd.h>

#define AT(member) offsetof(struct tool, member)

enum { GROUP_ALWAYS = 0, THREADS_MOST = 256 };

/* The options every tool shares, each with the group that brings it. */
static const struct {
	unsigned	group;
	struct option	option;
} common[] = {
	{ TOOL_OUTPUT, { OPT_OUTPUT, 'o', "output", AT(output), "FILE",
	    "write to FILE, whole or not at all (standard output)", NULL } },
	{ TOOL_REJECTS, { OPT_OUTPUT, 0, "rejects", AT(rejects_path), "FILE",
	    "keep refused lines in FILE (else the first ten are named on stderr)", NULL } },
	{ TOOL_REJECTS, { OPT_NUMBER, 0, "rejects-days", AT(rejects_days), "N",
	    "days until the kept lines expire (30)", NULL } },
	{ TOOL_REJECTS, { OPT_LIMIT, 0, "max-rejects", AT(max_rejects), "N|P%",
	    "more refused lines than this give status 1 (0)", NULL } },
	{ TOOL_REJECTS, { OPT_FLAG, 0, "strict", AT(strict), NULL,
	    "the first refused line ends the run, nothing is committed", NULL } },
	{ TOOL_REJECTS, { OPT_FLAG, 0, "show-values", AT(show_values), NULL,
	    "allow values of people in messages and reports", NULL } },
	{ TOOL_THREADS, { OPT_NUMBER, 0, "threads", AT(threads), "N",
	    "threads to work with (processors available)", NULL } },
	{ TOOL_THREADS, { OPT_SIZE, 0, "memory", AT(memory), "SIZE",
	    "memory to stay within, 64K 256M 6G", NULL } },
	{ TOOL_AS_OF, { OPT_TIME, 0, "as-of", AT(as_of), "TIME",
	    "the instant that counts as now: RFC 3339, a date, or now", NULL } },
	{ TOOL_SUMMARY, { OPT_OUTPUT, 0, "summary", AT(summary_path), "FILE",
	    "write the figures of the run as one JSON object", NULL } },
	{ TOOL_SUMMARY, { OPT_LATER, 0, "report", 0, "FILE.html", "not in this version", NULL } },
	{ TOOL_STATE, { OPT_TEXT, 0, "state", AT(state), "DIR",
	    "where ledger, keys and logs live (CDP_STATE, else cdp-state)", NULL } },
	{ TOOL_STATE | TOOL_OUTPUT, { OPT_NUMBER, 0, "lock-wait", AT(lock_wait), "SECONDS",
	    "wait so long for a lock that another run holds (0)", NULL } },
	{ GROUP_ALWAYS, { OPT_FLAG, 'q', "quiet", AT(quiet), NULL,
	    "no notices and no progress on stderr", NULL } },
	{ GROUP_ALWAYS, { OPT_FLAG, 'v', "verbose", AT(verbose), NULL,
	    "say more on stderr; the summary as its last line", NULL } },
};

void
options_each(const struct command *c, option_visit *visit, void *arg)
{
	for (const struct option *o = c->options; o != NULL && o->type != OPT_END; o++)
		if (!visit(arg, o, false))
			return;
	for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
		if (common[i].group == GROUP_ALWAYS || (c->common & common[i].group) != 0)
			if (!visit(arg, &common[i].option, true))
				return;
}

struct wanted {
	struct span		 name;		/* long name, or span_none() */
	char			 letter;
	const struct option	*found;
};

static bool
match(void *arg, const struct option *o, bool is_common)
{
	struct wanted *w = arg;

	(void)is_common;
	if (w->name.p != NULL ? span_is(w->name, o->name) : o->letter == w->letter)
		w->found = o;
	return w->found == NULL;
}

static void *
target(struct tool *t, const struct option *o)
{
	return (char *)t + o->offset;
}

static int
bad_value(const struct option *o, const char *wanted, struct error *e)
{
	return error_set(e, USAGE, "E_USAGE", "--%s wants %s", o->name, wanted);
}

static int
set_time(struct tool *t, const struct option *o, const char *text, struct error *e)
{
	struct option_time *to = target(t, o);

	*to = (struct option_time){ true, 0, text };
	if (strcmp(text, "now") == 0) {
		to->at = clock_now();
		return 0;
	}
	if (!instant_parse(span_from(text), &to->at))
		return bad_value(o, "a time with zone, a date, or now", e);
	return 0;
}

static int
set_limit(struct tool *t, const struct option *o, const char *text, struct error *e)
{
	struct option_limit *to = target(t, o);
	struct span s = span_from(text);
	int64_t hundredths;

	*to = (struct option_limit){ .given = true };
	if (!span_ends(s, SPAN("%")))
		return u64_parse(s, &to->count) ? 0 : bad_value(o, "a count or a percentage", e);
	if (!fixed_parse(span_head(s, s.len - 1), 2, &hundredths) || hundredths < 0 ||
	    hundredths > 10000)
		return bad_value(o, "a percentage from 0% to 100%, two decimals at most", e);
	to->is_share = true;
	to->ppm = (uint32_t)hundredths * 100;
	return 0;
}

static int
set_choice(struct tool *t, const struct option *o, const char *text, struct error *e)
{
	struct span rest = span_from(o->choices), word;

	while (span_split(&rest, '|', &word)) {
		if (!span_is(word, text))
			continue;
		*(const char **)target(t, o) = text;
		return 0;
	}
	return error_set(e, USAGE, "E_USAGE", "--%s is one of %s", o->name, o->choices);
}

static void
add_to_list(struct tool *t, const struct option *o, const char *text)
{
	struct option_list *list = target(t, o);

	if (list->v == NULL) {
		list->cap = t->words;	/* no more arguments than words */
		list->v = arena_zero(&t->arena, list->cap, sizeof *list->v);
		list->before = arena_zero(&t->arena, list->cap, sizeof *list->before);
	}
	list->v[list->n] = text;
	list->before[list->n++] = t->operand_count;
}

static int
set(struct tool *t, const struct option *o, const char *text, struct error *e)
{
	switch (o->type) {
	case OPT_FLAG:
		*(bool *)target(t, o) = true;
		return 0;
	case OPT_TEXT:
	case OPT_INPUT:
	case OPT_OUTPUT:
		*(const char **)target(t, o) = text;
		return 0;
	case OPT_NUMBER:
		return u64_parse(span_from(text), target(t, o)) ? 0 : bad_value(o, "a whole number", e);
	case OPT_SIZE:
		return size_parse(span_from(text), target(t, o)) ? 0 :
		    bad_value(o, "a size like 64K, 256M or 6G", e);
	case OPT_TIME:
		return set_time(t, o, text, e);
	case OPT_LIMIT:
		return set_limit(t, o, text, e);
	case OPT_CHOICE:
		return set_choice(t, o, text, e);
	case OPT_LIST:
		add_to_list(t, o, text);
		return 0;
	case OPT_LATER:
		return error_set(e, USAGE, "E_USAGE", "not in this version: --%s", o->name);
	case OPT_END:
		break;
	}
	return -1;
}

/* One option at argv[*i]; takes its argument from the same word or the next. */
static int
take(struct tool *t, const struct option *o, const char *attached, int argc, char **argv, int *i,
    struct error *e)
{
	const char *text;

	if (o->arg == NULL && attached != NULL)
		return error_set(e, USAGE, "E_USAGE", "--%s takes no argument", o->name);
	if (o->type == OPT_LATER || o->arg == NULL)
		return set(t, o, NULL, e);
	if (attached == NULL && *i + 1 == argc)
		return error_set(e, USAGE, "E_USAGE", "--%s wants an argument: %s", o->name, o->arg);
	text = attached != NULL ? attached : argv[++*i];
	/* --purpose "$PURPOSE" where nobody set it. A file that cannot be made is told of as such. */
	if (text[0] == '\0' && o->type != OPT_OUTPUT)
		return error_set(e, USAGE, "E_USAGE", "--%s wants an argument that is not empty: %s", o->name,
		    o->arg);
	return set(t, o, text, e);
}

/* Of whoever put the command behind the options, or took one for another. */
static const struct command *
other_with(const struct tool *t, struct span name)
{
	for (const struct command *c = t->spec->commands; c->run != NULL; c++) {
		struct wanted w = { .name = name };

		options_each(c, match, &w);
		if (w.found != NULL && w.found->type != OPT_LATER)
			return c;
	}
	return NULL;
}

struct nearest {
	struct span		 name;
	const struct option	*option;
	size_t			 edits;
};

static bool
come_nearer(void *arg, const struct option *o, bool is_common)
{
	struct nearest *n = arg;
	size_t edits = near_edits(n->name, span_from(o->name));

	(void)is_common;
	if (o->type != OPT_LATER && edits < n->edits) {
		n->option = o;
		n->edits = edits;
	}
	return true;
}

static int
unknown_option(const struct tool *t, struct span name, struct span shown, struct error *e)
{
	struct nearest n = { .name = name, .edits = SIZE_MAX };

	options_each(t->command, come_nearer, &n);
	if (n.option != NULL && near_slip(name, n.edits))
		return error_set(e, USAGE, "E_USAGE", "unknown option --%.*s (nearest: --%s)", SPAN_ARG(shown),
		    n.option->name);
	return error_set(e, USAGE, "E_USAGE", "unknown option --%.*s", SPAN_ARG(shown));
}

static int
long_option(struct tool *t, int argc, char **argv, int *i, struct error *e)
{
	struct span word = span_from(argv[*i] + 2);
	size_t equals = span_index(word, '=');
	struct wanted w = { .name = span_head(word, equals) };
	const struct command *other;
	struct buf name = { 0 };

	options_each(t->command, match, &w);
	if (w.found != NULL)
		return take(t, w.found, equals < word.len ? word.p + equals + 1 : NULL, argc, argv, i, e);
	visible(&name, w.name, 64);
	other = other_with(t, w.name);
	if (other == NULL)
		unknown_option(t, w.name, buf_span(&name), e);
	else if (other->name == NULL)
		error_set(e, USAGE, "E_USAGE", "--%.*s is an option of %s without a command",
		    SPAN_ARG(buf_span(&name)), t->spec->name);
	else
		error_set(e, USAGE, "E_USAGE", "--%.*s is an option of %s %s: commands stand before options",
		    SPAN_ARG(buf_span(&name)), t->spec->name, other->name);
	buf_done(&name);
	return -1;
}

/* A word of letters: flags may stand together, the last may take the rest of the word. */
static int
letters(struct tool *t, int argc, char **argv, int *i, struct error *e)
{
	for (const char *p = argv[*i] + 1; *p != '\0'; p++) {
		struct wanted w = { .name = span_none(), .letter = *p };

		options_each(t->command, match, &w);
		if (w.found == NULL)
			return error_set(e, USAGE, "E_USAGE", "unknown option -%c", *p);
		if (w.found->arg != NULL)
			return take(t, w.found, p[1] != '\0' ? p + 1 : NULL, argc, argv, i, e);
		if (set(t, w.found, NULL, e) < 0)
			return -1;
	}
	return 0;
}

static int
operand(struct tool *t, const char *text, struct error *e)
{
	for (size_t i = 0; strcmp(text, "-") == 0 && i < t->operand_count; i++)
		if (strcmp(t->operands[i], "-") == 0)
			return error_set(e, USAGE, "E_USAGE", "standard input (-) is named twice");
	t->operands[t->operand_count++] = text;
	return 0;
}

/* Common options that wait for another one, or count for nothing beside it. */
static void
note_idle(struct tool *t)
{
	unsigned has = t->command->common;

	if ((has & TOOL_REJECTS) != 0 && t->rejects_days != TOOL_REJECTS_DAYS && t->rejects_path == NULL)
		notes_add(&t->notes, "--rejects-days has no effect: it is of --rejects");
	if ((has & TOOL_OUTPUT) != 0 && (has & TOOL_STATE) == 0 && t->lock_wait > 0 && t->output == NULL)
		notes_add(&t->notes, "--lock-wait has no effect: it is of --output");
	if ((has & TOOL_THREADS) != 0 && (has & TOOL_MEMORY) == 0 && t->memory > 0)
		notes_add(&t->notes, "--memory has no effect: this command keeps to no limit");
	if ((has & TOOL_REJECTS) != 0 && t->strict && t->max_rejects.given)
		notes_add(&t->notes, "--max-rejects has no effect: --strict ends the run at the first refused line");
}

static int
check_operands(const struct tool *t, struct error *e)
{
	const struct command *c = t->command;

	if (c->run == NULL)
		return error_set(e, USAGE, "E_USAGE", "a command is missing");
	if (t->operand_count < c->least)
		return error_set(e, USAGE, "E_USAGE", "operand missing: %s", c->operands);
	if (t->operand_count > c->most)
		return error_set(e, USAGE, "E_USAGE", "too many operands%s%s",
		    c->most == 0 ? "" : ": ", c->most == 0 ? "" : c->operands);
	return 0;
}

/* Where a tool does nothing without a command and none is named: what is left is to ask for help. */
static const struct command no_command = { .operands = "", .most = SIZE_MAX };

/* The command that somebody meant who wrote another word; NULL if there is such a file, or none is near. */
static const char *
meant_command(const struct tool *t, const char *word)
{
	struct span name = span_from(word);
	const char *nearest = NULL;
	size_t best = SIZE_MAX;

	if (word[0] == '-' || access(word, F_OK) == 0)
		return NULL;
	for (const struct command *c = t->spec->commands; c->run != NULL; c++) {
		size_t edits = c->name == NULL ? SIZE_MAX : near_edits(name, span_from(c->name));

		if (edits < best) {
			best = edits;
			nearest = c->name;
		}
	}
	return nearest != NULL && near_slip(name, best) ? nearest : NULL;
}

/* The command that argv[1] names, else the one without a name. */
static int
find_command(struct tool *t, int argc, char **argv, int *first, struct error *e)
{
	const struct command *unnamed = NULL;
	const char *meant;

	*first = 1;
	for (const struct command *c = t->spec->commands; c->run != NULL; c++) {
		if (c->name == NULL) {
			unnamed = c;
		} else if (argc > 1 && strcmp(argv[1], c->name) == 0) {
			t->command = c;
			*first = 2;
			return 0;
		}
	}
	for (const char *const *l = t->spec->later; l != NULL && *l != NULL && argc > 1; l++)
		if (strcmp(argv[1], *l) == 0)
			return error_set(e, USAGE, "E_USAGE", "not in this version: %s %s",
			    t->spec->name, *l);
	meant = argc > 1 ? meant_command(t, argv[1]) : NULL;
	t->command = unnamed != NULL ? unnamed : &no_command;
	if (meant != NULL)
		return error_set(e, USAGE, "E_USAGE", "neither a command nor a file (nearest command: %s)", meant);
	if (unnamed != NULL || (argc > 1 && argv[1][0] == '-'))
		return 0;
	return error_set(e, USAGE, "E_USAGE", argc > 1 ? "unknown command" : "a command is missing");
}

/* Options that are answered whatever else stands there. */
static enum parse_result
asked(const char *word, const char **kind)
{
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		return PARSE_HELP;
	if (strcmp(word, "--version") == 0)
		return PARSE_VERSION;
	if (strcmp(word, "--print-options") == 0)
		return PARSE_OPTIONS;
	if (strcmp(word, "--print-completion") == 0)
		return PARSE_COMPLETION;
	if (strncmp(word, "--print-schema", 14) == 0 && (word[14] == '\0' || word[14] == '=')) {
		*kind = word[14] == '=' ? word + 15 : "";
		return PARSE_SCHEMA;
	}
	return PARSE_RUN;
}

static int
defaults(struct tool *t, struct error *e)
{
	t->state_given = t->state != NULL;
	if (t->state == NULL)
		t->state = getenv("CDP_STATE");
	if (t->state == NULL || t->state[0] == '\0')
		t->state = "cdp-state";
	if (t->threads > THREADS_MOST)
		return error_set(e, USAGE, "E_USAGE", "--threads wants 1 to %d", THREADS_MOST);
	return 0;
}

enum parse_result
parse_arguments(struct tool *t, int argc, char **argv, const char **kind, struct error *e)
{
	bool options = true;
	int first;

	t->words = (size_t)argc;
	t->operands = arena_zero(&t->arena, t->words + 1, sizeof *t->operands);
	if (find_command(t, argc, argv, &first, e) < 0)
		return PARSE_BAD;
	for (int i = first; i < argc; i++) {
		const char *word = argv[i];
		enum parse_result r = options ? asked(word, kind) : PARSE_RUN;
		int done;

		if (r != PARSE_RUN)
			return r;
		if (options && strcmp(word, "--") == 0) {
			options = false;
			continue;
		}
		if (!options || word[0] != '-' || word[1] == '\0')
			done = operand(t, word, e);
		else if (word[1] == '-')
			done = long_option(t, argc, argv, &i, e);
		else
			done = letters(t, argc, argv, &i, e);
		if (done < 0)
			return PARSE_BAD;
	}
	if (check_operands(t, e) < 0 || defaults(t, e) < 0)
		return PARSE_BAD;
	note_idle(t);
	return PARSE_RUN;
}

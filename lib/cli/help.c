/* SPDX-License-Identifier: Apache-2.0 */
/* lib/cli/help.c: help, the option list for tests, and completion for bash. */
#include "base/buf.h"
#include "cli/help.h"
#include "cli/parse.h"
#include "cli/tool.h"
#include <string.h>

enum { HELP_COLUMN = 28 };	/* where the phrases begin */

static void
write_usage(struct buf *out, const struct tool_spec *spec, const struct command *c)
{
	if (c->run == NULL) {
		buf_print(out, "%s COMMAND [OPTIONS] ...", spec->name);
		return;
	}
	buf_print(out, "%s%s%s [OPTIONS]%s%s", spec->name, c->name != NULL ? " " : "",
	    c->name != NULL ? c->name : "", c->operands[0] != '\0' ? " " : "", c->operands);
}

static bool
write_option(void *arg, const struct option *o, bool common)
{
	struct buf *out = arg;
	size_t start = out->len;

	(void)common;
	if (o->type == OPT_LATER)
		return true;
	buf_text(out, "  ");
	if (o->letter != 0)
		buf_print(out, "-%c, ", o->letter);
	buf_print(out, "--%s", o->name);
	if (o->arg != NULL)
		buf_print(out, " %s", o->arg);
	do
		buf_byte(out, ' ');
	while (out->len - start < HELP_COLUMN);
	buf_print(out, "%s\n", o->help);
	return true;
}

static void
write_commands(struct buf *out, const struct tool_spec *spec)
{
	buf_text(out, "\nCommands:\n");
	for (const struct command *c = spec->commands; c->run != NULL; c++)
		if (c->name != NULL)
			buf_print(out, "  %-*s%s\n", HELP_COLUMN - 2, c->name, c->line);
}

/* The lines among `examples` that call a command; whether there was one. */
static bool
write_calls(struct buf *out, const char *examples, struct span call, bool found)
{
	for (const char *line = examples, *end; line != NULL && *line != '\0'; line = end) {
		const char *at = strstr(line, call.p);

		end = strchr(line, '\n') + 1;
		if (at == NULL || at >= end || strchr(" \n", at[call.len]) == NULL)
			continue;
		buf_text(out, found ? "" : "Examples:\n");
		buf_add(out, (struct span){ line, (size_t)(end - line) });
		found = true;
	}
	return found;
}

static void
write_examples(struct buf *out, const struct tool_spec *spec, const struct command *c)
{
	struct buf call = { 0 };
	bool found;

	if (c->name == NULL) {
		buf_print(out, "Examples:\n%s\n", spec->examples);
		return;
	}
	buf_print(&call, "%s %s%c", spec->name, c->name, '\0');
	call.len--;
	found = write_calls(out, spec->examples, buf_span(&call), false);
	found = write_calls(out, spec->calls, buf_span(&call), found);
	buf_text(out, found ? "\n" : "");
	buf_done(&call);
}

void
help_write(struct buf *out, const struct tool_spec *spec, const struct command *c)
{
	bool several = spec->commands[0].name != NULL || spec->commands[1].run != NULL;

	if (c->name != NULL)
		buf_print(out, "%s %s: %s\n\n", spec->name, c->name, c->line);
	else
		buf_print(out, "%s: %s\n\n", spec->name, spec->line);
	write_examples(out, spec, c);
	buf_text(out, "Usage: ");
	write_usage(out, spec, c);
	if (c->name != NULL)
		buf_byte(out, '\n');
	else if (several)
		write_commands(out, spec);
	if (c->run == NULL)
		buf_print(out, "\nOptions of every command (%s COMMAND --help lists the others):\n",
		    spec->name);
	else
		buf_print(out, "\nOptions%s%s:\n", c->name != NULL ? " of " : "",
		    c->name != NULL ? c->name : "");
	options_each(c, write_option, out);
	buf_print(out, "  %-*s%s\n  %-*s%s\n", HELP_COLUMN - 2, "--help", "this text",
	    HELP_COLUMN - 2, "--version", "version and stream schema");
	buf_print(out, "\nExit status: 0 done; 1 done, but records were refused or a check said no;\n"
	    "2 usage or configuration; 3 input incomplete or unreadable; 4 cannot decide safely;\n"
	    "5 state is locked; 6 no resources. The manual: man %s, man cdp.\n", spec->name);
}

struct listing {
	struct buf		*out;
	const struct command	*c;
};

static bool
list_option(void *arg, const struct option *o, bool common)
{
	const struct listing *l = arg;

	(void)common;
	buf_print(l->out, "%s\t%s\t%.1s\t--%s\t%s\t%s\n", o->type == OPT_LATER ? "later" : "option",
	    l->c->name != NULL ? l->c->name : "-", o->letter != 0 ? &o->letter : "-", o->name,
	    o->arg != NULL ? o->arg : "-", o->help);
	return true;
}

void
help_options(struct buf *out, const struct tool_spec *spec)
{
	for (const struct command *c = spec->commands; c->run != NULL; c++) {
		struct listing l = { out, c };

		buf_print(out, "usage\t%s\t", c->name != NULL ? c->name : "-");
		write_usage(out, spec, c);
		buf_byte(out, '\n');
		options_each(c, list_option, &l);
	}
	for (const char *const *l = spec->later; l != NULL && *l != NULL; l++)
		buf_print(out, "later\t%s\t-\t-\t-\tnot in this version\n", *l);
}

static bool
add_word(void *arg, const struct option *o, bool common)
{
	(void)common;
	if (o->type != OPT_LATER)
		buf_print(arg, " --%s", o->name);
	return true;
}

/* Words are chosen by the command that the line begins with; files where no option fits. */
void
help_completion(struct buf *out, const struct tool_spec *spec)
{
	struct span name = span_from(spec->name);

	buf_text(out, "_");
	for (size_t i = 0; i < name.len; i++)
		buf_byte(out, name.p[i] == '-' ? '_' : name.p[i]);
	buf_text(out, "() {\n\tlocal words=\n\tcase ${COMP_WORDS[1]} in\n");
	for (const struct command *c = spec->commands; c->run != NULL; c++) {
		if (c->name == NULL)
			continue;
		buf_print(out, "\t%s) words='", c->name);
		options_each(c, add_word, out);
		buf_text(out, "' ;;\n");
	}
	buf_text(out, "\t*) words='--help --version");
	for (const struct command *c = spec->commands; c->run != NULL; c++) {
		if (c->name == NULL)
			options_each(c, add_word, out);
		else
			buf_print(out, " %s", c->name);
	}
	buf_text(out, "' ;;\n\tesac\n\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
	    "\"${COMP_WORDS[COMP_CWORD]}\")\n}\n");
	buf_text(out, "complete -o default -F _");
	for (size_t i = 0; i < name.len; i++)
		buf_byte(out, name.p[i] == '-' ? '_' : name.p[i]);
	buf_print(out, " %s\n", spec->name);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/cli/outputs.c: files that options name, looked at before anything is read. */
#include "cli/outputs.h"
#include "base/error.h"
#include "cli/parse.h"
#include "cli/tool.h"
#include "io/out.h"

#include <assert.h>
#include <string.h>
#include <sys/stat.h>

struct outputs {
	const struct tool	*tool;
	const char		*paths[TOOL_SIDES + 3];	/* -o, --rejects, --summary too */
	size_t			 count;
};

static bool
add_output(void *arg, const struct option *o, bool common)
{
	struct outputs *all = arg;
	const char *path;

	(void)common;
	if (o->type != OPT_OUTPUT)
		return true;
	path = *(const char *const *)(const void *)((const char *)all->tool + o->offset);
	if (path != NULL) {
		assert(all->count < sizeof all->paths / sizeof all->paths[0]);
		all->paths[all->count++] = path;
	}
	return true;
}

struct inputs {
	const struct tool	*tool;
	const struct outputs	*made;
	struct error		*error;
};

/* Only -o may replace what it is made from, as with sort(1): that a list of the refused took the place
 * of those it was to leave untouched is never what was meant. */
static int
check_input(const struct inputs *in, const char *path)
{
	struct stat made, read;

	if (path == NULL || stat(path, &read) < 0)
		return 0;
	for (size_t i = 0; i < in->made->count; i++) {
		const char *output = in->made->paths[i];

		if (output != in->tool->output && stat(output, &made) == 0 && S_ISREG(made.st_mode) &&
		    read.st_dev == made.st_dev && read.st_ino == made.st_ino)
			return error_set(in->error, USAGE, "E_OUTPUT", "%s is also read: only -o may replace "
			    "its input", output);
	}
	return 0;
}

/* Rules, keys, what people decided: files that options name are read too. */
static bool
check_option(void *arg, const struct option *o, bool common)
{
	const struct inputs *in = arg;
	const void *at = (const char *)in->tool + o->offset;	/* each table's targets begin with the tool */

	(void)common;
	if (o->type == OPT_INPUT)
		return check_input(in, *(const char *const *)at) == 0;
	if (o->type != OPT_LIST || strcmp(o->arg, "FILE") != 0)
		return true;
	for (size_t i = 0; i < ((const struct option_list *)at)->n; i++)
		if (check_input(in, ((const struct option_list *)at)->v[i]) < 0)
			return false;
	return true;
}

static int
check_inputs(const struct tool *t, const struct outputs *all, struct error *e)
{
	struct inputs in = { t, all, e };

	for (size_t i = 0; i < t->operand_count; i++)
		if (check_input(&in, t->operands[i]) < 0)
			return -1;
	options_each(t->command, check_option, &in);
	return e->status == STATUS_DONE ? 0 : -1;
}

/* Two streams one after the other, or through one another, are none. */
static int
check_standard_output(const struct outputs *all, size_t there, struct error *e)
{
	for (size_t i = 0; i < all->count; i++)
		there += strcmp(all->paths[i], "-") == 0;
	return there < 2 ? 0 : error_set(e, USAGE, "E_OUTPUT", "two outputs go to standard output");
}

int
tool_check_stream(const struct tool *t, struct error *e)
{
	struct outputs all = { .tool = t };

	options_each(t->command, add_output, &all);
	return check_standard_output(&all, t->output == NULL ? 1 : 0, e);
}

int
tool_check_outputs(const struct tool *t, struct error *e)
{
	struct outputs all = { .tool = t };

	options_each(t->command, add_output, &all);
	if (check_standard_output(&all, 0, e) < 0 || check_inputs(t, &all, e) < 0)
		return -1;
	return out_check(all.paths, all.count, e);
}

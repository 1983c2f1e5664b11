/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/notes.h: notices that a library wants a person to see; `cmd` prints them.
 * Always holds: the same text is kept once, in order of arrival, at most NOTES_MAX of them. */
#ifndef CDP_BASE_NOTES_H
#define CDP_BASE_NOTES_H

#include "base/attr.h"
#include <stddef.h>

enum { NOTES_MAX = 200 };	/* more notices than this and nobody reads them */

struct notes {
	char	**text;
	size_t	  count, cap;
};

void notes_add(struct notes *n, const char *format, ...) PRINTF_LIKE(2, 3);
void notes_done(struct notes *n);

#endif

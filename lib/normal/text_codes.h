/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/text_codes.h: words of a text that are codes: names of models, part numbers. */
#ifndef CDP_NORMAL_TEXT_CODES_H
#define CDP_NORMAL_TEXT_CODES_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>

struct arena;

/* The next word of *rest that has letters and digits, four to sixteen together: of "Nikon D-5100 (kit)"
 * d5100. False at the end. */
bool text_code(struct span *rest, struct span *code, struct arena *arena);

#endif

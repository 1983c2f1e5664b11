/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/formatted.h: an address in one text, as map services and letters have it. */
#ifndef CDP_RESOLVE_FORMATTED_H
#define CDP_RESOLVE_FORMATTED_H

struct address;
struct arena;

/* The same address in parts, in `room`, if it is one text that says where the street ends: "98 Park Row, Leeds,
 * LS1 4AB", "Rua X 12, 1000-001 Lisboa, Portugal", a line each. Else the address itself. Texts are borrowed from
 * it or in the arena. */
const struct address *formatted_parts(const struct address *a, struct address *room, struct arena *arena);

#endif

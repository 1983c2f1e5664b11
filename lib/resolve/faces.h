/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/faces.h: parts of values that joins compare: the end of a phone number, a first
 * name, an initial, the tokens of a name; each computed once for a distinct value. */
#ifndef CDP_RESOLVE_FACES_H
#define CDP_RESOLVE_FACES_H

#include <stddef.h>
#include <stdint.h>

struct faces;
struct facts;
struct join;

/* Makes the faces that the join needs; those that are there already stay. */
void faces_prepare(struct facts *f, const struct join *j);
/* The face of a word under an atom of the join: a number that is the same for the same part;
 * 0: the value has no such part. Atoms that compare the whole value give the word itself. */
uint32_t faces_of(const struct facts *f, int atom, uint32_t word);
/* Tokens of a given or family name, as numbers; returns how many. */
size_t faces_tokens(const struct facts *f, uint32_t word, const uint32_t **token);
void faces_free(struct faces *faces);	/* NULL is fine */

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/paged.h: a derived file that must not be believed unseen: bytes in pages, each with a MAC of
 * its own, so that who needs little checks little.
 *
 *	"cdp-paged/1\n"			padded with zeros to 16 bytes
 *	8 + 8 bytes			how many of header and of data, little end first
 *	32 bytes			BLAKE2b-256 of the data
 *	header				the caller's
 *	32 bytes			MAC of all above
 *	16 bytes a page			the MACs of the pages
 *	data				in pages of PAGED_PAGE bytes; the last may be shorter
 * A page has Poly1305 under a key that is made of its number and of all that stands in front of the MACs, the
 * digest of the data too: it is sound in no other file, and in no other place.
 *
 * Pages are read into memory of our own and checked there: who changes, cuts or removes the file
 * afterwards changes nothing, and no access can fault. */
#ifndef CDP_IO_PAGED_H
#define CDP_IO_PAGED_H

#include "base/attr.h"
#include "base/crypto.h"	/* KEY_BYTES */
#include "base/span.h"		/* passed by value */
#include <stdbool.h>
#include <stdint.h>

struct buf;
struct paged;

enum { PAGED_PAGE = 16384, PAGED_HEADER_MOST = 65536 };

/* Appends all that stands in front of the data, with which the file ends; the same data give the same bytes. */
void paged_front(const unsigned char key[KEY_BYTES], struct span header, struct span data,
    struct buf *out);
/* Opens it and checks the header. NULL: `why` says what is wrong, and nothing if there is no such
 * file. */
struct paged *paged_open(const char *path, const unsigned char key[KEY_BYTES], struct buf *why);
void paged_close(struct paged *f);		/* NULL is fine */
struct span paged_header(const struct paged *f);	/* borrowed */
uint64_t paged_bytes(const struct paged *f);		/* of the data */
/* Reads and checks every page of the first `bytes` bytes of the data; afterwards threads may share these.
 * False: one is not sound. */
MUST_USE bool paged_check(struct paged *f, uint64_t bytes, unsigned threads);
/* The data from `at` on, of which the pages of `bytes` bytes were checked; the address of a byte stays.
 * NULL: one of them is not sound, or there are not so many; it is then broken for good. One thread
 * only, but for bytes that paged_check has checked. */
const void *paged_at(struct paged *f, uint64_t at, uint64_t bytes);
bool paged_broken(const struct paged *f);

#endif

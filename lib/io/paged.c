/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/paged.c: pages, their MACs, and memory of our own for both. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/pipeline.h"
#include "io/own.h"
#include "io/paged.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	MAC = POLY1305_BYTES,
	START = 16 + 8 + 8 + 32,	/* bytes in front of the header */
	HEADER_MAC = 32,
	PIECE = 64			/* pages that one thread checks at once: 1 MiB */
};

static const char magic[16] = "cdp-paged/1\n";

struct paged {
	int		 fd;
	struct buf	 front;		/* all before the MACs of the pages, but the header's */
	unsigned char	 page_key[KEY_BYTES];
	uint64_t	 bytes, pages;	/* of data */
	uint64_t	 macs, data;	/* where they begin in the file */
	char		*memory;	/* of the data; pages that were not read are zeros */
	unsigned char	*known;		/* whether a page was read and checked */
	uint64_t	 checked;	/* bytes whose pages are all known */
	uint64_t	 wanted;	/* pages, while they are checked */
	bool		 broken;
};

static void
put_u64(struct buf *b, uint64_t n)
{
	for (unsigned i = 0; i < 8; i++)
		buf_byte(b, (char)(n >> (8 * i)));
}

static uint64_t
take_u64(const char *p)
{
	uint64_t n = 0;

	for (unsigned i = 8; i-- > 0;)
		n = n << 8 | (unsigned char)p[i];
	return n;
}

static void
derive(const unsigned char *key, const char use[8], struct span front, unsigned char out[32])
{
	struct span parts[] = { span_make(use, 8), front };

	blake2b(out, 32, key, parts, 2);
}

/* Each number has a key of its own, so a page that was moved is not sound where it stands now; and since
 * the key of the file is made of the digest of all pages, none is ever used for two. */
static void
mac_of(const unsigned char *key, uint64_t number, struct span page, unsigned char mac[MAC])
{
	unsigned char once[KEY_BYTES];
	char place[8] = { 0 };
	struct span part = span_make(place, sizeof place);

	for (unsigned i = 0; i < sizeof place; i++)
		place[i] = (char)(number >> (8 * i));
	blake2b(once, sizeof once, key, &part, 1);
	poly1305(once, page, mac);
	secret_wipe(once, sizeof once);
}

static struct span
page_of(const char *data, uint64_t bytes, uint64_t number)
{
	uint64_t at = number * PAGED_PAGE, left = bytes - at;

	return span_make(data + at, (size_t)(left < PAGED_PAGE ? left : PAGED_PAGE));
}

static uint64_t
pages_in(uint64_t bytes)
{
	return bytes / PAGED_PAGE + (bytes % PAGED_PAGE != 0);
}

/* ---- writing ---- */

void
paged_front(const unsigned char key[KEY_BYTES], struct span header, struct span data, struct buf *out)
{
	unsigned char content[32], mac[HEADER_MAC], page_key[KEY_BYTES];
	size_t begin = out->len;
	struct span front;

	blake2b(content, sizeof content, NULL, &data, 1);
	buf_add(out, span_make(magic, sizeof magic));
	put_u64(out, header.len);
	put_u64(out, data.len);
	buf_add(out, span_make((const char *)content, sizeof content));
	buf_add(out, header);
	front = span_skip(buf_span(out), begin);
	derive(key, "header\0", front, mac);
	derive(key, "pages\0\0", front, page_key);
	buf_add(out, span_make((const char *)mac, sizeof mac));
	for (uint64_t i = 0; i < pages_in(data.len); i++) {
		mac_of(page_key, i, page_of(data.p, data.len, i), mac);
		buf_add(out, span_make((const char *)mac, MAC));
	}
	secret_wipe(page_key, sizeof page_key);
}

/* ---- reading ---- */

/* False: there are not so many, or they cannot be read. */
static bool
read_at(int fd, uint64_t at, char *to, size_t bytes)
{
	while (bytes > 0) {
		ssize_t n = pread(fd, to, bytes, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		to += n;
		at += (uint64_t)n;
		bytes -= (size_t)n;
	}
	return true;
}

/* NULL, or what is wrong with it. */
static const char *
read_front(struct paged *f, const unsigned char *key, uint64_t size)
{
	unsigned char mac[HEADER_MAC], told[HEADER_MAC];
	uint64_t header, front;

	buf_room(&f->front, START);
	if (!read_at(f->fd, 0, f->front.p, START) || memcmp(f->front.p, magic, sizeof magic) != 0)
		return "is not in the form of this version";
	header = take_u64(f->front.p + sizeof magic);
	f->bytes = take_u64(f->front.p + sizeof magic + 8);
	f->pages = pages_in(f->bytes);
	front = START + header;
	if (header > PAGED_HEADER_MOST || f->bytes > INT64_MAX / 2)
		return "was altered";
	f->macs = front + HEADER_MAC;
	f->data = f->macs + f->pages * MAC;
	if (size != f->data + f->bytes)
		return "is not whole";
	f->front.len = START;
	buf_room(&f->front, (size_t)header);
	if (!read_at(f->fd, START, f->front.p + START, (size_t)header) ||
	    !read_at(f->fd, front, (char *)told, sizeof told))
		return "cannot be read";
	f->front.len = (size_t)front;
	derive(key, "header\0", buf_span(&f->front), mac);
	derive(key, "pages\0\0", buf_span(&f->front), f->page_key);
	return secret_equal(mac, told, sizeof mac) ? NULL : "was altered, or made with another key";
}

/* Memory that costs nothing until it is used. */
static void *
reserve(uint64_t bytes)
{
	void *p = mmap(NULL, bytes == 0 ? 1 : (size_t)bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		mem_exhausted();
	return p;
}

/* Takes the descriptor over and checks the header. */
static struct paged *
open_descriptor(int fd, const unsigned char key[KEY_BYTES], struct buf *why)
{
	struct paged *f = mem_zero(1, sizeof *f);
	const char *wrong;
	struct stat st;

	f->fd = fd;
	wrong = fstat(fd, &st) < 0 ? "cannot be read" : read_front(f, key, (uint64_t)st.st_size);
	if (wrong != NULL) {
		buf_text(why, wrong);
		paged_close(f);
		return NULL;
	}
	f->memory = reserve(f->bytes);
	f->known = mem_zero((size_t)f->pages + 1, 1);
	return f;
}

struct paged *
paged_open(const char *path, const unsigned char key[KEY_BYTES], struct buf *why)
{
	struct error e = { 0 };
	struct stat st;
	int fd;

	if (lstat(path, &st) < 0 && (errno == ENOENT || errno == ENOTDIR))
		return NULL;
	fd = own_open(path, O_RDONLY, &e);
	if (fd < 0) {
		buf_print(why, "cannot be used: %s", e.text);
		return NULL;
	}
	return open_descriptor(fd, key, why);
}

void
paged_close(struct paged *f)
{
	if (f == NULL)
		return;
	close(f->fd);
	if (f->memory != NULL)
		munmap(f->memory, f->bytes == 0 ? 1 : (size_t)f->bytes);
	secret_wipe(f->page_key, sizeof f->page_key);
	buf_done(&f->front);
	mem_free(f->known);
	mem_free(f);
}

struct span
paged_header(const struct paged *f)
{
	return span_skip(buf_span(&f->front), START);
}

uint64_t
paged_bytes(const struct paged *f)
{
	return f->bytes;
}

/* Reads `count` pages from `first` on. */
static bool
read_pages(struct paged *f, uint64_t first, uint64_t count)
{
	unsigned char told[PIECE][MAC], mac[MAC];
	uint64_t at = first * PAGED_PAGE, end = at + count * PAGED_PAGE;

	if (end > f->bytes)
		end = f->bytes;
	if (!read_at(f->fd, f->macs + first * MAC, (char *)told, (size_t)count * MAC) ||
	    !read_at(f->fd, f->data + at, f->memory + at, (size_t)(end - at)))
		return false;
	for (uint64_t i = 0; i < count; i++) {
		mac_of(f->page_key, first + i, page_of(f->memory, f->bytes, first + i), mac);
		if (!secret_equal(mac, told[i], MAC))
			return false;
		f->known[first + i] = 1;
	}
	return true;
}

static void
check_piece(void *arg, unsigned piece)
{
	struct paged *f = arg;
	uint64_t first = (uint64_t)piece * PIECE, left = f->wanted - first;

	(void)read_pages(f, first, left < PIECE ? left : PIECE);
}

bool
paged_check(struct paged *f, uint64_t bytes, unsigned threads)
{
	unsigned pieces;
	bool sound;

	f->wanted = pages_in(bytes < f->bytes ? bytes : f->bytes);
	pieces = (unsigned)((f->wanted + PIECE - 1) / PIECE);
	parallel_each(pieces > 1 ? threads : 1, pieces, check_piece, f);
	sound = memchr(f->known, 0, (size_t)f->wanted) == NULL;
	f->checked = sound ? f->wanted * PAGED_PAGE : 0;
	f->broken |= !sound;
	return sound;
}

const void *
paged_at(struct paged *f, uint64_t at, uint64_t bytes)
{
	if (at > f->bytes || bytes > f->bytes - at) {
		f->broken = true;
		return NULL;
	}
	if (at + bytes > f->checked && bytes > 0)
		for (uint64_t i = at / PAGED_PAGE; i <= (at + bytes - 1) / PAGED_PAGE; i++)
			if (!f->known[i] && !read_pages(f, i, 1)) {
				f->broken = true;
				return NULL;
			}
	return f->memory + at;
}

bool
paged_broken(const struct paged *f)
{
	return f->broken;
}

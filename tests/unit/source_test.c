/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/source_test.c: what is read is the text and all of it, or there is an error. */
#include "base/buf.h"
#include "base/error.h"
#include "io/fd.h"
#include "io/source.h"
#include "tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

static struct source_options defaults;

static void
spill(const char *name, struct span s)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || fd_write_all(fd, s.p, s.len) < 0)
		abort();
	close(fd);
}

/* Reads to the end in steps of `step` bytes: 0, or -1 with e. */
static int
read_all(struct byte_source *s, size_t step, struct buf *out, struct error *e)
{
	for (;;) {
		ssize_t n;

		buf_room(out, step);
		n = source_read(s, out->p + out->len, step, e);
		if (n <= 0)
			return (int)n;
		out->len += (size_t)n;
	}
}

static int
read_path(const char *path, const struct source_options *options, size_t step, struct buf *out,
    struct error *e)
{
	struct byte_source *s = source_open(path, options, e);
	int r = s == NULL ? -1 : read_all(s, step, out, e);

	source_close(s);
	return r;
}

/* The file with these bytes reads as `want`. */
static bool
reads_as(struct span stored, enum encoding encoding, struct span want)
{
	struct source_options options = { .encoding = encoding };
	size_t steps[] = { 1, 3, 1 << 20 };
	bool same = true;

	spill("file", stored);
	for (int i = 0; i < 3; i++) {
		struct error e = { 0 };
		struct buf got = { 0 };

		same = same && read_path("file", &options, steps[i], &got, &e) == 0 &&
		    span_equal(buf_span(&got), want);
		buf_done(&got);
	}
	return same;
}

/* The file with these bytes is refused with this code, and the text says `word`. */
static bool
refused(struct span stored, const struct source_options *options, const char *code,
    const char *word)
{
	struct error e = { 0 };
	struct buf got = { 0 };
	int r;

	spill("file", stored);
	r = read_path("file", options, 1000, &got, &e);
	buf_done(&got);
	if (r == 0 || e.status != STATUS_INPUT || strcmp(e.code, code) != 0 ||
	    strstr(e.text, word) == NULL) {
		printf("# %d %s %s\n", e.status, e.code == NULL ? "" : e.code, e.text);
		return false;
	}
	return true;
}

static void
gzip(struct buf *out, struct span s)
{
	z_stream z = { 0 };

	if (deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	buf_room(out, deflateBound(&z, s.len));
	z.next_in = (Bytef *)(uintptr_t)s.p;
	z.avail_in = (uInt)s.len;
	z.next_out = (Bytef *)out->p + out->len;
	z.avail_out = (uInt)(out->cap - out->len);
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	out->len = out->cap - z.avail_out;
	deflateEnd(&z);
}

static void
zstd(struct buf *out, struct span s)
{
	size_t n;

	buf_room(out, ZSTD_compressBound(s.len));
	n = ZSTD_compress(out->p + out->len, out->cap - out->len, s.p, s.len, 3);
	if (ZSTD_isError(n))
		abort();
	out->len += n;
}

/* Text that neither packs well nor badly. */
static void
prose(struct buf *out, size_t lines)
{
	for (size_t i = 0; i < lines; i++)
		buf_print(out, "{\"id\":\"%zx\",\"n\":%zu}\n", i * 2654435761U, i);
}

static void
plain(void)
{
	struct buf text = { 0 };
	struct error e = { 0 };
	struct byte_source *s;
	struct span head;
	char c[8];

	prose(&text, 20000);
	ok(reads_as(SPAN(""), ENCODING_UTF8, SPAN("")), "an empty file is empty");
	ok(reads_as(SPAN("a"), ENCODING_UTF8, SPAN("a")), "one byte");
	ok(reads_as(buf_span(&text), ENCODING_UTF8, buf_span(&text)), "a long file is whole");
	s = source_open("./file", &defaults, &e);
	head = source_peek(s, 5, &e);
	is_text(head.p, head.len, "{\"id\"", "peek shows the first bytes");
	ok(source_bytes(s) == 0 && source_read(s, c, 3, &e) == 3 && source_bytes(s) == 3,
	    "and does not take them");
	head = source_peek(s, 1 << 20, &e);
	ok(head.len == text.len - 3, "a peek beyond the end shows all that is left");
	ok(strcmp(source_name(s), "file") == 0 && source_size(s) == text.len &&
	    source_taken(s) == text.len, "name and sizes are known");
	source_close(s);
	s = source_of(SPAN("memory"), "dir/name");
	ok(source_read(s, c, 8, &e) == 6 && source_read(s, c, 8, &e) == 0, "memory is a source");
	ok(strcmp(source_name(s), "name") == 0 && source_size(s) == 0, "with a name");
	source_close(s);
	source_close(NULL);
	buf_done(&text);
}

/* A read too many waits for ever: the alarm is the failure. */
static void
by_line(void)
{
	const struct source_options o = { .by_line = true };
	struct error e = { 0 };
	struct byte_source *s;
	struct span head;
	char path[32];
	int fd[2];

	if (pipe(fd) < 0 || fd_write_all(fd[1], "a\nb\nc", 5) < 0)
		abort();
	snprintf(path, sizeof path, "/dev/fd/%d", fd[0]);
	alarm(10);
	s = source_open(path, &o, &e);
	head = source_peek_line(s, 0, 100, &e);
	is_text(head.p, head.len, "a\n", "by line a pipe is not asked for more than a line");
	head = source_peek_line(s, head.len, 100, &e);
	is_text(head.p, head.len, "a\nb\n", "nor for more than one more");
	head = source_peek_line(s, 0, 1, &e);
	is_text(head.p, head.len, "a", "and no more is given than wanted");
	close(fd[1]);
	head = source_peek_line(s, 4, 100, &e);
	is_text(head.p, head.len, "a\nb\nc", "the last line may lack its end");
	ok(source_by_line(s), "a pipe is read by line");
	source_close(s);
	close(fd[0]);
	alarm(0);
	spill("file", SPAN("a\nb\n"));
	s = source_open("./file", &o, &e);
	head = source_peek_line(s, 0, 100, &e);
	ok(head.len == 4 && !source_by_line(s), "a file is not");
	source_close(s);
}

static void
packed(void)
{
	struct buf text = { 0 }, twice = { 0 }, z = { 0 };
	size_t unseen = 0;

	prose(&text, 3000);
	buf_add(&twice, buf_span(&text));
	buf_add(&twice, buf_span(&text));
	gzip(&z, buf_span(&text));
	ok(reads_as(buf_span(&z), ENCODING_UTF8, buf_span(&text)), "gzip is unpacked");
	for (size_t len = 2; len < z.len; len += 97)
		unseen += !refused(span_head(buf_span(&z), len), NULL, "E_PACKED", "gzip");
	ok(unseen == 0, "a cut gzip file is no end of input");
	gzip(&z, buf_span(&text));
	ok(reads_as(buf_span(&z), ENCODING_UTF8, buf_span(&twice)), "two members are one input");
	buf_byte(&z, 'x');
	ok(refused(buf_span(&z), NULL, "E_PACKED", "after its end"),
	    "bytes after gzip are refused");
	buf_reset(&z);
	zstd(&z, buf_span(&text));
	ok(reads_as(buf_span(&z), ENCODING_UTF8, buf_span(&text)), "zstd is unpacked");
	for (size_t len = 4; len < z.len; len += 97)
		unseen += !refused(span_head(buf_span(&z), len), NULL, "E_PACKED", "zstd");
	ok(unseen == 0, "a cut zstd file is no end of input");
	zstd(&z, buf_span(&text));
	ok(reads_as(buf_span(&z), ENCODING_UTF8, buf_span(&twice)), "two frames are one input");
	buf_byte(&z, 'x');
	ok(refused(buf_span(&z), NULL, "E_PACKED", "zstd"), "bytes after zstd are refused");
	ok(refused(SPAN("\x1f\x8b" "nothing"), NULL, "E_PACKED", "gzip"), "gzip in name only");
	ok(refused(SPAN("\x28\xb5\x2f\xfd\xff\xff"), NULL, "E_PACKED", "zstd"),
	    "zstd in name only");
	buf_reset(&z);
	gzip(&z, SPAN(""));
	ok(reads_as(buf_span(&z), ENCODING_UTF8, SPAN("")), "gzip of nothing is nothing");
	buf_reset(&z);
	zstd(&z, SPAN(""));
	ok(reads_as(buf_span(&z), ENCODING_UTF8, SPAN("")), "zstd of nothing is nothing");
	buf_reset(&z);
	gzip(&z, SPAN("caf\xe9"));
	ok(reads_as(buf_span(&z), ENCODING_ISO_8859_1, SPAN("caf\xc3\xa9")),
	    "packed text in another encoding");
	buf_reset(&text);
	gzip(&text, buf_span(&z));
	ok(refused(buf_span(&text), NULL, "E_FILE_KIND", "packed"), "packed twice is refused");
	buf_done(&text);
	buf_done(&twice);
	buf_done(&z);
}

static void
expansion(void)
{
	struct source_options limit = { .expand_limit = 1000 }, ratio = { .expand_ratio = 100000 };
	struct buf zeros = { 0 }, z = { 0 };

	buf_room(&zeros, 4 << 20);
	memset(zeros.p, ' ', 4 << 20);
	zeros.len = 4 << 20;
	gzip(&z, buf_span(&zeros));
	ok(refused(buf_span(&z), NULL, "E_EXPANSION", "--expand-ratio"), "a gzip bomb is refused");
	ok(refused(buf_span(&z), &limit, "E_EXPANSION", "--expand-limit"), "so is the limit");
	spill("file", buf_span(&z));
	buf_reset(&z);
	{
		struct error e = { 0 };

		ok(read_path("file", &ratio, 4096, &z, &e) == 0 && z.len == zeros.len,
		    "a higher ratio lets it in");
	}
	buf_reset(&z);
	zstd(&z, buf_span(&zeros));
	ok(refused(buf_span(&z), NULL, "E_EXPANSION", "--expand-ratio"), "a zstd bomb is refused");
	zeros.len = 1 << 20;
	buf_reset(&z);
	zstd(&z, buf_span(&zeros));
	ok(reads_as(buf_span(&z), ENCODING_UTF8, buf_span(&zeros)), "the first MiB is free");
	/* A frame header that asks for a window of 256 MiB: descriptor 0, window 18 << 3. */
	ok(refused(SPAN("\x28\xb5\x2f\xfd\x00\x90\x01\x00\x00"), NULL, "E_EXPANSION", "128 MiB"),
	    "a zstd window above 128 MiB is refused");
	buf_done(&zeros);
	buf_done(&z);
}

static void
encodings(void)
{
	ok(reads_as(SPAN("\x80 \x93q\x94 \xe9\xff"), ENCODING_WINDOWS_1252,
	    SPAN("\xe2\x82\xac \xe2\x80\x9cq\xe2\x80\x9d \xc3\xa9\xc3\xbf")), "windows-1252");
	ok(reads_as(SPAN("\x81"), ENCODING_WINDOWS_1252, SPAN("\xff")),
	    "a byte that windows-1252 does not know is no UTF-8 afterwards");
	ok(reads_as(SPAN("\x81\xe9"), ENCODING_ISO_8859_1, SPAN("\xc2\x81\xc3\xa9")), "iso-8859-1");
	ok(reads_as(SPAN("\xff\xfe" "a\0\xe9\0\x3d\xd8\x00\xde\n\0"), ENCODING_UTF_16LE,
	    SPAN("\xef\xbb\xbf" "a\xc3\xa9\xf0\x9f\x98\x80\n")), "utf-16le with mark and pair");
	ok(reads_as(SPAN("\0a\0\xe9\xd8\x3d\xde\x00\0\n"), ENCODING_UTF_16BE,
	    SPAN("a\xc3\xa9\xf0\x9f\x98\x80\n")), "utf-16be without mark");
	ok(reads_as(SPAN("\0a\xde\x00\0b\xd8\x3d\0c\xd8\x3d"), ENCODING_UTF_16BE,
	    SPAN("a\xff" "b\xff" "c\xff")), "half a pair is no UTF-8 afterwards");
	ok(reads_as(SPAN("\0a\0"), ENCODING_UTF_16BE, SPAN("a\xff")), "nor is half a unit");
	ok(refused(SPAN("\xff\xfe" "a\0"), &(struct source_options){ .encoding =
	    ENCODING_UTF_16BE }, "E_FILE_KIND", "utf-16le"), "the wrong byte order is noticed");
}

static void
names(void)
{
	static const char *const known[] = { "utf-8", "windows-1252", "iso-8859-1", "utf-16le",
	    "utf-16be" };
	enum encoding encoding;
	int good = 0;

	for (int i = 0; i < 5; i++)
		good += encoding_parse(span_from(known[i]), &encoding) == 0 &&
		    (int)encoding == i;
	ok(good == 5, "encodings have names");
	ok(encoding_parse(SPAN("latin1"), &encoding) < 0, "and no others");
}

static void
kinds(void)
{
	static const struct {
		struct span	 bytes;
		const char	*word;
	} list[] = {
		{ SPAN_INIT("\xff\xfe" "a\0"), "utf-16le" },
		{ SPAN_INIT("\xfe\xff\0a"), "utf-16be" },
		{ SPAN_INIT("\xff\xfe\0\0a\0\0\0"), "UTF-32" },
		{ SPAN_INIT("\0\0\xfe\xff\0\0\0a"), "UTF-32" },
		{ SPAN_INIT("i\0d\0,\0n\0\n\0"), "utf-16le" },
		{ SPAN_INIT("\0i\0d\0,\0n\0\n"), "utf-16be" },
		{ SPAN_INIT("i\0\0\0d\0\0\0,\0\0\0n\0\0\0"), "UTF-32" },
		{ SPAN_INIT("PK\x03\x04......[Content_Types].xml"), "save as CSV" },
		{ SPAN_INIT("PK\x03\x04......a.csv"), "zip archive" },
		{ SPAN_INIT("PK\x03\x04..application/vnd.oasis.opendocument.spreadsheet"), "ods" },
		{ SPAN_INIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "save as CSV" },
		{ SPAN_INIT("%PDF-1.7"), "PDF" },
		{ SPAN_INIT("PAR1\x15\x04"), "Parquet" },
		{ SPAN_INIT("SQLite format 3\0"), "SQLite" },
		{ SPAN_INIT("\x7f" "ELF\x02"), "ELF" },
		{ SPAN_INIT("BZh91AY&SY"), "bzip2" },
		{ SPAN_INIT("\xfd" "7zXZ\0"), "xz" }
	};

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		ok(refused(list[i].bytes, NULL, "E_FILE_KIND", list[i].word),
		    "kind %zu is refused: %s", i, list[i].word);
	ok(reads_as(SPAN("PAR1,x\n"), ENCODING_UTF8, SPAN("PAR1,x\n")), "PAR1 may be a header");
	ok(reads_as(SPAN("{\"a\":\"\0\0\0\0\"}"), ENCODING_UTF8, SPAN("{\"a\":\"\0\0\0\0\"}")),
	    "some NUL bytes are for the rows to refuse");
}

/* The error of source_check_utf8, and its byte. */
static bool
utf8_at(struct span text, uint64_t byte, const char *word)
{
	struct error e = { 0 };
	struct byte_source *s = source_of(text, "file");
	bool same = source_check_utf8(s, &e) < 0 && e.status == STATUS_INPUT &&
	    strcmp(e.code, "E_ENCODING") == 0 && e.byte == byte && strstr(e.text, word) != NULL;

	source_close(s);
	return same;
}

static void
checks(void)
{
	struct error e = { 0 };
	struct byte_source *s = source_of(SPAN("caf\xc3\xa9"), "file");
	char *big = malloc(70000);

	ok(source_check_utf8(s, &e) == 0, "UTF-8 is UTF-8");
	source_close(s);
	ok(utf8_at(SPAN("a,caf\xe9,b"), 5, "windows-1252"), "what looks like windows-1252");
	ok(utf8_at(SPAN("a,\x81\xe9,b"), 2, "iso-8859-1"), "what looks like iso-8859-1");
	ok(utf8_at(SPAN("caf\xc3\xa9 \xe9,b"), 6, "damaged"), "what looks damaged");
	ok(utf8_at(SPAN("caf\xc3"), 3, "windows-1252"), "a sequence that the end cuts");
	memset(big, 'a', 70000);
	big[65535] = '\xc3';
	big[65536] = '\xa9';
	s = source_of(span_make(big, 70000), "file");
	ok(source_check_utf8(s, &e) == 0, "a sequence that the 64 KiB cut is no fault");
	source_close(s);
	free(big);
}

static void
faults(void)
{
	struct error e = { 0 };
	struct byte_source *s;
	struct buf got = { 0 };
	char c[8192];

	ok(source_open("none", &defaults, &e) == NULL && e.status == STATUS_INPUT,
	    "a missing file is status 3");
	error_clear(&e);
	ok(source_open(".", &defaults, &e) == NULL && e.status == STATUS_INPUT &&
	    strstr(e.text, "directory") != NULL, "a directory is status 3");
	error_clear(&e);
	spill("file", SPAN("0123456789"));
	s = source_open("file", &defaults, &e);
	spill("file", SPAN("0123456789abc"));
	ok(source_read(s, c, 10, &e) == 10 && read_all(s, 100, &got, &e) < 0 &&
	    e.status == STATUS_INPUT && strcmp(e.code, "E_CHANGED") == 0,
	    "a file that grew while it was read is status 3");
	error_clear(&e);
	ok(source_read(s, c, 10, &e) < 0 && strcmp(e.code, "E_CHANGED") == 0,
	    "and stays so");
	source_close(s);
	error_clear(&e);
	s = source_open("file", &defaults, &e);
	rename("file", "old");
	spill("file", SPAN("another"));
	ok(read_all(s, 100, &got, &e) < 0 && strcmp(e.code, "E_CHANGED") == 0,
	    "so is one that was replaced");
	source_close(s);
	error_clear(&e);
	s = source_open("file", &defaults, &e);
	unlink("file");
	ok(read_all(s, 100, &got, &e) == 0, "one that was only deleted is whole");
	source_close(s);
	unlink("old");
	buf_done(&got);
}

static void
whole(void)
{
	struct error e = { 0 };
	struct buf all = { 0 };
	struct byte_source *s;

	buf_add(&all, SPAN("before "));
	spill("file", SPAN("\xef\xbb\xbf" "a b\n"));
	s = source_open("file", &defaults, &e);
	ok(source_read_all(s, 0, &all, &e) == 0 && span_is(buf_span(&all), "before a b\n"),
	    "all is appended, without the byte order mark");
	source_close(s);
	all.len = 0;
	spill("file", SPAN("a\xef\xbb\xbf"));
	s = source_open("file", &defaults, &e);
	ok(source_read_all(s, 0, &all, &e) == 0 && all.len == 4, "which inside the text is text");
	source_close(s);
	all.len = 0;
	s = source_of(SPAN("0123456789"), "ten");
	ok(source_read_all(s, 9, &all, &e) == 0 && all.len > 9, "what has more than the most says so");
	source_close(s);
	buf_done(&all);
}

int
main(void)
{
	char dir[] = "/tmp/source_test.XXXXXX";

	if (mkdtemp(dir) == NULL || chdir(dir) < 0)
		return 1;
	plain();
	by_line();
	packed();
	expansion();
	encodings();
	names();
	kinds();
	checks();
	faults();
	whole();
	unlink("file");
	if (chdir("/") < 0 || rmdir(dir) < 0)
		ok(false, "nothing else is left in the directory");
	return tap_done();
}

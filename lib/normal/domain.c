/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/domain.c: labels by hand while all is ASCII, libidn2 for the rest. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/ascii.h"
#include "base/short.h"
#include "base/utf8.h"
#include "normal/domain.h"
#include "normal/table.h"

#include <idn2.h>
#include <pthread.h>
#include <stdint.h>

enum { DOMAIN_MAX = 253, LABEL_MAX = 63 };

static bool
is_alnum(unsigned char c)
{
	return ascii_letter(c) || ascii_digit(c);
}

static bool
label_good(struct span s)
{
	if (s.len == 0 || s.len > LABEL_MAX || s.p[0] == '-' || s.p[s.len - 1] == '-')
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!is_alnum((unsigned char)s.p[i]) && s.p[i] != '-')
			return false;
	return true;
}

static bool
last_good(struct span s)
{
	if (span_starts(s, SPAN("xn--")))
		return true;
	for (size_t i = 0; i < s.len; i++)
		if (!ascii_lower((unsigned char)s.p[i]))
			return false;
	return s.len >= 2;
}

static struct span
checked(struct span s)
{
	struct span rest = s, label = span_none();
	size_t labels = 0;

	if (s.len > DOMAIN_MAX)
		return span_none();
	while (span_split(&rest, '.', &label)) {
		if (!label_good(label))
			return span_none();
		labels++;
	}
	return labels >= 2 && last_good(label) ? s : span_none();
}

static struct span
by_library(struct span s, struct arena *arena)
{
	char *out = NULL;
	struct span copy = span_none();
	int r = idn2_to_ascii_8z(arena_text(arena, s), &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);

	if (r == IDN2_MALLOC)
		mem_exhausted();
	if (r == IDN2_OK)
		copy = arena_copy(arena, span_from(out));
	idn2_free(out);
	return copy;
}

static struct span
lower(struct span s, struct arena *arena)
{
	size_t i = 0;
	char *out;

	while (i < s.len && !ascii_upper((unsigned char)s.p[i]))
		i++;
	if (i == s.len)
		return s;
	out = arena_alloc(arena, s.len);
	for (i = 0; i < s.len; i++)
		out[i] = ascii_upper((unsigned char)s.p[i]) ? (char)(s.p[i] | 0x20) : s.p[i];
	return span_make(out, s.len);
}

/* Lower-case A-labels without a final dot, or span_none(): at most 253 bytes, at least two
 * labels of 1 to 63 letters, digits and inner hyphens, the last one alphabetic or xn--. */
static struct span
clean_domain(struct span raw, struct arena *arena)
{
	bool ascii = utf8_is_ascii(raw);
	struct span s = raw;

	while (s.len > 0 && s.p[s.len - 1] == '.')
		s.len--;
	if (s.len == 0 || s.len > 4 * DOMAIN_MAX || span_index(s, '\0') < s.len)
		return span_none();
	s = lower(s, arena);
	if (!ascii || span_starts(s, SPAN("xn--")) || memmem(s.p, s.len, ".xn--", 5) != NULL) {
		s = by_library(s, arena);
		if (s.p == NULL)
			return span_none();
		s = lower(s, arena);
	}
	return checked(s);
}

/* Of a clean domain: reserved by RFC 2606 and RFC 6761 (example.com, .test, .invalid, ...). */
static bool
is_reserved(struct span domain)
{
	static const char *const names[] = { "example.com", "example.net", "example.org" };
	static const char *const tops[] = { ".example", ".test", ".invalid", ".localhost" };

	if (memmem(domain.p, domain.len, "example", 7) == NULL && (domain.len == 0 ||
	    strchr("td", domain.p[domain.len - 1]) == NULL))
		return false;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct span name = span_from(names[i]);

		if (span_ends(domain, name) && (domain.len == name.len ||
		    domain.p[domain.len - name.len - 1] == '.'))
			return true;
	}
	for (size_t i = 0; i < sizeof tops / sizeof *tops; i++)
		if (span_ends(domain, span_from(tops[i])))
			return true;
	return false;
}

/* Damerau distance is 1: one letter other, more, less, or two neighbours swapped. */
static bool
one_slip(struct span a, struct span b)
{
	size_t i = 0, j = 0, least = a.len < b.len ? a.len : b.len, mid;

	while (i < least && a.p[i] == b.p[i])
		i++;
	while (j < least - i && a.p[a.len - 1 - j] == b.p[b.len - 1 - j])
		j++;
	if (a.len != b.len)
		return i + j == least;
	mid = a.len - i - j;
	return mid == 1 || (mid == 2 && a.p[i] == b.p[i + 1] && a.p[i + 1] == b.p[i]);
}

/* The well-known domains by length, with both ends as numbers, so that a look costs few bytes. */
enum { SHORT = 8, LONG = 19, SAME_LENGTH = 24 };	/* below 8 bytes all are one slip away */

struct known {
	struct span	name;
	uint32_t	head, tail;
};

static pthread_once_t	once = PTHREAD_ONCE_INIT;
static struct known	known[LONG + 1][SAME_LENGTH];
static size_t		known_count[LONG + 1];

static uint32_t
three(const char *p)
{
	return (uint32_t)(unsigned char)p[0] << 16 | (uint32_t)(unsigned char)p[1] << 8 |
	    (unsigned char)p[2];
}

static void
load(void)
{
	struct span s;

	for (size_t i = 0; table_key(TABLE_EMAIL_DOMAINS, i).p != NULL; i++) {
		s = table_key(TABLE_EMAIL_DOMAINS, i);
		if (s.len >= SHORT && s.len <= LONG && known_count[s.len] < SAME_LENGTH)
			known[s.len][known_count[s.len]++] = (struct known){ s, three(s.p),
			    three(s.p + s.len - 3) };
	}
}

/* The well-known domain that is one slip away, or span_none(); "gmial.com" is "gmail.com". One slip
 * cannot touch both ends. */
static struct span
meant_domain(struct span domain)
{
	uint32_t head, tail;

	if (domain.len < SHORT - 1 || domain.len > LONG + 1 ||
	    table_has(TABLE_EMAIL_DOMAINS, domain))
		return span_none();
	pthread_once(&once, load);
	head = three(domain.p);
	tail = three(domain.p + domain.len - 3);
	for (size_t len = domain.len - 1; len <= domain.len + 1 && len <= LONG; len++)
		for (size_t i = 0; i < known_count[len]; i++) {
			const struct known *k = &known[len][i];

			if ((k->head == head || k->tail == tail) && one_slip(domain, k->name))
				return k->name;
		}
	return span_none();
}

/* The top-level domain meant, or span_none(); "acme.con" → "com". */
static struct span
meant_tld(struct span domain)
{
	static const char *const slips[][2] = { { "con", "com" }, { "cmo", "com" },
	    { "ocm", "com" }, { "comm", "com" }, { "vom", "com" }, { "xom", "com" },
	    { "cim", "com" }, { "cpm", "com" }, { "coom", "com" }, { "nte", "net" },
	    { "ney", "net" }, { "ogr", "org" }, { "orgg", "org" }, { "nett", "net" } };
	struct span top = domain;

	while (span_index(top, '.') < top.len)
		top = span_skip(top, span_index(top, '.') + 1);
	if (top.len < 3 || top.len > 4 || span_equal(top, SPAN("com")))
		return span_none();
	for (size_t i = 0; i < sizeof slips / sizeof *slips; i++)
		if (span_is(top, slips[i][0]))
			return span_from(slips[i][1]);
	return span_none();
}

/* a is b but for its top-level domain, and that is a known misspelling of b's. */
static bool
tld_slip(struct span a, struct span b)
{
	struct span meant = meant_tld(a), head = a;

	if (meant.p == NULL)
		return false;
	while (head.len > 0 && head.p[head.len - 1] != '.')
		head.len--;
	return b.len == head.len + meant.len && span_starts(b, head) && span_ends(b, meant);
}

bool
domain_slip(struct span a, struct span b)
{
	struct span meant;

	if (span_equal(a, b))
		return false;
	if (a.len >= SHORT && b.len >= SHORT && a.len <= b.len + 1 && b.len <= a.len + 1 &&
	    one_slip(a, b))
		return true;
	meant = meant_domain(a);
	if (meant.p != NULL && span_equal(meant, b))
		return true;
	meant = meant_domain(b);
	return (meant.p != NULL && span_equal(meant, a)) || tld_slip(a, b) || tld_slip(b, a);
}

static struct domain_facts
judge(struct span raw, struct arena *arena)
{
	struct domain_facts f = { .clean = clean_domain(raw, arena) };

	if (f.clean.p == NULL)
		return f;
	if (is_reserved(f.clean)) {
		f.doubt = "reserved_domain";
		return f;
	}
	f.detail = meant_domain(f.clean);
	if (f.detail.p != NULL) {
		f.doubt = "typo_domain";
		return f;
	}
	f.detail = meant_tld(f.clean);
	if (f.detail.p != NULL)
		f.doubt = "typo_tld";
	return f;
}

enum { REMEMBERED = 256, REMEMBERED_MAX = 39 };	/* domains, bytes of one: 16 KiB */

struct remembered {
	const char	*doubt;
	struct span	 detail;
	uint8_t		 len;		/* 0: nothing */
	char		 text[REMEMBERED_MAX];
};

struct domains {
	struct remembered	list[REMEMBERED];
};

struct domains *
domains_new(void)
{
	return mem_zero(1, sizeof(struct domains));
}

void
domains_free(struct domains *d)
{
	mem_free(d);
}

/* Only clean domains are remembered: the others are few. */
struct domain_facts
domains_look(struct domains *d, struct span raw, struct arena *arena)
{
	struct domain_facts f;
	struct remembered *x;

	if (d == NULL || raw.len == 0 || raw.len > REMEMBERED_MAX)
		return judge(raw, arena);
	x = &d->list[short_hash(raw) % REMEMBERED];
	if (short_equal(span_make(x->text, x->len), raw))
		return (struct domain_facts){ raw, x->doubt, x->detail };
	f = judge(raw, arena);
	if (f.clean.p != NULL && span_equal(f.clean, raw)) {
		*x = (struct remembered){ .doubt = f.doubt, .detail = f.detail,
		    .len = (uint8_t)raw.len };
		memcpy(x->text, raw.p, raw.len);
	}
	return f;
}

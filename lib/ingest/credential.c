/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/credential.c: shapes of secrets. */
#include "base/ascii.h"
#include "ingest/credential.h"
#include "base/alloc.h"
#include "base/arena.h"
#include "base/map.h"
#include "ingest/words.h"
#include "io/ndjson.h"

enum { VERDICTS_MOST = 10000 };	/* names remembered; some exporters make keys of data */
enum { CARD_LEAST = 13, CARD_MOST = 19, HASH_LEAST = 32 };

static bool
is_crypt(struct span s)
{
	static const struct span heads[] = { SPAN_INIT("$2a$"), SPAN_INIT("$2b$"), SPAN_INIT("$2y$"),
	    SPAN_INIT("$argon2"), SPAN_INIT("$1$"), SPAN_INIT("$5$"), SPAN_INIT("$6$"),
	    SPAN_INIT("$P$"), SPAN_INIT("$y$"), SPAN_INIT("{SSHA}"), SPAN_INIT("pbkdf2") };

	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		if (s.len >= 20 && span_starts(s, heads[i]))
			return true;
	return false;
}

/* hash:salt or hash:salt:version, the first part at least 32 hex digits. */
static bool
is_salted(struct span s)
{
	size_t colon = span_index(s, ':');

	if (colon < HASH_LEAST || colon == s.len)
		return false;
	return ascii_hex_digits(s) == colon && s.len > colon + 1;
}

static bool
issuer(const char *d, size_t n)
{
	int two = (d[0] - '0') * 10 + d[1] - '0';
	int four = two * 100 + (d[2] - '0') * 10 + d[3] - '0';

	if (d[0] == '4')
		return n == 13 || n == 16 || n == 19;
	if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720))
		return n == 16;
	if (two == 34 || two == 37)
		return n == 15;
	return (two == 36 || two == 38 || two == 35 || two == 50 || two == 62 || two == 65 ||
	    four == 6011 || four == 5018 || four == 5020 || four == 5038 || four == 6304 ||
	    four == 6759 || four == 6062 || (four >= 3000 && four <= 3059)) && n >= 14;
}

static bool
is_card(struct span s)
{
	char digits[CARD_MOST];
	size_t n = 0;
	int sum = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == ' ' || s.p[i] == '-')
			continue;
		if (s.p[i] < '0' || s.p[i] > '9' || n == CARD_MOST)
			return false;
		digits[n++] = s.p[i];
	}
	if (n < CARD_LEAST || !issuer(digits, n))
		return false;
	for (size_t i = 0; i < n; i++) {
		int d = digits[n - 1 - i] - '0';

		if (i % 2 == 1)
			d = d * 2 > 9 ? d * 2 - 9 : d * 2;
		sum += d;
	}
	return sum % 10 == 0;
}

bool
credential_cell(struct span cell)
{
	cell = span_trim(cell);
	if (cell.len < CARD_LEAST)
		return false;
	return is_crypt(cell) || is_salted(cell) || is_card(cell);
}

struct secrets {
	struct map	*verdicts;	/* member name → 1 plain, 2 credential */
	struct arena	 arena;		/* for one member */
};

struct secrets *
secrets_new(void)
{
	struct secrets *s = mem_zero(1, sizeof *s);

	s->verdicts = map_new();
	return s;
}

void
secrets_free(struct secrets *s)
{
	if (s == NULL)
		return;
	map_free(s->verdicts);
	arena_done(&s->arena);
	mem_free(s);
}

static bool
is_secret_name(struct secrets *s, struct span name)
{
	uint64_t *verdict;

	if (map_size(s->verdicts) == VERDICTS_MOST)
		map_clear(s->verdicts);
	verdict = map_slot(s->verdicts, name);
	if (*verdict == 0)
		*verdict = header_is_credential(name, &s->arena) ? 2 : 1;
	return *verdict == 2;
}

bool
secrets_in(struct secrets *s, const struct ndjson *tape, uint32_t key)
{
	const struct nd_node *nodes = ndjson_nodes(tape, NULL);

	arena_reset(&s->arena);
	for (uint32_t i = key; i < nodes[key + 1].next; i++) {
		struct span text;

		if (nodes[i].type == ND_OBJECT || nodes[i].type == ND_ARRAY)
			continue;
		text = ndjson_text(tape, i, &s->arena);
		if (nodes[i].is_key ? is_secret_name(s, text) : credential_cell(text))
			return true;
	}
	return false;
}

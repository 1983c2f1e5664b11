/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/auto_words.c: what a header may mean, and which of its meanings is left beside the other
 * headers and the values (ingest 3). */
#include "base/arena.h"
#include "base/ascii.h"
#include "base/asset.h"
#include "base/buf.h"
#include "ingest/auto.h"
#include "ingest/auto_priv.h"
#include "ingest/intake_priv.h"
#include "ingest/words.h"

enum { LANGUAGES = 32, HEADS_MOST = 3 };

/* What may stand before a word, and what is said by it: of the person of the row, of one of several
 * addresses, of one that is not the first, of earlier times. */
enum head_kind { OF_PERSON = 1, OF_PLACE = 2, OF_BOTH = OF_PERSON | OF_PLACE, OF_OTHER = 4, OF_PAST = 8 };

static const struct head {
	struct span	word;
	enum head_kind	kind;
} heads[] = {
	{ SPAN_INIT("customer"), OF_PERSON }, { SPAN_INIT("contact"), OF_PERSON },
	{ SPAN_INIT("cliente"), OF_PERSON }, { SPAN_INIT("kunden"), OF_PERSON },
	{ SPAN_INIT("kunde"), OF_PERSON }, { SPAN_INIT("client"), OF_PERSON },
	{ SPAN_INIT("klant"), OF_PERSON },
	{ SPAN_INIT("patient"), OF_PERSON }, { SPAN_INIT("paciente"), OF_PERSON },
	{ SPAN_INIT("member"), OF_PERSON }, { SPAN_INIT("student"), OF_PERSON },
	{ SPAN_INIT("employee"), OF_PERSON }, { SPAN_INIT("applicant"), OF_PERSON },
	{ SPAN_INIT("person"), OF_PERSON }, { SPAN_INIT("guest"), OF_PERSON },
	{ SPAN_INIT("donor"), OF_PERSON }, { SPAN_INIT("voter"), OF_PERSON },
	{ SPAN_INIT("payer"), OF_PERSON }, { SPAN_INIT("buyer"), OF_PERSON },
	{ SPAN_INIT("attendee"), OF_PERSON }, { SPAN_INIT("subscriber"), OF_PERSON },
	{ SPAN_INIT("passenger"), OF_PERSON }, { SPAN_INIT("consumer"), OF_PERSON },
	{ SPAN_INIT("caller"), OF_PERSON }, { SPAN_INIT("child"), OF_PERSON },
	{ SPAN_INIT("pupil"), OF_PERSON }, { SPAN_INIT("resident"), OF_PERSON },
	{ SPAN_INIT("tenant"), OF_PERSON }, { SPAN_INIT("visitor"), OF_PERSON },
	{ SPAN_INIT("traveller"), OF_PERSON }, { SPAN_INIT("traveler"), OF_PERSON },
	{ SPAN_INIT("cardholder"), OF_PERSON }, { SPAN_INIT("participant"), OF_PERSON },
	{ SPAN_INIT("volunteer"), OF_PERSON }, { SPAN_INIT("supporter"), OF_PERSON },
	{ SPAN_INIT("delegate"), OF_PERSON }, { SPAN_INIT("registrant"), OF_PERSON },
	{ SPAN_INIT("candidate"), OF_PERSON }, { SPAN_INIT("claimant"), OF_PERSON },
	{ SPAN_INIT("borrower"), OF_PERSON }, { SPAN_INIT("debtor"), OF_PERSON },
	{ SPAN_INIT("shopper"), OF_PERSON }, { SPAN_INIT("purchaser"), OF_PERSON },
	/* Raiser's Edge, of charities, has the kind of thing before each field. */
	{ SPAN_INIT("cnbio"), OF_PERSON }, { SPAN_INIT("cnadrprf"), OF_PLACE }, { SPAN_INIT("cnph"), OF_PLACE },
	{ SPAN_INIT("billing"), OF_BOTH }, { SPAN_INIT("current"), OF_BOTH },
	{ SPAN_INIT("legal"), OF_BOTH }, { SPAN_INIT("primary"), OF_BOTH },
	{ SPAN_INIT("main"), OF_BOTH }, { SPAN_INIT("permanent"), OF_BOTH },
	{ SPAN_INIT("home"), OF_PLACE }, { SPAN_INIT("residential"), OF_PLACE },
	{ SPAN_INIT("residence"), OF_PLACE },
	{ SPAN_INIT("res"), OF_PLACE }, { SPAN_INIT("mailing"), OF_PLACE },
	{ SPAN_INIT("postal"), OF_PLACE }, { SPAN_INIT("shipping"), OF_PLACE },
	{ SPAN_INIT("delivery"), OF_PLACE }, { SPAN_INIT("business"), OF_PLACE },
	{ SPAN_INIT("work"), OF_PLACE }, { SPAN_INIT("office"), OF_PLACE },
	{ SPAN_INIT("default address"), OF_PLACE }, { SPAN_INIT("card address"), OF_PLACE },
	{ SPAN_INIT("address"), OF_PLACE },
	{ SPAN_INIT("secondary"), OF_OTHER }, { SPAN_INIT("other"), OF_OTHER },
	{ SPAN_INIT("previous"), OF_PAST }, { SPAN_INIT("prev"), OF_PAST },
	{ SPAN_INIT("former"), OF_PAST }, { SPAN_INIT("prior"), OF_PAST },
	{ SPAN_INIT("old"), OF_PAST },
};

/* The person of the row behind the word, as Romance languages have it: "nom payeur", "email del cliente". */
static const struct span persons_behind[] = { SPAN_INIT(" payeur"), SPAN_INIT(" acheteur"),
    SPAN_INIT(" donateur"), SPAN_INIT(" adherent"), SPAN_INIT(" participant"), SPAN_INIT(" client"),
    SPAN_INIT(" patient"), SPAN_INIT(" cliente"), SPAN_INIT(" comprador"), SPAN_INIT(" paciente"),
    SPAN_INIT(" socio"), SPAN_INIT(" titular"), SPAN_INIT(" aluno"), SPAN_INIT(" alumno"),
    SPAN_INIT(" paziente"), SPAN_INIT(" intestatario"), SPAN_INIT(" klienta") };
static const struct span joints[] = { SPAN_INIT(" du"), SPAN_INIT(" de l"), SPAN_INIT(" del"), SPAN_INIT(" do"),
    SPAN_INIT(" da") };

/* How words are cut short where headers have little room, in any of the languages. */
static const struct {
	struct span	word, whole;
} short_forms[] = {
	{ SPAN_INIT("add"), SPAN_INIT("address") }, { SPAN_INIT("addr"), SPAN_INIT("address") }, { SPAN_INIT("cd"), SPAN_INIT("code") },
	{ SPAN_INIT("cod"), SPAN_INIT("codigo") }, { SPAN_INIT("dat"), SPAN_INIT("datum") },
	{ SPAN_INIT("dt"), SPAN_INIT("date") }, { SPAN_INIT("fec"), SPAN_INIT("fecha") },
	{ SPAN_INIT("geb"), SPAN_INIT("geburts") }, { SPAN_INIT("init"), SPAN_INIT("initial") },
	{ SPAN_INIT("mid"), SPAN_INIT("middle") }, { SPAN_INIT("nac"), SPAN_INIT("nacimiento") },
	{ SPAN_INIT("naiss"), SPAN_INIT("naissance") }, { SPAN_INIT("nasc"), SPAN_INIT("nascimento") },
	{ SPAN_INIT("nbr"), SPAN_INIT("number") }, { SPAN_INIT("nm"), SPAN_INIT("name") },
	{ SPAN_INIT("no"), SPAN_INIT("number") }, { SPAN_INIT("nr"), SPAN_INIT("nummer") },
	{ SPAN_INIT("num"), SPAN_INIT("number") }, { SPAN_INIT("ph"), SPAN_INIT("phone") },
	{ SPAN_INIT("str"), SPAN_INIT("strasse") }, { SPAN_INIT("tel"), SPAN_INIT("telephone") },
	{ SPAN_INIT("yr"), SPAN_INIT("year") },
};

/* What may follow a word for a place or a sex and says nothing more: "city name", "gender code". The
 * "site name" of another thing is none. */
static const struct span tails[] = { SPAN_INIT(" name"), SPAN_INIT(" code"), SPAN_INIT(" desc"),
    SPAN_INIT(" description"), SPAN_INIT(" text") };

static bool
next_sense(struct span *rest, struct sense *s)
{
	struct span line;

	if (!words_line(rest, &line))
		return false;
	*s = (struct sense){ 0 };
	span_split(&line, '\t', &s->word);
	span_split(&line, '\t', &s->language);
	span_split(&line, '\t', &s->target);
	span_split(&line, '\t', &s->shape);
	span_split(&line, '\t', &s->beside);
	return true;
}

/* How many bytes of the text spell the word, blanks aside; 0 if it begins otherwise. "zipcode" and
 * "zipCode", which folds to the same, are "zip code". */
static size_t
spells(struct span text, struct span word)
{
	size_t at = 0;

	for (size_t i = 0; i < word.len; i++) {
		if (word.p[i] == ' ')
			continue;
		while (at < text.len && text.p[at] == ' ')
			at++;
		if (at == text.len || text.p[at] != word.p[i])
			return 0;
		at++;
	}
	return at;
}

bool
word_is(struct span header, struct span word)
{
	return header.len > 0 && spells(header, word) == header.len;
}

static size_t
senses_of(struct span word, struct sense *senses)
{
	struct span rest = asset_find("ingest/synonyms.tsv");
	struct sense s;
	size_t n = 0;

	while (n < SENSES_MAX && next_sense(&rest, &s))
		if (word_is(word, s.word))
			senses[n++] = s;
	return n;
}

/* "addr1" is "address 1". */
static void
spell_out(struct buf *out, struct span token)
{
	struct span letters = token;

	while (letters.len > 0 && ascii_digit(letters.p[letters.len - 1]))
		letters.len--;
	for (size_t i = 0; i < sizeof short_forms / sizeof *short_forms; i++)
		if (span_equal(letters, short_forms[i].word)) {
			buf_add(out, short_forms[i].whole);
			if (letters.len < token.len)
				buf_byte(out, ' ');
			token = span_skip(token, letters.len);
			break;
		}
	buf_add(out, token);
}

static struct span
spelled_out(struct span word, struct arena *arena)
{
	struct buf out = { 0 };
	struct span rest = word, token, result;

	while (span_split(&rest, ' ', &token)) {
		if (out.len > 0)
			buf_byte(&out, ' ');
		spell_out(&out, token);
	}
	result = arena_copy(arena, buf_span(&out));
	buf_done(&out);
	return result;
}

static bool
is_address(struct span target)
{
	return span_starts(target, SPAN("address."));
}

static size_t
senses_without_tail(struct span word, struct sense *senses)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; n == 0 && i < sizeof tails / sizeof *tails; i++)
		if (span_ends(word, tails[i]))
			n = senses_of(span_head(word, word.len - tails[i].len), senses);
	for (size_t i = 0; i < n; i++)
		if (is_address(senses[i].target) || span_is(senses[i].target, "gender"))
			senses[kept++] = senses[i];
	return kept;
}

/* As the table has it, else with its short forms spelled out, else without its tail. */
static size_t
find_senses(struct span word, struct arena *arena, struct sense *senses)
{
	size_t n = senses_of(word, senses);

	if (n > 0)
		return n;
	word = spelled_out(word, arena);
	n = senses_of(word, senses);
	return n > 0 ? n : senses_without_tail(word, senses);
}

/* "first name 2", "fname c1" (a component): the word without its number, which is 0 if it has none. */
static struct span
without_number(struct span word, unsigned *number)
{
	*number = 0;
	if (word.len < 2 || !ascii_digit(word.p[word.len - 1]) || ascii_digit(word.p[word.len - 2]))
		return word;
	*number = (unsigned)(word.p[word.len - 1] - '0');
	word = span_trim(span_head(word, word.len - 1));
	return span_ends(word, SPAN(" c")) ? span_head(word, word.len - 2) : word;
}

/* The word without what stands before it; false if nothing does. */
static bool
take_head(struct span *word, struct meaning *m, unsigned *kinds)
{
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		size_t len = spells(*word, heads[i].word);

		if (len == 0 || len == word->len)
			continue;
		*word = span_trim(span_skip(*word, len));
		*kinds &= (unsigned)heads[i].kind;
		m->head = heads[i].word;
		m->former |= heads[i].kind == OF_PAST;
		m->other |= heads[i].kind >= OF_OTHER;
		if (heads[i].kind != OF_PERSON)
			m->place = heads[i].word;
		return true;
	}
	return false;
}

static bool
take_person_behind(struct span *word)
{
	for (size_t i = 0; i < sizeof persons_behind / sizeof *persons_behind; i++) {
		if (!span_ends(*word, persons_behind[i]))
			continue;
		*word = span_head(*word, word->len - persons_behind[i].len);
		for (size_t j = 0; j < sizeof joints / sizeof *joints; j++)
			if (span_ends(*word, joints[j])) {
				*word = span_head(*word, word->len - joints[j].len);
				break;
			}
		return true;
	}
	return false;
}

static bool
is_list(struct span target)
{
	return span_is(target, "phone_number") || span_is(target, "email") || span_is(target, "website");
}

/* A home has a street and a telephone, but no first name; of the past only addresses are kept, since
 * the others would pass for those of today. */
static bool
may_mean(const struct meaning *m, unsigned kinds, struct span target)
{
	if (m->number > 0 && !is_list(target) && !span_is(target, "given_name") &&
	    !span_is(target, "family_name"))
		return false;
	if (m->former)
		return is_address(target);
	return (kinds & OF_PERSON) != 0 || is_address(target) || is_list(target);
}

static struct meaning
meaning_of_word(struct span word, struct arena *arena)
{
	struct meaning m = { .n = 0 };
	struct span stem;
	unsigned kinds = OF_PERSON | OF_PLACE;
	size_t kept = 0;

	for (int i = 0; i <= HEADS_MOST; i++) {
		m.n = find_senses(word, arena, m.senses);
		if (m.n > 0)
			break;
		stem = without_number(word, &m.number);
		m.n = m.number > 0 ? find_senses(stem, arena, m.senses) : 0;
		if (m.n > 0)
			break;
		m.number = 0;
		if (!auto_take_question(&word) && !take_head(&word, &m, &kinds) && !take_person_behind(&word))
			break;
	}
	for (size_t i = 0; i < m.n; i++)
		m.named |= auto_is_name(m.senses[i].target);
	for (size_t i = 0; i < m.n; i++)
		if (may_mean(&m, kinds, m.senses[i].target))
			m.senses[kept++] = m.senses[i];
	m.n = kept;
	return m;
}

/* "Geb.datum" is one word cut short, "user.email" a path. */
struct meaning
meaning_of_plain(struct span header, struct arena *arena)
{
	struct meaning m = meaning_of_word(header_fold_whole(header, arena), arena);

	return m.n > 0 ? m : meaning_of_word(header_fold(header, arena), arena);
}

/* A word that means something only beside others says nothing alone. */
bool
auto_knows_header(struct span header)
{
	struct arena arena = { 0 };
	struct meaning m = meaning_of(header, &arena);
	bool known = false;

	for (size_t i = 0; i < m.n; i++)
		known |= m.senses[i].beside.len == 0;
	arena_done(&arena);
	return known;
}

/* What the header means if nothing else is looked at; NULL if that may be several things. */
static const struct sense *
only_sense(const struct meaning *m)
{
	const struct sense *found = NULL;

	for (size_t i = 0; i < m->n; i++) {
		if (m->senses[i].beside.len > 0 && m->n > 1)
			continue;
		if (found != NULL)
			return NULL;
		found = &m->senses[i];
	}
	return found;
}

/* The language of the headers that have one meaning; "en" counts like the others. */
static struct span
main_language(const struct sheet *s)
{
	struct span names[LANGUAGES] = { { NULL, 0 } };
	size_t votes[LANGUAGES] = { 0 }, used = 0, best = 0;

	for (size_t i = 0; i < s->in->header_count; i++) {
		const struct sense *only = only_sense(&s->meanings[i]);
		size_t at = 0;

		if (only == NULL || only->language.len == 0)
			continue;
		while (at < used && !span_equal(names[at], only->language))
			at++;
		if (at == LANGUAGES)
			continue;
		if (at == used)
			names[used++] = only->language;
		votes[at]++;
	}
	for (size_t i = 1; i < used; i++)
		if (votes[i] > votes[best])
			best = i;
	for (size_t i = 0; i < used; i++)
		if (i != best && votes[i] == votes[best])
			return span_none();
	return used == 0 ? span_none() : names[best];
}

/* Whether another column means this, or something that begins so. */
static bool
is_beside(const struct sheet *s, size_t column, struct span target)
{
	for (size_t i = 0; i < s->in->header_count; i++) {
		const struct sense *only = only_sense(&s->meanings[i]);

		if (i != column && only != NULL && span_starts(only->target, target) &&
		    span_equal(s->meanings[i].place, s->meanings[column].place))
			return true;
	}
	return false;
}

static bool
fits(const struct sheet *s, size_t column, const struct sense *sense)
{
	return auto_confirmed(&s->seen[column], shape_find(sense->shape),
	    s->meanings[column].n == 1 && sense->beside.len == 0);
}

/* The "account name" beside first and last names is a firm's. */
static bool
is_named_in_parts(const struct sheet *s, size_t column, const struct sense *sense)
{
	return span_is(sense->target, "name") && is_beside(s, column, SPAN("family_name"));
}

/* The sense that another column gives the word: "nome" beside "sobrenome" is the given name, unless
 * there is one; a "state" beside a city is no status. */
static const struct sense *
choose_beside(const struct sheet *s, size_t column)
{
	const struct meaning *m = &s->meanings[column];

	for (size_t i = 0; i < m->n; i++)
		if (m->senses[i].beside.len > 0 && fits(s, column, &m->senses[i]) &&
		    is_beside(s, column, m->senses[i].beside) &&
		    !is_beside(s, column, m->senses[i].target) && !is_named_in_parts(s, column, &m->senses[i]))
			return &m->senses[i];
	return NULL;
}

/* The one target that all senses share which the values confirm, of all languages or of one. */
static const struct sense *
choose_plain(const struct sheet *s, size_t column, struct span language)
{
	const struct meaning *m = &s->meanings[column];
	const struct sense *found = NULL;

	for (size_t i = 0; i < m->n; i++) {
		const struct sense *sense = &m->senses[i];

		if (sense->beside.len > 0 || !fits(s, column, sense) ||
		    (language.p != NULL && !span_equal(sense->language, language)))
			continue;
		if (found != NULL && !span_equal(found->target, sense->target))
			return NULL;
		found = sense;
	}
	return found;
}

void
auto_choose(struct sheet *s)
{
	struct span language = main_language(s);

	for (size_t i = 0; i < s->in->header_count; i++) {
		s->chosen[i] = choose_beside(s, i);
		if (s->chosen[i] == NULL)
			s->chosen[i] = choose_plain(s, i, span_none());
		if (s->chosen[i] == NULL && language.p != NULL)
			s->chosen[i] = choose_plain(s, i, language);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/auto_key.c: which column is the key of a record, and which one only numbers the rows
 * (ingest 3). */
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/notes.h"
#include "base/number.h"
#include "ingest/auto_priv.h"
#include "ingest/intake_priv.h"
#include "ingest/words.h"

enum { HEADER_MOST = 60 };	/* bytes; what is longer is a question, not the name of a key */

/* Words that the name of a key is made of: whose it is, what it is, and what joins the two. The number of
 * a contact is a telephone's and that of a person the state's, so those need an id. */
enum word_kind { OF_WHOM = 1, OF_ACQUAINTANCE = 2, A_NUMBER = 4, AN_ID = 8, A_LINK = 16 };

static const struct {
	enum word_kind	 kind;
	const char	*words;
} words[] = {
	{ OF_WHOM, "customer cust client patient pat member mbr membership subscriber user guest donor voter "
	    "student employee applicant record rec unique" },
	{ OF_WHOM, "kunde kunden kd patienten mitglied mitglieds mitglieder nutzer benutzer teilnehmer "
	    "abonnenten debitor debitoren klant klanten lid leden deelnemer relatie gebruiker" },
	{ OF_WHOM, "adherent abonne usager membre cliente paciente socio miembro usuario afiliado abonado "
	    "associado membro assinante paziente abbonato utente" },
	{ OF_WHOM, "klient klienta pacjent pacjenta czlonek czlonka uzytkownik uzytkownika" },
	{ OF_ACQUAINTANCE, "person persona personen personne pessoa persoon osoba osoby individual contact "
	    "contacto contato contatto kontakt kontaktu" },
	{ A_NUMBER, "number no nr nbr num nro n nummer numero numer code cod cd codigo codice kod ref "
	    "reference" },
	{ AN_ID, "id key uid identifier kennung schlussel schluessel identifiant cle identificador "
	    "clave chave identificativo chiave sleutel identyfikator klucz" },
	{ A_LINK, "of the de del do da du di della d el le la l" },
};

/* What numbers rows in the languages of lists. Columns that had no name when they were read are
 * "Unnamed: 0" to pandas and "...1" to readr. */
static const char *const row_words[] = { "index", "row", "row id", "row no", "row number", "row names",
    "level 0", "lfd nr", "laufende nummer", NULL };

static bool
says_key(unsigned said)
{
	if (said & OF_WHOM)
		return (said & (A_NUMBER | AN_ID)) != 0;
	return said == AN_ID || ((said & OF_ACQUAINTANCE) != 0 && (said & AN_ID) != 0);
}

/* Whether words of the list and nothing else make up the text, run together or not: "kdnr". One letter
 * stands alone: "kunden" is not "kunde n". */
static bool
is_made_of_words(struct span text, bool begins, unsigned said)
{
	begins |= span_starts(text, SPAN(" "));
	text = span_trim(text);
	if (text.len == 0)
		return says_key(said);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct span rest = span_from(words[i].words), word;

		while (span_split(&rest, ' ', &word)) {
			bool ends = text.len == word.len || text.p[word.len] == ' ';

			if (span_starts(text, word) && (word.len > 1 || (begins && ends)) &&
			    is_made_of_words(span_skip(text, word.len), false, said | words[i].kind))
				return true;
		}
	}
	return false;
}

static bool
is_key_word(struct span header, struct arena *arena)
{
	struct span word = header_fold(header, arena);

	return word.len <= HEADER_MOST && is_made_of_words(word, true, 0);
}

void
seen_begin(struct seen *s, struct span header, struct arena *arena)
{
	if (is_key_word(header, arena))
		s->keys = map_new();
}

bool
auto_is_nameless(const struct sheet *s, size_t column)
{
	uint64_t n;

	return u64_parse(s->in->header[column], &n) && n == column + 1;
}

static bool
is_row_word(const struct sheet *s, size_t column)
{
	struct span header = s->in->header[column], word = header_fold(header, &s->in->arena);

	if (auto_is_nameless(s, column) || span_starts(header, SPAN("Unnamed: ")) ||
	    span_starts(header, SPAN("...")))
		return true;
	for (size_t i = 0; row_words[i] != NULL; i++)
		if (word_is(word, span_from(row_words[i])))
			return true;
	return false;
}

bool
auto_numbers_rows(const struct sheet *s, size_t column)
{
	return auto_is_of_line(s, column) && auto_confirmed(&s->seen[column], SHAPE_ROWS, true) &&
	    is_row_word(s, column);
}

static void
take_key(struct sheet *s, size_t column, const char *why)
{
	struct span *key = arena_zero(s->m->arena, 1, sizeof *key);
	struct buf text = { 0 };

	*key = s->in->header[column];
	s->m->key = KEY_COLUMN;
	s->m->key_columns = (struct texts){ key, 1 };
	buf_text(&text, why);
	auto_note(s, *key, SPAN("key"), &text);
	buf_done(&text);
}

/* Records of one key are versions of one record, of which one stays. Of systems that a file was gathered
 * from each may have a first customer. */
static bool
tells_apart(const struct sheet *s, size_t column)
{
	const struct seen *seen = &s->seen[column];

	return s->m->source.name_column.p != NULL || seen_nearly_all(seen, map_size(seen->keys));
}

/* Of JSON a member that is missing is not counted as empty, so that rows are what the fullest column has. */
static uint64_t
row_count(const struct sheet *s)
{
	uint64_t most = 0;

	for (size_t i = 0; i < s->in->header_count; i++) {
		uint64_t n = s->seen[i].filled + s->seen[i].empty;

		most = n > most ? n : most;
	}
	return most;
}

/* A row without its key is refused: the lines of an order behind the first, who calls and is no customer yet. */
static bool
is_everywhere(const struct sheet *s, size_t column)
{
	struct seen rows = { .filled = row_count(s) };

	return seen_nearly_all(&rows, s->seen[column].filled);
}

static void
note_no_key(const struct sheet *s, size_t column)
{
	const struct seen *seen = &s->seen[column];
	struct buf name = { 0 };

	visible(&name, s->in->header[column], 100);
	if (!is_everywhere(s, column))
		notes_add(s->o->notes, "%s: \"%.*s\" is no key: of %llu rows in the sample %llu have one; a "
		    "mapping can say it is one", source_name(s->in->source), SPAN_ARG(buf_span(&name)),
		    (unsigned long long)row_count(s), (unsigned long long)seen->filled);
	else
		notes_add(s->o->notes, "%s: \"%.*s\" is no key: of %llu values in the sample %zu differ; a "
		    "mapping can say it is one", source_name(s->in->source), SPAN_ARG(buf_span(&name)),
		    (unsigned long long)seen->filled, map_size(seen->keys));
	buf_done(&name);
}

/* Where the sample is the whole file the number of a row is no other's, and tells where to look for it. */
static bool
take_row_number(struct sheet *s)
{
	for (size_t i = 0; s->whole && i < s->in->header_count; i++)
		if (s->seen[i].empty == 0 && auto_numbers_rows(s, i)) {
			take_key(s, i, "it numbers the rows, and no other column is one");
			return true;
		}
	return false;
}

void
auto_key(struct sheet *s)
{
	struct input *in = s->in;
	struct buf why = { 0 };
	const char *none = "no column is called id";

	for (size_t i = 0; i < in->header_count && s->m->key_columns.n == 0; i++) {
		const struct seen *seen = &s->seen[i];

		if (!auto_is_of_line(s, i) || seen->keys == NULL)
			continue;
		if (seen->filled == 0) {
			none = "the column for it is empty";
		} else if (tells_apart(s, i) && is_everywhere(s, i)) {
			take_key(s, i, "the name of the column");
		} else {
			none = is_everywhere(s, i) ? "the column for it has values again and again" :
			    "the column for it has gaps";
			note_no_key(s, i);
		}
	}
	if (s->m->key_columns.n == 0 && !take_row_number(s)) {
		buf_text(&why, none);
		auto_note(s, SPAN("*"), in->type == INPUT_CSV ? SPAN("key: hash of all columns") :
		    SPAN("key: hash of the line"), &why);
	}
	buf_done(&why);
}

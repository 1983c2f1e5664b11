/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/ingest_auto_test.c: what columns are taken for, and that shuffling them or their
 * rows changes nothing. */
#include "ingest/auto.h"
#include "ingest/intake.h"
#include "ingest_case.h"
#include "tap.h"

#include <stdlib.h>

enum { TRIALS = 200, SEED = 19 };

/* "Column>target|" for each decision, sorted by column, then the key. */
static void
decide(const char *text, enum input_type type, struct buf *out)
{
	struct faults faults = { 0 };
	struct notes notes = { 0 };
	struct error e = { 0 };
	const struct intake_options o = { .notes = &notes, .threads = 1 };
	struct input in = { .path = "x", .source = source_of(span_from(text), "x"), .type = type };
	const struct mapping *m;
	size_t order[32];

	in.mapping = mapping_automatic(NULL, SPAN("x"), &faults, &e);
	m = in.mapping;
	if (input_prepare(&in, &o, &faults, &e) < 0 || faults.count > 0)
		buf_text(out, "failed");
	for (size_t i = 0; i < m->column_count; i++) {
		size_t j = i;

		for (; j > 0 && span_cmp(m->columns[order[j - 1]].name, m->columns[i].name) > 0;
		     j--)
			order[j] = order[j - 1];
		order[j] = i;
	}
	for (size_t i = 0; i < m->column_count; i++)
		buf_print(out, "%.*s>%.*s|", SPAN_ARG(m->columns[order[i]].name),
		    SPAN_ARG(m->columns[order[i]].target.path));
	if (m->key_columns.n > 0)
		buf_print(out, "key %.*s", SPAN_ARG(m->key_columns.v[0]));
	input_close(&in);
	faults_done(&faults);
	notes_done(&notes);
}

static void
takes(const char *text, enum input_type type, const char *want, const char *name)
{
	struct buf got = { 0 };

	decide(text, type, &got);
	is_text(got.p == NULL ? "" : got.p, got.len, want, name);
	buf_done(&got);
}

static void
rows(void)
{
	takes("id,first name,last name\n1,Ana,Souza\n", INPUT_CSV,
	    "first name>given_name|last name>family_name|key id", "English words");
	takes("Kundennummer;Vorname;Nachname;PLZ\n1;Ana;Weber;10115\n", INPUT_CSV,
	    "Nachname>family_name|PLZ>address.0.postal_code|Vorname>given_name|key Kundennummer",
	    "German words");
	takes("id,email\n1,not one\n2,nor this\n", INPUT_CSV, "key id", "a word the values deny");
	takes("id,x\n1,a@acme.test\n2,b@acme.test\n", INPUT_CSV, "x>email|key id",
	    "addresses under a word that says nothing");
	takes("a,b\n6D92078A-8246-4BA4-AE5B-76104861E7DC,1\n", INPUT_CSV, "a>identifiers.uuid|",
	    "UUIDs, and no key");
	takes("id,first name,vorname\n1,Ana,Eva\n", INPUT_CSV, "first name>given_name|key id",
	    "one column for a single value");
	takes("id,email,e-mail\n1,a@acme.test,b@acme.test\n", INPUT_CSV,
	    "e-mail>email|email>email|key id", "two for a list");
	takes("Фамилия;Имя;Отчество;Дата рождения;Телефон\nЛимов;Кира;Львовна;01.02.1990;+79796936327\n",
	    INPUT_CSV, "Дата рождения>birthdate|Имя>given_name|Отчество>middle_name|Телефон>phone_number|"
	    "Фамилия>family_name|", "Russian words");
	takes("Ad,Soyad,E-posta\nAna,Lima,a@acme.test\n", INPUT_CSV, "Ad>given_name|E-posta>email|Soyad>family_name|",
	    "Turkish words");
	takes("Ad,E-posta\nsummer,a@acme.test\n", INPUT_CSV, "E-posta>email|", "which beside no surname may be another's");
	takes("姓,名,メールアドレス\n山田,太郎,a@acme.test\n", INPUT_CSV,
	    "メールアドレス>email|名>given_name|姓>family_name|", "Japanese words");
	takes("Nom payeur,Prénom payeur,Email payeur\nLima,Ana,a@acme.test\n", INPUT_CSV,
	    "Email payeur>email|Nom payeur>family_name|Prénom payeur>given_name|", "the person behind the word");
	takes("Name,Geb.datum,C.P.\nAna Lima,03.02.1990,28001\n", INPUT_CSV,
	    "C.P.>address.0.postal_code|Geb.datum>birthdate|Name>name|", "words cut short with a full stop");
	takes("NAME1;NAME2;ORT01\nLima;Ana;Ulm\n", INPUT_CSV, "ORT01>address.0.locality|", "lines of a name in SAP are joined");
	takes("NAME1;Vorname;Nachname\nLima GmbH;Ana;Lima\n", INPUT_CSV, "Nachname>family_name|Vorname>given_name|",
	    "unless there is a name already");
	takes("CPF,Nome\n52998224725,Ana Lima\n", INPUT_CSV, "CPF>attributes.cpf|Nome>name|", "a number of the state");
	takes("Paciente,DNI\nAna Lima,12345678Z\n", INPUT_CSV, "DNI>attributes.dni|Paciente>name|", "the person himself");
	takes("id,Kunde\n1,ja\n2,nein\n", INPUT_CSV, "key id", "who is no name of two words");
	takes("caller_name,caller_phone,child\nAna Lima,+351 912 345 678,7\n", INPUT_CSV,
	    "caller_name>name|caller_phone>phone_number|", "who rings; a number of children is no name");
	takes("Customer,Contact Name\nAcme Parts,Ana Lima\n", INPUT_CSV, "Contact Name>name|",
	    "what is called a name says more than a role");
	takes("Donor,Child\nAna Lima,Eva Lima\n", INPUT_CSV, "Donor>name|", "of two roles the first");
	takes("Donor,Donor Email,Guest,Guest Email\nAna Lima,a@acme.test,Eva Lima,e@acme.test\n", INPUT_CSV,
	    "Donor>name|Donor Email>email|", "of one, the mailbox of the same head");
	takes("customer\na@acme.test\nb@acme.test\n", INPUT_CSV, "customer>email|", "a role without names is what its values are");
	takes("Child,Parent Email\nEva Lima,ana@acme.test\n", INPUT_CSV, "Child>name|", "a parent's mailbox is not the child's");
	takes("Form,Parent Email\n7A,ana@acme.test\n", INPUT_CSV, "Parent Email>email|",
	    "unless the row is about nobody else");
	takes("City,Pincode\nPune,411001\n", INPUT_CSV, "City>address.0.locality|Pincode>address.0.postal_code|",
	    "a pin code of six digits beside a town is a postcode");
	takes("City,Pincode\nPune,4110\n", INPUT_CSV, "City>address.0.locality|", "another is a secret");
	takes("Email,Pincode\na@acme.test,411001\n", INPUT_CSV, "Email>email|", "and so it is without one");
	takes("id,password\n1,a@acme.test\n", INPUT_CSV, "key id", "a secret is nothing else");
	takes("id,email\n,a@acme.test\n", INPUT_CSV, "email>email|", "an empty id is no key");
	takes("ชื่อ,นามสกุล,เบอร์โทร\nสมชาย,ใจดี,0812345678\n", INPUT_CSV,
	    "ชื่อ>given_name|นามสกุล>family_name|เบอร์โทร>phone_number|", "Thai words");
	takes("שם פרטי,שם משפחה,\"דוא\"\"ל\"\nדוד,כהן,a@acme.test\n", INPUT_CSV,
	    "דוא\"ל>email|שם משפחה>family_name|שם פרטי>given_name|", "Hebrew words");
	takes("氏名,フリガナ\n山田太郎,ヤマダ タロウ\n", INPUT_CSV, "フリガナ>attributes.name_reading|氏名>name|",
	    "how a name is read, beside it");
	takes("姓,名,セイ,メイ\n山田,太郎,ヤマダ,タロウ\n", INPUT_CSV,
	    "セイ>attributes.family_name_reading|メイ>nickname|名>given_name|姓>family_name|", "that of a given name finds it");
	takes("カナ氏名\nヤマダ タロウ\n", INPUT_CSV, "カナ氏名>name|", "and where there is no other");
}

static void
more_than_a_word(void)
{
	takes("Nom / Last Name;Courriel / Email\nLima;a@acme.test\n", INPUT_CSV,
	    "Courriel / Email>email|Nom / Last Name>family_name|", "the same in two languages");
	takes("Nombre(s);Fecha Nac. (dd/mm/aaaa)\nAna;31/12/1980\n", INPUT_CSV,
	    "Fecha Nac. (dd/mm/aaaa)>birthdate|Nombre(s)>given_name|", "remarks in brackets");
	takes("電話番号（携帯）\n090-1234-5678\n", INPUT_CSV, "電話番号（携帯）>phone_number|", "in wide ones");
	takes("Forename/Initial,Surname\nAna,Lima\n", INPUT_CSV, "Forename/Initial>given_name|Surname>family_name|",
	    "one side that is known");
	takes("id,Name/Ort\n7,Ulm\n", INPUT_CSV, "key id", "two sides that differ");
	takes("id,Name (Mother),Phone (emergency)\n7,Ana Lima,+351912345678\n", INPUT_CSV, "key id", "somebody else");
	takes("id,Parent/Phone\n7,+351912345678\n", INPUT_CSV, "key id", "on one side, too");
	takes("TEL;TYPE=CELL|Address 1 - City|Phone 1 - Label\n+351912345678|Ulm|Work\n", INPUT_CSV,
	    "Address 1 - City>address.0.locality|TEL;TYPE=CELL>phone_number|", "which telephone, and what of an address");
	takes("Person - Email - Home,Email - Manager\na@acme.test,7\n", INPUT_CSV, "Person - Email - Home>email|",
	    "whose it is, and whose it is not");
	takes("C1_NOME;C1_CEP;C1_MUN\nAna Lima;01310-100;Santos\n", INPUT_CSV,
	    "C1_CEP>address.0.postal_code|C1_MUN>address.0.locality|C1_NOME>name|", "the mark of a table before each name");
	takes("product_name,product_city\nChair,Ulm\n", INPUT_CSV, "", "which a word is not");
	takes("_address_city,_address_country_id\nUlm,DE\n", INPUT_CSV,
	    "_address_city>address.0.locality|_address_country_id>address.0.country|", "parts of the address");
	takes("Hashed Email,hem\n"
	    "aBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaB,abababababababababababababababab\n", INPUT_CSV, "Hashed Email>identifiers.email_sha256|", "mailboxes that were hashed, of one kind only");
	takes("nameFirst,nameMiddle,nameLast\nAna,Rita,Lima\n", INPUT_CSV,
	    "nameFirst>given_name|nameLast>family_name|nameMiddle>middle_name|", "the noun before its part");
}

static void
questions(void)
{
	takes("What is your *first name*?,And your last name?,What’s your email?\nAna,Lima,a@acme.test\n", INPUT_CSV,
	    "And your last name?>family_name|What is your *first name*?>given_name|What’s your email?>email|",
	    "what a form asks in English");
	takes("Quel est votre nom et prénom ?;Votre code postal\nLima Ana;75001\n", INPUT_CSV,
	    "Quel est votre nom et prénom ?>name|Votre code postal>address.0.postal_code|", "in French");
	takes("¿Cuál es tu nombre?;Tu teléfono\nAna Lima;600 123 456\n", INPUT_CSV,
	    "Tu teléfono>phone_number|¿Cuál es tu nombre?>name|", "in Spanish");
	takes("Wie lautet Ihr Vorname?;Ihre E-Mail-Adresse\nAna;a@acme.test\n", INPUT_CSV,
	    "Ihre E-Mail-Adresse>email|Wie lautet Ihr Vorname?>given_name|", "in German");
	takes("id,What name has the dog?,What is your mother's name?\n7,Rex,Eva\n", INPUT_CSV, "key id",
	    "and what it does not ask of the person");
}

static void
whose(void)
{
	takes("First Name,Last Name,Email,Buyer First Name,Buyer Email\nAna,Lima,a@acme.test,Rui,r@acme.test\n",
	    INPUT_CSV, "Email>email|First Name>given_name|Last Name>family_name|", "who bought the ticket is another");
	takes("Buyer Name,Buyer Email\nRui Reis,r@acme.test\n", INPUT_CSV, "Buyer Email>email|Buyer Name>name|",
	    "unless the row is about him");
	takes("Billing Name,Billing Phone,Shipping Name,Shipping Phone\nAna Lima,+351912345678,Rui Reis,+351912345679\n",
	    INPUT_CSV, "Billing Name>name|Billing Phone>phone_number|", "who gets the parcel as well");
	takes("Name,Home Phone,Work Phone\nAna Lima,+351912345678,+351912345679\n", INPUT_CSV,
	    "Home Phone>phone_number|Name>name|Work Phone>phone_number|", "a place has no name");
	takes("Account Name,First Name,Last Name,Date of Birth\nAcme Ltd,Ana,Lima,1980-03-30\n", INPUT_CSV,
	    "Account Name>attributes.organization|Date of Birth>birthdate|First Name>given_name|Last Name>family_name|",
	    "an account beside a first and a last name is a firm's");
	takes("Nom;E-mail\nAna Lima;a@acme.test\n", INPUT_CSV, "E-mail>email|Nom>name|", "a name that stands alone is the whole");
}

static void
keys(void)
{
	takes("User ID,email\n7,a@acme.test\n,b@acme.test\n9,c@acme.test\n", INPUT_CSV, "email>email|",
	    "a number that not every row has is no key");
	takes("{\"id\":7,\"email\":\"a@acme.test\"}\n{\"email\":\"b@acme.test\"}\n", INPUT_NDJSON, "email>email|",
	    "nor is a member that not every line has");
}

static void
titles(void)
{
	takes("Members of the club;;\n;;\nid;Vorname;Nachname\n1;Ana;Lima\n2;Eva;Lima\n", INPUT_CSV,
	    "Nachname>family_name|Vorname>given_name|key id", "a title above the header");
	takes("Notes:\n\"Some addresses, if any, are missing.\"\n\nFirst Name,Last Name\nAna,Lima\n", INPUT_CSV,
	    "First Name>given_name|Last Name>family_name|", "notes");
	takes("x;y;\n7;8;Nachname\n1;2;Vorname\n", INPUT_CSV, "", "one word among values is no header");
	takes("id;a;b\n1;Vorname;Nachname\n", INPUT_CSV, "key id", "nor are two below a row of names");
}

static void
lines(void)
{
	takes("{\"id\":1,\"email\":\"a@acme.test\"}\n", INPUT_NDJSON, "email>email|key id",
	    "members");
	takes("{\"u\":{\"id\":1,\"vorname\":\"Ana\"}}\n", INPUT_NDJSON, "u.vorname>given_name|",
	    "inner members, whose id is no key");
	takes("{\"l\":[{\"v\":\"a@acme.test\"}]}\n", INPUT_NDJSON, "l[].v>email|",
	    "a list of objects");
	takes("{\"l\":[[\"a@acme.test\"]]}\n", INPUT_NDJSON, "", "a list of lists has no path");
	takes("{\"vorname\":[\"Ana\",\"Eva\"]}\n", INPUT_NDJSON, "", "a list is no single value");
	takes("{\"a.b\":\"a@acme.test\"}\n", INPUT_NDJSON, "a\\.b>email|", "a dot in a name");
	takes("oops\n{\"email\":\"a@acme.test\"}\n", INPUT_NDJSON, "email>email|", "a broken line");
	takes("", INPUT_NDJSON, "", "nothing");
}

static void
swap(const char **list, size_t n)
{
	for (size_t i = n - 1; i > 0; i--) {
		size_t j = (size_t)rand() % (i + 1);
		const char *other = list[i];

		list[i] = list[j];
		list[j] = other;
	}
}

static void
shuffled(void)
{
	const char *columns[] = { "id", "Vorname", "Nachname", "E-Mail", "PLZ", "Ort", "Notiz" };
	const char *members[] = { "\"id\":\"1\"", "\"vorname\":\"Ana\"", "\"nachname\":\"Weber\"",
	    "\"e-mail\":\"a@acme.test\"", "\"plz\":\"10115\"", "\"ort\":\"Ulm\"", "\"notiz\":1" };
	struct buf first = { 0 }, first_line = { 0 };
	bool same = true;

	srand(SEED);
	for (int t = 0; t < TRIALS; t++) {
		struct buf text = { 0 }, got = { 0 };

		for (size_t i = 0; i < 7; i++)
			buf_print(&text, "%s%s", columns[i], i < 6 ? "," : "\n");
		for (size_t i = 0; i < 7; i++)
			buf_print(&text, "%s%s", strcmp(columns[i], "E-Mail") == 0 ? "a@acme.test" :
			    strcmp(columns[i], "PLZ") == 0 ? "10115" : "7", i < 6 ? "," : "\n");
		buf_byte(&text, '\0');
		decide(text.p, INPUT_CSV, t == 0 ? &first : &got);
		same &= t == 0 || span_equal(buf_span(&got), buf_span(&first));
		buf_reset(&text);
		buf_reset(&got);
		for (size_t i = 0; i < 7; i++)
			buf_print(&text, "%c%s", i == 0 ? '{' : ',', members[i]);
		buf_add(&text, SPAN("}\n\0"));
		decide(text.p, INPUT_NDJSON, t == 0 ? &first_line : &got);
		same &= t == 0 || span_equal(buf_span(&got), buf_span(&first_line));
		buf_done(&text);
		buf_done(&got);
		swap(columns, 7);
		swap(members, 7);
	}
	ok(same && first.len > 60 && first_line.len > 60,
	    "the order of columns and members decides nothing (%d trials, seed %d)", TRIALS, SEED);
	buf_done(&first);
	buf_done(&first_line);
}

int
main(void)
{
	ok(auto_knows_header(SPAN("Customer E-Mail")) && auto_knows_header(SPAN("apellidos")) &&
	    !auto_knows_header(SPAN("whatever")), "words that are known");
	rows();
	more_than_a_word();
	questions();
	whose();
	keys();
	titles();
	lines();
	shuffled();
	return tap_done();
}

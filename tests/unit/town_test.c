/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/town_test.c: where the postcode ends and the town begins. */
#include "base/buf.h"
#include "normal/town.h"
#include "tap.h"

int
main(void)
{
	static const struct {
		const char	*text, *want;	/* postcode|all else|town|region */
	} cases[] = { { "80331 München", "80331|München|München|" }, { "8001 Bad Ragaz", "8001|Bad Ragaz|Bad Ragaz|" },
	    { "602 00 Brno", "602 00|Brno|Brno|" }, { "1234 AB Den Haag", "1234 AB|Den Haag|Den Haag|" },
	    { "CH-8001 Zürich", "CH-8001|Zürich|Zürich|" }, { "75015 Paris 15", "75015|Paris 15|Paris 15|" },
	    { "Leeds LS1 4AB", "LS1 4AB|Leeds|Leeds|" }, { "Ulm, 89073", "89073|Ulm|Ulm|" },
	    { "Springfield, IL 62704", "62704|Springfield, IL|Springfield|IL" },
	    { "Montréal, QC H2X 1Y4", "H2X 1Y4|Montréal, QC|Montréal|QC" },
	    { "Toronto ON M5V2T6", "M5V2T6|Toronto ON|Toronto|ON" }, { "ULM", "|ULM|ULM|" }, { "89073", "89073|||" },
	    { "Paris 15", "|Paris 15|Paris 15|" }, { "", "|||" }, { " , ", "|||" } };

	static const struct {
		const char	*text, *want;	/* street|postcode|town */
	} addresses[] = { { "98 Park Row, Leeds, LS1 4AB", "98 Park Row|LS1 4AB|Leeds" },
	    { "Husova 12, 602 00 Brno", "Husova 12|602 00|Brno" },
	    { "5, chemin Haut, Montréal QC H1N 5C6", "5, chemin Haut|H1N 5C6|Montréal QC" },
	    { "12 Elm St, Springfield, IL 62704", "12 Elm St|62704|Springfield, IL" },
	    { "12 Elm St, Apt 4, IL 62704", "12 Elm St, Apt 4|62704|IL" }, { "12 Elm St, IL 62704", "12 Elm St|62704|IL" },
	    { "12 Main St, Apt 1205", "12 Main St, Apt 1205||" }, { "12 Main St, 1205", "12 Main St, 1205||" },
	    { "LS1 4AB Leeds", "LS1 4AB Leeds||" }, { ", Leeds LS1 4AB", "Leeds LS1 4AB||" }, { "", "||" } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct town t = town_split(span_from(cases[i].text));
		struct buf got = { 0 };

		buf_print(&got, "%.*s|%.*s|%.*s|%.*s", SPAN_ARG(t.part[TOWN_POSTCODE]), SPAN_ARG(t.part[TOWN_WHOLE]),
		    SPAN_ARG(t.part[TOWN_LOCALITY]), SPAN_ARG(t.part[TOWN_REGION]));
		is_text(got.p, got.len, cases[i].want, cases[i].text);
		buf_done(&got);
	}
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		struct town t = town_of_address(span_from(addresses[i].text));
		struct buf got = { 0 };

		buf_print(&got, "%.*s|%.*s|%.*s", SPAN_ARG(t.part[TOWN_STREET]), SPAN_ARG(t.part[TOWN_POSTCODE]),
		    SPAN_ARG(t.part[TOWN_WHOLE]));
		is_text(got.p, got.len, addresses[i].want, addresses[i].text);
		buf_done(&got);
	}
	return tap_done();
}

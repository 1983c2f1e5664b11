/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/splink_test.c: settings are read, weigh what their documentation says, and become a
 * model. The settings here are our own. */
#include "base/buf.h"
#include "base/error.h"
#include "base/notes.h"
#include "resolve/fx.h"
#include "resolve/model_file.h"
#include "resolve/splink.h"
#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

static const char settings[] =
    "{\"link_type\":\"dedupe_only\",\"probability_two_random_records_match\":0.001,"
    "\"blocking_rules_to_generate_predictions\":[{\"blocking_rule\":"
    "\"(l.\\\"first_name\\\" = r.\\\"first_name\\\") AND (l.\\\"town\\\" = r.\\\"town\\\")\","
    "\"sql_dialect\":\"duckdb\"},\"l.dob = r.dob\",\"substr(l.dob,1,4) = substr(r.dob,1,4)\"],"
    "\"comparisons\":[{\"output_column_name\":\"first_name\",\"comparison_levels\":["
    "{\"sql_condition\":\"\\\"first_name_l\\\" IS NULL OR \\\"first_name_r\\\" IS NULL\","
    "\"is_null_level\":true},"
    "{\"sql_condition\":\"\\\"first_name_l\\\" = \\\"first_name_r\\\"\","
    "\"label_for_charts\":\"exact\","
    "\"m_probability\":0.5,\"u_probability\":0.01,\"tf_adjustment_column\":\"first_name\","
    "\"tf_adjustment_weight\":0.5,\"tf_minimum_u_value\":0.001},"
    "{\"sql_condition\":\"jaro_winkler_similarity(\\\"first_name_l\\\", "
    "\\\"first_name_r\\\") >= 0.9\","
    "\"m_probability\":0.3,\"u_probability\":0.02},"
    "{\"sql_condition\":\"ELSE\",\"m_probability\":0.2,\"u_probability\":0.97}]},"
    "{\"output_column_name\":\"town\",\"comparison_levels\":["
    "{\"sql_condition\":\"town_l IS NULL OR town_r IS NULL\",\"is_null_level\":true},"
    "{\"sql_condition\":\"town_l = town_r\"},{\"sql_condition\":\"ELSE\"}]}]}";

static struct splink *
read_text(const char *text, struct error *e)
{
	struct notes notes = { 0 };
	struct splink *s = splink_parse(span_from(text), "s.json", &notes, e);

	notes_done(&notes);
	return s;
}

static bool
near(double a, double b)
{
	return a - b < 1e-11 && b - a < 1e-11;
}

static void
weights(const struct splink *s)
{
	const struct splink_comparison *first = &s->comparison[0], *town = &s->comparison[1];
	const double none[2] = { -1, -1 }, common[2] = { 0.04, 0.02 }, rare[2] = { 0.0001, -1 };

	ok(near(splink_prior_weight(s), fx_log2_double(0.001 / 0.999)), "the prior");
	ok(splink_level_weight(&first->level[0], common) == 0 && first->level[0].gamma == -1,
	    "a null weighs nothing");
	ok(first->level[1].gamma == 2 && first->level[3].gamma == 0, "gamma counts from the last");
	ok(near(splink_level_weight(&first->level[1], none), fx_log2_double(50)), "m over u");
	ok(near(splink_level_weight(&first->level[1], common), fx_log2_double(50) - 1),
	    "a value four times as common as u, with half a weight, takes a bit");
	ok(near(splink_level_weight(&first->level[1], rare),
	    fx_log2_double(50) + fx_log2_double(10) / 2), "no frequency is below the least");
	ok(near(splink_level_weight(&town->level[1], none), 10) &&
	    near(splink_level_weight(&town->level[2], none), -5), "untrained levels have defaults");
}

/* Conditions as the library writes them in its dialects, and the form that they are. */
static const struct {
	const char		*sql;
	enum splink_form	 form;
	enum splink_part	 part;
	double			 threshold;
	unsigned		 terms;
} known[] = {
	{ "\"a_l\" = \"a_r\"", SPLINK_EQUAL, SPLINK_WHOLE, 0, 1 },
	{ "(`a_l` = `a_r`) AND (`b_l` = `b_r`)", SPLINK_EQUAL, SPLINK_WHOLE, 0, 2 },
	{ "\"a_l\" = \"b_r\" AND \"a_r\" = \"b_l\"", SPLINK_REVERSED, SPLINK_WHOLE, 0, 2 },
	{ "jaro_sim(a_l, a_r) >= 0.9", SPLINK_JARO, SPLINK_WHOLE, 0.9, 1 },
	{ "jaro_winkler(`a_l`, `a_r`) >= 0.88", SPLINK_JARO_WINKLER, SPLINK_WHOLE, 0.88, 1 },
	{ "levenshtein(CAST(\"a_l\" AS TEXT), CAST(\"a_r\" AS TEXT)) <= 2", SPLINK_LEVENSHTEIN,
	  SPLINK_WHOLE, 2, 1 },
	{ "damerau_levenshtein(\"a_l\", \"a_r\") <= 1", SPLINK_DAMERAU, SPLINK_WHOLE, 1, 1 },
	{ "NULLIF(regexp_extract(\"a_l\", '^[^@]+', 0), '') = "
	  "NULLIF(regexp_extract(\"a_r\", '^[^@]+', 0), '')",
	  SPLINK_EQUAL, SPLINK_EMAIL_USER, 0, 1 },
	{ "NULLIF(substring(\"a_l\" from '(^[A-Za-z]{1,2})'), '') = NULLIF(substring(\"a_r\" from "
	  "'(^[A-Za-z]{1,2})'), '')", SPLINK_EQUAL, SPLINK_POSTCODE_AREA, 0, 1 },
	{ "ABS(EPOCH(try_strptime(\"a_l\", '%Y-%m-%d')) - EPOCH(try_strptime(\"a_r\", '%Y-%m-%d'))) "
	  "<= 2629800.0", SPLINK_SECONDS, SPLINK_WHOLE, 2629800, 1 },
	{ "ABS(EXTRACT(EPOCH FROM \"a_l\") - EXTRACT(EPOCH FROM \"a_r\"))<= 86400", SPLINK_SECONDS,
	  SPLINK_WHOLE, 86400, 1 },
	{ "abs(datediff(`a_l`, `a_r`)) <= floor(2629800.0 / 86400)", SPLINK_SECONDS, SPLINK_WHOLE,
	  2629800, 1 },
	{ "array_length(list_intersect(\"a_l\", \"a_r\")) >= 2", SPLINK_SHARED, SPLINK_WHOLE, 2, 1 },
	{ "l.\"a\" = r.\"a\"", SPLINK_EQUAL, SPLINK_WHOLE, 0, 1 },
};

static const char *const unknown[] = { "jaccard(a_l, a_r) >= 0.9", "a_l = 'x' AND a_r = 'x'",
	"a_l = a_r OR b_l = b_r", "a_l < a_r", "levenshtein(a_l, a_r) >= 1", "a_l = a_l", "a_l = (a_r",
	"((((((((((((((((((((((((((((((a_l = a_r", "\"a_l", "", "substr(a_l, 1) = substr(a_r, 1)",
	"levenshtein(a_l, b_r) <= 1", "a_l = a_r;", "'" };

static void
conditions(void)
{
	struct arena arena = { 0 };
	struct splink_level l = { .null = false };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		bool read = splink_condition(&l, span_from(known[i].sql), &arena);

		ok(read && l.terms == known[i].terms && l.term[0].form == known[i].form &&
		    l.term[0].part == known[i].part &&
		    (known[i].threshold == 0 || l.term[0].threshold == known[i].threshold),
		    "%s", known[i].sql);
	}
	ok(splink_condition(&l, SPAN("else"), &arena) && l.terms == 0, "what is left");
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
		ok(!splink_condition(&l, span_from(unknown[i]), &arena), "not %s", unknown[i]);
	arena_done(&arena);
}

static void
as_model(const struct splink *s)
{
	struct model_file f;
	struct error e = { 0 };
	const struct model_level *given;

	ok(splink_to_model(s, &f, 10001, &e) == 1 && f.model.fields == 2, "settings become a model");
	ok(f.model.field[0].plain == 0x74 && f.model.field[1].plain == 0x18, "frequencies count where they do there");
	ok(f.only_weights && f.model.no_joint && f.model.prior[0] == fx_log2(0.001 / 0.999),
	    "and nothing else is theirs: %d", f.model.prior[0]);
	given = f.model.field[0].level;
	ok(span_is(f.field[0].name, "given_name") && f.field[0].type == FIELD_GIVEN &&
	    span_is(f.field[1].name, "address.locality"), "columns are fields by their names");
	ok(given[7].weight[ROW_ALONE] == fx_log2(50) && given[4].weight[ROW_ALONE] == fx_log2(15) &&
	    given[0].weight[ROW_ALONE] == fx_log2(0.2 / 0.97),
	    "a level weighs what the first does that it implies");
	ok(given[5].weight[ROW_ALONE] == given[0].weight[ROW_ALONE], "a nickname implies no likeness");
	ok(f.rules == 2 && f.rule[0].atoms == 2 && span_is(f.rule[0].atom[0], "given.exact") &&
	    span_is(f.rule[1].atom[0], "birthdate.full"), "equal columns are rules");
	arena_done(&f.arena);
}

static void
refused(const char *text, const char *why)
{
	struct error e = { 0 };
	struct splink *s = read_text(text, &e);

	ok(s == NULL && e.status == STATUS_USAGE && strstr(e.text, why) != NULL, "%s", e.text);
	splink_free(s);
}

static void
replay(const struct splink *s)
{
	char path[] = "/tmp/splink-XXXXXX";
	int fd = mkstemp(path);
	struct splink_replay r;
	struct error e = { 0 };
	struct buf table = { 0 }, out = { 0 };

	buf_text(&table, "gamma_town,gamma_first_name,tf_first_name_l,tf_first_name_r,match_weight\n");
	for (int i = 0; i < 100000; i++)
		buf_print(&table, "1,2,0.04,0.02,%.12f\n", splink_prior_weight(s) + 10 + fx_log2_double(25));
	buf_print(&table, "-1,0,,,%.12f\n", splink_prior_weight(s) + fx_log2_double(0.2 / 0.97) + 0.25);
	if (write(fd, table.p, table.len) != (ssize_t)table.len)
		abort();
	ok(splink_gamma(s, path, &out, &r, &e) == 0 && r.rows == 100001 && r.compared,
	    "a table is replayed: %s", e.text);
	ok(near(r.furthest, 0.25), "and says how far it is: %.12f", r.furthest);
	ok(out.len > 10 && memcmp(out.p, "4.679", 5) == 0, "a weight a line: %.9s", out.p);
	if (ftruncate(fd, 0) < 0 || pwrite(fd, "gamma_first_name\n1\n", 19, 0) != 19)
		abort();
	ok(splink_gamma(s, path, &out, &r, &e) < 0 && strstr(e.text, "gamma_town") != NULL,
	    "a column that is missing is named");
	error_clear(&e);
	if (pwrite(fd, "gamma_first_name,gamma_town\n1,7\n", 32, 0) != 32)
		abort();
	ok(splink_gamma(s, path, &out, &r, &e) < 0 && e.line == 2, "a gamma of no level has its line");
	error_clear(&e);
	if (pwrite(fd, "gamma_first_name,gamma_town\n1,\0\n", 32, 0) != 32)
		abort();
	ok(splink_gamma(s, path, &out, &r, &e) < 0 && e.status == STATUS_USAGE && e.line == 2,
	    "what is no row of a table is no other weight");
	error_clear(&e);
	if (ftruncate(fd, 0) < 0 || pwrite(fd, "gamma_first_name,gamma_town,match_weight\n2,1,nan\n", 49, 0) != 49)
		abort();
	ok(splink_gamma(s, path, &out, &r, &e) < 0 && e.line == 2, "nor is what is no number");
	close(fd);
	unlink(path);
	buf_done(&table);
	buf_done(&out);
}

int
main(void)
{
	struct error e = { 0 };
	struct splink *s = read_text(settings, &e);

	if (!ok(s != NULL, "settings are read: %s", e.text))
		return tap_done();
	weights(s);
	conditions();
	as_model(s);
	replay(s);
	splink_free(s);
	refused("[]", "not an object");
	refused("{}", "$.comparisons");
	refused("{\"comparisons\":[{\"output_column_name\":\"a\",\"comparison_levels\":["
	    "{\"sql_condition\":\"soundex(a_l) = soundex(a_r)\",\"label_for_charts\":\"sound\"},"
	    "{\"sql_condition\":\"ELSE\"}]}]}", "\"sound\" of \"a\"");
	refused("{\"comparisons\":[{\"output_column_name\":\"a\",\"comparison_levels\":["
	    "{\"sql_condition\":\"levenshtein(a_l, a_r) <= 1\",\"tf_adjustment_column\":\"a\"},"
	    "{\"sql_condition\":\"ELSE\"}]}]}", "no level is exact agreement");
	refused("{\"comparisons\":[{\"output_column_name\":\"a\",\"comparison_levels\":["
	    "{\"sql_condition\":\"a_l = a_r\",\"m_probability\":2},{\"sql_condition\":\"ELSE\"}]}]}",
	    "m_probability");
	return tap_done();
}

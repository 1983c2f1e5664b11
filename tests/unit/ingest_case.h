/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/ingest_case.h: a mapping around the members a test is about. */
#ifndef CDP_TESTS_INGEST_CASE_H
#define CDP_TESTS_INGEST_CASE_H

#include "base/buf.h"
#include "base/error.h"
#include "base/notes.h"
#include "ingest/mapping.h"

#define CASE_SOURCE "\"source\":{\"name\":\"a\",\"controller\":\"acme\",\"channel\":\"web\"," \
    "\"collected\":\"subject\",\"collected_since\":\"2024-01-01\",\"purposes\":[{\"id\":\"p\"," \
    "\"basis\":\"contract\",\"since\":\"2023-01-01\"}]}"

/* The whole text as a mapping, or NULL; the number of faults in *count. */
static inline struct mapping *
case_parse(const char *text, size_t *count)
{
	struct faults faults = { 0 };
	struct notes notes = { 0 };
	struct error e = { 0 };
	struct mapping *m = mapping_parse(span_from(text), "test.map.json", &faults, &notes, &e);

	*count = faults.count;
	faults_done(&faults);
	notes_done(&notes);
	return m;
}

/* Version, a good source, and the members given ("\"key\":...,\"columns\":..."). */
static inline struct mapping *
case_mapping(const char *members, size_t *count)
{
	struct buf text = { 0 };
	struct mapping *m;

	buf_print(&text, "{\"cdp_mapping\":1," CASE_SOURCE ",%s}", members);
	buf_byte(&text, '\0');
	m = case_parse(text.p, count);
	buf_done(&text);
	return m;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/label_test.c: what a person is shown, what an answer means, and what is kept. */
#include "base/buf.h"
#include "base/error.h"
#include "resolve/label.h"
#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

static const char queue[] =
    "{\"kind\":\"stream\",\"schema\":\"cdp/1\",\"tool\":\"cdp-resolve\"}\n"
    "{\"kind\":\"link\",\"a\":\"crm:77\",\"b\":\"shop:6211\",\"weight\":\"-0.500\",\"p\":\"0.414214\","
    "\"verdict\":\"review\",\"by\":\"average\",\"rules\":[],"
    "\"levels\":{\"given_name\":\"nickname\",\"address\":\"same house\"},\"weights\":{},"
    "\"record_a\":{\"kind\":\"record\",\"id\":\"crm:77\",\"source\":\"crm\",\"key\":\"77\","
    "\"given_name\":\"Ana\",\"email\":[\"a@example.com\",\"b@example.com\"],"
    "\"address\":[{\"street_address\":\"Rua X 12\",\"locality\":\"Santos\"}],"
    "\"identifiers\":{\"loyalty\":[\"L1\"]}},"
    "\"record_b\":{\"kind\":\"record\",\"id\":\"shop:6211\",\"source\":\"shop\",\"key\":\"6211\","
    "\"given_name\":\"Ani\\u001bta\",\"family_name\":\"Souza\",\"address\":null,"
    "\"identifiers\":{\"loyalty\":[\"L2\"],\"device\":[\"D\"]}}}\n"
    "{\"kind\":\"link\",\"a\":\"crm:1\",\"b\":\"crm:2\",\"verdict\":\"review\"}\n"
    "{\"kind\":\"end\",\"in\":0,\"out\":2,\"ok\":true}\n";

static const char shown[] =
    "\n1 of 2   weight -0.500   p 0.414214   average\n"
    "                      crm:77                          shop:6211\n"
    "source                crm                             shop\n"
    "given_name            Ana                             Ani\\x1bta                       nickname\n"
    "email                 a@example.com; b@example.com\n"
    "address               Rua X 12, Santos                                                same house\n"
    "identifiers.loyalty   L1                              L2\n"
    "identifiers.device                                    D\n"
    "family_name                                           Souza\n"
    "same (s), different (d), skip (enter), quit (q)? ";

static void
make_file(char *path, const char *text)
{
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		abort();
	close(fd);
}

static struct labels *
must_open(const char *q, const char *verdicts)
{
	struct error e = { 0 };
	struct labels *l = labels_open(q, verdicts, &e);

	if (l == NULL) {
		printf("Bail out! %s: %s\n", e.code, e.text);
		exit(1);
	}
	return l;
}

static void
answers(void)
{
	ok(label_parse(SPAN("s")) == LABEL_SAME && label_parse(SPAN(" same ")) == LABEL_SAME,
	    "s and same");
	ok(label_parse(SPAN("d")) == LABEL_DIFFERENT && label_parse(SPAN("different")) ==
	    LABEL_DIFFERENT, "d and different");
	ok(label_parse(SPAN("")) == LABEL_SKIP && label_parse(SPAN("skip")) == LABEL_SKIP,
	    "nothing and skip");
	ok(label_parse(SPAN("q")) == LABEL_QUIT && label_parse(SPAN("yes")) == LABEL_UNCLEAR,
	    "q; what is none of them is asked again");
}

static void
session(const char *q, const char *verdicts)
{
	struct labels *l = must_open(q, verdicts);
	struct error e = { 0 };
	struct buf text = { 0 };

	ok(labels_next(l, 0) == 0 && labels_next(l, 1) == 1 && labels_next(l, 2) == SIZE_MAX,
	    "every pair without a verdict is asked");
	labels_show(l, 0, &text);
	is_text(text.p, text.len, shown, "both records, member by member");
	labels_decide(l, 0, true);
	ok(labels_next(l, 0) == 1, "a pair that was decided is not asked again");
	ok(labels_save(l, &e) == 0, "the verdicts are saved");
	labels_close(l);
	l = must_open(q, verdicts);
	ok(labels_next(l, 0) == 1, "nor in the next session");
	labels_decide(l, 0, false);
	labels_decide(l, 1, false);
	ok(labels_save(l, &e) == 0 && labels_next(l, 0) == SIZE_MAX, "a verdict may be changed");
	labels_close(l);
	l = must_open(q, verdicts);
	ok(labels_next(l, 0) == SIZE_MAX, "and read again, without contradiction");
	labels_close(l);
	buf_done(&text);
}

int
main(void)
{
	char q[] = "/tmp/label-queue-XXXXXX", verdicts[] = "/tmp/label-verdicts-XXXXXX",
	    other[] = "/tmp/label-other-XXXXXX";
	struct error e = { 0 };

	make_file(q, queue);
	make_file(verdicts, "");
	unlink(verdicts);
	answers();
	session(q, verdicts);
	unlink(verdicts);
	ok(labels_open("/nowhere/queue", verdicts, &e) == NULL && e.status == STATUS_INPUT,
	    "a queue that is not there");
	error_clear(&e);
	ok(labels_open(q, q, &e) == NULL && e.status == STATUS_USAGE && strcmp(e.file, q) == 0,
	    "answers are not kept where questions stand: these would be lost");
	make_file(other, "{\"kind\":\"record\",\"id\":\"crm:1\"}\n");
	error_clear(&e);
	ok(labels_open(other, verdicts, &e) == NULL && e.status == STATUS_INPUT,
	    "a file of records is no queue");
	unlink(other);
	unlink(q);
	return tap_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/strategy_test.c: which value survives, whatever the order of the candidates. */
#include "base/buf.h"
#include "resolve/rules.h"
#include "resolve/strategy.h"
#include "tap.h"

enum { N = 4 };

static const struct rules none;

/* ana twice from one source, eva and ida once each; the last is the latest. */
static const struct candidate people[N] = {
	{ .value = SPAN_INIT("Ana"), .key = SPAN_INIT("ana"), .source = SPAN_INIT("crm"),
	    .at = 10, .priority = 2, .member = 0, .valid = 1 },
	{ .value = SPAN_INIT("Ana"), .key = SPAN_INIT("ana"), .source = SPAN_INIT("crm"),
	    .at = 20, .priority = 2, .member = 1, .valid = 1 },
	{ .value = SPAN_INIT("Eva Lima"), .key = SPAN_INIT("eva lima"), .source = SPAN_INIT("shop"),
	    .at = 30, .priority = 1, .member = 2, .valid = 1 },
	{ .value = SPAN_INIT("IDA"), .key = SPAN_INIT("ida"), .source = SPAN_INIT("app"),
	    .at = 40, .priority = 3, .member = 3, .valid = 0, .ties = 5 },
};

static const struct candidate numbers[N] = {
	{ .value = SPAN_INIT("\"9.5\""), .key = SPAN_INIT("9.5"), .member = 0 },
	{ .value = SPAN_INIT("10"), .key = SPAN_INIT("10"), .member = 1 },
	{ .value = SPAN_INIT("-3"), .key = SPAN_INIT("-3"), .member = 2 },
	{ .value = SPAN_INIT("9.500001"), .key = SPAN_INIT("9.500001"), .member = 3 },
};

/* Every rotation, forwards and backwards, gives the same winner. */
static void
wins(const struct candidate *from, struct chain chain, const char *value, const char *rule)
{
	bool held = true;

	for (size_t turn = 0; turn < 2 * (size_t)N; turn++) {
		struct candidate list[N];
		struct choosing c = { .rules = &none, .chain = &chain, .as_of = INSTANT_NONE };
		struct chosen chosen;

		for (size_t i = 0; i < N; i++)
			list[turn < N ? i : N - 1 - i] = from[(i + turn) % N];
		chosen = strategy_choose(&c, list, N);
		held &= span_is(list[0].value, value) && span_is(chosen.rule, rule);
	}
	ok(held, "%.*s takes %s by %s", SPAN_ARG(strategy_name(chain.step[0])), value, rule);
}

static struct chain
steps(enum strategy first, enum strategy second)
{
	return (struct chain){ .step = { first, second }, .count = 2 };
}

static struct chain
step(enum strategy only)
{
	return (struct chain){ .step = { only }, .count = 1 };
}

int
main(void)
{
	struct buf sum = { 0 };

	wins(people, step(STRATEGY_RECENCY), "IDA", "recency");
	wins(people, step(STRATEGY_OLDEST), "Ana", "oldest");
	wins(people, step(STRATEGY_SOURCE_PRIORITY), "Eva Lima", "source_priority");
	wins(people, step(STRATEGY_FREQUENCY), "Ana", "frequency");
	wins(people, step(STRATEGY_COMPLETENESS), "Eva Lima", "completeness");
	wins(people, step(STRATEGY_LONGEST), "Eva Lima", "longest");
	wins(people, step(STRATEGY_BEST_CONNECTED), "IDA", "best_connected");
	wins(people, step(STRATEGY_RECORD), "IDA", "record");
	wins(people, steps(STRATEGY_VALID, STRATEGY_VOTE), "Eva Lima", "recency");
	wins(people, steps(STRATEGY_VALID, STRATEGY_FREQUENCY), "Ana", "frequency");
	wins(numbers, step(STRATEGY_MAX), "10", "max");
	wins(numbers, step(STRATEGY_MIN), "-3", "min");
	ok(strategy_sum(numbers, N, &sum), "numbers add up");
	is_text(sum.p, sum.len, "26.000001", "the sum is exact, without zeros at its end");
	ok(!strategy_sum(people, N, &sum), "names do not");
	buf_done(&sum);
	return tap_done();
}

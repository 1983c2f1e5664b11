/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/resume_test.c: who appends by a compiled state does as who reads all lines (consent 3.5, 10.3
 * X10): random ledgers, keyed and with a vault, compiled, with a tail or not, after erasures and crashes; the
 * same batches of new events, repetitions, conflicts and references are taken, refused and written alike, and
 * so they are when the compiled state was altered anywhere (T14). */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/notes.h"
#include "consent/compile.h"
#include "consent/erase.h"
#include "consent/ledger.h"
#include "consent/ledger_write.h"
#include "consent/person.h"
#include "consent/policy_read.h"
#include "consent/verify.h"
#include "io/fd.h"
#include "model/consent.h"
#include "draw.h"
#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

enum { TRIALS = 200, SEED = 20261129, SEGMENT = 8, PEOPLE = 4, BATCH = 30, FEW = 60, MANY = 500 };

static const instant start = INT64_C(1767225600000);	/* 2026-01-01 */
static char policy_path[4096];
static unsigned long ids;	/* that events have: less than there are events, so that they come again */

/* The compiled state of the first ledger stands for its lines; the other one has none. */
static const struct ledger_place compiled = { .state = "a" }, plain = { .state = "b" };

struct counted {
	unsigned long	added, again, refused, conflicts, used, told, late;
};

static struct ledger_writer *
open_writer(const struct ledger_place *place, instant now, bool events, struct notes *notes, struct error *e)
{
	struct writer_question q = { .place = place, .now = now, .events = events, .notes = notes };

	return writer_open(&q, e);
}

static void
shell(const char *command)
{
	if (system(command) != 0)
		abort();
}

static void
make(const char *state, bool vault)
{
	struct ledger_place place = { .state = state };
	struct ledger_new n = { .place = &place, .name = "test.example/consent", .new_keys = true,
	    .vault = vault, .segment = SEGMENT };
	struct policy_document d = { 0 };
	struct ledger_writer *w = NULL;
	struct error e = { 0 };

	if (policy_document_load(&d, policy_path, &e) < 0 || ledger_make(&n, &e) < 0 ||
	    (w = open_writer(&place, start, false, NULL, &e)) == NULL ||
	    writer_add_policy(w, &d, &e) < 0 || writer_commit(w, UINT64_MAX, &e) < 0) {
		printf("# %s\n", e.text);
		abort();
	}
	writer_close(w);
	policy_document_done(&d);
}

/* ---- random events ---- */

static const char *const types[] = { "grant", "grant", "grant", "withdraw", "deny", "object", "object_dm",
    "restrict", "unrestrict", "suppress", "suppress", "unsuppress", "confirm", "revoke", "invalidate",
    "preference_set", "bounce", "birthdate_known", "basis_declared", "basis_ended", "nonsense" };

/* All texts live in the arena. */
static struct span
text(struct arena *arena, const char *before, unsigned long number, const char *behind)
{
	char s[128];

	snprintf(s, sizeof s, "%s%lu%s", before, number, behind);
	return arena_copy(arena, span_from(s));
}

static void
fill_scope(struct consent_event *c, unsigned long variant)
{
	c->controller = SPAN("north");
	c->purpose = draw(8) == 0 ? SPAN("unheard.of") : SPAN("marketing.newsletter");
	c->channel = SPAN("email");
	c->src = SPAN("shop");
	c->basis = SPAN("consent");
	c->ctype = SPAN("expressed");
	c->notice = SPAN("newsletter@7/en");
	c->method = variant == 2 ? SPAN("paper") : SPAN("web_form");
	c->actor = SPAN("subject");
}

/* Event number `id` of variant 0 is always the same, whoever sends it; others conflict with it. */
static struct consent_event
event_of(unsigned long id, unsigned long variant, struct arena *arena)
{
	uint64_t keep = draw_state;
	struct consent_event c = { .at = SPAN_INIT("2026-01-01T10:00:00Z") };
	unsigned long kind;

	draw_state = id * 7919 + variant / 2;	/* of 0 and 1 the same */
	kind = draw(sizeof types / sizeof types[0]);
	c.type = span_from(types[kind]);
	if (draw(10) > 0)
		c.id = text(arena, "e", id, "");
	if (draw(20) > 0) {
		c.identifier_type = SPAN("email");
		c.identifier_value = text(arena, "p", draw(PEOPLE), "@example.com");
	}
	if (draw(3) > 0 || kind < 3)
		fill_scope(&c, variant);
	if (draw(3) == 0) {
		c.account = text(arena, "shop:", draw(PEOPLE), "");
		c.covers = SPAN("account");
	}
	if (draw(3) == 0 || kind == 8 || kind >= 11)
		c.ref = text(arena, "e", draw(ids), "");
	if (kind == 8 || kind == 11)
		c.by = SPAN("dpo");
	if (kind == 9 || kind == 10)
		c.cause = SPAN("erasure");
	if (kind == 15)
		c.data = SPAN("{\"lang\":\"pt-PT\"}");
	if (kind == 17)
		c.data = SPAN("{\"birthdate\":\"1990-01\"}");
	if (draw(2) == 0 || kind < 3)
		c.evidence = variant == 3 ? SPAN("{\"form\":\"f8\"}") : text(arena, "{\"form\":\"f", id, "\"}");
	draw_state = keep;
	return c;
}

static struct consent_event
random_event(struct arena *arena)
{
	return event_of(draw(ids), draw(5) == 0 ? draw(6) : 0, arena);
}

/* ---- the same for both ---- */

static bool
same_receipt(const struct receipt *a, const struct receipt *b, bool keyed)
{
	return a->seq == b->seq && a->widened == b->widened && strcmp(a->id, b->id) == 0 &&
	    (!keyed || strcmp(a->leaf, b->leaf) == 0);
}

static bool
add_to_both(struct ledger_writer *a, struct ledger_writer *b, const struct consent_event *c, bool keyed,
    struct counted *n)
{
	struct receipt ra = { 0 }, rb = { 0 };
	struct error ea = { 0 }, eb = { 0 };
	int x = writer_add(a, c, &ra, &ea), y = writer_add(b, c, &rb, &eb);

	n->added += x > 0;
	n->again += x == 0;
	n->refused += x < 0;
	n->conflicts += x < 0 && strcmp(ea.code, "E_ID_CONFLICT") == 0;
	if (x != y || ea.status != eb.status || strcmp(ea.text, eb.text) != 0 ||
	    (x >= 0 && !same_receipt(&ra, &rb, keyed))) {
		printf("# %.*s %.*s: %d %s, %d %s\n", SPAN_ARG(c->id), SPAN_ARG(c->type), x, ea.text, y, eb.text);
		return false;
	}
	return true;
}

static bool
same_torn(const struct ledger_writer *a, const struct ledger_writer *b)
{
	struct writer_torn x = writer_torn(a), y = writer_torn(b);

	return x.brought_back == y.brought_back && x.refused == y.refused;
}

static bool
batch(unsigned count, instant now, bool keyed, bool altered, struct counted *n)
{
	struct error e = { 0 }, f = { 0 };
	struct notes notes = { 0 };
	struct arena arena = { 0 };
	struct ledger_writer *a = open_writer(&compiled, now, false, &notes, &e);
	struct ledger_writer *b = open_writer(&plain, now, false, NULL, &f);
	size_t told = notes.count;
	bool good = a != NULL && b != NULL && same_torn(a, b) &&
	    (altered || writer_ledger(a)->cache != NULL) && writer_ledger(b)->cache == NULL;

	if (!good)
		printf("# opening: %s, %s%s\n", e.text, f.text, told > 0 ? notes.text[0] : "");
	n->used += good && writer_ledger(a)->cache != NULL;
	for (unsigned i = 0; i < count && good; i++) {
		struct consent_event c = random_event(&arena);

		good = add_to_both(a, b, &c, keyed, n);
	}
	good = good && writer_commit(a, UINT64_MAX, &e) == 0 && writer_commit(b, UINT64_MAX, &f) == 0;
	n->told += notes.count > 0;
	n->late += notes.count > told;
	writer_close(a);
	writer_close(b);
	notes_done(&notes);
	arena_done(&arena);
	return good && (altered || told == 0);
}

/* ---- what was before ---- */

static void
say(unsigned count, instant now)
{
	struct error e = { 0 };
	struct ledger_writer *w = open_writer(&compiled, now, false, NULL, &e);
	struct arena arena = { 0 };

	for (unsigned i = 0; i < count && w != NULL; i++) {
		struct consent_event c = random_event(&arena);
		struct receipt receipt;

		error_clear(&e);
		if (writer_add(w, &c, &receipt, &e) < 0 && e.status != STATUS_REFUSED)
			abort();
	}
	if (w != NULL)
		error_clear(&e);
	if (w == NULL || writer_commit(w, UINT64_MAX, &e) < 0) {
		printf("# %s\n", e.text);
		abort();
	}
	writer_close(w);
	arena_done(&arena);
}

static void
erase(unsigned who, instant now)
{
	char mailbox[32];
	struct person_identifier id = { SPAN("email"), span_none(), false, false };
	struct person p = { &id, 1 };
	struct erase_act act = { .by = SPAN("dpo"), .suppress = true, .keep_until = INSTANT_NONE };
	struct error e = { 0 };
	struct erase_report r = { 0 };
	struct ledger_writer *w = open_writer(&compiled, now, true, NULL, &e);

	snprintf(mailbox, sizeof mailbox, "p%u@example.com", who);
	id.value = span_from(mailbox);
	if (w == NULL || erase_person(w, &p, &act, &r, &e) < 0) {
		printf("# %s\n", e.text);
		abort();
	}
	writer_close(w);
	erase_report_done(&r);
}

static void
compile(void)
{
	struct compile_options o = { .place = &compiled };
	struct buf report = { 0 };
	struct error e = { 0 };

	if (compile_ledger(&o, &report, &e) < 0) {
		printf("# %s\n", e.text);
		abort();
	}
	buf_done(&report);
}

/* A run that was killed before its checkpoint has left lines and rows. */
static void
crash(instant now)
{
	shell("cp a/ledger/checkpoint a/ledger/checkpoints.log .");
	say(1 + (unsigned)draw(6), now);
	shell("mv checkpoint checkpoints.log a/ledger/");
}

static void
alter(void)
{
	FILE *f = fopen("a/ledger/cache/compiled", "r+b");
	long at, size;
	int c;

	if (f == NULL || fseek(f, 0, SEEK_END) < 0)
		abort();
	size = ftell(f);
	/* Mostly among the last parts, which are looked at last. */
	at = draw(4) == 0 ? (long)draw((uint64_t)size) : size - 1 - (long)draw((uint64_t)size / 3);
	if (fseek(f, at, SEEK_SET) < 0 || (c = fgetc(f)) < 0 || fseek(f, at, SEEK_SET) < 0 ||
	    fputc(c ^ (1 << draw(8)), f) < 0 || fclose(f) != 0)
		abort();
}

/* ---- the same ledger ---- */

static char *
read_all(const char *state, const char *name, size_t *len)
{
	char path[256], *p = NULL;
	struct error e = { 0 };

	snprintf(path, sizeof path, "%s/ledger/%s", state, name);
	*len = 0;
	if (access(path, F_OK) == 0 && fd_read_file(path, 1 << 24, STATUS_INPUT, &p, len, &e) < 0)
		abort();
	return p;
}

/* Random subjects become numbers, in the order in which they come; what else is random goes. */
static void
bare(struct span rest, struct map *subjects, struct buf *out)
{
	static const char *const random[] = { "\"prev\":\"", "\"commit\":\"", "\"salt\":\"", "\"sid\":\"",
	    "\"account\":\"" };

	while (rest.len > 0) {
		size_t k, len;

		for (k = 0; k < 5; k++)
			if (span_starts(rest, span_from(random[k])))
				break;
		len = k < 5 ? strlen(random[k]) : 1;
		buf_add(out, span_head(rest, len));
		rest = span_skip(rest, len);
		if (k == 5)
			continue;
		len = span_index(rest, '"');
		if (k >= 3)
			buf_u64(out, map_add(subjects, span_head(rest, len)));
		rest = span_skip(rest, len);
	}
}

static bool
same_file(const char *name, bool keyed, struct map *in_a, struct map *in_b)
{
	struct buf x = { 0 }, y = { 0 };
	size_t n, m;
	char *a = read_all("a", name, &n), *b = read_all("b", name, &m);
	bool same;

	if (keyed) {
		same = n == m && (n == 0 || memcmp(a, b, n) == 0);
	} else {
		bare(span_make(a, n), in_a, &x);
		bare(span_make(b, m), in_b, &y);
		same = span_equal(buf_span(&x), buf_span(&y));
	}
	if (!same)
		printf("# %s differs\n", name);
	free(a);
	free(b);
	buf_done(&x);
	buf_done(&y);
	return same;
}

static bool
is_sound(const struct ledger_place *place)
{
	struct verify_options o = { .place = place, .evidence = true };
	struct buf report = { 0 };
	struct error e = { 0 };
	bool good = verify_ledger(&o, &report, &e) == 1;

	if (!good)
		printf("# %s %.*s\n", e.text, (int)report.len, report.p);
	buf_done(&report);
	return good;
}

static bool
same_ledgers(bool keyed)
{
	static const char *const whole[] = { "checkpoint", "checkpoints.log", "hashes", "roots" };
	struct map *in_a = map_new(), *in_b = map_new();
	bool same = is_sound(&compiled) && is_sound(&plain);
	char name[64];

	for (unsigned i = 0; i < 4 && same && keyed; i++)
		same = same_file(whole[i], true, NULL, NULL);
	for (unsigned i = 0; i < 200 && same; i++) {
		snprintf(name, sizeof name, "a/ledger/seg/%06u.ndjson", i);
		if (access(name, F_OK) < 0)
			break;
		same = same_file(name + 9, keyed, in_a, in_b);
		snprintf(name, sizeof name, "side/%06u.ndjson", i);
		same = same && same_file(name, keyed, in_a, in_b);
	}
	map_free(in_a);
	map_free(in_b);
	return same;
}

/* ---- trials ---- */

static bool
trial(bool keyed, unsigned before, bool altered, struct counted *n)
{
	instant now = start + 86400000;
	bool good = true;

	shell(keyed ? "rm -rf a b && cp -a keyed a" : "rm -rf a b && cp -a vaulted a");
	say(before, now);
	if (!keyed && draw(3) == 0)
		erase((unsigned)draw(PEOPLE), now);
	if (!keyed && draw(3) == 0)
		say(before / 2, now);
	compile();
	if (draw(3) == 0)
		crash(now);
	shell("cp -a a b && rm b/ledger/cache/compiled");
	for (unsigned i = 0, rounds = 1 + (unsigned)draw(3); i < rounds && good; i++) {
		if (altered && i == 0)
			alter();
		good = batch((unsigned)draw(BATCH), now += 3600000, keyed, altered, n);
	}
	return good && same_ledgers(keyed);
}

static unsigned long
trials(unsigned count, unsigned before, bool altered, struct counted *n)
{
	unsigned long bad = 0;

	ids = before * 2 / 3;
	for (unsigned i = 0; i < count && bad == 0; i++)
		if (!trial(draw(2) == 0, (unsigned)draw(before), altered, n)) {
			printf("# trial %u of seed %d\n", i, SEED);
			bad++;
		}
	return bad;
}

/* ---- tampering ---- */

static int
deny(struct ledger_writer *w, unsigned number, struct error *e)
{
	char id[32], mailbox[32];
	struct consent_event c = { .type = SPAN_INIT("deny"), .identifier_type = SPAN_INIT("email"),
	    .at = SPAN_INIT("2026-01-01T10:00:00Z") };
	struct receipt receipt;

	snprintf(id, sizeof id, "n%u", number);
	snprintf(mailbox, sizeof mailbox, "p%u@example.com", number);
	c.id = span_from(id);
	c.identifier_value = span_from(mailbox);
	return writer_add(w, &c, &receipt, e);
}

/* Line `number` of the whole ledger denies; the last of its segments is open, a compiled state has all. */
static void
make_denials(unsigned count)
{
	struct error e = { 0 };
	struct ledger_writer *w;

	shell("rm -rf a b && cp -a vaulted a");
	w = open_writer(&compiled, start, false, NULL, &e);
	for (unsigned i = 1; i < count && w != NULL; i++)
		if (deny(w, i, &e) != 1)
			abort();
	if (w == NULL || writer_commit(w, UINT64_MAX, &e) < 0)
		abort();
	writer_close(w);
	compile();
}

static void
flip(const char *path, long at)
{
	FILE *f = fopen(path, "r+b");
	int c;

	if (f == NULL || fseek(f, at, SEEK_SET) < 0 || (c = fgetc(f)) < 0 || fseek(f, at, SEEK_SET) < 0 ||
	    fputc(c ^ 1, f) < 0 || fclose(f) != 0)
		abort();
}

/* What opening it for writing says of it; 0: nothing is wrong. */
static uint64_t
bad_line(const struct ledger_place *place)
{
	struct error e = { 0 };
	struct ledger_writer *w = open_writer(place, start, false, NULL, &e);
	bool bad = w == NULL && e.status == STATUS_UNSAFE && strcmp(e.code, "E_LEDGER") == 0;

	writer_close(w);
	return bad ? e.line : 0;
}

static void
open_segment(void)
{
	unsigned long bad = 0, count = 0;
	size_t len;
	char *text;

	make_denials(2 * SEGMENT + 5);
	text = read_all("a", "seg/000002.ndjson", &len);
	for (size_t i = 0; i < len; i += 3, count++) {
		uint64_t by_compiled, by_all;

		flip("a/ledger/seg/000002.ndjson", (long)i);
		by_compiled = bad_line(&compiled);
		if (rename("a/ledger/cache/compiled", "compiled") != 0)
			abort();
		by_all = bad_line(&compiled);
		if (rename("compiled", "a/ledger/cache/compiled") != 0)
			abort();
		flip("a/ledger/seg/000002.ndjson", (long)i);
		bad += by_compiled < 2 * SEGMENT || by_compiled != by_all;
	}
	free(text);
	ok(bad == 0 && count > 100 && bad_line(&compiled) == 0,
	    "T1: any byte of the last segment altered is found, at the line that reading all of it names");
	shell("truncate -s -1 a/ledger/seg/000002.ndjson");
	ok(bad_line(&compiled) != 0, "T3: so is an end that was cut off");
}

static void
full_segment(void)
{
	struct error e = { 0 };
	struct ledger_writer *w;
	bool added, refused;

	make_denials(2 * SEGMENT + 5);
	shell("sed -i '4s/deny/gone/' a/ledger/seg/000000.ndjson");
	w = open_writer(&compiled, start, false, NULL, &e);
	added = w != NULL && writer_ledger(w)->cache != NULL && deny(w, 100, &e) == 1 && deny(w, 2, &e) == 0;
	refused = w != NULL && deny(w, 3, &e) == -1 && e.status == STATUS_UNSAFE && e.line == 4;
	writer_close(w);
	ok(added && refused, "a line altered in a full segment is not believed when its event comes again");
	error_clear(&e);
	w = open_writer(&compiled, start, false, NULL, &e);
	added = w != NULL && deny(w, 100, &e) == 1 && writer_commit(w, UINT64_MAX, &e) == 0;
	writer_close(w);
	shell("mv a/ledger/cache/compiled .");
	ok(added && bad_line(&compiled) == 4, "if it does not, what was signed is the line of then");
	shell("sed -i '4s/gone/deny/' a/ledger/seg/000000.ndjson");
	ok(is_sound(&compiled), "and with that the ledger is sound");
}

static void
roots(void)
{
	struct error e = { 0 };
	struct ledger_writer *w;

	make_denials(2 * SEGMENT + 5);
	flip("a/ledger/roots", 7);
	w = open_writer(&compiled, start, false, NULL, &e);
	ok(w != NULL && writer_torn(w).rebuilt && is_sound(&compiled), "T8: a root that was altered is made again");
	writer_close(w);
}

static void
backup(void)
{
	struct error e = { 0 };
	struct notes notes = { 0 };
	struct ledger_writer *w;
	size_t n, m;
	char *before, *behind;

	make_denials(2 * SEGMENT + 5);
	shell("cp a/ledger/vault .");
	erase(1, start);
	compile();
	before = read_all("a", "vault", &n);
	shell("cp vault a/ledger/vault.new && mv a/ledger/vault.new a/ledger/vault");
	w = open_writer(&compiled, start, false, &notes, &e);
	writer_close(w);
	behind = read_all("a", "vault", &m);
	ok(w != NULL && notes.count == 1 && n == m && memcmp(before, behind, n) == 0 && is_sound(&compiled),
	    "a vault from a backup: who was erased is taken out of it again");
	free(before);
	free(behind);
	notes_done(&notes);
}

int
main(void)
{
	/* Thousands of commits: in memory, where a sync costs nothing, if there is such a place. */
	char quick[] = "/dev/shm/resume_test.XXXXXX", slow[] = "/tmp/resume_test.XXXXXX", here[2048], *dir;
	struct counted n = { .added = 0 }, m = { .added = 0 };

	dir = mkdtemp(quick) != NULL ? quick : mkdtemp(slow);
	if (getcwd(here, sizeof here) == NULL || dir == NULL || chdir(dir) < 0)
		return 1;
	snprintf(policy_path, sizeof policy_path, "%s/testdata/consent/gates/policy.json", here);
	make("keyed", false);
	make("vaulted", true);
	draw_begin(SEED, TRIALS);
	ok(trials(TRIALS, FEW, false, &n) == 0, "by a compiled state the same is added, refused and written");
	printf("# added %lu, again %lu, refused %lu, conflicts %lu, compiled states used %lu\n", n.added, n.again,
	    n.refused, n.conflicts, n.used);
	ok(n.added > 100 && n.again > 100 && n.refused > 100 && n.conflicts > 20 && n.used >= TRIALS,
	    "new events, repetitions, refusals and conflicts");
	ok(trials(TRIALS / 4, MANY, true, &m) == 0, "T14: so it is by one that was altered");
	printf("# told %lu, of these after some events %lu\n", m.told, m.late);
	ok(m.told > TRIALS / 10 && m.late > TRIALS / 40, "which is told, also where it is seen late");
	open_segment();
	full_segment();
	roots();
	backup();
	shell("rm -rf a b compiled keyed vault vaulted");
	ok(chdir("/") == 0 && rmdir(dir) == 0, "nothing else is left in the directory");
	return tap_done();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/import.c: lines of another system through their format, in order. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/map.h"
#include "consent/import.h"
#include "io/json_write.h"
#include "model/stream.h"

static const struct import_format *const formats[] = { &import_segment, &import_gpc };

const struct import_format *
import_format_find(const char *name, bool *later)
{
	static const char *const others[] = { "tcf", "gpp", "usp", "adobe", "mparticle", "unomi",
	    "onetrust", "kantara" };

	*later = false;
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		*later |= strcmp(others[i], name) == 0;
	return NULL;
}

struct span
import_channel(const struct import *i, struct span purpose)
{
	const struct policy_purpose *p = policy_purpose(i->policy, purpose);

	if (i->importer.channel.p != NULL)
		return i->importer.channel;
	return p != NULL && p->channels.n == 1 ? p->channels.v[0] : span_none();
}

static int
check_purpose(const struct import *i, struct span id, struct error *e)
{
	const struct policy_purpose *p = policy_purpose(i->policy, id);

	if (p == NULL)
		return error_set(e, USAGE, "E_PURPOSE_UNKNOWN",
		    "the importer names a purpose that the policy does not have");
	if (import_channel(i, id).p == NULL)
		return error_set(e, USAGE, "E_CHANNEL_UNKNOWN", "the importer needs a channel: the "
		    "purpose %.*s has %zu", SPAN_ARG(id), p->channels.n);
	if (!names_has(&p->channels, import_channel(i, id)))
		return error_set(e, USAGE, "E_CHANNEL_UNKNOWN",
		    "the purpose %.*s is not registered for the importer's channel", SPAN_ARG(id));
	return 0;
}

int
import_check(const struct import *i, struct error *e)
{
	const struct policy_importer *m = &i->importer;

	if (i->format->maps_purposes && m->map_count == 0)
		return error_set(e, USAGE, "E_USAGE", "no foreign purpose is mapped: give --map, or "
		    "name the importer in the policy");
	for (size_t k = 0; k < m->map_count; k++)
		if (check_purpose(i, m->map[k].purpose, e) < 0)
			return -1;
	if (m->controller.p != NULL && policy_controller(i->policy, m->controller) == NULL)
		return error_set(e, USAGE, "E_CONTROLLER_UNKNOWN",
		    "the importer's controller is not registered");
	if (m->notice_id.p != NULL && policy_notice(i->policy, m->notice_id, m->notice_version,
	    m->notice_lang) == NULL)
		return error_set(e, USAGE, "E_NOTICE_UNKNOWN", "the importer's notice is not registered");
	return 0;
}

/* ---- running ---- */

static int
line(void *arg, struct feed_part *part, const struct feed_line *l, struct error *e)
{
	struct import *i = arg;
	struct import_line x = { i, l->tape, part->arena, part->out, NULL };

	if (part->data == NULL)
		part->data = mem_zero(1, sizeof(struct import_counts));
	x.counts = part->data;
	x.counts->read++;
	if (l->kind != FEED_OTHER) {
		x.counts->harmless += l->kind != FEED_CONSENT;
		error_set(e, REFUSED, "E_KIND", "a line of our own streams is nothing to import");
		return 1;
	}
	return i->format->line(&x, e);
}

/* One signal a day is enough: browsers send it with every request. */
static void
add_once(struct import *i, struct span text)
{
	struct span one;

	while (span_split(&text, '\n', &one) && one.len > 0) {
		if (map_has(i->told, one)) {
			i->counts.repeated++;
			continue;
		}
		map_add(i->told, one);
		buf_add(&i->out, one);
		buf_byte(&i->out, '\n');
		i->counts.events++;
	}
}

static int
emit(void *arg, struct feed_part *part, struct error *e)
{
	struct import *i = arg;
	const struct import_counts *c = part->data;

	(void)e;
	if (c == NULL)
		return 0;
	i->counts.read += c->read;
	i->counts.silent += c->silent;
	i->counts.unmapped += c->unmapped;
	i->counts.harmless += c->harmless;
	if (i->format->once) {
		add_once(i, buf_span(part->out));
		return 0;
	}
	i->counts.events += c->events;
	buf_add(&i->out, buf_span(part->out));
	return 0;
}

static void
drop(void *arg, struct feed_part *part)
{
	(void)arg;
	mem_free(part->data);
}

int
import_run(struct import *i, struct error *e)
{
	static const struct feed_ops ops = { .line = line, .emit = emit, .drop = drop };

	i->told = map_new();
	return feed_run(&i->feed, &ops, i, &i->lines, e);
}

void
import_done(struct import *i)
{
	map_free(i->told);
	buf_done(&i->out);
}

/* ---- telling ---- */

uint64_t
import_lost(const struct import *i)
{
	return i->lines.rejected - i->counts.harmless;
}

void
import_write_stream(const struct import *i, struct span as_of, int status, struct buf *out)
{
	struct stream_end end = { .in = i->lines.in, .rejected = i->lines.rejected, .ok = true,
	    .code = status };
	struct json_writer w = stream_header(out, "cdp-consent", as_of);

	json_member_string(&w, "command", SPAN("import"));
	json_member_string(&w, "format", span_from(i->format->name));
	json_member_string(&w, "source", i->source->id);
	json_member_string(&w, "policy", i->policy->digest);
	stream_header_end(&w);
	buf_add(out, buf_span(&i->out));
	end.skipped = i->counts.silent;
	stream_count(&end, "consent", i->counts.events);
	stream_end_write(out, &end);
}

void
import_text(const struct import *i, struct buf *out)
{
	buf_print(out, "%s: read %llu, events %llu, without a word of consent %llu, rejected %llu",
	    i->format->name, (unsigned long long)i->lines.in, (unsigned long long)i->counts.events,
	    (unsigned long long)i->counts.silent, (unsigned long long)i->lines.rejected);
	if (i->counts.unmapped > 0)
		buf_print(out, ", foreign purposes without a mapping %llu",
		    (unsigned long long)i->counts.unmapped);
	if (i->counts.repeated > 0)
		buf_print(out, ", repeated within a day %llu", (unsigned long long)i->counts.repeated);
	if (import_lost(i) > 0)
		buf_print(out, "; %llu that may have been refusals are lost: status 1 whatever "
		    "--max-rejects says", (unsigned long long)import_lost(i));
}

void
import_summary(const struct import *i, struct json_writer *w)
{
	json_member_string(w, "command", SPAN("import"));
	json_member_string(w, "format", span_from(i->format->name));
	json_member_u64(w, "read", i->lines.in);
	json_member_u64(w, "events", i->counts.events);
	json_member_u64(w, "silent", i->counts.silent);
	json_member_u64(w, "rejected", i->lines.rejected);
	json_member_u64(w, "lost", import_lost(i));
	json_member_u64(w, "unmapped", i->counts.unmapped);
	json_member_u64(w, "repeated", i->counts.repeated);
}

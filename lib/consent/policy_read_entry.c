/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_read_entry.c: who and what a policy registers: one function per kind. */
#include "base/buf.h"
#include "base/encode.h"
#include "base/number.h"
#include "consent/policy_read_priv.h"

void
policy_read_controller(struct policy_reader *r, const struct config_at *at, void *to)
{
	struct policy_controller *c = to;

	config_only(at, LIST("id", "legal_name", "country", "contact", "address", "dpo", "authority",
	    "brands"));
	policy_read_id(at, "id", true, false, &c->id);
	policy_read_text(at, "legal_name", true, &c->legal_name);
	policy_read_country(at, "country", true, &c->country);
	policy_read_text(at, "contact", true, &c->contact);
	policy_read_text(at, "address", false, &c->address);
	policy_read_text(at, "dpo", false, &c->dpo);
	policy_read_text(at, "authority", false, &c->authority);
	policy_read_names(r, at, "brands", false, &c->brands);
}

void
policy_read_group(struct policy_reader *r, const struct config_at *at, void *to)
{
	struct policy_group *g = to;

	config_only(at, LIST("id", "members"));
	policy_read_id(at, "id", true, false, &g->id);
	policy_read_names(r, at, "members", true, &g->members);
	if (g->members.n < 2)
		config_fault(at, "L101", "a joint group has two members or more");
}

void
policy_read_notice(struct policy_reader *r, const struct config_at *at, void *to)
{
	struct policy_notice *n = to;
	struct span hash = SPAN("");
	struct buf bytes = { 0 };

	config_only(at, LIST("id", "version", "lang", "sha256", "published_at", "purposes", "material",
	    "recipients"));
	policy_read_id(at, "id", true, false, &n->id);
	config_int(at, "version", true, 1, INT32_MAX, &n->version);
	policy_read_lang(at, "lang", &n->lang);
	if (config_string(at, "sha256", true, &hash) && (hash.len != 64 || !hex_read(&bytes, hash)))
		config_fault(at, "L101", "sha256 is not 64 hex digits");
	buf_done(&bytes);
	n->sha256 = hash;
	n->published_at = INSTANT_NONE;
	policy_read_time(at, "published_at", true, &n->published_at);
	policy_read_names(r, at, "purposes", true, &n->purposes);
	policy_read_names(r, at, "material", false, &n->material);
	policy_read_names(r, at, "recipients", false, &n->recipients);
}

/* "Z", "+01:00", or two offsets for a place with summer time. */
static void
read_tz(const struct config_at *at, struct policy_source *s)
{
	struct config_at m = config_member(at, "tz");
	struct span rest, part;
	int32_t least = INT32_MAX, most = INT32_MIN;

	if (!config_string(at, "tz", false, &rest))
		return;
	while (span_split(&rest, ',', &part)) {
		int hour = 0, minute = 0;
		int32_t offset;

		if (!span_is(part, "Z")) {
			uint64_t h, n;

			if (part.len != 6 || (part.p[0] != '+' && part.p[0] != '-') || part.p[3] != ':' ||
			    !u64_parse(span_make(part.p + 1, 2), &h) || h > 14 ||
			    !u64_parse(span_make(part.p + 4, 2), &n) || n > 59) {
				config_fault(&m, "L101", "not Z, an offset, or two offsets");
				return;
			}
			hour = (int)h;
			minute = (int)n;
		}
		offset = (part.p[0] == '-' ? -1 : 1) * (hour * 60 + minute);
		least = offset < least ? offset : least;
		most = offset > most ? offset : most;
	}
	s->has_tz = true;
	s->tz_early = most;	/* the larger offset gives the earlier instant */
	s->tz_late = least;
}

void
policy_read_source(struct policy_reader *r, const struct config_at *at, void *to)
{
	static const char *const clocks[] = { "trusted", "device", "date_only", NULL };
	static const char *const assurances[] = { "inferred", "claimed", "verified", "authenticated",
	    NULL };
	static const char *const collected[] = { "subject", "third_party", "public", NULL };
	struct policy_source *s = to;
	int index;

	config_only(at, LIST("id", "controller", "channel", "purposes", "assurance", "clock", "tz",
	    "collected", "collected_since", "notice_at_collection", "jurisdiction", "first_party"));
	policy_read_id(at, "id", true, false, &s->id);
	policy_read_id(at, "controller", true, false, &s->controller);
	policy_read_text(at, "channel", true, &s->channel);
	policy_read_names(r, at, "purposes", true, &s->purposes);
	if (config_choice(at, "assurance", true, assurances, &index))
		s->assurance = (enum assurance)index;
	s->clock = CLOCK_DEVICE;
	if (config_choice(at, "clock", true, clocks, &index))
		s->clock = (enum clock_class)index;
	read_tz(at, s);
	if (config_choice(at, "collected", false, collected, &index))
		s->collected = (enum collected)index;
	s->collected_since = INSTANT_NONE;
	policy_read_time(at, "collected_since", false, &s->collected_since);
	policy_read_notice_ref(at, "notice_at_collection", &s->notice_id, &s->notice_version, NULL);
	policy_read_country(at, "jurisdiction", false, &s->jurisdiction);
	s->first_party = true;
	policy_read_flag(at, "first_party", &s->first_party);
}

/* A safeguard that names no document safeguards nothing. */
static void
read_transfer(const struct config_at *at, struct policy_destination *d)
{
	struct config_at transfer = config_member(at, "transfer");

	if (transfer.value == NULL)
		return;
	config_only(&transfer, LIST("safeguard", "reference"));
	d->has_transfer = policy_read_text(&transfer, "safeguard", true, &d->safeguard) &&
	    policy_read_text(&transfer, "reference", true, &d->safeguard_ref);
}

/* Its other members are the contract's, which cdp-export checks. */
void
policy_read_destination(struct policy_reader *r, const struct config_at *at, void *to)
{
	static const char *const roles[] = { "processor", "joint_controller", "controller", "authority",
	    "subject", NULL };
	struct policy_destination *d = to;
	struct config_at recipient = config_member(at, "recipient");
	struct span hash = SPAN("none");
	int role;

	policy_read_id(at, "id", true, false, &d->id);
	policy_read_text(&recipient, "name", true, &d->recipient_name);
	policy_read_country(&recipient, "country", true, &d->recipient_country);
	policy_read_text(&recipient, "contact", false, &d->recipient_contact);
	if (config_choice(at, "role", true, roles, &role))
		config_string(at, "role", true, &d->role);
	policy_read_id(at, "controller", true, false, &d->controller);
	policy_read_countries(r, at, "countries", &d->countries);
	read_transfer(at, d);
	policy_read_names(r, at, "purposes", true, &d->purposes);
	config_string(at, "channel", true, &d->channel);
	config_string(at, "layout", false, &d->layout);
	policy_read_names(r, at, "fields", true, &d->fields);
	policy_read_flag(at, "sale_or_share", &d->sale_or_share);
	config_string(at, "hash_profile", false, &hash);
	d->audience = !span_is(hash, "none");
	policy_read_flag(at, "audience", &d->audience);
	d->ends = INSTANT_NONE;
	policy_read_time(at, "ends", false, &d->ends);
}

void
policy_read_field(struct policy_reader *r, const struct config_at *at, void *to)
{
	static const char *const categories[] = { "ordinary", "special", "precise_location",
	    "government_id", "financial", "credential", "free_text", "third_party", "shared_device",
	    NULL };
	struct policy_field *f = to;
	int index;

	(void)r;
	config_only(at, LIST("path", "category"));
	policy_read_text(at, "path", true, &f->path);
	if (config_choice(at, "category", true, categories, &index))
		f->category = (enum field_category)index;
}

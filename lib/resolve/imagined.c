/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/imagined.c: matches as they may be, to choose candidate rules before any match is
 * known. */
#include "resolve/atoms.h"
#include "resolve/shortlist.h"

enum {
	TRIES = 16,		/* to find two records that may match */
	TOGETHER = 80		/* per cent of matches in which the atoms of a field agree or fail
				 * together, the tighter before the wider; else each by itself */
};

/* Per cent of true matches in which an atom agrees where both records have the field: shares
 * rounded from public sets. They only order the drafts, and the choice of rules that follows goes
 * by what is found. */
static const uint8_t agreeing[PAIR_ATOMS] = {
	[PAIR_GIVEN] = 68, [PAIR_GIVEN_FIRST] = 76, [PAIR_GIVEN_SOUND] = 84, [PAIR_GIVEN_P3] = 86,
	[PAIR_GIVEN_INITIAL] = 93, [PAIR_NAME_SET] = 55,
	[PAIR_FAMILY_TOKEN] = 78, [PAIR_FAMILY_SOUND] = 86, [PAIR_FAMILY_P4] = 84,
	[PAIR_FAMILY_P2] = 89, [PAIR_FAMILY_INITIAL] = 93,
	[PAIR_BIRTHDATE] = 86, [PAIR_BIRTHDATE_YM] = 91, [PAIR_BIRTHDATE_MD] = 91,
	[PAIR_BIRTHDATE_YEAR] = 94,
	[PAIR_EMAIL] = 65, [PAIR_EMAIL_LOCAL] = 72, [PAIR_PHONE] = 72, [PAIR_PHONE_LAST8] = 75,
	[PAIR_PLACE] = 58, [PAIR_PLACE_LOCALITY] = 58, [PAIR_POSTCODE] = 68,
	[PAIR_POSTCODE_PREFIX] = 78, [PAIR_LOCALITY] = 74,
	[PAIR_IDENTIFIER] = 88, [PAIR_ATTRIBUTE] = 65, [PAIR_ATTRIBUTE_P4] = 78,
	[PAIR_ATTRIBUTE_TOKEN] = 85, [PAIR_ATTRIBUTE_NEAR] = 80, [PAIR_ATTRIBUTE_CLOSE] = 75,
};

/* Two nodes whose fields the match fills. */
static void
draw_nodes(const struct view *w, const struct pairs_options *o, unsigned match, uint32_t node[2])
{
	for (unsigned n = 0; n < TRIES; n++) {
		uint64_t draw = key_join(key_join(o->seed, match), n);

		node[0] = (uint32_t)((draw >> 32) * w->nodes >> 32);
		node[1] = (uint32_t)((draw & UINT32_MAX) * w->nodes >> 32);
		if (node[0] != node[1] && !(o->across && w->source[node[0]] == w->source[node[1]]))
			return;
	}
}

static bool
agrees(struct pair_atom_of of, uint64_t seed, unsigned match)
{
	uint64_t field = key_join(key_join(seed, match), UINT64_C(1) << 32 | of.field);
	uint64_t atom = key_join(field, of.atom);

	return (atom % 100 < TOGETHER ? field >> 32 : atom >> 32) % 100 < agreeing[of.atom];
}

void
imagined_agree(const struct view *w, struct pair_atom_of of, const struct pairs_options *o,
    uint64_t agree[IMAGINED_WORDS])
{
	for (unsigned i = 0; i < IMAGINED; i++) {
		uint32_t node[2];
		bool filled;

		draw_nodes(w, o, i, node);
		filled = w->node[node[0]].slot[of.field] != 0 && w->node[node[1]].slot[of.field] != 0;
		if (filled && agrees(of, o->seed, i))
			agree[i / 64] |= UINT64_C(1) << (i % 64);
	}
}

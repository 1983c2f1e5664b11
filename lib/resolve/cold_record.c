/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cold_record.c: from value to value of a packed line. */
#include "base/alloc.h"
#include "model/record.h"
#include "resolve/cold_record.h"
#include "resolve/cold_steps.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

struct cold_reader {
	struct cold_steps	steps;
};

struct cold_reader *
cold_reader_new(const struct cold *c)
{
	struct cold_reader *r = mem_zero(1, sizeof *r);

	r->steps.cold = c;
	r->steps.contents = true;
	return r;
}

void
cold_reader_free(struct cold_reader *r)
{
	if (r == NULL)
		return;
	arena_done(&r->steps.arena);
	mem_free(r);
}

#ifdef __SSE2__
/* A bit for each of 16 bytes that is a backslash, DEL, or 0xe2, which begins U+2028. */
ALWAYS_INLINE unsigned
odd_bytes(const char *p)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\\')),
	    _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(0x7f)),
	    _mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xe2)))));
}
#endif

/* Whether it is a text that is written as it stands: not empty, without anything that is, or needs, an
 * escape. */
ALWAYS_INLINE bool
is_ready(struct span value)
{
	size_t at = 0;

#ifdef __SSE2__
	for (; value.len - at > 16; at += 16)
		if (odd_bytes(value.p + at) != 0)
			return false;
	return value.len > 0 &&
	    (odd_bytes(value.p + at) & (((unsigned)1 << (value.len - at)) - 1)) == 0;
#else
	while (at < value.len && value.p[at] != '\\' && value.p[at] != 0x7f &&
	    (unsigned char)value.p[at] != 0xe2)
		at++;
	return value.len > 0 && at == value.len;
#endif
}

/* A value that is not ready; absent if it is no text as it stands either. */
NOINLINE struct span
odd_value(struct span value, bool *ready)
{
	*ready = false;
	return value.len > 0 && memchr(value.p, '\\', value.len) == NULL ? value : span_none();
}

/* A content that has a number. */
NOINLINE struct span
meet_content(const struct step *behind, unsigned number, bool *ready)
{
	const struct content *v = behind->gap->content[number];
	struct span value = span_make(v->text, v->len);

	if (!is_ready(value))
		return odd_value(value, ready);
	behind->few[number] = value;
	return value;
}

/* The value at *from that is not short. */
ALWAYS_INLINE struct span
other_value(const char **from, unsigned code, struct span id, const struct step *behind, bool *ready)
{
	struct span value;
	uint32_t len;

	if (LIKELY(code >= VALUE_FEW))
		return LIKELY(behind->few[code - VALUE_FEW].p != NULL) ?
		    behind->few[code - VALUE_FEW] : meet_content(behind, code - VALUE_FEW, ready);
	if (code == VALUE_OF_ID) {
		len = (unsigned char)*(*from)++;
		return len == 0 ? span_none() : span_make(id.p + id.len - len, len);
	}
	memcpy(&len, *from, sizeof len);
	*from += sizeof len + len;
	value = span_make(*from - len, len);
	return is_ready(value) ? value : odd_value(value, ready);
}

/* The value at *from, behind which it leaves *from; absent if it is no text as it stands. All have ROOM
 * behind them. */
ALWAYS_INLINE struct span
next_value(const char **from, struct span id, const struct step *behind, bool *ready)
{
	unsigned code = (unsigned char)*(*from)++;
	struct span value;

	if (code >= VALUE_OF_ID)
		return other_value(from, code, id, behind, ready);
	value = span_make(*from, code);
	*from += code;
	return LIKELY(is_ready(value)) ? value : odd_value(value, ready);
}

static struct span
quoted(struct arena *arena, struct span value)
{
	char *text = arena_alloc(arena, value.len + 2);

	text[0] = text[value.len + 1] = '"';
	memcpy(text + 1, value.p, value.len);
	return span_make(text, value.len + 2);
}

/* Source and key are the two parts of the id, as was seen when the line was read. */
static bool
settle(struct making *m)
{
	struct record *to = m->to;
	size_t at = span_index(to->id, ':');

	if (to->id.p == NULL)
		return false;
	for (size_t i = 0; m->quote >> i != 0; i++)
		if ((m->quote >> i & 1) != 0)
			m->attribute[i].json = quoted(m->arena, m->attribute[i].json);
	to->source = span_head(to->id, at);
	to->key = span_skip(to->id, at + 1);
	give_lists(m);
	return true;
}

bool
cold_record(struct cold_reader *r, const char *packed, struct record *to, struct arena *arena,
    bool *ready)
{
	UNCLEARED struct address address[ADDRESSES];
	UNCLEARED struct named_texts identifier[LISTS], tag[LISTS];
	UNCLEARED struct named_json attribute[ATTRIBUTES];
	struct making m = { .to = to, .arena = arena,
	    .text = arena_alloc(arena, TEXTS * sizeof *m.text), .address = address,
	    .identifier = identifier, .tag = tag, .attribute = attribute };
	struct span id = cold_id(packed), value;
	const struct step *behind = NULL;
	const char *from = id.p + id.len + sizeof(uint32_t);	/* behind the length of the line */
	enum state state = AT_START;

	*ready = true;
	if (!is_ready(id) && odd_value(id, ready).p == NULL)
		return false;
	*to = (struct record){ 0 };
	for (;;) {
		unsigned number = (unsigned char)*from++;
		const struct step *s;

		if (UNLIKELY(number == GAP_TEXT))
			return false;
		s = step_of(&r->steps, number, state);
		if (UNLIKELY(!s->plain)) {
			if (s->act == ACT_UNKNOWN || !add_literals(&m, s))
				return false;
			if (s->act == ACT_END)
				break;
		}
		behind = s->gap != NULL ? s : behind;
		value = next_value(&from, id, behind, ready);
		if (UNLIKELY(value.p == NULL) || UNLIKELY(!act(&m, s, value)))
			return false;
		state = s->to;
	}
	arena_trim(arena, m.text, m.texts * sizeof *m.text);
	return settle(&m);
}

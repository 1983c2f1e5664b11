/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/row.h: what one source knows of one person since some day, right or wrong. */
#ifndef CDP_SYNTH_ROW_H
#define CDP_SYNTH_ROW_H

#include "synth/channel.h"	/* FACTS */
#include "synth/place.h"	/* struct place, struct person, struct text */

enum { ROW_BITS = 5, ROWS_MOST = 31 };	/* rows of one person */

/* An empty text is a value that the source does not have. */
struct row {
	const struct person	*person;
	const struct channel	*channel;
	struct dice		 dice;		/* of what it says */
	day			 at;
	uint32_t		 second;	/* of that day */
	day			 heard;		/* what changed later is not known yet */
	bool			 linkable;	/* collected for identity resolution too */
	bool			 gender;
	struct text		 key, given, second_name, family, suffix, birthdate, phone, email,
				 street, loyalty, device, handle;
	struct place		 place;
	bool			 line;		/* the street too, which mistakes_make writes */
	bool			 town;		/* town and postcode are known */
	bool			 has_locale;
};

/* What its records have in common: the sources that have the person, and by which record first;
 * and values that the next record mostly needs again. */
struct known {
	unsigned	channels;		/* a bit for each */
	uint32_t	nth[CHANNELS];
	unsigned	which[3];		/* mailbox, number and place stand below; 0: none does */
	struct text	birthdate, mailbox, phone;
	struct place	place;
};

struct row_rates {
	uint32_t	unlinkable;	/* of a million */
	unsigned	collide;	/* low bits that the hashes of all mailboxes share */
};

void known_begin(struct known *k, const struct person *p);	/* before its first record */
/* The nth record of a person; *known grows with it. */
void row_make(const struct world *w, const struct row_rates *rates, const struct person *p,
    uint32_t nth, struct known *known, struct row *r);
/* Another key, for the nth copy of a row. */
void row_copy_key(struct row *r, uint64_t nth);
/* The given name with the second one behind it. */
void row_given(const struct row *r, struct text *out);
/* Puts errors into the values of a row, and writes its street out of the place. */
void mistakes_make(const struct world *w, struct row *r);

struct buf;
/* As a line of kind "record". */
void row_write(const struct row *r, struct buf *out);
void row_day(day d, struct text *out);			/* appends YYYY-MM-DD */
void row_time(const struct row *r, struct text *out);	/* appends when it was observed */

#endif

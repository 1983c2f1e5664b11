/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/channel.c: who asks for what, and how carefully. */
#include "synth/channel.h"
#include "synth/draw.h"

#define S(lit)	SPAN_INIT(lit)

const struct channel channels[CHANNELS] = {
	{ S("shop"), S("web"), S(""), 27, 30, 100, 15,
	    { 100, 100, 48, 10, 98, 86, 96, 96, 35, 0, 0, 90, 30 },
	    { S("order_fulfilment"), S("marketing.newsletter") } },
	{ S("crm"), S("store"), S("C"), 22, 6, 70, 240,
	    { 100, 100, 93, 85, 88, 93, 98, 98, 80, 0, 0, 0, 90 },
	    { S("order_fulfilment"), S("customer_service"), S("marketing.newsletter") } },
	{ S("web"), S("web"), S("w"), 14, 20, 110, 30,
	    { 98, 97, 62, 20, 99, 68, 55, 70, 10, 0, 0, 90, 10 },
	    { S("account"), S("marketing.newsletter") } },
	{ S("app"), S("app"), S("u"), 14, 12, 90, 10,
	    { 98, 98, 84, 40, 95, 90, 40, 65, 30, 90, 0, 100, 10 },
	    { S("account"), S("personalisation") } },
	{ S("phone"), S("phone"), S("T"), 8, 35, 170, 5,
	    { 99, 99, 72, 0, 45, 98, 82, 88, 25, 0, 0, 0, 40 },
	    { S("customer_service") } },
	{ S("social"), S("social"), S("s"), 6, 10, 120, 150,
	    { 98, 96, 82, 60, 88, 45, 0, 75, 0, 0, 95, 80, 5 },
	    { S("personalisation"), S("marketing.newsletter") } },
	{ S("survey"), S("survey"), S("q"), 5, 15, 130, 60,
	    { 97, 95, 82, 80, 80, 55, 40, 88, 5, 0, 0, 0, 5 },
	    { S("market_research") } },
	{ S("device"), S("device"), S("d"), 4, 30, 100, 20,
	    { 86, 80, 35, 0, 90, 78, 0, 0, 20, 97, 0, 100, 0 },
	    { S("personalisation") } },
};

unsigned
channel_draw(uint64_t bits, unsigned held)
{
	unsigned i = 0;

	for (int attempt = 0; attempt < 4; attempt++) {
		uint32_t x = take(&bits, 100);

		for (i = 0; x >= channels[i].weight; i++)
			x -= channels[i].weight;
		if ((held >> i & 1) == 0 || take(&bits, 100) < channels[i].again)
			break;
	}
	return i;
}

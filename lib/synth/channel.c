/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/channel.c: who asks for what, and how carefully. */
#include "synth/channel.h"
#include "synth/draw.h"

const struct channel channels[CHANNELS] = {
	{ "shop", "web", "", 27, 30, 100,
	    { 100, 100, 48, 10, 98, 86, 96, 96, 35, 0, 0, 90, 30 },
	    { "order_fulfilment", "marketing.newsletter", NULL } },
	{ "crm", "store", "C", 22, 6, 70,
	    { 100, 100, 93, 85, 88, 93, 98, 98, 80, 0, 0, 0, 90 },
	    { "order_fulfilment", "customer_service", "marketing.newsletter" } },
	{ "web", "web", "w", 14, 20, 110,
	    { 98, 97, 62, 20, 99, 68, 55, 70, 10, 0, 0, 90, 10 },
	    { "account", "marketing.newsletter", NULL } },
	{ "app", "app", "u", 14, 12, 90,
	    { 98, 98, 84, 40, 95, 90, 40, 65, 30, 90, 0, 100, 10 },
	    { "account", "personalisation", NULL } },
	{ "phone", "phone", "T", 8, 35, 170,
	    { 99, 99, 72, 0, 45, 98, 82, 88, 25, 0, 0, 0, 40 },
	    { "customer_service", NULL, NULL } },
	{ "social", "social", "s", 6, 10, 120,
	    { 98, 96, 82, 60, 88, 45, 0, 75, 0, 0, 95, 80, 5 },
	    { "personalisation", "marketing.newsletter", NULL } },
	{ "survey", "survey", "q", 5, 15, 130,
	    { 97, 95, 82, 80, 80, 55, 40, 88, 5, 0, 0, 0, 5 },
	    { "market_research", NULL, NULL } },
	{ "device", "device", "d", 4, 30, 100,
	    { 86, 80, 35, 0, 90, 78, 0, 0, 20, 97, 0, 100, 0 },
	    { "personalisation", NULL, NULL } },
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

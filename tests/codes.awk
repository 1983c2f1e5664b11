# SPDX-License-Identifier: Apache-2.0
# Made-up families of one to four at one home, each person with one to four records, names with slips, and a birth
# date in half of them. Half of the records have the number of the family's contract, two in five that of the
# person's insurance, where `kinds` has "contract" and "insurance". Records to stdout, who is who to `truth`.
function family()
{
	return head[rnd(na) + 1] tail[rnd(nb) + 1] (rnd(2) ? "" : "s") (rnd(2) ? "" : "on")
}

function slip(name)
{
	return rnd(16) == 0 ? substr(name, 1, 2) substr(name, 4) : rnd(10) ? name : substr(name, 1, 1)
}

function digits()
{
	return 100000000 + rnd(899999999)
}

function record(p, g, f, date, home, contract, insurance, had)
{
	had = kinds ~ /contract/ && rnd(2) ? "\"contract\":\"" contract "\"" : ""
	if (kinds ~ /insurance/ && rnd(5) < 2)
		had = had (had ? "," : "") "\"insurance\":\"" insurance "\""
	printf "{\"kind\":\"record\",\"id\":\"a:%d\",\"source\":\"a\",\"given_name\":\"%s\",\"family_name\":\"%s\"%s%s%s," \
	    "\"purposes\":[\"identity_resolution\"]}\n", ++count, slip(g), f, rnd(2) ? date : "", rnd(5) ? home : "",
	    had ? ",\"attributes\":{" had "}" : ""
	print "a:" count ",p" p > truth
}

BEGIN {
	people()
	print "id,entity" > truth
	while (p < 2500) {
		f = family()
		home = ",\"address\":[{\"street_address\":\"" rnd(150) + 1 " " family() " Road\",\"locality\":\"Leeds\"," \
		    "\"postal_code\":\"LS" rnd(29) + 1 " " rnd(9) + 1 "AB\"}]"
		contract = digits()
		for (i = rnd(4) + 1; i > 0; i--) {
			g = given[rnd(ng) + 1]
			date = sprintf(",\"birthdate\":\"%d-%02d-%02d\"", 1940 + rnd(75), rnd(12) + 1, rnd(28) + 1)
			insurance = digits()
			p++
			do
				record(p, g, f, date, home, contract, insurance)
			while (rnd(2))
		}
	}
}

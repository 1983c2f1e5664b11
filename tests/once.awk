# SPDX-License-Identifier: Apache-2.0
# Made-up families of one to five in a list that has hardly anybody twice: names with slips, a home, and a
# mailbox that most made of their names, as far as it was free. One person in fifty has two records, with
# another mailbox by the same pattern in one of five. With dates=1 birth dates and no homes; with nomail=1 no
# mailboxes; with lists=2 two lists, and thirty people in both. Records to stdout, who is who to the file
# `truth`.
function few(n)		# the first of them are commonest
{
	return rnd(rnd(n) + 1)
}

function family()
{
	return head[few(na) + 1] tail[few(nb) + 1] (rnd(2) ? "" : head[rnd(na) + 1])
}

function slip(name)
{
	return rnd(33) ? name : substr(name, 1, 2) substr(name, 4)
}

function mailbox(g, f, year, local, at)
{
	at = rnd(20)
	local = at < 6 ? g "." f : at < 10 ? substr(g, 1, 1) f : at < 13 ? g year % 100 : at < 16 ? f rnd(99) + 1 : \
	    g "_" f rnd(999)
	local = tolower(local)
	do {
		at = local "@" host[rnd(6) + 1]
		local = local (at in used ? rnd(100) : "")
	} while (at in used)
	used[at] = 1
	return at
}

function record(p, list, g, f, date, home, mail)
{
	printf "{\"kind\":\"record\",\"id\":\"%s:%d\",\"source\":\"%s\",\"given_name\":\"%s\"," \
	    "\"family_name\":\"%s\"%s%s,\"purposes\":[\"identity_resolution\"]}\n", list, ++count, list, slip(g), slip(f),
	    dates ? date : home,
	    !nomail && (rnd(2) || dates && rnd(5) == 0) ? ",\"email\":[\"" mail "\"]" : ""
	print list ":" count ",p" p > truth
}

BEGIN {
	people()
	split("mail.example post.example web.example box.example net.example one.example", host, " ")
	print "id,entity" > truth
	while (p < 6000) {
		f = family()
		k = rnd(400)
		street = "Rua " head[k % 20 + 1] tail[int(k / 20) % 12 + 1] " " rnd(120) + 1
		home = sprintf(",\"address\":[{\"street_address\":\"%s\",\"postal_code\":\"4%03d-%03d\"}]",
		    street, k, k * 7 % 900 + 100)
		for (n = rnd(6) > 4 ? 5 : rnd(4) + 1; n > 0; n--) {
			if (n == 2 && rnd(4) == 0)
				f = family()
			do
				g = rnd(3) ? given[few(ng) + 1] : head[rnd(na) + 1] head[few(na) + 1]
			while ((street, g) in home_of)
			home_of[street, g] = 1
			year = 1940 + rnd(65)
			date = sprintf(",\"birthdate\":\"%d-%02d-%02d\"", year, rnd(12) + 1, rnd(28) + 1)
			mail = mailbox(g, f, year)
			list = lists == 2 && p % 2 ? "b" : "a"
			record(++p, list, g, f, date, home, mail)
			if (lists == 2 ? p % 200 == 0 : p % 50 == 0)
				record(p, lists == 2 ? list == "a" ? "b" : "a" : "a", g, f, date, home,
				    rnd(5) ? mail : mailbox(g, f, year))
		}
	}
}

#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Exports of the tools that firms use, as --auto meets them: what is read, and what is said of what is not.
load helpers

# The records of a file.
records() {
	cdp-ingest -q --auto "$@" | jq -c 'select(.kind == "record")'
}

@test "an order's further lines have no number of their own, and none is refused" {
	cat > orders.csv <<-'CSV'
		Name,Email,Id,Lineitem name,Billing Name
		#1001,ana@acme.test,501,Mug,Ana Lima
		#1001,ana@acme.test,,Candle,
		#1002,rui@acme.test,502,Mug,Rui Reis
	CSV
	run_split cdp-ingest --auto orders.csv
	[ "$status" -eq 0 ]
	[ "$(grep -c '"kind":"record"' out)" -eq 3 ]
	grep -qx 'cdp-ingest: orders.csv: "Id" is no key: of 3 rows in the sample 2 have one; a mapping can say it is one' err
	grep -q 'key: hash of all columns (the column for it has gaps)' err
}

@test "lines above the header are left out and told of, and places in messages are those of the file" {
	printf '%s\r\n' 'Members 2025;;' ';;' 'id;Nachname;E-Mail' '7;Lima;ana@acme.test' '8;Reis' > club.csv
	run_split cdp-ingest --auto club.csv
	[ "$status" -eq 1 ]
	grep -qx 'cdp-ingest: club.csv: "skip_lines":2 (what stands above the header is left out)' err
	grep -q 'club.csv:5' err
	[ "$(jq -r 'select(.kind == "record").family_name' out)" = Lima ]
	cmp <(cdp-ingest -q --auto --source club - < club.csv | tail -n +2) <(tail -n +2 out)
}

@test "the shop's own mailbox in every row is no customer's" {
	{ echo 'Date,Name,From Email,To Email'
	seq -f '2025-01-02,Ana Lima,c%g@acme.test,pay@shop.test' 40; } > paid.csv
	run_split cdp-ingest --auto paid.csv
	grep -qx 'cdp-ingest: paid.csv: "To Email" stays an attribute: its mailboxes, 1 in 40 rows where another column has many, are those of a firm; a mapping can say they are not' err
	[ "$(jq -r 'select(.kind == "record").email | join("+")' out | grep -c pay@)" -eq 0 ]
	[ "$(jq -r 'select(.kind == "record").email | join("+")' out | sort -u | wc -l)" -eq 40 ]
}

@test "who bought the ticket of another is told of and gives him no mailbox" {
	printf '%s\n' 'First Name,Last Name,Buyer First Name,Buyer Last Name,Buyer Email' 'Eva,Lima,Ana,Lima,ana@acme.test' > event.csv
	run_split cdp-ingest --auto event.csv
	grep -qx 'cdp-ingest: event.csv: "Buyer Email" stays an attribute: "buyer" has a name of its own and may be somebody else; a mapping can choose' err
	[ "$(jq -c 'select(.kind == "record") | [.given_name, .email, .attributes.buyer_email]' out)" = '["Eva",null,"ana@acme.test"]' ]
}

@test "a parent's mailbox stays an attribute of the child's row, and is said to" {
	printf '%s\n' 'Child,Parent Email' 'Eva Lima,ana@acme.test' > club.csv
	run_split cdp-ingest --auto club.csv
	grep -qx 'cdp-ingest: club.csv: "Parent Email" stays an attribute: it names somebody else than the person of the row; a mapping can say it does not' err
	[ "$(jq -c 'select(.kind == "record") | [.name, .email, .attributes.parent_email]' out)" = '["Eva Lima",null,"ana@acme.test"]' ]
}

@test "who serves customers is no customer, and a firm beside its contact not the person" {
	{ echo 'Client,Calls'
	seq -f 'Ana Lima,%g' 20; } > calls.csv
	run_split cdp-ingest --auto calls.csv
	grep -qx 'cdp-ingest: calls.csv: "Client" stays an attribute: a few values in many rows are nobody'"'"'s name; a mapping can choose' err
	printf '%s\n' 'Client,Contact Name' 'Acme Parts,Ana Lima' > firms.csv
	run_split cdp-ingest --auto firms.csv
	grep -qx 'cdp-ingest: firms.csv: "Client" stays an attribute: another column is the name already; a mapping can choose' err
	[ "$(jq -c 'select(.kind == "record") | [.name, .attributes.client]' out)" = '["Ana Lima","Acme Parts"]' ]
}

@test "a second line that the street has already is not written twice" {
	printf '%s\n' 'Email,Billing Street,Billing Address2,Billing City' 'a@acme.test,"3 Main St, Apt 7",Apt 7,Ulm' \
		'b@acme.test,3 Main St,Apt 7,Ulm' 'c@acme.test,Weg 17,7,Ulm' > shop.csv
	[ "$(records shop.csv | jq -r '.address[0].street_address')" = '3 Main St, Apt 7
3 Main St, Apt 7
Weg 17, 7' ]
}

@test "a firm with a legal form of several words is no person" {
	printf '%s\n' 'Name,Email' 'Lomza Handel Sp. z o.o.,a@acme.test' 'Lomza Handel Sp.k.,b@acme.test' 'Jan Kowal,c@acme.test' > pl.csv
	[ "$(records pl.csv | jq -c '[.given_name, .attributes.party_type]')" = '[null,"organization"]
[null,"organization"]
["Jan",null]' ]
}

@test "who left nothing but a mailbox is whoever else has it, and nobody else" {
	{ echo 'Email,First Name,Last Name'
	for g in Ana Rui Eva Leo Max Zoe Pia Uwe Els Kai; do
		for f in Lima Reis Weber Kowal Bauer Prado Souza Rossi; do echo "${g,,}.${f,,}@acme.test,$g,$f"; done
	done; } > shop.csv
	{ echo Email
	sed -n '2~2s/,.*//p' shop.csv; seq -f 'n%g@acme.test' 20; } > news.csv
	cdp-ingest -q --auto --purposes identity_resolution shop.csv news.csv | cdp-resolve -q > out
	[ "$(jq -r 'select(.kind == "profile") | [.members[] | sub(":.*"; "")] | sort | join("+")' out | sort | uniq -c | sed 's/^ *//')" = '20 news
40 news+shop
40 shop' ]
}

@test "who was born when is told by one word" {
	local word
	for word in Born 'Born on' Nacido Nascido; do
		printf 'id,First name,Surname,%s\n1,Ana,Souza,1988-02-17\n' "$word" >cards.csv
		cdp-ingest -q --auto --purposes identity_resolution cards.csv >records
		[ "$(jq -r 'select(.kind == "record").birthdate' records)" = 1988-02-17 ]
	done
}

@test "mailboxes hashed by two systems are one kind of identifier, in letters of either case" {
	local hash
	hash=$(printf ana@acme.test | sha256sum | cut -d ' ' -f 1)
	printf 'id,email_sha256\n1,%s\n' "$hash" >app.csv
	printf 'id,Hashed Email\n1,%s\n' "${hash^^}" >web.csv
	cdp-ingest -q --auto --purposes identity_resolution app.csv web.csv >records
	[ "$(jq -r 'select(.kind == "record").identifiers.email_sha256[0]' records | uniq -c | awk '{ print $1 }')" = 2 ]
	cdp-resolve -q --mode exact records >profiles
	[ "$(jq -c 'select(.kind == "profile").members' profiles)" = '["app:1","web:1"]' ]
}

@test "a full address is an address in one text, which resolve compares by its parts" {
	printf 'Guest No;Full name;Full address\n1;Ana Souza;"98 Park Row, Leeds, LS1 4AB, United Kingdom"\n' >guests.csv
	printf 'id,name,street,postcode,town\n7,Ana Souza,98 Park Row,LS1 4AB,Leeds\n' >shop.csv
	cdp-ingest -q --auto --purposes identity_resolution guests.csv shop.csv >records
	[ "$(jq -r 'select(.source == "guests" and .kind == "record").address[0].formatted' records)" = "98 Park Row, Leeds, LS1 4AB, United Kingdom" ]
	cdp-resolve -q --links links --min-link -99 -o out records
	[ "$(jq -r 'select(.kind == "link").levels.address' links)" = "same door" ]
}

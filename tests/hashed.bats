#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Lists that have mailboxes, and lists that have the SHA-256 of them
bats_require_minimum_version 1.5.0
load helpers

hash_of() {
	printf '%s' "$1" | sha256sum | cut -c 1-64
}

# Which profile each record went into, by number: "shop:1 app:7" are one.
profiles() {
	jq -r 'select(.kind == "profile") | [.members[] | if type == "object" then .id else . end] | sort | join(" ")' out | sort
}

# record ID MEMBERS [PURPOSES]
record() {
	printf '{"kind":"record","id":"%s","source":"%s","key":"%s","purposes":[%s],%s}\n' "$1" "${1%%:*}" "${1#*:}" \
	    "${3-\"identity_resolution\"}" "$2"
}

@test "a hash is the mailbox of whoever has the address, as it is written or by the rules of its provider" {
	{
		record shop:1 '"given_name":"Ana","family_name":"Souza","email":["ana.souza+news@gmail.com"]'
		record shop:2 '"given_name":"Rui","family_name":"Paz","email":["rui@acme.test"]'
		record shop:3 '"given_name":"Eva","family_name":"Lima","email":["eva@acme.test"]'
		record app:7 '"identifiers":{"email_sha256":["'"$(hash_of ana.souza+news@gmail.com)"'"]}'
		record app:8 '"identifiers":{"email_sha256":["'"$(hash_of rui@acme.test)"'"]}'
		record app:9 '"identifiers":{"email_sha256":["'"$(hash_of nobody@acme.test)"'"]}'
		record app:10 '"identifiers":{"email_sha256":["'"$(hash_of anasouza@gmail.com)"'"]}'
	} >in
	cdp-resolve -q --links links --min-link -99 -o out in
	[ "$(profiles | paste -sd ,)" = 'app:10 app:7 shop:1,app:8 shop:2,app:9,shop:3' ]
	[ "$(jq -c 'select(.kind == "link" and .a == "app:8" and .b == "shop:2").levels' links)" = '{"email":"exact"}' ]
	printf '{"schema":"cdp-rules/1","identifiers":{"email_sha256":{"match":false}}}' >rules.json
	cdp-resolve -q --rules rules.json -o out in
	[ "$(profiles | grep -c ' ')" -eq 0 ]
	printf '{"schema":"cdp-rules/1","fields":{"identifiers.email_sha256":{"nature":"personal"}}}' >rules.json
	cdp-resolve -q --rules rules.json -o out in
	[ "$(profiles | grep -c ' ')" -eq 0 ]
}

@test "a hash beside its own address counts once, and one of somebody who is not linked is no mailbox" {
	{
		record shop:1 '"given_name":"Ana","family_name":"Souza","email":["ana@acme.test"]'
		record shop:2 '"given_name":"Ana","family_name":"Souza","email":["ana@acme.test"],"identifiers":{"email_sha256":["'"$(
		    hash_of ana@acme.test)"'"]}'
		record shop:3 '"given_name":"Eva","family_name":"Lima","email":["eva@acme.test"]'
		record app:4 '"given_name":"Eva","identifiers":{"email_sha256":["'"$(hash_of eva@acme.test)"'"]}'
		record app:5 '"given_name":"Rui","identifiers":{"email_sha256":["'"$(hash_of rui@acme.test)"'"]}'
		record web:6 '"given_name":"Rui","identifiers":{"email_sha256":["'"$(hash_of rui@acme.test)"'"]}'
	} >in
	{
		cat in
		record none:1 '"email":["rui@acme.test"]' ''
	} >more
	cdp-resolve -q --links links --min-link -99 -o out in
	cdp-resolve -q --links others --min-link -99 -o out more
	[ "$(jq -r 'select(.kind == "link" and .a == "app:5" and .b == "web:6") | .levels["identifiers.email_sha256"]' links)" = equal ]
	diff <(grep '"kind":"link"' links) <(grep '"kind":"link"' others)
	[ "$(jq -c 'select(.kind == "link" and .a == "app:4" and .b == "shop:3").levels.email' links)" = '"exact"' ]
	[ "$(cdp-resolve explain -q --pairs <(echo shop:1 shop:2) in | grep -c 'shop:1 = shop:2  copy')" -eq 1 ]
}

# 3,000 people: of the shop's most have an address, of the advertiser's all have a hash and nothing else.
@test "where lists have nothing but a mailbox in common it is evidence enough" {
	perl -MDigest::SHA=sha256_hex -e '
		my ($seed, @g, @f) = 7;
		sub draw { $seed = ($seed * 1103515245 + 12345) % 2147483648; int($seed / 65536) % $_[0] }
		sub name { join "", map { substr("bcdfglmnprst", draw(12), 1) . substr("aeiou", draw(5), 1) } 1 .. $_[0] }
		sub put { my ($id, $who, $what) = @_; my ($s, $k) = split /:/, $id;
			print qq({"kind":"record","id":"$id","source":"$s","key":"$k","purposes":["identity_resolution"]$what}\n);
			print STDERR "$id,p$who\n" }
		@g = map { name(2) } 1 .. 150; @f = map { name(3) } 1 .. 400;
		print STDERR "id,entity\n";
		for my $p (1 .. 3000) {
			my ($g, $f, $code) = ($g[draw(150)], $f[draw(400)], 10000 + draw(300));
			my ($mail, $n) = ("$f$p\@acme.test", 1 + draw(9));
			put("shop:$p", $p, qq(,"given_name":"$g","family_name":"$f","address":[{"postal_code":"$code"}]) .
			    (draw(8) ? qq(,"email":["$mail"]) : "")) if draw(10) < 7;
			put("app:$p", $p, (draw(2) ? qq(,"given_name":"$g") : "") . qq(,"identifiers":{"email_sha256":[") . sha256_hex($mail) .
			    qq("]},"attributes":{"installs":"$n"})) if draw(10) < 6;
			put("ads:$p", $p, qq(,"identifiers":{"email_sha256":[") . sha256_hex($mail) . qq("]})) if draw(2);
		}' >in 2>truth.csv
	cdp-resolve -q -o out in
	cdp-eval --truth truth.csv --expect 'pair_precision>=0.99' --expect 'pair_recall>=0.85' out
}

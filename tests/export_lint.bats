#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Contracts (section 2 of the chapter on export): what lint finds, and that a run finds it before a
# byte of input is read.
load helpers
load export

# unread STATUS CODE [OPTIONS]: ends so although its input never comes, and makes nothing
unread() {
	local want=$1 code=$2
	shift 2
	[ -p never ] || mkfifo never
	run_split timeout 20 cdp-export -q --as-of $NOW -o list "$@" - <> never
	[ "$status" -eq "$want" ] || { echo "status $status, not $want"; cat err; return 1; }
	grep -q "$code" err && [ ! -e list ] && [ ! -e cdp-state/egress ]
}

@test "what is wrong with options or contract is found before a byte is read" {
	unread 2 E_CONTRACT --to nobody
	unread 2 E_CONTRACT --to old
	unread 2 'say --purpose' --to two
	unread 2 'purpose is not in the contract' --to newsletter --purpose order_fulfilment
	unread 2 'csv-profile' --to lines --csv-profile spreadsheet
	unread 2 'to is missing'
	unread 2 E_ --to newsletter --policy missing.json
	unread 2 E_ --to newsletter --manifest no/such/place
	jq -c '.destinations[0].role = "friend"' policy.json > bad.json
	unread 2 E_CONTRACT --to newsletter --policy bad.json
	unread 4 E_ --to newsletter --state elsewhere
	ana | stream > in
	export_as 0 two --purpose marketing.newsletter
}

@test "an unknown contract names the keys to fill in" {
	unread 2 '"destinations" with id, layout, controller, recipient, role, purposes, channel, fields' --to nobody
}

@test "lint names every fault of a contract, and what is not in this version" {
	local change path n=0
	cdp-export lint
	while IFS=' ' read -r path change; do
		jq -c ".destinations[0] += $change" policy.json > bad.json
		run_split cdp-export lint --policy bad.json
		[ "$status" -eq 1 ] || { echo "accepted: $change"; return 1; }
		grep -qF "error E_CONTRACT \$.destinations[0]$path: " out || { echo "$change"; cat out; return 1; }
		[ "$(wc -l < out)" -eq 1 ] || { echo "$change"; cat out; return 1; }
		run_split cdp-export -q --to newsletter --policy bad.json -o list /dev/null
		[ "$status" -eq 2 ] || { echo "exported: $change"; return 1; }
		n=$((n + 1))
	done <<-'END'
		.guards {"guards":{"max_drop":"10%"}}
		.approval {"approval":{"signers":[]}}
		.subject_requests {"subject_requests":{"format":"opendsr"}}
		.audience {"audience":true}
		.hash_profile {"hash_profile":"meta-custom-audience/1"}
		.layout {"layout":"mailchimp"}
		.fields {"fields":[]}
		.fields[0] {"fields":["shoe_size"]}
		.fields[0] {"fields":["preference.language"]}
		.fields[0] {"fields":["consent.since"]}
		.fields[0] {"role":"controller","fields":["profile_id"]}
		.fields[0] {"role":"authority","fields":["profile_id"]}
		.fields[0] {"fields":["members"]}
		.fields[2] {"fields":["email","given_name","email"]}
		.role {"role":"friend"}
		.purposes[0] {"purposes":["*"]}
		.purposes[0] {"purposes":["gossip"]}
		.purposes {"purposes":[]}
		.controller {"controller":"nobody"}
		.channel {"channel":"post"}
		.channel {"channel":"none"}
		.channel {"channel":"fax"}
		.recipient.name {"recipient":{"country":"DE"}}
		.recipient.country {"recipient":{"name":"Example"}}
		.recipient.country {"recipient":{"name":"Example","country":"Germany"}}
		.transfer {"recipient":{"name":"Example","country":"US"}}
		.transfer {"countries":["DE","US"]}
		.transfer.reference {"countries":["US"],"transfer":{"safeguard":"scc"}}
		.transfer.safeguard {"transfer":{"safeguard":"","reference":"DPA-1"}}
		.countries {"countries":"DE"}
		.countries[0] {"countries":["uk"]}
		.sale_or_share {"sale_or_share":true}
		.sale_or_share {"sale_or_share":"no"}
		.recipient.contact {"recipient":{"name":"Example","country":"DE","contact":7}}
		.retention {"retention":30}
		.max_decision_age {"max_decision_age":"long"}
		.ends {"ends":"never"}
		.id {"id":"../escape"}
		.unknown {"unknown":1}
	END
	[ "$n" -eq 39 ]
}

@test "two contracts of one name release nothing" {
	jq -c '.destinations[0].id = "lines"' policy.json > bad.json
	run_split cdp-export lint --policy bad.json
	[ "$status" -eq 1 ]
	[ "$(cat out)" = 'error E_CONTRACT $.destinations[1].id: another contract has this id' ]
	run_split cdp-export -q --to lines --policy bad.json -o list /dev/null
	[ "$status" -eq 2 ]
}

@test "a contract may be with an authority or the subject, as the policy has it" {
	for role in authority subject; do
		jq -c --arg role $role '.destinations[0] += {role: $role, purposes: ["compliance"], fields: ["email"]}' policy.json > good.json
		[ "$(cdp-export lint --policy good.json | grep -c role)" -eq 0 ] || { cdp-export lint --policy good.json; return 1; }
	done
}

@test "a country outside the area needs a safeguard; one that is safe by the regime's file does not" {
	jq -c '.destinations[0] += {"countries":["US"],"transfer":{"safeguard":"scc","reference":"DPA-1"}}' policy.json > good.json
	cdp-export lint --policy good.json
	jq -c '.destinations[0] += {"countries":["CH","GB"]}' policy.json > good.json
	cdp-export lint --policy good.json
	jq -c '.regimes = []' policy.json > bad.json
	run_split cdp-export lint --policy bad.json
	[ "$status" -eq 1 ]
}

@test "the law that the policy holds says where data may go, as for cdp-consent" {
	local change want
	mkdir law
	jq -n '{schema: "cdp-regime/1", id: "CH", dated: "2026-01-01", sources: ["https://law.example/ch"], countries: ["CH"],
	    transfer: {safe: ["DE", "PT"]}}' > law/CH.json
	while read -r want change; do
		jq ".destinations |= [.[0]] | $change" policy.json > law.json
		[ "$(cdp-consent lint --policy law.json | grep -c L112)" -eq "$want" ] || { echo "consent: $change"; return 1; }
		[ "$(cdp-export lint --policy law.json | grep -c transfer:)" -eq "$want" ] || { echo "export: $change"; return 1; }
	done <<-'END'
		0 .regimes = ["EU-PT"] | .destinations[0].countries = ["DE"]
		0 .regimes = ["EU-PT"] | .destinations[0].countries = ["UK", "EL"]
		1 .regimes = ["EU-PT"] | .destinations[0].countries = ["US"]
		0 .regimes = ["US-CA"] | .destinations[0].countries = ["BR", "DE"]
		1 .regimes = ["US-CA", "EU"] | .destinations[0].countries = ["US"]
		0 .regimes = ["CH"] | .regime_dir = "law" | .destinations[0].countries = ["CH", "PT"]
		1 .regimes = ["CH"] | .regime_dir = "law" | .destinations[0].countries = ["FR"]
	END
}

@test "a fault of the contract that is asked for is named by the contract, not by its place" {
	jq '.destinations = [.destinations[0] + {id: "z", channel: "post", fields: ["given_name"]}] + .destinations
	    | .effective_from = "2026-06-01T00:00:01Z"
	    | (.purposes[] | select(.id == "marketing.newsletter")).channels += ["post"]' policy.json > later.json
	cdp-consent publish -q --policy later.json --as-of 2026-06-01T00:00:01Z
	run_split cdp-export -q --to z --as-of 2026-06-01T00:00:02Z -o list /dev/null
	[ "$status" -eq 2 ]
	[ "$(cat err)" = 'cdp-export: E_CONTRACT: z.channel: not in this version: channel post' ] || { cat err; return 1; }
}

@test "sale_or_share follows the flags of the purposes" {
	jq -c '(.purposes[] | select(.id == "marketing.newsletter")).share = true' policy.json > sold.json
	run_split cdp-export lint --policy sold.json
	[ "$status" -eq 1 ]
	jq -c '.destinations |= map(.sale_or_share = true)' sold.json > said.json
	cdp-export lint --policy said.json
}

@test "destinations lists every contract, as text and as JSON" {
	[ "$(cdp-export destinations | wc -l)" -eq 8 ]
	cdp-export destinations > list
	[ "$(grep ^newsletter list)" = "$(printf 'newsletter\tcsv\tExample Mail GmbH (DE)\tprocessor\temail,given_name')" ] || { cat list; return 1; }
	[ "$(cdp-export destinations --format json | jq -c 'select(.id == "newsletter") | [.id, .fields]')" = '["newsletter",["email","given_name"]]' ]
	run_split cdp-export destinations --layouts
	[ "$status" -eq 2 ]
}

@test "lint as JSON has code, path and text of each fault" {
	jq -c '.destinations[0].role = "friend"' policy.json > bad.json
	run_split cdp-export lint --format json --policy bad.json
	[ "$status" -eq 1 ]
	[ "$(jq -c '[.code, .path]' out)" = '["E_CONTRACT","$.destinations[0].role"]' ]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cdp-synth: customers out of a seed and a size.
load helpers

@test "the same seed gives the same bytes, another seed and another size of it others" {
	cdp-synth --people 300 --seed 5 --truth t1 -o a
	cdp-synth --people 300 --seed 5 --threads 3 --truth t2 -o b
	cmp a b
	cmp t1 t2
	cdp-synth --people 300 --seed 6 -o c
	! cmp -s a c
}

@test "the stream is one that cdp-resolve takes, and the truth names each record once" {
	cdp-synth --people 2000 --truth truth.csv -o records
	cdp-resolve -q --mode exact -o profiles records
	cdp-eval --strict --truth truth.csv --expect 'pair_precision>=0.95' profiles
	[ "$(head -n 1 truth.csv)" = id,entity,household ]
	[ "$(tail -n +2 truth.csv | cut -d , -f 1 | sort | uniq -d | wc -l)" -eq 0 ]
}

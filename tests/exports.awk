# SPDX-License-Identifier: Apache-2.0
# Reads `nm -gA` of the objects of lib and cmd: a function that lib exports is called by another file of
# them. Who else may be exported stands here with the reason, and no longer than it has to.
function only(names, reason,	name, i, n) {
	n = split(names, name, " ")
	for (i = 1; i <= n; i++)
		why[name[i]] = reason
}
BEGIN {
	only("csv_fields_judge events_add referrers_from", "the plain way, to which tests hold the fast one")
	only("mapping_parse model_file_parse splink_parse verdicts_read", "a text instead of a file: tests, fuzzing")
	only("labels_open labels_close labels_next labels_show labels_decide labels_save label_parse",
	    "what label_run does on a terminal, and tests without one")
	only("tlog_consistent tlog_within tlog_range_fits tlog_range_root",
	    "proofs of ranges as the published vectors have them; ours are of single lines")
	only("tlog_checkpoint_write tlog_keys_find", "the half of a signed note that is written or found alone")
	only("blake2b_add blake2b_end", "digests in steps, beside those at once")
	only("cache_build", "both halves of a compiled state in memory, to spoil them")
	only("phonetic_code phonetic_language", "the sounds of each language; matching takes all of them at once")
	only("key_name_birth_postcode key_phone_name", "keys from their parts, which have edges of their own")
	only("link_write", "a line about any pair, also one that no edge has")
	only("log2_of notice_digest_in one_slip score_comparison",
	    "a part with edges that the whole seldom reaches")
}
{ file = substr($1, 1, index($1, ":") - 1) }
$(NF - 1) == "T" && file ~ /lib\/[a-z]+\/[^\/]+\.o$/ { home[$NF] = file }
$(NF - 1) == "U" { called[$NF] = 1 }
END {
	for (name in home)
		if (!(name in called) && !(name in why))
			bad = bad home[name] ": nothing else in lib and cmd calls " name "\n"
	for (name in why)
		if (!(name in home) || name in called)
			bad = bad "tests/exports.awk: " name " needs no reason (any longer)\n"
	printf "%s", bad
	exit bad != ""
}

# SPDX-License-Identifier: Apache-2.0
# Writes the assembler text that puts the named files of share/ into the program:
# one row {name, first byte, end} per file, in the order given, ended by a row of zeros. And `digest`, the
# SHA-256 of names with their NUL and contents: 300 KB that no run needs to read for it.
BEGIN {
	print "\t.section .rodata"
	for (i = 1; i < ARGC; i++) {
		name = ARGV[i]
		sub(/^share\//, "", name)
		printf "n%d:\t.asciz \"%s\"\n\t.balign 16\nf%d:\t.incbin \"%s\"\ne%d:\n", \
		    i, name, i, ARGV[i], i
	}
	printf "\t.globl cdp_assets_digest\ncdp_assets_digest:\t.asciz \"%s\"\n", digest
	print "\t.section .data.rel.ro,\"aw\"\n\t.balign 8\n\t.globl cdp_assets\ncdp_assets:"
	for (i = 1; i < ARGC; i++)
		printf "\t.quad n%d, f%d, e%d\n", i, i, i
	print "\t.quad 0, 0, 0\n\t.section .note.GNU-stack,\"\",@progbits"
}

# a purpose whose basis is declared for another regime only
.regimes = ["EU", "US-CA"] | .purposes[2].basis = {"EU": .purposes[2].basis["*"]}

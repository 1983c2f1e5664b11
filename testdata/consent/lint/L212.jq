# a later policy on another basis
.effective_from = "2026-03-01T00:00:00Z" | .purposes[2].basis = {"*": .purposes[1].basis["*"]}

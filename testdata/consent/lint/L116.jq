# a later policy that begins before its publication
.effective_from = "2026-01-31T00:00:00Z"

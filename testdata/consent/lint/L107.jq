# an opt-out basis, inherited into a regime that knows none
.regimes = ["EU", "US-CA"] | .purposes[2].basis = {"*": {type: "notice_opt_out", registered_at: "2025-11-02", registered_ref: "ropa:3"}}

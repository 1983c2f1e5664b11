# a regime that nothing selects
.regimes = ["EU", "US-CA"] | .defaults.jurisdictions = ["EU"]

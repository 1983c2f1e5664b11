# a refusal at another address is passed over, and no counsel said so
.purposes[3].conflict = "per_identifier"

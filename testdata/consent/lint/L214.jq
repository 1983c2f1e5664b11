# refused records kept for a year
.defaults.quarantine_days = 365

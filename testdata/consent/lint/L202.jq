# dates without a zone
del(.sources[1].tz)

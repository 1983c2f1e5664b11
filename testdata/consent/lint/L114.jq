# no purpose of compliance
del(.purposes[0])
